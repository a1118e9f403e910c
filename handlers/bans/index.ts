import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { banUser } from './ban-user';
import { BansTable } from './bans-table';
import { Deadline } from './deadline';
import { Disconnector } from './disconnect';
import { parseBanRequest } from './request';
import { Rooms } from './rooms';
import { disconnectAgain, scheduleSecondDisconnect } from './second-disconnect';
import type { BanRequest, BanUserResponse, ListBansResponse, UnbanUserResponse } from '../../src/tokens/ban-request';
import type { BansFunctionSettings } from '../../src/tokens/bans-function-settings';
import { writeLine } from '../shared/log-lines';

const settings = JSON.parse(process.env.BANS!) as BansFunctionSettings;

/** In milliseconds. The SDK has no timeout by default. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

const table = new BansTable(new DynamoDBClient({ requestHandler }), settings.tableName);
// The URL would take precedence over the endpoint that the environment configures.
const queueClient = new SQSClient({ requestHandler, maxAttempts: 2, useQueueUrlAsEndpoint: false });
const chatClient = new IvschatClient({ maxAttempts: 1 });

type Response = BanUserResponse | ListBansResponse | UnbanUserResponse | Record<string, never>;

/** Is invoked with a `BanRequest`, and by the queue of the second disconnects. */
export async function handler(event: unknown, context: Context): Promise<Response | SQSBatchResponse> {
  const rooms = new Rooms(context.invokedFunctionArn, settings.roomIds);
  const disconnector = new Disconnector(chatClient, rooms, new Deadline(context.getRemainingTimeInMillis()));
  return isFromQueue(event) ? disconnectAgain(event.Records, table, disconnector) : respond(event, rooms, disconnector);
}

function isFromQueue(event: unknown): event is SQSEvent {
  return (event as Partial<SQSEvent> | null)?.Records?.[0]?.eventSource === 'aws:sqs';
}

async function respond(event: unknown, rooms: Rooms, disconnector: Disconnector): Promise<Response> {
  const entry: Record<string, unknown> = {};
  try {
    const request = parseBanRequest(event, rooms);
    entry.action = request.action;
    if ('room' in request) entry.room = request.room;
    if ('userId' in request) entry.userId = request.userId;
    const response = await dispatch(request, disconnector);
    writeLine({ ...entry, outcome: 'ok' });
    return response;
  } catch (error) {
    writeLine({ ...entry, outcome: 'failed', error: (error as Error).name, message: (error as Error).message });
    throw error;
  }
}

async function dispatch(request: BanRequest, disconnector: Disconnector): Promise<Response> {
  switch (request.action) {
    case 'ban':
      return banUser(request, {
        table,
        disconnector,
        scheduleSecondDisconnect: async message => scheduleSecondDisconnect(message, queueClient, settings.queueUrl, table),
      });
    case 'unban': return { removed: await table.remove(request.room, request.userId, request) };
    case 'list': return table.list(request.room, request.after);
    case 'reportTokenLife':
      await table.reportTokenLife(request.seconds);
      return {};
  }
}
