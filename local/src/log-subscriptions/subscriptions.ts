import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LogFilter } from './filter-pattern';
import { parseArn, resourceLabel } from '../arn';
import type { SubscriptionFilter } from '../contracts/subscription-filter';
import type { Environment } from '../environment';
import { ExpectedError } from '../expected-error';
import type { LiveLog } from '../live-log/live-log';

const compress = promisify(gzip);

/** The quota of AWS, which was 2 in earlier years. */
const MAXIMUM_FILTERS = 5;
const SERVICE = 'logs.amazonaws.com';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** The part of Lambda that subscriptions use. */
export interface SubscribedFunctions {
  mayInvoke(functionArn: string, sourceArn: string, service: string): boolean;
  invokeAsynchronously(functionArn: string, payload: string): void;
}

export interface LogSubscriptionsOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  readonly functions: SubscribedFunctions;
  /** Deliver each event twice, because functions must be prepared for it. @default false */
  readonly deliverTwice?: boolean;
}

interface Subscription {
  readonly filterName: string;
  readonly destinationArn: string;
  readonly matches: LogFilter;
}

/** Subscription filters of log groups: functions receive the log events that a filter matches, in the format of CloudWatch Logs. */
export class LogSubscriptions {
  /** By log group and filter name. */
  private readonly subscriptions = new Map<string, Map<string, Subscription>>();
  private lastEvent = 0;

  constructor(private readonly options: LogSubscriptionsOptions) {}

  /**
   * Creates or updates a subscription filter.
   *
   * @throws ExpectedError if CloudWatch Logs would refuse it, or if its destination or its pattern is of a kind that is not supported
   */
  public put({ destinationArn, filterName, filterPattern, logGroupName }: SubscriptionFilter): void {
    const filters = this.subscriptions.get(logGroupName) ?? new Map<string, Subscription>();
    if (parseArn(destinationArn)?.service !== 'lambda') {
      throw new ExpectedError(`DestinationArn must be the ARN of a function, got ${destinationArn}: ivschat-local does not deliver logs to other services.`);
    }
    // Loaded with the first filter, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { parseFilterPattern } = require('./filter-pattern') as typeof import('./filter-pattern');
    const matches = parseFilterPattern(filterPattern);
    if (!filters.has(filterName) && filters.size >= MAXIMUM_FILTERS) {
      throw new ExpectedError(`Resource limit exceeded: the log group ${logGroupName} has ${MAXIMUM_FILTERS} subscription filters, which is the quota.`);
    }
    const logGroupArn = this.arnOf(logGroupName);
    if (!this.options.functions.mayInvoke(destinationArn, logGroupArn, SERVICE)) {
      throw new ExpectedError('Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function: '
        + `${destinationArn} must exist and have a permission for ${SERVICE} whose SourceArn, if it has one, matches ${logGroupArn}.`);
    }
    filters.set(filterName, { filterName, destinationArn, matches });
    this.subscriptions.set(logGroupName, filters);
  }

  public delete(logGroupName: string, filterName: string): void {
    const filters = this.subscriptions.get(logGroupName);
    filters?.delete(filterName);
    if (filters?.size === 0) this.subscriptions.delete(logGroupName);
  }

  public has(logGroupName: string): boolean {
    return this.subscriptions.has(logGroupName);
  }

  /** Delivers events that were written to a log stream. Never rejects: the live log reports events that a function could not process. */
  public async deliver(logGroupName: string, logStreamName: string, events: readonly LogEvent[]): Promise<void> {
    const withIds = events.map(event => ({ id: this.idOf(event), ...event }));
    for (const { destinationArn, filterName, matches } of [...this.subscriptions.get(logGroupName)?.values() ?? []]) {
      const logEvents = withIds.filter(({ message }) => matches(message));
      if (logEvents.length === 0) continue;
      const data = await compress(JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: this.options.environment.account,
        logGroup: logGroupName,
        logStream: logStreamName,
        subscriptionFilters: [filterName],
        logEvents,
      }));
      this.send(destinationArn, JSON.stringify({ awslogs: { data: data.toString('base64') } }));
      this.record(logGroupName, filterName, destinationArn, logEvents.length);
    }
  }

  private send(destinationArn: string, payload: string): void {
    for (let count = 0; count < (this.options.deliverTwice ? 2 : 1); count++) this.options.functions.invokeAsynchronously(destinationArn, payload);
  }

  private record(logGroup: string, filterName: string, functionArn: string, records: number): void {
    this.options.liveLog.record({
      kind: 'chat-log',
      text: `${records} ${records === 1 ? 'record' : 'records'} of log group ${logGroup} delivered to ${resourceLabel(functionArn)}${this.options.deliverTwice ? ' twice' : ''}`,
      data: { event: 'delivered', logGroup, filterName, functionArn, records },
    });
  }

  private arnOf(logGroupName: string): string {
    const { account, region } = this.options.environment;
    return `arn:aws:logs:${region}:${account}:log-group:${logGroupName}:*`;
  }

  /** 56 digits, in the order of the events. */
  private idOf({ timestamp }: LogEvent): string {
    return `3${String(timestamp).padStart(15, '0')}${String(++this.lastEvent).padStart(40, '0')}`;
  }
}
