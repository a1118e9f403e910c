import type { DeployedFunction, FunctionUrl } from './deployed-function';
import { notFound } from './errors';
import { functionArn, parseFunction, type FunctionReference } from './function-arn';
import type { FunctionVersion } from './function-version';
import type { Permission } from '../contracts/permission';
import type { Environment } from '../environment';

/** Finds the deployed functions by name, ARN and URL. */
export class FunctionRegistry {
  /** By function name. */
  public readonly functions = new Map<string, DeployedFunction>();

  constructor(private readonly environment: Environment) {}

  /** @throws ResourceNotFoundException if the text is not a reference to a function of this account and region */
  public parse(functionArnOrName: string): FunctionReference {
    const reference = parseFunction(functionArnOrName, this.environment);
    if (!reference) throw notFound(functionArnOrName);
    return reference;
  }

  public arn(reference: FunctionReference): string {
    return functionArn(reference, this.environment);
  }

  public find({ functionName }: FunctionReference): DeployedFunction | undefined {
    return this.functions.get(functionName);
  }

  /** @throws ResourceNotFoundException if the function does not exist */
  public get(reference: FunctionReference): DeployedFunction {
    const deployed = this.find(reference);
    if (!deployed) throw notFound(this.arn(reference));
    return deployed;
  }

  /** @throws ResourceNotFoundException if the function or the version does not exist */
  public version(reference: FunctionReference): FunctionVersion {
    const version = this.get(reference).find(reference);
    if (!version) throw notFound(this.arn(reference));
    return version;
  }

  /** @param id the part of the path of the URL that identifies it */
  public findUrl(id: string): { url: FunctionUrl; permissions: ReadonlyMap<string, Permission>; arn: string } | undefined {
    for (const [functionName, deployed] of this.functions) {
      const found = deployed.findUrl(id);
      if (!found) continue;
      const reference = { functionName, qualifier: found.qualifier };
      return { url: found.url, permissions: deployed.permissionsOf(reference), arn: this.arn(reference) };
    }
    return undefined;
  }
}
