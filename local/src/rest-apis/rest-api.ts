import { DeployedApi } from './deployed-api';
import type { RestApiDefinition, RestApiParts, RestApiResource, RestApiStage } from '../contracts/rest-api';
import { ExpectedError } from '../expected-error';

/** A REST API: its current parts, the deployments that have copied them, and the stages that serve deployments. */
export class RestApi {
  /** By name. */
  public readonly stages = new Map<string, RestApiStage>();
  private readonly parts: { readonly [Kind in keyof RestApiParts]: Map<string, RestApiParts[Kind]> } = {
    authorizer: new Map(), gatewayResponse: new Map(), method: new Map(), model: new Map(), resource: new Map(), validator: new Map(),
  };
  private readonly deployments = new Map<string, DeployedApi>();

  constructor(public definition: RestApiDefinition) {}

  public put<Kind extends keyof RestApiParts>(kind: Kind, id: string, part: RestApiParts[Kind]): void {
    if (kind === 'resource') this.checkResource(id, part as RestApiResource);
    this.parts[kind].set(id, part);
  }

  public delete(kind: keyof RestApiParts, id: string): void {
    this.parts[kind].delete(id);
  }

  /** Copies the parts, which stages of the deployment then serve. */
  public deploy(deploymentId: string): void {
    const { authorizer, gatewayResponse, method, model, resource, validator } = this.parts;
    this.deployments.set(deploymentId, new DeployedApi(this.definition, {
      authorizer: new Map(authorizer),
      gatewayResponse: new Map(gatewayResponse),
      method: new Map(method),
      model: new Map(model),
      resource: new Map(resource),
      validator: new Map(validator),
    }));
  }

  public deleteDeployment(deploymentId: string): void {
    this.deployments.delete(deploymentId);
  }

  public putStage(stage: RestApiStage): void {
    if (!this.deployments.has(stage.deploymentId)) throw new ExpectedError(`DeploymentId must be the id of a deployment of the API, got ${stage.deploymentId}.`);
    this.stages.set(stage.name, stage);
  }

  /**
   * Finds the stage of a request, and what it serves.
   *
   * @param path the path of the request, without the part that identifies the API
   */
  public findStage(path: string): { readonly stage: RestApiStage; readonly deployed: DeployedApi; readonly path: string } | undefined {
    const [, name, rest] = /^\/([^/]*)(.*)$/s.exec(path) ?? ['', '', ''];
    const stage = this.stages.get(name);
    const deployed = stage && this.deployments.get(stage.deploymentId);
    return deployed && { stage: stage!, deployed, path: rest || '/' };
  }

  private checkResource(id: string, { parentId, pathPart }: RestApiResource): void {
    if (parentId !== this.definition.rootResourceId && !this.parts.resource.has(parentId)) throw new ExpectedError(`ParentId must be the id of a resource of the API, got ${parentId}.`);
    const siblings = [...this.parts.resource].filter(([otherId, other]) => otherId !== id && other.parentId === parentId);
    if (siblings.some(([, other]) => other.pathPart === pathPart)) throw new ExpectedError(`Another resource with the same parent already has this name: ${pathPart}`);
    const isVariable = (part: string) => part.startsWith('{');
    const variable = siblings.find(([, other]) => isVariable(other.pathPart) && isVariable(pathPart) && other.pathPart.endsWith('+}') === pathPart.endsWith('+}'));
    if (variable) throw new ExpectedError(`A sibling (${variable[1].pathPart}) of this resource already has a variable path part -- only one is allowed`);
  }
}
