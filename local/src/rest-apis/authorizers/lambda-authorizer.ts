import { executeApiArn } from '../../api-gateway/arns';
import type { Authorization } from '../../api-gateway/authorization';
import { denialOf, hasPolicy, type AuthorizerResponses } from '../../api-gateway/authorizer-responses';
import type { RestApiAuthorizer } from '../../contracts/rest-api';
import { parameterValue, requestArn, withStageVariables, type ApiRequest } from '../api-request';
import { requestContext, requestParts } from '../event';
import { Refusal } from '../refusal';

type LambdaAuthorizer = RestApiAuthorizer & { readonly kind: 'REQUEST' | 'TOKEN' };

/**
 * Authorizes a request by the response of a function.
 *
 * @throws Refusal if an identity source is missing, or the function denies the request
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function authorizeByFunction(
  responses: AuthorizerResponses, id: string, authorizer: LambdaAuthorizer, request: ApiRequest,
): Promise<Authorization> {
  const { identitySources, kind, name, tokenPattern } = authorizer;
  const identities = identitySources.map(source => parameterValue(source, request));
  const missing = identitySources.find((_source, index) => identities[index] === undefined);
  if (missing !== undefined) throw new Refusal('UNAUTHORIZED', `the request has no ${missing}, an identity source of the authorizer ${name}`);
  if (kind === 'TOKEN' && tokenPattern !== undefined && !new RegExp(tokenPattern).test(identities[0]!)) {
    throw new Refusal('UNAUTHORIZED', `the token must match the IdentityValidationExpression of the authorizer ${name}`);
  }

  const { apiId, environment, requestId, stage } = request;
  const methodArn = requestArn(request);
  const response = await responses.respond({
    requestId,
    event: kind === 'TOKEN'
      ? { type: 'TOKEN', methodArn, authorizationToken: identities[0] }
      : { type: 'REQUEST', methodArn, ...requestParts(request), requestContext: requestContext(request) },
    functionArn: withStageVariables(authorizer.functionArn, stage),
    sourceArn: executeApiArn(environment, apiId, `authorizers/${id}`),
    cacheKey: identities.length > 0 ? JSON.stringify([apiId, stage.name, id, authorizer, identities]) : undefined,
    cacheSeconds: authorizer.cacheSeconds,
    check: result => {
      if (hasPolicy(result) && typeof result.principalId === 'string') return result;
      throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer ${name} must return a principalId and a policyDocument`);
    },
  });
  // A policy is evaluated for each request, so that a cached one does not allow other methods.
  const denial = denialOf(name, response.policyDocument!, methodArn);
  if (denial !== undefined) throw new Refusal('ACCESS_DENIED', denial);
  return { kind: 'lambda', context: response.context ?? null, principalId: response.principalId as string };
}
