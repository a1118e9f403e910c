import type { IncomingMessage } from 'node:http';
import type { MatchedRoute } from './http-api';
import { executeApiArn } from '../api-gateway/arns';
import type { HttpApiStage } from '../contracts/http-api';
import type { Environment } from '../environment';

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

/** The ARN of the request, of which policies allow the action `execute-api:Invoke`. */
export function requestArn({ apiId, environment, method, path, stage }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${method}${path}`);
}

/** The ARN of the route, which API Gateway sends to Lambda as the source of an invocation. */
export function routeSourceArn({ apiId, environment, key, method, stage }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${key ? `${method}${key.path}` : '$default'}`);
}
