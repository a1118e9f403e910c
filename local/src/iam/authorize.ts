import { requireKnown, type Caller } from './callers';
import type { AuthorizationRequest } from './evaluator';
import type { Roles } from './roles';
import { resourceLabel } from '../arn';
import { HttpError } from '../http/http-error';
import type { LiveLog } from '../live-log/live-log';

/** Throws an HttpError if the caller is not known or lacks the permission. */
export type Authorize = (caller: Caller, request: AuthorizationRequest) => void;

/** Creates the function with which all services authorize their callers. */
export function authorizer(roles: Roles, liveLog: LiveLog): Authorize {
  return (caller, request) => {
    const known = requireKnown(caller);
    if (known.kind === 'developer') return;

    const { identity: { userArn }, roleArn } = known;
    const { action, resource } = request;
    const { allowed, explicitDeny, unsupported } = roles.authorize(roleArn, request);
    for (const element of unsupported) {
      liveLog.record({
        kind: 'iam',
        level: 'warning',
        text: `${roleArn} has a policy with ${element}, which is not supported: the policy allows nothing`,
        data: { event: 'unsupported', roleArn, element },
      });
    }
    if (allowed) return;
    liveLog.record({
      kind: 'iam',
      level: 'error',
      text: `denied: ${resourceLabel(roleArn)} may not ${action} on ${resource}`,
      data: { event: 'denied', roleArn, ...request },
    });
    const reason = explicitDeny ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
    throw new HttpError('AccessDeniedException', 403, `User: ${userArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`);
  };
}
