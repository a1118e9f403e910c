import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Environment } from '../environment';
import { handleApi } from './api';
import { functionArn, parseFunction, type FunctionReference } from './function-arn';
import { createCodeFolder, putCode } from './function-code';
import type { FunctionDefinition } from './function-definition';
import { DeployedFunction } from './deployed-function';
import { LambdaError, invalidParameter, notFound, tooManyRequests } from './errors';
import { Guard } from './execution/orphan-cleanup';
import { allowsService, type Permission } from './permissions';
import type { LiveLog } from '../live-log/live-log';
import { checkEnvironment } from './execution/environment-variables';
import { findRuntime } from './execution/runtimes';
import { handleUrl } from './url/function-url';
import { FunctionVersion } from './function-version';
import type { Authorize } from '../iam/authorize';
import { developer, roleSession, signatureOf, type CallerIdentity } from '../iam/callers';
import type { FunctionInvoker } from '../ivschat/types';

export type { FunctionDefinition } from './function-definition';
export type { CallerIdentity } from '../iam/callers';
export { roleId } from '../iam/callers';
export type { Permission } from './permissions';

export interface FunctionsOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** Of the one server, such as `http://127.0.0.1:4566`. */
  readonly endpoint: () => string;
  /** Outside of the developer's project. */
  readonly workDirectory: string;
  /** Invocations at a time of a function without a reserved concurrency. @default 10 */
  readonly maxConcurrency?: number;
  /** Who signs with an access key id that is none of a function. @default the developer */
  readonly identify?: (accessKeyId: string) => CallerIdentity | undefined;
}

export interface InvocationResult {
  readonly payload: string;
  readonly functionError?: string;
  readonly executedVersion: string;
  readonly logTail: string;
}

/** The functions of the deployed stacks: their code in processes of their own, their permissions, versions and URLs. */
export class Functions implements FunctionInvoker {
  private readonly functions = new Map<string, DeployedFunction>();
  /** Kept when a function goes: what still runs must not become the developer. */
  private readonly sessions = new Map<string, { roleArn: string; functionName: string }>();
  private readonly notices = new Set<string>();
  private readonly guard = new Guard();
  private isClosed = false;

  constructor(private readonly options: FunctionsOptions) {}

  public get environment(): Environment {
    return this.options.environment;
  }

  public get liveLog(): LiveLog {
    return this.options.liveLog;
  }

  /** Creates or updates. @returns its ARN */
  public async put(definition: FunctionDefinition): Promise<string> {
    const { functionName } = definition;
    if (this.isClosed) throw new Error('Everything is being stopped.');
    checkEnvironment(definition);
    const folder = await createCodeFolder(functionName, this.options.workDirectory);
    let version: FunctionVersion;
    try {
      const runtime = await findRuntime(definition.runtime, folder.task);
      await putCode(definition, runtime, folder, this.copyOf(definition));
      this.notice(runtime.notice);
      version = new FunctionVersion({
        definition, runtime, folder, environment: this.environment, endpoint: this.options.endpoint(), version: '$LATEST', guard: this.guard,
      }, this.liveLog);
    } catch (error) {
      await rm(folder.root, { recursive: true, force: true });
      throw error;
    }
    this.remember(version);
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
    this.remember(version);
    return this.arn({ functionName: reference.functionName, qualifier: version.label });
  }

  public deleteVersion(arn: string): void {
    const { functionName, qualifier } = this.parse(arn);
    if (qualifier !== undefined) this.functions.get(functionName)?.deleteVersion(qualifier);
  }

  /** Creates or updates. @returns its ARN */
  public putAlias(functionName: string, alias: string, version: string): string {
    const reference = { functionName: this.parse(functionName).functionName, qualifier: alias };
    if (/^\d+$/.test(alias)) throw invalidParameter(`An alias cannot be a number: ${alias}`);
    const deployed = this.get(reference);
    if (!/^(\d+|\$LATEST)$/.test(version) || !deployed.find({ ...reference, qualifier: version })) throw notFound(this.arn({ ...reference, qualifier: version }));
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
      throw new LambdaError('ResourceConflictException', 409, `The function has a statement ${statement.id} already`, { Type: 'User' });
    }
    permissions.set(statement.id, statement);
  }

  public removePermission(functionArnOrName: string, id: string): void {
    const reference = this.parse(functionArnOrName);
    this.functions.get(reference.functionName)?.permissionsOf(reference).delete(id);
  }

  /** @returns the URL, the same on every start */
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

  /** Never waits for a free process: at the bound it rejects, as Lambda does. */
  public async invoke(
    functionArnOrName: string, payload: string, options: { requestId?: string; clientContext?: string } = {},
  ): Promise<InvocationResult> {
    const reference = this.parse(functionArnOrName);
    const version = this.version(reference);
    const deployed = this.get(reference);
    const { reservedConcurrency } = deployed.latest.definition;
    if (deployed.running >= (reservedConcurrency ?? this.options.maxConcurrency ?? 10)) throw tooManyRequests(reservedConcurrency !== undefined);
    deployed.running++;
    try {
      const outcome = await version.invoke(payload, this.arn(reference), options.requestId ?? randomUUID(), options.clientContext);
      return { ...outcome, executedVersion: version.label };
    } finally {
      deployed.running--;
    }
  }

  /** A permission on the function alone does not reach its versions and aliases, nor the other way round. */
  public mayInvoke(functionArnOrName: string, sourceArn: string): boolean {
    const reference = parseFunction(functionArnOrName, this.environment);
    const deployed = reference && this.functions.get(reference.functionName);
    if (!deployed?.find(reference!)) return false;
    const source = { arn: sourceArn, account: this.environment.account };
    return [...deployed.permissionsOf(reference!).values()].some(permission => allowsService(permission, source));
  }

  /** Starts a process if none is free, and waits until it could work. Rejects with a sentence if it never will. */
  public async warm(functionArnOrName: string): Promise<void> {
    await this.version(this.parse(functionArnOrName)).warm();
  }

  /** The role of the function whose process signs with this access key id. */
  public roleOf(accessKeyId: string): string | undefined {
    return this.sessions.get(accessKeyId)?.roleArn;
  }

  public identityOf(accessKeyId: string): CallerIdentity {
    const session = this.sessions.get(accessKeyId);
    if (session) return roleSession(session.roleArn, session.functionName);
    return this.options.identify?.(accessKeyId) ?? developer(this.environment);
  }

  /** @returns false if the request is for neither the Lambda API nor a function URL */
  public async handle(req: IncomingMessage, res: ServerResponse, authorize: Authorize): Promise<boolean> {
    const path = (req.url ?? '').split('?')[0];
    const id = /^\/lambda-url\/([0-9a-z]+)(?:\/|$)/.exec(path)?.[1];
    if (id !== undefined) {
      await handleUrl(this, id, authorize, req, res);
      return true;
    }
    if (signatureOf(req.headers.authorization)?.service !== 'lambda') return false;
    await handleApi(this, authorize, req, res);
    return true;
  }

  public async close(): Promise<void> {
    this.isClosed = true;
    const deployed = [...this.functions.values()];
    this.functions.clear();
    await Promise.all(deployed.map(async each => each.close()));
    this.guard.close();
  }

  /** Throws the API's ResourceNotFoundException. */
  public version(reference: FunctionReference): FunctionVersion {
    const version = this.get(reference).find(reference);
    if (!version) throw notFound(this.arn(reference));
    return version;
  }

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

  private copyOf({ code, functionName }: FunctionDefinition): string | undefined {
    if (!('directory' in code) || code.fingerprint === undefined) return undefined;
    return this.functions.get(functionName)?.folderWith(code.fingerprint);
  }

  private remember(version: FunctionVersion): void {
    const { roleArn, functionName } = version.definition;
    this.sessions.set(version.accessKeyId, { roleArn, functionName });
  }

  private notice(text: string | undefined): void {
    if (text === undefined || this.notices.has(text)) return;
    this.notices.add(text);
    this.liveLog.record({ kind: 'notice', level: 'warning', text });
  }
}
