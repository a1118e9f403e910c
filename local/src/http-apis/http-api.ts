import { bySpecificity, DEFAULT_ROUTE, matchRoute, parseRouteKey, type RouteKey } from './route-key';
import type { PathParameters } from '../api-gateway/path-template';
import type { HttpApiAuthorizer, HttpApiDefinition, HttpApiIntegration, HttpApiRoute, HttpApiStage } from '../contracts/http-api';
import { ExpectedError } from '../expected-error';

/** A route that matches a request. */
export interface MatchedRoute {
  readonly route: HttpApiRoute;
  /** Undefined for `$default`. */
  readonly key?: RouteKey;
  readonly pathParameters: PathParameters;
}

/** A deployed HTTP API with its routes, integrations, authorizers and stages. */
export class HttpApi {
  public readonly authorizers = new Map<string, HttpApiAuthorizer>();
  public readonly integrations = new Map<string, HttpApiIntegration>();
  /** By name. */
  public readonly stages = new Map<string, HttpApiStage>();
  /** With their parsed keys, by id. */
  private readonly routes = new Map<string, { readonly route: HttpApiRoute; readonly key?: RouteKey }>();

  constructor(public definition: HttpApiDefinition) {}

  public putRoute(route: HttpApiRoute): void {
    const key = parseRouteKey(route.routeKey);
    const other = [...this.routes.values()].find(existing => existing.route.routeKey === route.routeKey && existing.route.id !== route.id);
    if (other) throw new ExpectedError(`Route with key ${route.routeKey} already exists for this API.`);
    this.routes.set(route.id, { route, key });
  }

  public deleteRoute(id: string): void {
    this.routes.delete(id);
  }

  /** @param path the path of the request without the stage */
  public findRoute(method: string, path: string): MatchedRoute | undefined {
    const matches = [...this.routes.values()].flatMap(({ key, route }) => {
      const pathParameters = key && matchRoute(key, method, path);
      return pathParameters ? [{ key: key!, pathParameters, route }] : [];
    });
    if (matches.length > 0) return matches.sort((one, other) => bySpecificity(one.key, other.key))[0];
    const fallback = [...this.routes.values()].find(({ route }) => route.routeKey === DEFAULT_ROUTE);
    return fallback && { route: fallback.route, pathParameters: {} };
  }

  /**
   * Finds the stage of a request.
   *
   * @param path the path of the request, without the part that identifies the API
   */
  public findStage(path: string): { readonly stage: HttpApiStage; readonly path: string } | undefined {
    const [, name, rest] = /^\/([^/]*)(.*)$/s.exec(path) ?? ['', '', ''];
    const named = name === DEFAULT_ROUTE ? undefined : this.stages.get(name);
    if (named) return { stage: named, path: rest || '/' };
    const stage = this.stages.get('$default');
    return stage && { stage, path };
  }
}
