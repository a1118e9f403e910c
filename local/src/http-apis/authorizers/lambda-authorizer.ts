import { identityValue } from './identity-source';
import type { LambdaAuthorizer } from '../../contracts/http-api';
import type { PolicyDocument } from '../../contracts/policy-document';
import { parseJson } from '../../http/parse-json';
import { evaluate } from '../../iam/evaluator';
import { toList } from '../../iam/verdict';
import type { Functions } from '../../lambda/functions';
import { executeApiArn, requestArn, type ApiRequest, type Authorization } from '../api-request';
import { invokeFunction } from '../invoke';
import { requestContextV1, requestPartsV1 } from '../payload-v1';
import { requestContextV2, requestPartsV2 } from '../payload-v2';
import { Refusal } from '../refusal';

/** AWS documents no limit of its own for authorizers. This is that of integrations. */
const TIMEOUT_MILLISECONDS = 30_000;

interface Response {
  readonly isAuthorized?: unknown;
  readonly principalId?: unknown;
  readonly policyDocument?: PolicyDocument;
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Authorizes requests by the responses of functions, which it caches.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export class LambdaAuthorizers {
  private readonly cache = new Map<string, { readonly response: Response; readonly expires: number }>();

  constructor(private readonly functions: Pick<Functions, 'invoke' | 'mayInvoke'>, private readonly clock: () => number = Date.now) {}

  /** @throws Refusal if an identity source is missing, the function denies the request, or it fails */
  public async authorize(authorizer: LambdaAuthorizer, request: ApiRequest): Promise<Authorization> {
    const identities = authorizer.identitySources.map(source => identityValue(source, request));
    const missing = authorizer.identitySources.find((_source, index) => identities[index] === undefined);
    if (missing !== undefined) throw new Refusal(401, `the request has no ${missing}, an identity source of the authorizer ${authorizer.name}`);

    const response = await this.respond(authorizer, request, identities as string[]);
    assertAllowed(response, authorizer, request);
    return {
      kind: 'lambda',
      context: response.context ?? null,
      ...typeof response.principalId === 'string' && { principalId: response.principalId },
    };
  }

  /** Without identity sources, responses are not cached. */
  private async respond(authorizer: LambdaAuthorizer, request: ApiRequest, identities: readonly string[]): Promise<Response> {
    const isCached = authorizer.cacheSeconds > 0 && identities.length > 0;
    const key = JSON.stringify([request.apiId, request.stage.name, authorizer, identities]);
    const cached = isCached ? this.cache.get(key) : undefined;
    if (cached && cached.expires > this.clock()) return cached.response;

    const { environment, apiId, requestId } = request;
    const payload = await invokeFunction(this.functions, {
      requestId,
      event: authorizerEvent(authorizer, request, identities),
      functionArn: authorizer.functionArn,
      sourceArn: executeApiArn(environment, apiId, `authorizers/${authorizer.id}`),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    });
    const response = parse(payload, authorizer);
    if (isCached) this.store(key, { response, expires: this.clock() + authorizer.cacheSeconds * 1000 });
    return response;
  }

  private store(key: string, entry: { readonly response: Response; readonly expires: number }): void {
    for (const [other, { expires }] of this.cache) {
      if (expires <= this.clock()) this.cache.delete(other);
    }
    this.cache.set(key, entry);
  }
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

function parse(payload: string, { hasSimpleResponses, name }: LambdaAuthorizer): Response {
  const response = parseObject(payload) as Response | undefined;
  const isValid = hasSimpleResponses ? typeof response?.isAuthorized === 'boolean' : isPolicy(response?.policyDocument);
  if (!response || !isValid) throw new Refusal(500, `the authorizer ${name} must return ${hasSimpleResponses ? '{ isAuthorized: true } or { isAuthorized: false }' : 'a principalId and a policyDocument'}`);
  return response;
}

/** A policy is evaluated for each request, so that a cached one does not allow other routes. */
function assertAllowed({ isAuthorized, policyDocument }: Response, { hasSimpleResponses, name }: LambdaAuthorizer, request: ApiRequest): void {
  const resource = requestArn(request);
  if (hasSimpleResponses) {
    if (isAuthorized !== true) throw new Refusal(403, `the authorizer ${name} denied the request`);
    return;
  }
  const { allowed, unsupported } = evaluate(new Map([[name, policyDocument!]]), { action: 'execute-api:Invoke', resource, context: {} });
  if (allowed) return;
  const hint = unsupported.length > 0 ? `: ivschat-local does not support ${unsupported.join(', ')}` : '';
  throw new Refusal(403, `the policy of the authorizer ${name} does not allow execute-api:Invoke on ${resource}${hint}`);
}

function parseObject(text: string): object | undefined {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPolicy(document: PolicyDocument | undefined): boolean {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  return isObject(document) && toList(document!.Statement).every(isObject);
}
