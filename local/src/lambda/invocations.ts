import { randomUUID } from 'node:crypto';
import type { DeployedFunction } from './deployed-function';
import { tooManyRequests } from './errors';
import { parseFunction, type FunctionReference } from './function-arn';
import type { FunctionRegistry } from './function-registry';
import { allowsService } from './permissions';
import type { Environment } from '../environment';

export interface InvocationResult {
  readonly payload: string;
  readonly functionError?: string;
  readonly executedVersion: string;
  readonly logTail: string;
}

export interface InvocationOptions {
  /** @default - random */
  readonly requestId?: string;
  readonly clientContext?: string;
}

/** What event sources need to know of a function. */
export interface FunctionSettings {
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly concurrencyLimit: number;
}

/** Invokes functions within their concurrency limits. */
export class Invocations {
  /** Callers that wait until the function can run. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(private readonly registry: FunctionRegistry, private readonly environment: Environment, private readonly maxConcurrency: number) {}

  /** Rejects with TooManyRequestsException at the concurrency limit, and never queues. */
  public async invoke(functionArnOrName: string, payload: string, options: InvocationOptions = {}): Promise<InvocationResult> {
    const reference = this.registry.parse(functionArnOrName);
    const version = this.registry.version(reference);
    const deployed = this.registry.get(reference);
    if (deployed.runningInvocations >= this.limitOf(deployed)) throw tooManyRequests(deployed.latest.definition.reservedConcurrency !== undefined);
    deployed.runningInvocations++;
    try {
      const outcome = await version.invoke(payload, this.registry.arn(reference), options.requestId ?? randomUUID(), options.clientContext);
      return { ...outcome, executedVersion: version.label };
    } finally {
      deployed.runningInvocations--;
      this.wake(reference);
    }
  }

  /** Invokes the function as soon as it is below its concurrency limit. Rejects if it does not exist, or may not run at all. */
  public async invokeWhenFree(functionArnOrName: string, payload: string, options?: InvocationOptions): Promise<InvocationResult> {
    const reference = this.registry.parse(functionArnOrName);
    for (;;) {
      const deployed = this.registry.get(reference);
      const limit = this.limitOf(deployed);
      // Nothing is awaited between this check and the invocation.
      if (limit === 0 || deployed.runningInvocations < limit) return this.invoke(functionArnOrName, payload, options);
      await this.untilInvocationEnds(reference);
    }
  }

  /** Undefined if the function does not exist. */
  public settings(functionArnOrName: string): FunctionSettings | undefined {
    const reference = parseFunction(functionArnOrName, this.environment);
    const deployed = reference && this.registry.find(reference);
    const version = deployed?.find(reference!);
    if (!version) return undefined;
    const { roleArn, timeoutSeconds } = version.definition;
    return { roleArn, timeoutSeconds, concurrencyLimit: this.limitOf(deployed!) };
  }

  /** Whether a permission allows a service to invoke the function. Permissions apply to exactly one qualifier. */
  public mayInvoke(functionArnOrName: string, sourceArn: string, service: string): boolean {
    const reference = parseFunction(functionArnOrName, this.environment);
    const deployed = reference && this.registry.find(reference);
    if (!deployed?.find(reference!)) return false;
    const source = { service, arn: sourceArn, account: this.environment.account };
    return [...deployed.permissionsOf(reference!).values()].some(permission => allowsService(permission, source));
  }

  /** Starts a process unless one is free, and waits until it is initialized. Rejects if the initialization fails. */
  public async warm(functionArnOrName: string): Promise<void> {
    await this.registry.version(this.registry.parse(functionArnOrName)).warm();
  }

  private limitOf({ latest: { definition: { reservedConcurrency } } }: DeployedFunction): number {
    return reservedConcurrency ?? this.maxConcurrency;
  }

  private async untilInvocationEnds({ functionName }: FunctionReference): Promise<void> {
    const callers = this.waiting.get(functionName) ?? [];
    this.waiting.set(functionName, callers);
    await new Promise<void>(resolve => callers.push(resolve));
  }

  /** Wakes all callers in their order: each of them checks again whether it can run. */
  private wake({ functionName }: FunctionReference): void {
    const callers = this.waiting.get(functionName) ?? [];
    this.waiting.delete(functionName);
    for (const resume of callers) resume();
  }
}
