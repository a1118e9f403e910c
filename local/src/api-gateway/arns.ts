import type { Environment } from '../environment';

/** The ARN of a resource of an API, such as `STAGE/METHOD/PATH`. */
export function executeApiArn({ account, region }: Environment, apiId: string, resource: string): string {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${resource}`;
}
