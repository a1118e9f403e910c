import type { QueueFunctions, QueuePoller } from './queue-poller';
import type { Queues } from './queues';
import type { EventSourceMapping } from '../contracts/event-source-mapping';
import { ExpectedError } from '../expected-error';
import type { Authorize } from '../iam/authorize';
import { serviceCaller } from '../iam/callers';
import type { LiveLog } from '../live-log/live-log';

export interface EventSourceMappingsOptions {
  readonly authorize: Authorize;
  readonly functions: QueueFunctions;
  readonly liveLog: LiveLog;
  readonly queues: Queues;
  /** Pass each batch to the function twice. @default false */
  readonly deliverTwice?: boolean;
}

/** The actions that the role of a function must allow for its event source. */
const REQUIRED_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** Event source mappings, which pass the messages of queues to functions. */
export class EventSourceMappings {
  private readonly pollers = new Map<string, QueuePoller>();

  constructor(private readonly options: EventSourceMappingsOptions) {}

  /** Creates or updates a mapping. Throws an ExpectedError if Lambda would refuse it. */
  public put(mapping: EventSourceMapping): void {
    const { deliverTwice = false, functions, liveLog, queues } = this.options;
    const queue = queues.findByArn(mapping.queueArn);
    if (!queue) throw new ExpectedError(`EventSourceArn must be the ARN of a queue of this deployment, got ${mapping.queueArn}.`);
    this.check(mapping, queue.definition.visibilityTimeoutSeconds);
    this.delete(mapping.id);
    if (!mapping.isEnabled) return;
    // Loaded with the first mapping, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { QueuePoller: Poller } = require('./queue-poller') as typeof import('./queue-poller');
    this.pollers.set(mapping.id, new Poller({ mapping, queue, functions, liveLog, deliverTwice }));
  }

  public delete(id: string): void {
    this.pollers.get(id)?.close();
    this.pollers.delete(id);
  }

  public close(): void {
    for (const id of [...this.pollers.keys()]) this.delete(id);
  }

  private check({ batchingWindowSeconds, batchSize, functionArn, queueArn }: EventSourceMapping, visibilityTimeoutSeconds: number): void {
    const settings = this.options.functions.settings(functionArn);
    if (!settings) throw new ExpectedError(`FunctionName must be a function of this deployment, got ${functionArn}.`);
    if (batchSize > 10 && batchingWindowSeconds === 0) {
      throw new ExpectedError(`Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10, got a batch size of ${batchSize}.`);
    }
    if (visibilityTimeoutSeconds < settings.timeoutSeconds) {
      throw new ExpectedError(`Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${settings.timeoutSeconds} seconds`);
    }
    for (const action of REQUIRED_ACTIONS) this.checkPermission(action, queueArn, settings.roleArn);
  }

  private checkPermission(action: string, queueArn: string, roleArn: string): void {
    try {
      this.options.authorize(serviceCaller(roleArn, 'lambda', 'sqs'), { action: `sqs:${action}`, resource: queueArn, context: {} });
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      throw new ExpectedError(`The function execution role does not have permissions to call ${action} on SQS: ${error.message}`);
    }
  }
}
