import type { HttpApi } from './http-api';
import type { ApiAddresses } from '../api-gateway/addresses';
import type { HttpApiAuthorizer, HttpApiDefinition, HttpApiIntegration, HttpApiRoute, HttpApiStage } from '../contracts/http-api';
import { ExpectedError } from '../expected-error';

/** The deployed HTTP APIs. */
export class HttpApis {
  private readonly apis = new Map<string, HttpApi>();

  constructor(private readonly addresses: ApiAddresses) {}

  public find(apiId: string): HttpApi | undefined {
    return this.apis.get(apiId);
  }

  public has(apiId: string): boolean {
    return this.apis.has(apiId);
  }

  /** Creates or updates an API. @returns its address, without a slash at the end */
  public put(definition: HttpApiDefinition): string {
    const existing = this.apis.get(definition.id);
    if (existing) existing.definition = definition;
    else this.apis.set(definition.id, newHttpApi(definition));
    this.addresses.add(definition.id);
    return this.addresses.of(definition.id);
  }

  public delete(apiId: string): void {
    this.apis.delete(apiId);
    this.addresses.delete(apiId);
  }

  public putRoute(apiId: string, route: HttpApiRoute): void {
    const api = this.get(apiId);
    if (!api.integrations.has(route.integrationId)) throw new ExpectedError(`Target must be integrations/ and the id of an integration of the API ${apiId}, got ${route.integrationId}.`);
    const { authorizationType, authorizerId } = route;
    if (authorizationType === 'JWT' || authorizationType === 'CUSTOM') {
      const kind = api.authorizers.get(authorizerId ?? '')?.kind;
      if (kind !== authorizationType) throw new ExpectedError(`AuthorizerId must be the id of an authorizer for the AuthorizationType ${authorizationType}, got ${kind === undefined ? authorizerId : `one for ${kind}`}.`);
    }
    api.putRoute(route);
  }

  public deleteRoute(apiId: string, id: string): void {
    this.find(apiId)?.deleteRoute(id);
  }

  public putIntegration(apiId: string, integration: HttpApiIntegration): void {
    this.get(apiId).integrations.set(integration.id, integration);
  }

  public deleteIntegration(apiId: string, id: string): void {
    this.find(apiId)?.integrations.delete(id);
  }

  public putAuthorizer(apiId: string, authorizer: HttpApiAuthorizer): void {
    this.get(apiId).authorizers.set(authorizer.id, authorizer);
  }

  public deleteAuthorizer(apiId: string, id: string): void {
    this.find(apiId)?.authorizers.delete(id);
  }

  public putStage(apiId: string, stage: HttpApiStage): void {
    this.get(apiId).stages.set(stage.name, stage);
  }

  public deleteStage(apiId: string, name: string): void {
    this.find(apiId)?.stages.delete(name);
  }

  private get(apiId: string): HttpApi {
    const api = this.find(apiId);
    if (!api) throw new ExpectedError(`ApiId must be the id of an API of this runtime, got ${apiId}.`);
    return api;
  }
}

function newHttpApi(definition: HttpApiDefinition): HttpApi {
  // Loaded with the first API, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { HttpApi: Api } = require('./http-api') as typeof import('./http-api');
  return new Api(definition);
}
