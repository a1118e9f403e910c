import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CHAT_LOG_VERSION, logFileOf, type LogFile, type LogStream } from './log-files';
import { countOf, WriteFailures } from './write-failures';
import { append, create } from './write-file';
import type { Environment } from '../../environment';
import type { LiveLog } from '../../live-log/live-log';
import type { ChatLog, LoggingConfiguration, Room } from '../types';

const compress = promisify(gzip);

/** Delay for records to be written together. Documented averages of the service: 10 seconds, and 5 minutes for a bucket. */
const BATCH_MILLISECONDS = { append: 1000, object: 5000 };
/** A batch of this many characters is written without delay. */
const BATCH_LENGTH = 256 * 1024;
const RECENT_RECORDS = 500;

/** Record format of the service. Documented. */
export interface ChatLogRecord {
  /** Time at which the service received the message, in milliseconds. */
  readonly event_timestamp: string;
  readonly type: 'EVENT' | 'MESSAGE';
  readonly version: string;
  /** The frame as clients receive it. */
  readonly payload: object;
}

export interface LoggedRecord {
  readonly roomArn: string;
  readonly record: ChatLogRecord;
}

export interface ChatLogsOptions {
  /** The data directory, with folders `s3`, `cloudwatch-logs` and `firehose`. */
  readonly directory: string;
  readonly environment: Environment;
  /** Finds a logging configuration, for each record. */
  readonly configurations: (arn: string) => LoggingConfiguration | undefined;
  readonly liveLog: LiveLog;
  /** Receives the records of log groups after they were written. */
  readonly subscriptions?: LogSubscriber;
}

/** The part of CloudWatch Logs that chat logs use. */
export interface LogSubscriber {
  /** Whether a log group has a subscription. */
  has(logGroupName: string): boolean;
  /** Must not reject. */
  deliver(logGroupName: string, logStreamName: string, events: readonly { readonly timestamp: number; readonly message: string }[]): Promise<void>;
}

interface Batch {
  readonly logFile: LogFile;
  readonly timer: NodeJS.Timeout;
  readonly lines: string[];
  length: number;
}

/** Chat logs of all rooms, in files that stand for buckets, log groups and delivery streams. */
export class ChatLogs implements ChatLog {
  private readonly batches = new Map<string, Batch>();
  private readonly recentRecords: LoggedRecord[] = [];
  /** Resolves after the last write. Writes are sequential, so that files keep the order of the records. */
  private writing: Promise<void> = Promise.resolve();

  private readonly failures: WriteFailures;

  constructor(private readonly options: ChatLogsOptions) {
    this.failures = new WriteFailures(options.liveLog);
  }

  public record(room: Room, type: 'EVENT' | 'MESSAGE', frame: { readonly SendTime?: string }): void {
    if (room.loggingConfigurationIdentifiers.length === 0) return;
    const record: ChatLogRecord = {
      event_timestamp: new Date(frame.SendTime ?? Date.now()).toISOString(),
      type,
      version: CHAT_LOG_VERSION,
      payload: frame,
    };
    let line: string | undefined;
    for (const arn of room.loggingConfigurationIdentifiers) {
      const configuration = this.options.configurations(arn);
      if (configuration?.state !== 'ACTIVE') continue;
      line ??= `${JSON.stringify(record)}\n`;
      this.append(logFileOf(configuration.destinationConfiguration, room, record.event_timestamp, this.options.environment), line);
    }
    if (line === undefined) return;
    this.recentRecords.push({ roomArn: room.arn, record });
    if (this.recentRecords.length > RECENT_RECORDS) this.recentRecords.shift();
  }

  /** The newest records of all rooms, oldest first, including those that are not written yet. */
  public get recent(): readonly LoggedRecord[] {
    return this.recentRecords;
  }

  /** Writes all records. Never rejects: the live log reports records that could not be written. */
  public async flush(): Promise<void> {
    for (const key of [...this.batches.keys()]) this.write(key);
    await this.writing;
  }

  /** Writes all records. Must be the last call. */
  public async close(): Promise<void> {
    await this.flush();
  }

  private append(logFile: LogFile, line: string): void {
    let batch = this.batches.get(logFile.key);
    if (!batch) {
      const timer = setTimeout(() => this.write(logFile.key), BATCH_MILLISECONDS[logFile.kind]);
      batch = { logFile, timer, lines: [], length: 0 };
      this.batches.set(logFile.key, batch);
    }
    batch.lines.push(line);
    batch.length += line.length;
    if (batch.length >= BATCH_LENGTH) this.write(logFile.key);
  }

  private write(key: string): void {
    const batch = this.batches.get(key);
    if (!batch) return;
    this.batches.delete(key);
    clearTimeout(batch.timer);
    this.writing = this.writing.then(async () => this.save(batch));
  }

  private async save({ logFile, lines }: Batch): Promise<void> {
    const { label, kind } = logFile;
    const file = path.join(this.options.directory, logFile.path());
    try {
      await fs.mkdir(path.dirname(file), { recursive: true });
      if (kind === 'object') await create(file, await compress(lines.join('')));
      else await append(file, lines.join(''));
    } catch (error) {
      this.failures.failed(label, file, lines.length, error);
      return;
    }
    const lost = this.failures.endOf(label);
    this.options.liveLog.record({
      kind: 'chat-log',
      level: lost > 0 ? 'warning' : 'info',
      text: `${countOf(lines.length)} written to ${label}${lost > 0 ? `; ${countOf(lost)} before could not be written and are lost` : ''}`,
      data: { records: lines.length, destination: label, file, ...lost > 0 && { lost } },
    });
    if (logFile.logStream) await this.deliver(logFile.logStream, lines);
  }

  private async deliver({ logGroupName, logStreamName }: LogStream, lines: readonly string[]): Promise<void> {
    const { subscriptions } = this.options;
    if (!subscriptions?.has(logGroupName)) return;
    await subscriptions.deliver(logGroupName, logStreamName, lines.map(line => {
      const { event_timestamp } = JSON.parse(line) as ChatLogRecord;
      return { timestamp: Date.parse(event_timestamp), message: line.trimEnd() };
    }));
  }
}
