import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Deadline } from '../../../handlers/chat-history/deadline';
import type { HistoryTable } from '../../../handlers/chat-history/history-table';
import { record } from '../../../handlers/chat-history/record';
import type { ChatLogRecords, MessageFrame } from '../../../handlers/shared/chat-log';
import { printResult } from '../../local/worker/result';

export interface Writes {
  /** Milliseconds to store the messages of one event, for each round. */
  readonly times: number[];
  /** Messages of rooms that were stored at the same time and are not in the table. */
  readonly lost: number;
}

interface Options {
  readonly messages: number;
  readonly rooms: number;
  readonly rounds: number;
  /** Milliseconds that a call takes. */
  readonly latency: number;
  /** Share of the items that a call does not process. */
  readonly unprocessed: number;
}

const SETTINGS = { tableName: 'History', retentionSeconds: 3_600 };

async function measure({ latency, messages, rooms, rounds, unprocessed }: Options): Promise<Writes> {
  const times: number[] = [];
  // The first round compiles the code.
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const stored = await store([recordsOf('AbCdEfGhIjKl', messages)], latency, unprocessed);
    if (round > 0) times.push(performance.now() - start);
    if (stored !== messages) throw new Error(`${messages - stored} of ${messages} messages were not stored`);
  }
  const perRoom = 20;
  const all = Array.from({ length: rooms }, (_, index) => recordsOf(`Room${String(index).padStart(8, '0')}`, perRoom));
  return { times, lost: rooms * perRoom - await store(all, latency, unprocessed) };
}

/** @returns how many messages are in the table */
async function store(events: ChatLogRecords[], latency: number, unprocessed: number): Promise<number> {
  const stored = new Set<string>();
  const table: HistoryTable = { name: 'History', client: { send: async (command: unknown) => answer(command, stored, latency, unprocessed) } as DynamoDBClient };
  await Promise.all(events.map(async records => record(records, table, SETTINGS, new Deadline(60_000))));
  return stored.size;
}

async function answer(command: unknown, stored: Set<string>, latency: number, unprocessed: number): Promise<object> {
  await new Promise(resolve => setTimeout(resolve, latency));
  if (command instanceof BatchGetItemCommand) return { Responses: { History: [] }, UnprocessedKeys: {} };
  if (!(command instanceof BatchWriteItemCommand)) throw new Error('the operation is not known');
  const left = command.input.RequestItems!.History.filter(({ PutRequest }) => {
    if (Math.random() < unprocessed) return true;
    stored.add(`${PutRequest!.Item!.room.S} ${PutRequest!.Item!.at.S}`);
    return false;
  });
  return { UnprocessedItems: left.length === 0 ? {} : { History: left } };
}

function recordsOf(roomId: string, count: number): ChatLogRecords {
  const now = Date.now();
  const messages = Array.from({ length: count }, (_, index): MessageFrame => ({
    Type: 'MESSAGE', Id: `id${index}`, Content: 'x'.repeat(100), SendTime: new Date(now - index).toISOString(), Sender: { UserId: 'ada' },
  }));
  return { roomId, messages, deletions: [], events: [], unreadable: 0 };
}

void printResult(measure(JSON.parse(process.argv[2]) as Options));
