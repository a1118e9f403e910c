import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionRegistry } from './function-registry';
import type { InvocationResult, Invocations } from './invocations';
import type { EventInvokeConfig } from '../contracts/event-invoke-config';
import type { LiveLog } from '../live-log/live-log';

export interface AsynchronousInvocationsOptions {
  readonly invocations: Invocations;
  readonly registry: FunctionRegistry;
  readonly liveLog: LiveLog;
  /** Delays before the second and the third attempt. */
  readonly retryMilliseconds: readonly number[];
}

interface QueuedEvent {
  readonly functionArn: string;
  readonly payload: string;
  readonly requestId: string;
  readonly queuedAt: number;
}

type Condition = 'EventAgeExceeded' | 'RetriesExhausted';

/** Why an event was given up. */
interface Failure {
  readonly condition: Condition;
  readonly problem: string;
  readonly attempts: number;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 60 * 60;

/** The events that functions process asynchronously. They wait while a function is at its concurrency limit, and are retried if it fails. */
export class AsynchronousInvocations {
  private readonly configs = new Map<string, EventInvokeConfig>();
  private readonly closing = new AbortController();

  constructor(private readonly options: AsynchronousInvocationsOptions) {}

  /** Queues an event. Never rejects: the live log reports events that could not be processed. */
  public add(functionArn: string, payload: string): void {
    void this.process({ functionArn, payload, requestId: randomUUID(), queuedAt: performance.now() });
  }

  /** @param functionArn with a qualifier, unless the configuration is that of `$LATEST` */
  public putConfig(functionArn: string, config: EventInvokeConfig): void {
    this.configs.set(this.keyOf(functionArn), config);
  }

  public deleteConfig(functionArn: string): void {
    this.configs.delete(this.keyOf(functionArn));
  }

  /** Drops all events. */
  public close(): void {
    this.closing.abort();
  }

  private async process(event: QueuedEvent): Promise<void> {
    const failure = await this.attemptAll(event).catch((error: Error): Failure => ({ condition: 'RetriesExhausted', problem: error.message, attempts: 0 }));
    if (failure === undefined || this.closing.signal.aborted) return;
    const { functionArn } = event;
    const { attempts, condition, problem } = failure;
    this.options.liveLog.record({
      kind: 'function',
      level: 'warning',
      text: `An event for ${functionArn} was not processed${attempts > 1 ? ` in ${attempts} attempts` : ''}: ${problem}`,
      data: { event: 'not-processed', functionArn, problem, attempts, condition },
    });
  }

  /** @returns undefined if the function has processed the event */
  private async attemptAll(event: QueuedEvent): Promise<Failure | undefined> {
    const config = this.configs.get(this.keyOf(event.functionArn));
    const { maximumEventAgeSeconds = DEFAULT_AGE_SECONDS, maximumRetryAttempts = DEFAULT_RETRIES } = config ?? {};
    for (let attempts = 1; ; attempts++) {
      const { functionError } = await this.attempt(event);
      if (functionError === undefined) return undefined;
      const problem = 'the function failed';
      if (attempts > maximumRetryAttempts) return { condition: 'RetriesExhausted', problem, attempts };
      await this.waitToRetry(event, attempts);
      const isTooOld = performance.now() - event.queuedAt > maximumEventAgeSeconds * 1000;
      if (isTooOld) return { condition: 'EventAgeExceeded', problem: `${problem}, and the event is older than ${maximumEventAgeSeconds} s`, attempts };
    }
  }

  private async attempt({ functionArn, payload, requestId }: QueuedEvent): Promise<InvocationResult> {
    return this.options.invocations.invokeWhenFree(functionArn, payload, { requestId });
  }

  private async waitToRetry({ functionArn }: QueuedEvent, attempts: number): Promise<void> {
    const milliseconds = this.options.retryMilliseconds[attempts - 1];
    this.options.liveLog.record({
      kind: 'function',
      text: `An event for ${functionArn} is retried after ${milliseconds / 1000} s (in AWS after ${attempts} min), because the function failed`,
      data: { event: 'retry', functionArn, attempts },
    });
    await delay(milliseconds, undefined, { signal: this.closing.signal });
  }

  private keyOf(functionArn: string): string {
    const { registry } = this.options;
    const { functionName, qualifier = '$LATEST' } = registry.parse(functionArn);
    return registry.arn({ functionName, qualifier });
  }
}
