import type { ApiRequest } from '../api-request';

/** Finds the value of an identity source, such as `$request.header.Authorization`. An empty value is missing. */
export function identityValue(source: string, { rawQueryString, req, stage }: ApiRequest): string | undefined {
  const [, kind, name] = /^\$(request\.header|request\.querystring|stageVariables)\.(.+)$/.exec(source) ?? [];
  switch (kind) {
    case 'request.header': return req.headersDistinct[name.toLowerCase()]?.join(',') || undefined;
    case 'request.querystring': return new URLSearchParams(rawQueryString).get(name) || undefined;
    case 'stageVariables': return Object.hasOwn(stage.variables, name) ? stage.variables[name] : undefined;
    default: return undefined;
  }
}
