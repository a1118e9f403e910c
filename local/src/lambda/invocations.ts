import { randomUUID } from 'node:crypto';
import { tooManyRequests } from './errors';
import { parseFunction } from './function-arn';
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

/** Invokes functions within their concurrency limits. */
export class Invocations {
  constructor(private readonly registry: FunctionRegistry, private readonly environment: Environment, private readonly maxConcurrency: number) {}

  /** Rejects with TooManyRequestsException at the concurrency limit, and never queues. */
  public async invoke(functionArnOrName: string, payload: string, options: InvocationOptions = {}): Promise<InvocationResult> {
    const reference = this.registry.parse(functionArnOrName);
    const version = this.registry.version(reference);
    const deployed = this.registry.get(reference);
    const { reservedConcurrency } = deployed.latest.definition;
    const limit = reservedConcurrency ?? this.maxConcurrency;
    if (deployed.runningInvocations >= limit) throw tooManyRequests(reservedConcurrency !== undefined);
    deployed.runningInvocations++;
    try {
      const outcome = await version.invoke(payload, this.registry.arn(reference), options.requestId ?? randomUUID(), options.clientContext);
      return { ...outcome, executedVersion: version.label };
    } finally {
      deployed.runningInvocations--;
    }
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
}
