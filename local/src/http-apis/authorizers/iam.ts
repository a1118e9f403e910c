import { HttpError } from '../../http/http-error';
import type { Authorize } from '../../iam/authorize';
import { requireKnown, type Caller } from '../../iam/callers';
import { requestArn, type ApiRequest, type Authorization } from '../api-request';
import { Refusal } from '../refusal';

/**
 * Authorizes a signed request.
 *
 * @throws Refusal if it is not signed for the service, or its caller lacks the permission
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function authorizeSigner(authorize: Authorize, caller: Caller, request: ApiRequest): Authorization {
  if (caller.kind === 'anonymous' || caller.service !== undefined && caller.service !== 'execute-api') {
    throw new Refusal(403, 'the AuthorizationType of the route is AWS_IAM: the request must be signed for the service "execute-api"');
  }
  try {
    const signer = requireKnown(caller);
    authorize(signer, { action: 'execute-api:Invoke', resource: requestArn(request), context: {} });
    return { kind: 'iam', signer };
  } catch (error) {
    if (error instanceof HttpError) throw new Refusal(403, error.message);
    throw error;
  }
}
