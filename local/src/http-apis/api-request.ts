import type { IncomingMessage } from 'node:http';
import type { MatchedRoute } from './http-api';
import type { HttpApiStage } from '../contracts/http-api';
import type { Environment } from '../environment';
import type { KnownCaller } from '../iam/callers';

/** A request to a route of an HTTP API. */
export interface ApiRequest extends MatchedRoute {
  readonly environment: Environment;
  readonly apiId: string;
  readonly stage: HttpApiStage;
  readonly req: IncomingMessage;
  readonly method: string;
  /** Without the part that identifies the API, and without the stage. */
  readonly path: string;
  /** The path with the stage, unless the stage is `$default`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly requestId: string;
  readonly time: Date;
}

/** What an authorizer has found out about the caller. */
export type Authorization =
  | { readonly kind: 'iam'; readonly signer: KnownCaller }
  | { readonly kind: 'jwt'; readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly kind: 'lambda'; readonly context: Readonly<Record<string, unknown>> | null; readonly principalId?: string };

/** The ARN of a resource of an API, such as `STAGE/METHOD/PATH`. */
export function executeApiArn({ account, region }: Environment, apiId: string, resource: string): string {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${resource}`;
}

/** The ARN of the request, of which policies allow the action `execute-api:Invoke`. */
export function requestArn({ apiId, environment, method, path, stage }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${method}${path}`);
}

/** The ARN of the route, which API Gateway sends to Lambda as the source of an invocation. */
export function routeSourceArn({ apiId, environment, key, method, stage }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${key ? `${method}${key.path}` : '$default'}`);
}
