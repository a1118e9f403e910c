import { createHash, randomBytes } from 'node:crypto';
import * as path from 'node:path';
import type { Environment } from '../../environment';
import type { DestinationConfiguration, Room } from '../types';

/** Version of the record format, part of paths and names. */
export const CHAT_LOG_VERSION = '1.0';

/** Leaves room for an extension. */
const LONGEST_FILE_NAME = 240;

/** The file that records of a room are written to. */
export interface LogFile {
  /** Records with the same key can be written together. */
  readonly key: string;
  /** Path in the data directory; new for each call if the kind is `object`. */
  readonly path: () => string;
  /** Name of the destination in the live log. */
  readonly label: string;
  /** Each write to a bucket creates an object; writes to log streams and delivery streams append. */
  readonly kind: 'append' | 'object';
  /** Set for a log stream. */
  readonly logStream?: LogStream;
}

export interface LogStream {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

export function logFileOf(destination: DestinationConfiguration, room: Room, time: string, environment: Environment): LogFile {
  if ('s3' in destination) return bucketObject(destination.s3.bucketName, room, time, environment);
  if ('cloudWatchLogs' in destination) return logStream(destination.cloudWatchLogs.logGroupName, room);
  return deliveryStream(destination.firehose.deliveryStreamName);
}

/**
 * Documented: the key contains the time to the minute, so an object has the records of one minute.
 *
 * @param time of the record, ISO 8601
 */
function bucketObject(bucketName: string, room: Room, time: string, { account, region }: Environment): LogFile {
  const [year, month, day, hour, minute] = time.split(/[-T:]/);
  const start = ['AWSLogs', account, 'IVSChatLogs', CHAT_LOG_VERSION, region, `room_${room.id}`, year, month, day, hour].join('/');
  const name = `${account}_IVSChatLogs_${CHAT_LOG_VERSION}_${region}_room_${room.id}_${year}${month}${day}T${hour}${minute}Z`;
  return {
    key: `s3 ${bucketName} ${start} ${name}`,
    path: () => path.join('s3', folder(bucketName), start, `${name}_${randomBytes(4).toString('hex')}.log.gz`),
    label: `bucket ${bucketName}`,
    kind: 'object',
  };
}

function logStream(logGroupName: string, room: Room): LogFile {
  const stream = `aws/IVSChatLogs/${CHAT_LOG_VERSION}/room_${room.id}`;
  const file = path.join('cloudwatch-logs', folder(logGroupName), stream);
  return { key: file, path: () => file, label: `log group ${logGroupName}, stream ${stream}`, kind: 'append', logStream: { logGroupName, logStreamName: stream } };
}

function deliveryStream(deliveryStreamName: string): LogFile {
  const file = path.join('firehose', `${folder(deliveryStreamName)}.jsonl`);
  return { key: file, path: () => file, label: `delivery stream ${deliveryStreamName}`, kind: 'append' };
}

/** Turns slashes of a name into folders. A name can contain `..`, which must not lead out of the data directory. */
function folder(name: string): string {
  return name.split('/').filter(part => part !== '').map(part => shortened(/^\.+$/.test(part) ? part.replace(/\./g, '%2E') : part)).join('/');
}

/** Log group names have up to 512 characters, file names up to 255. */
function shortened(part: string): string {
  if (part.length <= LONGEST_FILE_NAME) return part;
  const hash = createHash('sha256').update(part).digest('hex').slice(0, 16);
  return `${part.slice(0, LONGEST_FILE_NAME - hash.length - 1)}-${hash}`;
}
