import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CHAT_LOG_VERSION, placeOf, type Place } from './log-files';
import type { Environment } from '../../environment';
import type { LiveLog } from '../../live-log/live-log';
import type { ChatLog, LoggingConfiguration, Room } from '../types';

const compress = promisify(gzip);

/** How long records wait to be written together. The service takes 10 seconds, and 5 minutes for a bucket (documented averages). */
const WAIT_MILLISECONDS = { grows: 1000, object: 5000 };
/** So many characters are written at once, without waiting. */
const BATCH_LENGTH = 256 * 1024;
const RECENT = 500;

/** Documented. */
export interface ChatLogRecord {
  /** When the service received the message. */
  readonly event_timestamp: string;
  readonly type: 'EVENT' | 'MESSAGE';
  readonly version: string;
  /** As clients received it. */
  readonly payload: object;
}

export interface LoggedRecord {
  readonly roomArn: string;
  readonly record: ChatLogRecord;
}

export interface ChatLogsOptions {
  /** The data directory: `s3`, `cloudwatch-logs` and `firehose` are folders of it. */
  readonly directory: string;
  readonly environment: Environment;
  /** Looked up for each record. */
  readonly configurations: (arn: string) => LoggingConfiguration | undefined;
  readonly liveLog: LiveLog;
}

interface Batch {
  readonly place: Place;
  readonly timer: NodeJS.Timeout;
  readonly lines: string[];
  length: number;
}

/** The chat logs of all rooms, as files where the service has buckets, log groups and delivery streams. */
export class ChatLogs implements ChatLog {
  private readonly batches = new Map<string, Batch>();
  private readonly tail: LoggedRecord[] = [];
  /** Ends with the last write: they come one after the other, so that files keep the order. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChatLogsOptions) {}

  public record(room: Room, type: 'EVENT' | 'MESSAGE', frame: { readonly SendTime?: string }): void {
    if (room.loggingConfigurationIdentifiers.length === 0) return;
    const record: ChatLogRecord = {
      event_timestamp: frame.SendTime ?? new Date().toISOString(),
      type,
      version: CHAT_LOG_VERSION,
      payload: frame,
    };
    let line: string | undefined;
    for (const arn of room.loggingConfigurationIdentifiers) {
      const configuration = this.options.configurations(arn);
      if (configuration?.state !== 'ACTIVE') continue;
      line ??= `${JSON.stringify(record)}\n`;
      this.append(placeOf(configuration.destinationConfiguration, room, record.event_timestamp, this.options.environment), line);
    }
    if (line === undefined) return;
    this.tail.push({ roomArn: room.arn, record });
    if (this.tail.length > RECENT) this.tail.shift();
  }

  /** The newest records of all rooms, oldest first, whether they are written yet or not. */
  public get recent(): readonly LoggedRecord[] {
    return this.tail;
  }

  /** Resolves when all that has been recorded is written. Never rejects: what cannot be written is said in the live log. */
  public async flush(): Promise<void> {
    for (const key of [...this.batches.keys()]) this.write(key);
    await this.writing;
  }

  /** Nothing may be recorded after this. */
  public async close(): Promise<void> {
    await this.flush();
  }

  private append(place: Place, line: string): void {
    let batch = this.batches.get(place.key);
    if (!batch) {
      const timer = setTimeout(() => this.write(place.key), WAIT_MILLISECONDS[place.kind]);
      batch = { place, timer, lines: [], length: 0 };
      this.batches.set(place.key, batch);
    }
    batch.lines.push(line);
    batch.length += line.length;
    if (batch.length >= BATCH_LENGTH) this.write(place.key);
  }

  private write(key: string): void {
    const batch = this.batches.get(key);
    if (!batch) return;
    this.batches.delete(key);
    clearTimeout(batch.timer);
    this.writing = this.writing.then(async () => this.save(batch));
  }

  private async save({ place, lines }: Batch): Promise<void> {
    const file = path.join(this.options.directory, place.file());
    const count = lines.length === 1 ? '1 record' : `${lines.length} records`;
    try {
      await fs.mkdir(path.dirname(file), { recursive: true });
      if (place.kind === 'object') await fs.writeFile(file, await compress(lines.join('')), { flag: 'wx' });
      else await fs.appendFile(file, lines.join(''));
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      const text = `${count} for ${place.label} could not be written to ${file}: ${reason}`;
      this.options.liveLog.record({ kind: 'chat-log', level: 'error', text, data: { records: lines.length, file } });
      return;
    }
    this.options.liveLog.record({ kind: 'chat-log', text: `${count} to ${place.label}`, data: { records: lines.length, file } });
  }
}
