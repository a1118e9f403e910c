import { authorizeSigner, type Authorization } from '../../api-gateway/authorization';
import { HttpError } from '../../http/http-error';
import type { Authorize } from '../../iam/authorize';
import type { Caller } from '../../iam/callers';
import { requestArn, type ApiRequest } from '../api-request';
import { Refusal } from '../refusal';

/**
 * Authorizes a signed request.
 *
 * @throws Refusal if it is not signed for the service, or its caller lacks the permission
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function authorizeRequest(authorize: Authorize, caller: Caller, request: ApiRequest): Authorization {
  try {
    return authorizeSigner(authorize, caller, requestArn(request));
  } catch (error) {
    if (error instanceof HttpError) throw new Refusal(403, error.message);
    throw error;
  }
}
