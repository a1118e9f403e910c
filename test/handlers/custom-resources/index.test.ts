import type { Context } from 'aws-lambda';
import { handler } from '../../../handlers/custom-resources';
import { calls, event, mockAnswers, resetAll, ROOM, SECRET, serviceError, throttled } from '../../support/custom-resources/handler';

const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const create = () => handler(event('Custom::IVSChatRoomRate', 'Create', props), context);

let lines: unknown[];
const consoleLog = jest.spyOn(console, 'log').mockImplementation((...line) => { lines.push(...line); });

beforeEach(() => {
  resetAll();
  lines = [];
});
afterAll(() => consoleLog.mockRestore());

test('returns the physical id, and logs each call', async () => {
  mockAnswers('UpdateRoom', throttled, {});
  expect(await create()).toEqual({ PhysicalResourceId: `${ROOM}/rate` });
  expect(calls()).toHaveLength(2);
  expect(lines).toEqual([`UpdateRoom ${ROOM}: throttled (ThrottlingException: Rate exceeded)`, `UpdateRoom ${ROOM}: succeeded`]);
});

test('fails with one line and no stack trace, which the framework makes the reason', async () => {
  mockAnswers('UpdateRoom', serviceError('ValidationException', 400, 'no\n    at such'));
  const error: Error = await create().then(() => { throw new Error('it did not fail'); }, thrown => thrown);
  expect(error.stack).toBe(`Error: ${error.message}`);
  expect(error.message).toMatch(/^[^\n]+$/);
  expect(JSON.stringify(lines)).not.toContain(SECRET);
});
