import { queueDoesNotExist } from './errors';
import type { QueuedMessage } from './message';
import type { Queue } from './queue';
import { resourceLabel } from '../arn';
import type { QueueDefinition } from '../contracts/queue-definition';
import type { Environment } from '../environment';
import { ExpectedError } from '../expected-error';
import type { LiveLog } from '../live-log/live-log';

export interface QueuesOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** URL of the server. */
  readonly endpoint: () => string;
}

/** The queues of the deployed stacks. */
export class Queues {
  public readonly liveLog: LiveLog;
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly options: QueuesOptions) {
    this.liveLog = options.liveLog;
  }

  /** Throws an ExpectedError if a queue of this name exists, or its dead-letter queue does not. */
  public create(definition: QueueDefinition): void {
    const { queueName } = definition;
    if (this.queues.has(queueName)) throw new ExpectedError(`The queue ${queueName} already exists.`);
    this.checkDeadLetterQueue(definition);
    const arn = this.arnOf(queueName);
    // Loaded with the first queue, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { Queue: QueueClass } = require('./queue') as typeof import('./queue');
    this.queues.set(queueName, new QueueClass(arn, definition, (message, targetArn) => this.moveToDeadLetterQueue(message, arn, targetArn)));
  }

  public update(definition: QueueDefinition): void {
    this.checkDeadLetterQueue(definition);
    this.queues.get(definition.queueName)?.update(definition);
  }

  public delete(queueName: string): void {
    this.queues.get(queueName)?.close();
    this.queues.delete(queueName);
  }

  /** Throws QueueDoesNotExist. */
  public get(queueName: string): Queue {
    const queue = this.queues.get(queueName);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  public findByArn(arn: string): Queue | undefined {
    return [...this.queues.values()].find(queue => queue.arn === arn);
  }

  /** The names of all queues. */
  public get names(): string[] {
    return [...this.queues.keys()].sort();
  }

  public arnOf(queueName: string): string {
    const { account, region } = this.options.environment;
    return `arn:aws:sqs:${region}:${account}:${queueName}`;
  }

  public urlOf(queueName: string): string {
    return `${this.options.endpoint()}/${this.options.environment.account}/${queueName}`;
  }

  /** The name in a queue URL of any host, or undefined if the URL is that of another account, or not of a queue. */
  public nameIn(url: string): string | undefined {
    const [, account, name] = /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([^/]+)$/.exec(url) ?? [];
    return account === this.options.environment.account ? name : undefined;
  }

  public close(): void {
    for (const queueName of this.names) this.delete(queueName);
  }

  private checkDeadLetterQueue({ queueName, redrivePolicy }: QueueDefinition): void {
    if (!redrivePolicy) return;
    const { deadLetterTargetArn } = redrivePolicy;
    if (deadLetterTargetArn !== this.arnOf(queueName) && this.findByArn(deadLetterTargetArn)) return;
    throw new ExpectedError(`RedrivePolicy.deadLetterTargetArn must be the ARN of another queue of this deployment, got ${deadLetterTargetArn}.`);
  }

  private moveToDeadLetterQueue(message: QueuedMessage, sourceArn: string, targetArn: string): boolean {
    const target = this.findByArn(targetArn);
    if (!target) return false;
    target.add({ ...message, systemAttributes: { ...message.systemAttributes, DeadLetterQueueSourceArn: sourceArn } });
    const [source, deadLetterQueue] = [sourceArn, targetArn].map(resourceLabel);
    this.liveLog.record({
      kind: 'queue',
      level: 'warning',
      text: `${source}: a message was received too often and moved to ${deadLetterQueue}`,
      data: { event: 'dead-letter', queue: source, deadLetterQueue, messageId: message.id },
    });
    return true;
  }
}
