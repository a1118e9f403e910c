import { failedMessageIds, queueEvent } from './event';
import type { ReceivedMessage } from './message';
import type { Queue } from './queue';
import { resourceLabel } from '../arn';
import type { EventSourceMapping } from '../contracts/event-source-mapping';
import type { LiveLog } from '../live-log/live-log';

/** The part of Lambda that event source mappings use. */
export interface QueueFunctions {
  /** Undefined if the function does not exist. */
  settings(functionArn: string): { readonly roleArn: string; readonly timeoutSeconds: number; readonly concurrencyLimit: number } | undefined;
  invokeWhenFree(functionArn: string, payload: string): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

export interface QueuePollerOptions {
  readonly mapping: EventSourceMapping;
  readonly queue: Queue;
  readonly functions: QueueFunctions;
  readonly liveLog: LiveLog;
  readonly deliverTwice: boolean;
}

/** Documented: the batches that Lambda processes at the same time at first. */
const DEFAULT_CONCURRENCY = 5;

/** Documented limit of an event is 6 MB, which also has the metadata of the messages. */
const MAXIMUM_BATCH_BYTES = 5 * 1024 * 1024;

/** Receives the messages of a queue in batches, and passes them to a function. */
export class QueuePoller {
  private readonly closing = new AbortController();
  private running = 0;
  private resume?: () => void;

  constructor(private readonly options: QueuePollerOptions) {
    void this.poll();
  }

  /** Stops receiving messages. Batches that have been received are processed. */
  public close(): void {
    this.closing.abort();
    this.resume?.();
  }

  private async poll(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      if (this.running >= this.concurrency) {
        await new Promise<void>(resolve => this.resume = resolve);
        continue;
      }
      const messages = await this.receiveBatch(signal);
      if (messages.length === 0) continue;
      this.running++;
      void this.process(messages).finally(() => {
        this.running--;
        this.resume?.();
      });
    }
  }

  /** A function without concurrency is tried again when the mapping is updated. */
  private get concurrency(): number {
    const { functions, mapping: { functionArn, maximumConcurrency = DEFAULT_CONCURRENCY } } = this.options;
    return Math.min(maximumConcurrency, functions.settings(functionArn)?.concurrencyLimit ?? 1);
  }

  /** Waits for a message, then for a full batch as long as the batching window lasts. */
  private async receiveBatch(signal: AbortSignal): Promise<ReceivedMessage[]> {
    const { mapping: { batchingWindowSeconds, batchSize }, queue } = this.options;
    const batch = await queue.receiveOrWait({ maximum: batchSize, maximumBytes: MAXIMUM_BATCH_BYTES }, Infinity, signal);
    const end = performance.now() + batchingWindowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && performance.now() < end && !signal.aborted) {
      const options = { maximum: batchSize - batch.length, maximumBytes: MAXIMUM_BATCH_BYTES };
      batch.push(...await queue.receiveOrWait(options, end - performance.now(), signal));
    }
    return batch;
  }

  private async process(messages: readonly ReceivedMessage[]): Promise<void> {
    const { deliverTwice, mapping: { queueArn }, queue } = this.options;
    const payload = JSON.stringify(queueEvent(messages, queueArn));
    const failed = new Set(await this.invoke(payload, messages));
    if (deliverTwice) for (const id of await this.invoke(payload, messages)) failed.add(id);
    for (const { id, receiptHandle } of messages) if (!failed.has(id)) queue.delete(receiptHandle);
    // When the runtime stops, it ends functions that still run.
    if (!this.closing.signal.aborted) this.record(messages.length, failed.size);
  }

  /** @returns the ids of the messages that were not processed */
  private async invoke(payload: string, messages: readonly ReceivedMessage[]): Promise<string[]> {
    const { functions, mapping: { functionArn, reportsBatchItemFailures } } = this.options;
    try {
      const result = await functions.invokeWhenFree(functionArn, payload);
      if (result.functionError !== undefined) return messages.map(({ id }) => id);
      return reportsBatchItemFailures ? failedMessageIds(result.payload, messages) : [];
    } catch {
      // The function was deleted, or may not run.
      return messages.map(({ id }) => id);
    }
  }

  private record(count: number, failed: number): void {
    const { mapping: { functionArn, queueArn }, queue } = this.options;
    const [queueName, functionName] = [queueArn, functionArn].map(resourceLabel);
    const outcome = failed > 0 ? `; ${failed} failed, and will be visible again after ${queue.definition.visibilityTimeoutSeconds} s` : '';
    this.options.liveLog.record({
      kind: 'queue',
      level: failed > 0 ? 'warning' : 'info',
      text: `${queueName}: ${count} ${count === 1 ? 'message' : 'messages'} passed to ${functionName}${this.options.deliverTwice ? ' twice' : ''}${outcome}`,
      data: { event: 'batch', queue: queueName, functionArn, messages: count, failed },
    });
  }
}
