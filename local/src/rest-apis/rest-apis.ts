import type { ApiKeys } from './api-keys';
import type { RestApi } from './rest-api';
import type { ApiAddresses } from '../api-gateway/addresses';
import type { ApiKey, RestApiDefinition, RestApiParts, RestApiStage, UsagePlan } from '../contracts/rest-api';
import { ExpectedError } from '../expected-error';

/** The deployed REST APIs, and their API keys. */
export class RestApis {
  private readonly apis = new Map<string, RestApi>();
  private loadedKeys?: ApiKeys;

  constructor(private readonly addresses: ApiAddresses) {}

  public find(apiId: string): RestApi | undefined {
    return this.apis.get(apiId);
  }

  public has(apiId: string): boolean {
    return this.apis.has(apiId);
  }

  /** Creates or updates an API. */
  public put(definition: RestApiDefinition): void {
    const existing = this.apis.get(definition.id);
    if (existing) existing.definition = definition;
    else this.apis.set(definition.id, newRestApi(definition));
    this.addresses.add(definition.id);
  }

  public delete(apiId: string): void {
    this.apis.delete(apiId);
    this.addresses.delete(apiId);
  }

  public putPart<Kind extends keyof RestApiParts>(apiId: string, kind: Kind, id: string, part: RestApiParts[Kind]): void {
    this.get(apiId).put(kind, id, part);
  }

  public deletePart(apiId: string, kind: keyof RestApiParts, id: string): void {
    this.find(apiId)?.delete(kind, id);
  }

  public deploy(apiId: string, deploymentId: string): void {
    this.get(apiId).deploy(deploymentId);
  }

  public deleteDeployment(apiId: string, deploymentId: string): void {
    this.find(apiId)?.deleteDeployment(deploymentId);
  }

  public putStage(apiId: string, stage: RestApiStage): void {
    this.get(apiId).putStage(stage);
  }

  public deleteStage(apiId: string, name: string): void {
    this.find(apiId)?.stages.delete(name);
  }

  public putKey(key: ApiKey): void {
    this.keys.put(key);
  }

  public deleteKey(id: string): void {
    this.keys.delete(id);
  }

  public putUsagePlan(plan: UsagePlan): void {
    this.keys.putPlan(plan);
  }

  public deleteUsagePlan(id: string): void {
    this.keys.deletePlan(id);
  }

  public addKeyToPlan(planId: string, keyId: string): void {
    this.keys.addToPlan(planId, keyId);
  }

  public removeKeyFromPlan(planId: string, keyId: string): void {
    this.keys.removeFromPlan(planId, keyId);
  }

  public findKey(value: string, apiId: string, stage: string): ApiKey | undefined {
    return this.keys.find(value, apiId, stage);
  }

  private get keys(): ApiKeys {
    return this.loadedKeys ??= newApiKeys();
  }

  private get(apiId: string): RestApi {
    const api = this.find(apiId);
    if (!api) throw new ExpectedError(`RestApiId must be the id of an API of this runtime, got ${apiId}.`);
    return api;
  }
}

// Loaded with the first API, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
/* eslint-disable @typescript-eslint/no-require-imports */
function newRestApi(definition: RestApiDefinition): RestApi {
  const { RestApi: Api } = require('./rest-api') as typeof import('./rest-api');
  return new Api(definition);
}

function newApiKeys(): ApiKeys {
  const { ApiKeys: Keys } = require('./api-keys') as typeof import('./api-keys');
  return new Keys();
}
/* eslint-enable @typescript-eslint/no-require-imports */
