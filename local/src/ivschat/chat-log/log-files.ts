import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import type { Environment } from '../../environment';
import type { DestinationConfiguration, Room } from '../types';

/** Of the record format; part of paths and names. */
export const CHAT_LOG_VERSION = '1.0';

/** Where records of one room go. */
export interface Place {
  /** Records with the same key may be written together. */
  readonly key: string;
  /** Below the data directory. */
  readonly file: () => string;
  /** For people. */
  readonly label: string;
  /** A bucket gets objects that are never changed; a log stream and a delivery stream grow. */
  readonly kind: 'grows' | 'object';
}

export function placeOf(destination: DestinationConfiguration, room: Room, time: string, environment: Environment): Place {
  if ('s3' in destination) return objectIn(destination.s3.bucketName, room, time, environment);
  if ('cloudWatchLogs' in destination) return streamIn(destination.cloudWatchLogs.logGroupName, room);
  return deliveryStream(destination.firehose.deliveryStreamName);
}

/** @param time of the record, ISO 8601: the folders and the name go by it (documented), so an object holds the records of one minute */
function objectIn(bucketName: string, room: Room, time: string, { account, region }: Environment): Place {
  const [year, month, day, hour, minute] = time.split(/[-T:]/);
  const start = ['AWSLogs', account, 'IVSChatLogs', CHAT_LOG_VERSION, region, `room_${room.id}`, year, month, day, hour].join('/');
  const name = `${account}_IVSChatLogs_${CHAT_LOG_VERSION}_${region}_room_${room.id}_${year}${month}${day}T${hour}${minute}Z`;
  return {
    key: `s3 ${bucketName} ${start} ${name}`,
    file: () => path.join('s3', folder(bucketName), start, `${name}_${randomBytes(4).toString('hex')}.log.gz`),
    label: `bucket ${bucketName}`,
    kind: 'object',
  };
}

function streamIn(logGroupName: string, room: Room): Place {
  const stream = `aws/IVSChatLogs/${CHAT_LOG_VERSION}/room_${room.id}`;
  const file = path.join('cloudwatch-logs', folder(logGroupName), stream);
  return { key: file, file: () => file, label: `log group ${logGroupName}, stream ${stream}`, kind: 'grows' };
}

function deliveryStream(deliveryStreamName: string): Place {
  const file = path.join('firehose', `${folder(deliveryStreamName)}.jsonl`);
  return { key: file, file: () => file, label: `delivery stream ${deliveryStreamName}`, kind: 'grows' };
}

/** Slashes of a name become folders. A name may hold `..`, which must not lead out of the data directory. */
function folder(name: string): string {
  return name.split('/').filter((part) => part !== '').map((part) => (/^\.+$/.test(part) ? part.replace(/\./g, '%2E') : part)).join('/');
}
