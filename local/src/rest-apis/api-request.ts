import type { IncomingMessage } from 'node:http';
import type { DeployedApi, MatchedResource } from './deployed-api';
import { executeApiArn } from '../api-gateway/arns';
import type { RestApiMethod, RestApiStage } from '../contracts/rest-api';
import type { Environment } from '../environment';

/** A request to a method of a REST API. */
export interface ApiRequest extends MatchedResource {
  readonly method: RestApiMethod;
  readonly environment: Environment;
  readonly apiId: string;
  readonly deployed: DeployedApi;
  readonly stage: RestApiStage;
  readonly req: IncomingMessage;
  /** Without the stage. */
  readonly path: string;
  readonly rawQueryString: string;
  readonly requestId: string;
  readonly time: Date;
}

/** The ARN of the request, of which policies allow the action `execute-api:Invoke`. */
export function requestArn({ apiId, environment, path, req, stage }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${req.method}${path}`);
}

/** The ARN of the method, which API Gateway sends to Lambda as the source of an invocation. */
export function methodSourceArn({ apiId, environment, req, stage, template }: ApiRequest): string {
  return executeApiArn(environment, apiId, `${stage.name}/${req.method}${template.path}`);
}

/** The value of a parameter such as `method.request.header.Authorization`. An empty value is missing. */
export function parameterValue(source: string, { pathParameters, rawQueryString, req, stage }: ApiRequest): string | undefined {
  const [, kind, name] = /^(?:method\.request\.(header|multivalueheader|querystring|multivaluequerystring|path)|stageVariables)\.(.+)$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  const values: Readonly<Record<string, string | undefined>> = kind === 'path' ? pathParameters : stage.variables;
  switch (kind) {
    case 'header': case 'multivalueheader': return req.headersDistinct[name.toLowerCase()]?.join(',') || undefined;
    case 'querystring': case 'multivaluequerystring': return new URLSearchParams(rawQueryString).get(name) || undefined;
    default: return Object.hasOwn(values, name) ? values[name] || undefined : undefined;
  }
}

/** Replaces `${stageVariables.NAME}` in the ARN of a function. */
export function withStageVariables(functionArn: string, { variables }: RestApiStage): string {
  return functionArn.replace(/\$\{stageVariables\.([^}]+)\}/g, (whole, name: string) => Object.hasOwn(variables, name) ? variables[name] : whole);
}
