import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand, type GetRoomResponse,
} from '@aws-sdk/client-ivschat';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { Environment } from '../../../handlers/custom-resources/chat-api';
import { respond } from '../../../handlers/custom-resources/respond';

export const ROOM = 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456';
export const OTHER_ROOM = 'arn:aws:ivschat:us-east-1:111122223333:room/ghiJKL789012';
export const HANDLER = 'arn:aws:lambda:us-east-1:111122223333:function:review';
export const OTHER_HANDLER = 'arn:aws:lambda:us-east-1:111122223333:function:other';
export const SECRET = 'X-Amz-Signature=0123456789abcdef';

export function logging(name: string): string {
  return `arn:aws:ivschat:us-east-1:111122223333:logging-configuration/${name.padEnd(12, '0')}`;
}

/** A service that answers only what a test has set up. Any other call fails. */
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

/** Answers the calls of an operation in turn. A call beyond the last answer fails. */
export function mockAnswers(operation: Operation, ...answers: Answer[]): void {
  const left = [...answers];
  mockOperation(operation, () => left.shift() ?? serviceError('UnexpectedCall', 400, `unexpected ${operation}`));
}

export function mockOperation(operation: Operation, implementation: (input: any) => Answer | Promise<Answer>): void {
  service.on(commands[operation] as typeof GetRoomCommand).callsFake(async input => {
    const answer = await implementation(input);
    if (answer instanceof Error) throw answer;
    return answer;
  });
}

/** All calls, in order: the operation and its input. */
export function calls(): [string, unknown][] {
  return service.calls().map(call => [call.args[0].constructor.name.replace(/Command$/, ''), call.args[0].input]);
}

/** The simulated clock: sleeping advances it. */
export let now = 0;
export let log: string[] = [];
const environment: Environment = {
  now: () => now,
  sleep: async milliseconds => { now += milliseconds; },
  random: () => 0.5,
  log: line => log.push(line),
};

export function resetAll(): void {
  now = 1_000_000;
  log = [];
  service.reset();
  service.rejects(serviceError('UnexpectedCall', 400, 'unexpected call'));
}

/** An answer that takes this long. */
export function delayed(milliseconds: number, answer: Answer): () => Answer {
  return () => {
    now += milliseconds;
    return answer;
  };
}

export function serviceError(name: string, status: number, message = 'message of the service'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

export const throttled = serviceError('ThrottlingException', 429, 'Rate exceeded');
export const denied = serviceError('AccessDeniedException', 403, 'User is not authorized to perform this');
export const notFound = serviceError('ResourceNotFoundException', 404, 'Resource does not exist');
export const conflict = serviceError('ConflictException', 409, 'Resource is being updated');
export const internal = serviceError('InternalServerException', 500, 'Internal failure');
export const handlerNotInvokable = serviceError('ValidationException', 400,
  'Request member: uri failed to satisfy the constraints: invalid lambda permission');
export const connectionReset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** An event as CloudFormation sends it: every scalar is a string. */
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

/**
 * Runs the handler with this time limit.
 *
 * @param settingsList the `ChatRoomSettings` in the template
 */
export async function respondWithin(milliseconds: number, sent: CdkCustomResourceEvent, settingsList?: string): Promise<CdkCustomResourceResponse> {
  const end = now + milliseconds;
  return respond(sent, { getRemainingTimeInMillis: () => end - now }, { ...environment, settingsList });
}

/** The error message that the user reads, which is always one line. */
export async function errorMessageOf(response: Promise<unknown>): Promise<string> {
  const error = await response.then(() => { throw new Error('it did not fail'); }, (thrown: Error) => thrown);
  expect(error.message).toMatch(/^[^\n]+$/);
  expect(error.message).not.toContain(SECRET);
  return error.message;
}

/** A stateful room: updates change it, and reads return it. */
export function fakeRoom(room: GetRoomResponse): GetRoomResponse {
  const state = room as any;
  mockOperation('GetRoom', () => structuredClone(state));
  mockOperation('UpdateRoom', ({ identifier: _, ...change }) => Object.assign(state, structuredClone(change)));
  mockOperation('TagResource', ({ tags }) => { state.tags = { ...state.tags, ...tags }; return {}; });
  mockOperation('UntagResource', ({ tagKeys }) => { for (const key of tagKeys) delete state.tags[key]; return {}; });
  return state;
}
