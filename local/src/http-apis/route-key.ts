import { comparePaths, matchPath, parsePathTemplate, type PathParameters, type PathTemplate } from '../api-gateway/path-template';
import { ExpectedError } from '../expected-error';

export const DEFAULT_ROUTE = '$default';

const METHODS: readonly string[] = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** A route key in parts. */
export interface RouteKey extends PathTemplate {
  readonly method: string;
}

/**
 * Parses a route key.
 *
 * @returns undefined for `$default`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function parseRouteKey(text: string): RouteKey | undefined {
  if (text === DEFAULT_ROUTE) return undefined;
  const [, method = '', path = ''] = /^(\S+) (\/\S*)$/.exec(text) ?? [];
  const template = parsePathTemplate(path, 'RouteKey');
  if (!METHODS.includes(method) || !template) {
    throw new ExpectedError(`RouteKey must be $default, or a method and a path such as GET /rooms/{id} in which only the last segment can be {name+}, got ${text}.`);
  }
  return { method, ...template };
}

/** @returns undefined if the route key does not match the request */
export function matchRoute(key: RouteKey, requestMethod: string, path: string): PathParameters | undefined {
  return key.method === 'ANY' || key.method === requestMethod ? matchPath(key, path) : undefined;
}

/** Compares route keys that match the same request: the most specific is first. That the path counts more than the method follows the examples of AWS. */
export function bySpecificity(one: RouteKey, other: RouteKey): number {
  return comparePaths(one, other) || Number(one.method === 'ANY') - Number(other.method === 'ANY');
}
