import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Environment } from '../environment';
import { DeployedFunction } from './deployed-function';
import { invalidParameter, notFound, tooManyRequests } from './errors';
import { FunctionVersion } from './function-version';
import { HttpError } from '../http/http-error';
import type { Sessions } from '../iam/sessions';
import { OrphanCleanup } from './execution/orphan-cleanup';
import { allowsService } from './permissions';
import type { Permission } from '../contracts/permission';
import type { LiveLog } from '../live-log/live-log';
import { checkEnvironment } from './execution/environment-variables';
import { findRuntime } from './execution/runtimes';
import { functionArn, parseFunction, type FunctionReference } from './function-arn';
import { copyCode, createCodeFolder } from './function-code';
import type { FunctionDefinition } from '../contracts/function-definition';

export interface FunctionsOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** URL of the server, such as `http://127.0.0.1:4566`. */
  readonly endpoint: () => string;
  /** For copies of the code. Must be outside of the developer's project. */
  readonly workDirectory: string;
  /** Concurrent invocations of a function without reserved concurrency. @default 10 */
  readonly maxConcurrency?: number;
  /** Issues the credentials of functions. */
  readonly sessions: Sessions;
}

export interface InvocationResult {
  readonly payload: string;
  readonly functionError?: string;
  readonly executedVersion: string;
  readonly logTail: string;
}

/** The functions of the deployed stacks. Each runs in processes of its own. */
export class Functions {
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly notices = new Set<string>();
  private readonly orphanCleanup = new OrphanCleanup();
  private isClosed = false;

  constructor(private readonly options: FunctionsOptions) {}

  public get environment(): Environment {
    return this.options.environment;
  }

  public get liveLog(): LiveLog {
    return this.options.liveLog;
  }

  /** Creates or updates a function. @returns its ARN */
  public async put(definition: FunctionDefinition): Promise<string> {
    const { functionName } = definition;
    if (this.isClosed) throw invalidParameter('ivschat-local is shutting down.');
    checkEnvironment(definition);
    const folder = await createCodeFolder(functionName, this.options.workDirectory);
    let version: FunctionVersion;
    try {
      const runtime = await findRuntime(definition.runtime, folder.task);
      await copyCode(definition, runtime, folder, this.findCodeCopy(definition));
      this.noticeOnce(runtime.notice);
      version = new FunctionVersion({
        definition, runtime, folder, environment: this.environment, endpoint: this.options.endpoint(), version: '$LATEST', orphanCleanup: this.orphanCleanup,
      }, this.options.sessions, this.liveLog);
    } catch (error) {
      await rm(folder.root, { recursive: true, force: true });
      throw error;
    }
    const existing = this.functions.get(functionName);
    if (existing) existing.update(version);
    else this.functions.set(functionName, new DeployedFunction(version));
    return this.arn({ functionName });
  }

  public async delete(functionName: string): Promise<void> {
    const { functionName: name } = this.parse(functionName);
    const deployed = this.functions.get(name);
    this.functions.delete(name);
    await deployed?.close();
  }

  /** @returns the ARN of the version */
  public publishVersion(functionName: string): string {
    const reference = this.parse(functionName);
    const version = this.get(reference).publish();
    return this.arn({ functionName: reference.functionName, qualifier: version.label });
  }

  public deleteVersion(arn: string): void {
    const { functionName, qualifier } = this.parse(arn);
    if (qualifier !== undefined) this.functions.get(functionName)?.deleteVersion(qualifier);
  }

  /** Creates or updates an alias. @returns its ARN */
  public putAlias(functionName: string, alias: string, version: string): string {
    const reference = { functionName: this.parse(functionName).functionName, qualifier: alias };
    if (/^\d+$/.test(alias)) throw invalidParameter(`Name of an alias must not be a number, got ${alias}.`);
    const deployed = this.get(reference);
    const target = { ...reference, qualifier: version };
    if (!/^(\d+|\$LATEST)$/.test(version) || !deployed.find(target)) throw notFound(this.arn(target));
    deployed.aliases.set(alias, version);
    return this.arn(reference);
  }

  public deleteAlias(arn: string): void {
    const { functionName, qualifier = '' } = this.parse(arn);
    this.functions.get(functionName)?.aliases.delete(qualifier);
  }

  public addPermission(functionArnOrName: string, statement: Permission): void {
    const reference = this.parse(functionArnOrName);
    this.version(reference);
    const permissions = this.get(reference).permissionsOf(reference);
    if (permissions.has(statement.id)) {
      throw new HttpError('ResourceConflictException', 409, `The function already has a permission statement with the id ${statement.id}.`, { Type: 'User' });
    }
    permissions.set(statement.id, statement);
  }

  public removePermission(functionArnOrName: string, id: string): void {
    const reference = this.parse(functionArnOrName);
    this.functions.get(reference.functionName)?.permissionsOf(reference).delete(id);
  }

  /** @returns the URL, which is the same in every run */
  public putUrl(functionArnOrName: string, authType: 'AWS_IAM' | 'NONE', cors?: unknown): string {
    const reference = this.parse(functionArnOrName);
    this.version(reference);
    const id = createHash('sha256').update(this.arn(reference)).digest('hex').slice(0, 32);
    this.get(reference).putUrl(reference, { id, authType, cors });
    return `${this.options.endpoint()}/lambda-url/${id}/`;
  }

  public deleteUrl(functionArnOrName: string): void {
    const reference = this.parse(functionArnOrName);
    this.functions.get(reference.functionName)?.deleteUrl(reference);
  }

  /** Invokes a function. Rejects with TooManyRequestsException at the concurrency limit, and never queues. */
  public async invoke(
    functionArnOrName: string, payload: string, options: { requestId?: string; clientContext?: string } = {},
  ): Promise<InvocationResult> {
    const reference = this.parse(functionArnOrName);
    const version = this.version(reference);
    const deployed = this.get(reference);
    const { reservedConcurrency } = deployed.latest.definition;
    const limit = reservedConcurrency ?? this.options.maxConcurrency ?? 10;
    if (deployed.runningInvocations >= limit) throw tooManyRequests(reservedConcurrency !== undefined);
    deployed.runningInvocations++;
    try {
      const outcome = await version.invoke(payload, this.arn(reference), options.requestId ?? randomUUID(), options.clientContext);
      return { ...outcome, executedVersion: version.label };
    } finally {
      deployed.runningInvocations--;
    }
  }

  /** Whether a permission allows Amazon IVS Chat to invoke the function. Permissions apply to exactly one qualifier. */
  public mayInvoke(functionArnOrName: string, sourceArn: string): boolean {
    const reference = parseFunction(functionArnOrName, this.environment);
    const deployed = reference && this.functions.get(reference.functionName);
    if (!deployed?.find(reference!)) return false;
    const source = { arn: sourceArn, account: this.environment.account };
    return [...deployed.permissionsOf(reference!).values()].some(permission => allowsService(permission, source));
  }

  /** Starts a process unless one is free, and waits until it is initialized. Rejects if the initialization fails. */
  public async warm(functionArnOrName: string): Promise<void> {
    await this.version(this.parse(functionArnOrName)).warm();
  }

  public async close(): Promise<void> {
    this.isClosed = true;
    const deployed = [...this.functions.values()];
    this.functions.clear();
    await Promise.all(deployed.map(async each => each.close()));
    this.orphanCleanup.close();
  }

  /** @throws ResourceNotFoundException if the function or the version does not exist */
  public version(reference: FunctionReference): FunctionVersion {
    const version = this.get(reference).find(reference);
    if (!version) throw notFound(this.arn(reference));
    return version;
  }

  /** @throws ResourceNotFoundException if the function does not exist */
  public get(reference: FunctionReference): DeployedFunction {
    const deployed = this.functions.get(reference.functionName);
    if (!deployed) throw notFound(this.arn(reference));
    return deployed;
  }

  public findUrl(id: string) {
    for (const [functionName, deployed] of this.functions) {
      const found = deployed.findUrl(id);
      if (!found) continue;
      const reference = { functionName, qualifier: found.qualifier };
      return { url: found.url, permissions: deployed.permissionsOf(reference), arn: this.arn(reference) };
    }
    return undefined;
  }

  public parse(functionArnOrName: string): FunctionReference {
    const reference = parseFunction(functionArnOrName, this.environment);
    if (!reference) throw notFound(functionArnOrName);
    return reference;
  }

  public arn(reference: FunctionReference): string {
    return functionArn(reference, this.environment);
  }

  private findCodeCopy({ code, functionName }: FunctionDefinition): string | undefined {
    if (!('directory' in code) || code.fingerprint === undefined) return undefined;
    return this.functions.get(functionName)?.findCodeCopy(code.fingerprint);
  }

  private noticeOnce(text: string | undefined): void {
    if (text === undefined || this.notices.has(text)) return;
    this.notices.add(text);
    this.liveLog.record({ kind: 'notice', level: 'warning', text });
  }
}
