import type { Context } from 'aws-lambda';
import { handler } from '../../../handlers/custom-resources';
import { answers, calls, event, ROOM, SECRET, startAnew, serviceError, throttled } from '../../support/custom-resources/handler';

const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const create = () => handler(event('Custom::IVSChatRoomRate', 'Create', props), context);

let lines: unknown[];
const console_ = jest.spyOn(console, 'log').mockImplementation((...line) => { lines.push(...line); });

beforeEach(() => {
  startAnew();
  lines = [];
});
afterAll(() => console_.mockRestore());

test('answers CloudFormation with an id, and logs what it called', async () => {
  answers('UpdateRoom', throttled, {});
  expect(await create()).toEqual({ PhysicalResourceId: `${ROOM}/rate` });
  expect(calls()).toHaveLength(2);
  expect(lines).toEqual([`UpdateRoom ${ROOM}: throttled (ThrottlingException: Rate exceeded)`, `UpdateRoom ${ROOM}: done`]);
});

test('fails with one line, which the framework makes the reason, and no stack trace', async () => {
  answers('UpdateRoom', serviceError('ValidationException', 400, 'no\n    at such'));
  const error: Error = await create().then(() => { throw new Error('it did not fail'); }, thrown => thrown);
  expect(error.stack).toBe(`Error: ${error.message}`);
  expect(error.message).toMatch(/^[^\n]+$/);
  expect(JSON.stringify(lines)).not.toContain(SECRET);
});
