import { identityValue } from './identity-source';
import { executeApiArn } from '../../api-gateway/arns';
import type { Authorization } from '../../api-gateway/authorization';
import { denialOf, hasPolicy, type AuthorizerResponse, type AuthorizerResponses } from '../../api-gateway/authorizer-responses';
import type { LambdaAuthorizer } from '../../contracts/http-api';
import { requestArn, type ApiRequest } from '../api-request';
import { requestContextV1, requestPartsV1 } from '../payload-v1';
import { requestContextV2, requestPartsV2 } from '../payload-v2';
import { Refusal } from '../refusal';

/**
 * Authorizes a request by the response of a function.
 *
 * @throws Refusal if an identity source is missing, the function denies the request, or it fails
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export async function authorizeByFunction(responses: AuthorizerResponses, authorizer: LambdaAuthorizer, request: ApiRequest): Promise<Authorization> {
  const identities = authorizer.identitySources.map(source => identityValue(source, request));
  const missing = authorizer.identitySources.find((_source, index) => identities[index] === undefined);
  if (missing !== undefined) throw new Refusal(401, `the request has no ${missing}, an identity source of the authorizer ${authorizer.name}`);

  const { environment, apiId, requestId, stage } = request;
  const response = await responses.respond({
    requestId,
    event: authorizerEvent(authorizer, request, identities as string[]),
    functionArn: authorizer.functionArn,
    sourceArn: executeApiArn(environment, apiId, `authorizers/${authorizer.id}`),
    // Without identity sources, responses are not cached.
    cacheKey: identities.length > 0 ? JSON.stringify([apiId, stage.name, authorizer, identities]) : undefined,
    cacheSeconds: authorizer.cacheSeconds,
    check: result => checkResponse(result, authorizer),
  });
  assertAllowed(response, authorizer, request);
  return {
    kind: 'lambda',
    context: response.context ?? null,
    ...typeof response.principalId === 'string' && { principalId: response.principalId },
  };
}

function authorizerEvent({ payloadVersion }: LambdaAuthorizer, request: ApiRequest, identities: readonly string[]): object {
  const arn = requestArn(request);
  if (payloadVersion === '2.0') {
    return { version: '2.0', type: 'REQUEST', routeArn: arn, identitySource: identities, ...requestPartsV2(request), requestContext: requestContextV2(request) };
  }
  const identitySource = identities.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: arn,
    identitySource,
    authorizationToken: identitySource,
    ...requestPartsV1(request),
    requestContext: requestContextV1(request),
  };
}

function checkResponse(response: AuthorizerResponse | undefined, { hasSimpleResponses, name }: LambdaAuthorizer): AuthorizerResponse {
  const isValid = hasSimpleResponses ? typeof response?.isAuthorized === 'boolean' : hasPolicy(response);
  if (!response || !isValid) throw new Refusal(500, `the authorizer ${name} must return ${hasSimpleResponses ? '{ isAuthorized: true } or { isAuthorized: false }' : 'a principalId and a policyDocument'}`);
  return response;
}

/** A policy is evaluated for each request, so that a cached one does not allow other routes. */
function assertAllowed(response: AuthorizerResponse, { hasSimpleResponses, name }: LambdaAuthorizer, request: ApiRequest): void {
  const { isAuthorized, policyDocument } = response;
  const denial = hasSimpleResponses
    ? isAuthorized === true ? undefined : `the authorizer ${name} denied the request`
    : denialOf(name, policyDocument!, requestArn(request));
  if (denial !== undefined) throw new Refusal(403, denial);
}
