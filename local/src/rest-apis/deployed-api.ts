import { comparePaths, matchPath, parsePathTemplate, type PathParameters, type PathTemplate } from '../api-gateway/path-template';
import type { RestApiDefinition, RestApiMethod, RestApiParts, RestApiResource } from '../contracts/rest-api';
import { ExpectedError } from '../expected-error';

/** The parts of an API, by kind and id. */
export type Parts = { readonly [Kind in keyof RestApiParts]: ReadonlyMap<string, RestApiParts[Kind]> };

/** The resource of an API that matches a request. */
export interface MatchedResource {
  readonly resourceId: string;
  readonly template: PathTemplate;
  readonly pathParameters: PathParameters;
  /** Undefined if the resource does not have the method of the request. */
  readonly method?: RestApiMethod;
}

/** What a deployment has copied of an API. Later changes of the API do not change it. */
export class DeployedApi {
  private readonly resources: readonly { readonly id: string; readonly template: PathTemplate; readonly methods: readonly RestApiMethod[] }[];

  constructor(public readonly definition: RestApiDefinition, public readonly parts: Parts) {
    const methods = [...parts.method.values()];
    if (methods.length === 0) throw new ExpectedError("The REST API doesn't contain any methods: let the deployment depend on them (DependsOn).");
    this.resources = [definition.rootResourceId, ...parts.resource.keys()].map(id => {
      return { id, template: this.templateOf(id), methods: methods.filter(({ resourceId }) => resourceId === id) };
    });
  }

  /** @param path the path of a request without the stage */
  public find(httpMethod: string, path: string): MatchedResource | undefined {
    // A trailing slash counts only if it is all there is.
    return this.match(httpMethod, path) ?? this.match(httpMethod, path.replace(/\/$/, '') || '/');
  }

  private match(httpMethod: string, path: string): MatchedResource | undefined {
    const matches = this.resources.flatMap(({ id, methods, template }) => {
      const pathParameters = methods.length > 0 ? matchPath(template, path) : undefined;
      return pathParameters ? [{ methods, pathParameters, resourceId: id, template }] : [];
    });
    const best = matches.sort((one, other) => comparePaths(one.template, other.template)).at(0);
    if (!best) return undefined;
    const { methods, ...matched } = best;
    return { ...matched, method: methods.find(method => method.httpMethod === httpMethod) ?? methods.find(method => method.httpMethod === 'ANY') };
  }

  private templateOf(resourceId: string): PathTemplate {
    const segments: string[] = [];
    for (let id = resourceId; id !== this.definition.rootResourceId;) {
      const { parentId, pathPart }: RestApiResource = this.parts.resource.get(id)!;
      segments.unshift(pathPart);
      id = parentId;
    }
    return parsePathTemplate(`/${segments.join('/')}`, 'PathPart')!;
  }
}
