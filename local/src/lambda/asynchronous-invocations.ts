import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionRegistry } from './function-registry';
import type { InvocationResult, Invocations } from './invocations';
import type { EventInvokeConfig } from '../contracts/event-invoke-config';
import { parseJson } from '../http/parse-json';
import type { LiveLog } from '../live-log/live-log';

/** Sends a record to a destination. Throws if that is not possible. */
export type SendToDestination = (destinationArn: string, body: string, roleArn: string, sessionName: string) => void;

export interface AsynchronousInvocationsOptions {
  readonly invocations: Invocations;
  readonly registry: FunctionRegistry;
  readonly liveLog: LiveLog;
  /** Delays before the second and the third attempt. */
  readonly retryMilliseconds: readonly number[];
  readonly sendToDestination?: SendToDestination;
}

interface QueuedEvent {
  readonly functionArn: string;
  readonly payload: string;
  readonly requestId: string;
  readonly queuedAt: number;
}

/** How the processing of an event has ended. */
interface Outcome {
  readonly condition: 'EventAgeExceeded' | 'RetriesExhausted' | 'Success';
  readonly attempts: number;
  /** Why the event was given up. */
  readonly problem?: string;
  /** Of the last attempt, if the function has run. */
  readonly result?: InvocationResult;
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
    const outcome = await this.attemptAll(event).catch((error: Error): Outcome => ({ condition: 'RetriesExhausted', attempts: 0, problem: error.message }));
    if (this.closing.signal.aborted) return;
    const { attempts, condition, problem } = outcome;
    const { functionArn } = event;
    if (problem !== undefined) {
      const count = attempts > 1 ? ` in ${attempts} attempts` : '';
      this.warn(`An event for ${functionArn} was not processed${count}: ${problem}`, { event: 'not-processed', functionArn, problem, attempts, condition });
    }
    this.sendRecord(event, outcome);
  }

  private async attemptAll(event: QueuedEvent): Promise<Outcome> {
    const { maximumEventAgeSeconds = DEFAULT_AGE_SECONDS, maximumRetryAttempts = DEFAULT_RETRIES } = this.configOf(event) ?? {};
    for (let attempts = 1; ; attempts++) {
      const result = await this.attempt(event);
      if (result.functionError === undefined) return { condition: 'Success', attempts, result };
      const problem = 'the function failed';
      if (attempts > maximumRetryAttempts) return { condition: 'RetriesExhausted', attempts, problem, result };
      await this.waitToRetry(event, attempts);
      const isTooOld = performance.now() - event.queuedAt > maximumEventAgeSeconds * 1000;
      if (isTooOld) {
        return { condition: 'EventAgeExceeded', attempts, problem: `${problem}, and the event is older than ${maximumEventAgeSeconds} s`, result };
      }
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

  private sendRecord(event: QueuedEvent, outcome: Outcome): void {
    const { functionArn } = event;
    const config = this.configOf(event);
    const destination = outcome.condition === 'Success' ? config?.onSuccess : config?.onFailure;
    if (destination === undefined) return;
    const { registry, sendToDestination } = this.options;
    try {
      const { functionName } = registry.parse(functionArn);
      const { roleArn } = registry.get({ functionName }).latest.definition;
      if (!sendToDestination) throw new Error('it is not supported');
      sendToDestination(destination, invocationRecord(event, outcome, this.keyOf(functionArn)), roleArn, functionName);
    } catch (error) {
      const problem = (error as Error).message;
      this.warn(`An event for ${functionArn} could not be sent to its destination ${destination}: ${problem}`, { event: 'destination-failed', functionArn, destination, problem });
    }
  }

  private warn(text: string, data: Record<string, unknown>): void {
    this.options.liveLog.record({ kind: 'function', level: 'warning', text, data });
  }

  private configOf({ functionArn }: QueuedEvent): EventInvokeConfig | undefined {
    return this.configs.get(this.keyOf(functionArn));
  }

  private keyOf(functionArn: string): string {
    const { registry } = this.options;
    const { functionName, qualifier = '$LATEST' } = registry.parse(functionArn);
    return registry.arn({ functionName, qualifier });
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function invocationRecord({ payload, requestId }: QueuedEvent, { attempts, condition, result }: Outcome, functionArn: string): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: attempts },
    requestPayload: parsePayload(payload),
    ...result && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.executedVersion,
        ...result.functionError !== undefined && { functionError: result.functionError },
      },
      responsePayload: parsePayload(result.payload),
    },
  });
}

/** Custom runtimes may return something else than JSON. Text that is nested too deeply stays text. */
function parsePayload(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return payload;
  }
}
