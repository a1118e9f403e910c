import { HttpError } from '../http/http-error';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller, type KnownCaller } from '../iam/callers';

/** What an authorizer has found out about the caller. */
export type Authorization =
  | { readonly kind: 'iam'; readonly signer: KnownCaller }
  | { readonly kind: 'jwt'; readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly kind: 'lambda'; readonly context: Readonly<Record<string, unknown>> | null; readonly principalId?: string };

/**
 * Authorizes a signed request.
 *
 * @param resource the ARN of the request
 * @throws HttpError if it is not signed for the service, or its caller lacks the permission
 */
export function authorizeSigner(authorize: Authorize, caller: Caller, resource: string): Authorization {
  if (caller.kind === 'anonymous' || caller.service !== undefined && caller.service !== 'execute-api') {
    throw new HttpError('MissingAuthenticationTokenException', 403, 'the AuthorizationType is AWS_IAM: the request must be signed for the service "execute-api"');
  }
  const signer = requireKnown(caller);
  authorize(signer, { action: 'execute-api:Invoke', resource, context: {} });
  return { kind: 'iam', signer };
}
