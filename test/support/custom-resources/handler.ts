import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand, type GetRoomResponse,
} from '@aws-sdk/client-ivschat';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { respond } from '../../../handlers/custom-resources/respond';
import type { Surroundings } from '../../../handlers/custom-resources/surroundings';

export const ROOM = 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456';
export const OTHER_ROOM = 'arn:aws:ivschat:us-east-1:111122223333:room/ghiJKL789012';
export const HANDLER = 'arn:aws:lambda:us-east-1:111122223333:function:review';
export const OTHER_HANDLER = 'arn:aws:lambda:us-east-1:111122223333:function:other';
export const SECRET = 'X-Amz-Signature=0123456789abcdef';

export function logging(name: string): string {
  return `arn:aws:ivschat:us-east-1:111122223333:logging-configuration/${name.padEnd(12, '0')}`;
}

/** A service that knows nothing but what a test says: any other call fails. */
export const service = mockClient(IvschatClient);
const commands = {
  GetRoom: GetRoomCommand,
  UpdateRoom: UpdateRoomCommand,
  ListRooms: ListRoomsCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
};
export type Operation = keyof typeof commands;

type Answer = object | Error;

/** Answers the calls of an operation in turn; one more fails. */
export function answers(operation: Operation, ...inTurn: Answer[]): void {
  const left = [...inTurn];
  answersWith(operation, () => left.shift() ?? new Error(`unexpected ${operation}`));
}

export function answersWith(operation: Operation, answer: (input: any) => Answer): void {
  service.on(commands[operation] as typeof GetRoomCommand).callsFake(async input => {
    const given = answer(input);
    if (given instanceof Error) throw given;
    return given;
  });
}

/** Every call that was made, in order. */
export function calls(): [string, unknown][] {
  return service.calls().map(call => [call.args[0].constructor.name.replace(/Command$/, ''), call.args[0].input]);
}

/** The clock of a test: whoever sleeps moves it on. */
export let now = 0;
export let log: string[] = [];
export const surroundings: Surroundings = {
  now: () => now,
  sleep: async milliseconds => { now += milliseconds; },
  random: () => 0.5,
  log: line => log.push(line),
};

export function startAnew(): void {
  now = 1_000_000;
  log = [];
  service.reset();
  service.rejects(new Error('unexpected call'));
}

/** A call that takes its time. */
export function after(milliseconds: number, answer: Answer): () => Answer {
  return () => {
    now += milliseconds;
    return answer;
  };
}

export function serviceError(name: string, status: number, message = 'said the service'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

export const throttled = serviceError('ThrottlingException', 429, 'Rate exceeded');
export const denied = serviceError('AccessDeniedException', 403, 'User is not authorized to perform this');
export const gone = serviceError('ResourceNotFoundException', 404, 'Resource does not exist');
export const conflict = serviceError('ConflictException', 409, 'Resource is being updated');
export const internal = serviceError('InternalServerException', 500, 'Internal failure');
export const noPermission = serviceError('ValidationException', 400,
  'Request member: uri failed to satisfy the constraints: invalid lambda permission');
export const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** What CloudFormation sends: every scalar a string. */
export function event(
  resourceType: string, requestType: 'Create' | 'Update' | 'Delete', properties: object, more: { id?: string; old?: object } = {},
): CdkCustomResourceEvent {
  return {
    RequestType: requestType,
    ResourceType: resourceType,
    ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:framework',
    ResponseURL: `https://cloudformation-custom-resource-response.s3.amazonaws.com/answer?${SECRET}`,
    StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Chat/1',
    RequestId: 'request',
    LogicalResourceId: 'Resource',
    PhysicalResourceId: more.id,
    ResourceProperties: { ServiceToken: 'token', ServiceTimeout: '300', ...properties },
    OldResourceProperties: more.old && { ServiceToken: 'token', ...more.old },
  } as CdkCustomResourceEvent;
}

export async function respondIn(milliseconds: number, sent: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  const end = now + milliseconds;
  return respond(sent, { getRemainingTimeInMillis: () => end - now }, surroundings);
}

/** The sentence a user reads: always one line. */
export async function failureOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(() => { throw new Error('it did not fail'); }, (thrown: Error) => thrown);
  expect(error.message).toMatch(/^[^\n]+$/);
  expect(error.message).not.toContain(SECRET);
  return error.message;
}

/** A room that changes as it is told, and answers what it is. */
export function holdRoom(room: GetRoomResponse): GetRoomResponse {
  const state = room as any;
  answersWith('GetRoom', () => structuredClone(state));
  answersWith('UpdateRoom', ({ identifier: _, ...change }) => Object.assign(state, structuredClone(change)));
  answersWith('TagResource', ({ tags }) => { state.tags = { ...state.tags, ...tags }; return {}; });
  answersWith('UntagResource', ({ tagKeys }) => { for (const key of tagKeys) delete state.tags[key]; return {}; });
  return state;
}
