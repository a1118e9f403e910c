import { invokeFunction, type ApiFunctions } from './invoke';
import { parseResult } from './proxy-response';
import type { PolicyDocument } from '../contracts/policy-document';
import { evaluate } from '../iam/evaluator';
import { toList } from '../iam/verdict';

/** AWS documents no limit of its own for authorizers. This is that of integrations of HTTP APIs. */
const TIMEOUT_MILLISECONDS = 30_000;

/** What the function of a Lambda authorizer returns. */
export interface AuthorizerResponse {
  readonly isAuthorized?: unknown;
  readonly principalId?: unknown;
  readonly policyDocument?: PolicyDocument;
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface AuthorizerCall {
  readonly event: object;
  readonly functionArn: string;
  readonly sourceArn: string;
  readonly requestId: string;
  /** What the response depends on. Undefined for a response that is not cached. */
  readonly cacheKey?: string;
  readonly cacheSeconds: number;
  /** @throws ApiRefusal if the response is not valid */
  check(response: AuthorizerResponse | undefined): AuthorizerResponse;
}

/** Invokes the functions of Lambda authorizers, and caches their responses. */
export class AuthorizerResponses {
  private readonly cache = new Map<string, { readonly response: AuthorizerResponse; readonly expires: number }>();

  constructor(private readonly functions: ApiFunctions, private readonly clock: () => number = Date.now) {}

  /** @throws InvocationFailure if the function fails */
  public async respond(call: AuthorizerCall): Promise<AuthorizerResponse> {
    const { cacheSeconds, event, functionArn, requestId, sourceArn } = call;
    const cacheKey = cacheSeconds > 0 ? call.cacheKey : undefined;
    const cached = cacheKey === undefined ? undefined : this.cache.get(cacheKey);
    if (cached && cached.expires > this.clock()) return cached.response;

    const payload = await invokeFunction(this.functions, { event, functionArn, requestId, sourceArn, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    const result = parseResult(payload);
    const response = call.check(typeof result === 'object' && result !== null ? result : undefined);
    if (cacheKey !== undefined) this.store(cacheKey, { response, expires: this.clock() + cacheSeconds * 1000 });
    return response;
  }

  private store(key: string, entry: { readonly response: AuthorizerResponse; readonly expires: number }): void {
    for (const [other, { expires }] of this.cache) {
      if (expires <= this.clock()) this.cache.delete(other);
    }
    this.cache.set(key, entry);
  }
}

/** Whether a response has a policy. */
export function hasPolicy(response: AuthorizerResponse | undefined): response is AuthorizerResponse & { readonly policyDocument: PolicyDocument } {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  return isObject(response?.policyDocument) && toList(response!.policyDocument!.Statement).every(isObject);
}

/** @returns why the policy of an authorizer does not allow a request, or undefined if it does */
export function denialOf(authorizer: string, policy: PolicyDocument, resource: string): string | undefined {
  const { allowed, unsupported } = evaluate(new Map([[authorizer, policy]]), { action: 'execute-api:Invoke', resource, context: {} });
  if (allowed) return undefined;
  const hint = unsupported.length > 0 ? `: ivschat-local does not support ${unsupported.join(', ')}` : '';
  return `the policy of the authorizer ${authorizer} does not allow execute-api:Invoke on ${resource}${hint}`;
}
