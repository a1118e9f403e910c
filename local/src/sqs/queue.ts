import { randomUUID } from 'node:crypto';
import { invalidParameter, SqsError } from './errors';
import { sizeOf, type OutgoingMessage, type QueuedMessage, type ReceivedMessage } from './message';
import { VisibilityWaiters } from './visibility-waiters';
import type { QueueDefinition } from '../contracts/queue-definition';

/** Documented. */
const MAXIMUM_IN_FLIGHT = 120_000;

export interface ReceiveOptions {
  readonly maximum: number;
  /** Total size of the messages, unless it is a single one. @default - not limited */
  readonly maximumBytes?: number;
  /** @default - that of the queue */
  readonly visibilityTimeoutSeconds?: number;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A message and how often it has been received. */
interface Stored {
  readonly message: QueuedMessage;
  receiveCount: number;
  firstReceivedAt?: number;
}

/** A message that becomes visible when the timer ends. */
interface Hidden {
  readonly stored: Stored;
  readonly timer: NodeJS.Timeout;
}

/** A standard queue, in memory. */
export class Queue {
  public readonly createdAt = Date.now();
  private current: QueueDefinition;
  private modifiedAt = this.createdAt;
  /** By message id, in the order in which they became visible. */
  private readonly visible = new Map<string, Stored>();
  private readonly delayed = new Map<string, Hidden>();
  private readonly inFlight = new Map<string, Hidden>();
  private readonly waiters = new VisibilityWaiters();

  /** @param moveToDeadLetterQueue moves a message, or returns false if the dead-letter queue does not exist */
  constructor(
    public readonly arn: string,
    definition: QueueDefinition,
    private readonly moveToDeadLetterQueue: (message: QueuedMessage, targetArn: string) => boolean,
  ) {
    this.current = definition;
  }

  public get definition(): QueueDefinition {
    return this.current;
  }

  public get lastModifiedAt(): number {
    return this.modifiedAt;
  }

  public get counts(): QueueCounts {
    const visible = [...this.visible.values()].filter(stored => !this.isExpired(stored)).length;
    return { visible, delayed: this.delayed.size, inFlight: this.inFlight.size };
  }

  /** Changes the settings. Messages that are hidden keep their time. */
  public update(definition: QueueDefinition): void {
    this.current = definition;
    this.modifiedAt = Date.now();
  }

  /** @returns the id of the message */
  public send(outgoing: OutgoingMessage, delaySeconds = this.definition.delaySeconds): string {
    const message: QueuedMessage = { ...outgoing, id: randomUUID(), sentAt: Date.now() };
    this.add(message, delaySeconds);
    return message.id;
  }

  /** Adds a message that keeps its id, such as one from another queue. */
  public add(message: QueuedMessage, delaySeconds = 0): void {
    const stored: Stored = { message, receiveCount: 0 };
    if (delaySeconds > 0) this.hide(stored, delaySeconds, this.delayed);
    else this.show(stored);
  }

  /** Receives visible messages, and hides them for the visibility timeout. */
  public receive({ maximum, maximumBytes = Infinity, ...options }: ReceiveOptions): ReceivedMessage[] {
    const { visibilityTimeoutSeconds = this.definition.visibilityTimeoutSeconds } = options;
    const received: ReceivedMessage[] = [];
    let bytes = 0;
    for (const stored of this.visible.values()) {
      if (received.length >= maximum) break;
      if (this.dropExpired(stored) || this.redrive(stored)) continue;
      bytes += sizeOf(stored.message);
      if (bytes > maximumBytes && received.length > 0) break;
      if (this.inFlight.size >= MAXIMUM_IN_FLIGHT) throw new SqsError('OverLimit', `Queue has ${MAXIMUM_IN_FLIGHT} messages in flight.`);
      received.push(this.markReceived(stored));
      if (visibilityTimeoutSeconds === 0) continue;
      this.visible.delete(stored.message.id);
      this.hide(stored, visibilityTimeoutSeconds, this.inFlight);
    }
    return received;
  }

  /** Receives messages as soon as at least one is visible, or none after the wait or if the signal is aborted. */
  public async receiveOrWait(options: ReceiveOptions, waitMilliseconds: number, signal: AbortSignal): Promise<ReceivedMessage[]> {
    const end = performance.now() + waitMilliseconds;
    for (;;) {
      if (signal.aborted) return [];
      const received = this.receive(options);
      const rest = end - performance.now();
      if (received.length > 0 || rest <= 0) return received;
      await this.waiters.wait(rest, signal);
    }
  }

  /** Has no effect for a message that was received again since, or deleted. */
  public delete(receiptHandle: string): void {
    const id = this.messageOf(receiptHandle);
    if (id === undefined) return;
    clearTimeout(this.inFlight.get(id)?.timer);
    this.inFlight.delete(id);
    this.visible.delete(id);
  }

  /** Throws unless the message is in flight. */
  public changeVisibility(receiptHandle: string, seconds: number): void {
    const id = this.messageOf(receiptHandle);
    const hidden = id === undefined ? undefined : this.inFlight.get(id);
    if (!hidden) throw invalidParameter('ReceiptHandle', receiptHandle, 'Message does not exist or is not available for visibility timeout change.');
    clearTimeout(hidden.timer);
    if (seconds > 0) this.hide(hidden.stored, seconds, this.inFlight);
    else this.show(hidden.stored);
  }

  /** Deletes all messages. */
  public purge(): void {
    for (const hidden of [this.delayed, this.inFlight]) {
      for (const { timer } of hidden.values()) clearTimeout(timer);
      hidden.clear();
    }
    this.visible.clear();
  }

  /** Deletes all messages, and ends waiting receivers. */
  public close(): void {
    this.purge();
    this.waiters.wake();
  }

  private show(stored: Stored): void {
    this.delayed.delete(stored.message.id);
    this.inFlight.delete(stored.message.id);
    this.visible.set(stored.message.id, stored);
    this.waiters.wake();
  }

  private hide(stored: Stored, seconds: number, hidden: Map<string, Hidden>): void {
    hidden.set(stored.message.id, { stored, timer: setTimeout(() => this.show(stored), seconds * 1000) });
  }

  private markReceived(stored: Stored): ReceivedMessage {
    stored.receiveCount++;
    stored.firstReceivedAt ??= Date.now();
    const { firstReceivedAt, message, receiveCount } = stored;
    return { ...message, receiveCount, firstReceivedAt, receiptHandle: Buffer.from(`${this.arn} ${message.id} ${receiveCount}`).toString('base64') };
  }

  /** Moves a message that was received too often to the dead-letter queue. */
  private redrive({ message, receiveCount }: Stored): boolean {
    const { redrivePolicy } = this.definition;
    if (!redrivePolicy || receiveCount < redrivePolicy.maxReceiveCount) return false;
    if (!this.moveToDeadLetterQueue(message, redrivePolicy.deadLetterTargetArn)) return false;
    this.visible.delete(message.id);
    return true;
  }

  /** Hidden messages are dropped after they have become visible. */
  private dropExpired(stored: Stored): boolean {
    return this.isExpired(stored) && this.visible.delete(stored.message.id);
  }

  private isExpired({ message: { sentAt } }: Stored): boolean {
    return sentAt < Date.now() - this.definition.retentionSeconds * 1000;
  }

  /** @returns the id of the message, or undefined if the handle is not its newest one or the message was deleted */
  private messageOf(receiptHandle: string): string | undefined {
    const [arn, id, count] = Buffer.from(receiptHandle, 'base64').toString().split(' ');
    if (arn !== this.arn || !count) throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`);
    const stored = this.inFlight.get(id)?.stored ?? this.visible.get(id);
    return stored && String(stored.receiveCount) === count ? id : undefined;
  }
}
