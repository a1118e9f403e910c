import { createHash } from 'node:crypto';
import { DeployedFunction } from './deployed-function';
import { invalidParameter, notFound, resourceConflict } from './errors';
import { FunctionRegistry } from './function-registry';
import { Invocations, type InvocationOptions, type InvocationResult } from './invocations';
import { VersionBuilder, type VersionBuilderOptions } from './version-builder';
import type { FunctionDefinition } from '../contracts/function-definition';
import type { Permission } from '../contracts/permission';
import type { Environment } from '../environment';
import type { LiveLog } from '../live-log/live-log';

export interface FunctionsOptions extends VersionBuilderOptions {
  /** Concurrent invocations of a function without reserved concurrency. @default 10 */
  readonly maxConcurrency?: number;
}

/** The functions of the deployed stacks: creates, configures and deletes them. Each runs in processes of its own. */
export class Functions {
  public readonly environment: Environment;
  public readonly liveLog: LiveLog;
  public readonly registry: FunctionRegistry;
  private readonly builder: VersionBuilder;
  private readonly invocations: Invocations;
  private isClosed = false;

  constructor(private readonly options: FunctionsOptions) {
    const { environment, liveLog, maxConcurrency = 10 } = options;
    this.environment = environment;
    this.liveLog = liveLog;
    this.registry = new FunctionRegistry(environment);
    this.builder = new VersionBuilder(options);
    this.invocations = new Invocations(this.registry, environment, maxConcurrency);
  }

  /** Creates or updates a function. @returns its ARN */
  public async put(definition: FunctionDefinition): Promise<string> {
    const { code, functionName } = definition;
    if (this.isClosed) throw invalidParameter('ivschat-local is shutting down.');
    const fingerprint = 'zipFile' in code ? undefined : code.fingerprint;
    const earlierCopy = fingerprint === undefined ? undefined : this.registry.find({ functionName })?.findCodeCopy(fingerprint);
    const version = await this.builder.build(definition, earlierCopy);
    const existing = this.registry.find({ functionName });
    if (existing) existing.update(version);
    else this.registry.functions.set(functionName, new DeployedFunction(version));
    return this.registry.arn({ functionName });
  }

  public async delete(functionName: string): Promise<void> {
    const reference = this.registry.parse(functionName);
    const deployed = this.registry.find(reference);
    this.registry.functions.delete(reference.functionName);
    await deployed?.close();
  }

  /** @returns the ARN of the version */
  public publishVersion(functionName: string): string {
    const reference = this.registry.parse(functionName);
    const version = this.registry.get(reference).publish();
    return this.registry.arn({ functionName: reference.functionName, qualifier: version.label });
  }

  public deleteVersion(arn: string): void {
    const reference = this.registry.parse(arn);
    if (reference.qualifier !== undefined) this.registry.find(reference)?.deleteVersion(reference.qualifier);
  }

  /** Creates or updates an alias. @returns its ARN */
  public putAlias(functionName: string, alias: string, version: string): string {
    const reference = { functionName: this.registry.parse(functionName).functionName, qualifier: alias };
    if (/^\d+$/.test(alias)) throw invalidParameter(`Name of an alias must not be a number, got ${alias}.`);
    const deployed = this.registry.get(reference);
    const target = { ...reference, qualifier: version };
    if (!/^(\d+|\$LATEST)$/.test(version) || !deployed.find(target)) throw notFound(this.registry.arn(target));
    deployed.aliases.set(alias, version);
    return this.registry.arn(reference);
  }

  public deleteAlias(arn: string): void {
    const reference = this.registry.parse(arn);
    this.registry.find(reference)?.aliases.delete(reference.qualifier ?? '');
  }

  public addPermission(functionArnOrName: string, statement: Permission): void {
    const reference = this.registry.parse(functionArnOrName);
    this.registry.version(reference);
    const permissions = this.registry.get(reference).permissionsOf(reference);
    if (permissions.has(statement.id)) throw resourceConflict(`The function already has a permission statement with the id ${statement.id}.`);
    permissions.set(statement.id, statement);
  }

  public removePermission(functionArnOrName: string, id: string): void {
    const reference = this.registry.parse(functionArnOrName);
    this.registry.find(reference)?.permissionsOf(reference).delete(id);
  }

  /** @returns the URL, which is the same in every run */
  public putUrl(functionArnOrName: string, authType: 'AWS_IAM' | 'NONE', cors?: unknown): string {
    const reference = this.registry.parse(functionArnOrName);
    this.registry.version(reference);
    const id = createHash('sha256').update(this.registry.arn(reference)).digest('hex').slice(0, 32);
    this.registry.get(reference).putUrl(reference, { id, authType, cors });
    return `${this.options.endpoint()}/lambda-url/${id}/`;
  }

  public deleteUrl(functionArnOrName: string): void {
    const reference = this.registry.parse(functionArnOrName);
    this.registry.find(reference)?.deleteUrl(reference);
  }

  /** @see Invocations.invoke */
  public async invoke(functionArnOrName: string, payload: string, options?: InvocationOptions): Promise<InvocationResult> {
    return this.invocations.invoke(functionArnOrName, payload, options);
  }

  /** @see Invocations.mayInvoke */
  public mayInvoke(functionArnOrName: string, sourceArn: string, service = 'ivschat.amazonaws.com'): boolean {
    return this.invocations.mayInvoke(functionArnOrName, sourceArn, service);
  }

  /** @see Invocations.warm */
  public async warm(functionArnOrName: string): Promise<void> {
    await this.invocations.warm(functionArnOrName);
  }

  public async close(): Promise<void> {
    this.isClosed = true;
    const deployed = [...this.registry.functions.values()];
    this.registry.functions.clear();
    await Promise.all(deployed.map(async each => each.close()));
    this.builder.close();
  }
}
