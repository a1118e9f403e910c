import type { Context } from 'aws-lambda';
import { COMPREHEND, ModeratorFunction } from '../../support/auto-moderator/moderator';
import { chatLogEvent, deletionFrame, messageFrame, recordOf, ROOM_ID } from '../../support/chat-log';

let fn: ModeratorFunction;
let handler: typeof import('../../../handlers/auto-moderator').handler;
beforeAll(async () => {
  fn = await ModeratorFunction.start();
  process.env.AUTO_MODERATOR = JSON.stringify({
    judge: COMPREHEND,
    maximumAgeSeconds: 600,
    exempt: [],
    responses: [{ kind: 'deleteMessage', afterStrikes: 1 }],
    strikes: { tableName: 'Strikes', windowSeconds: 600 },
  });
  // Not imported above, because it reads the environment when it is loaded.
  ({ handler } = jest.requireActual<typeof import('../../../handlers/auto-moderator')>('../../../handlers/auto-moderator'));
});
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const context = { invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Moderator', getRemainingTimeInMillis: () => 60_000 } as Context;
const record = (id: string, text: string) => recordOf(messageFrame(id, new Date().toISOString(), { Content: text }));

test('moderates each message of an event once', async () => {
  await handler(chatLogEvent([record('one', 'idiot'), record('two', 'hello'), record('one', 'idiot')]), context);
  expect(fn.aws.deletions.map(({ id }) => id)).toEqual(['one']);
  expect(fn.metrics).toEqual({ Judged: 2, Flagged: 1, Deleted: 1 });
  expect(fn.log[0]).toMatchObject({ outcome: 'flagged', room: ROOM_ID, userId: 'ada' });
});

test('counts records that it does not understand', async () => {
  await handler(chatLogEvent(['no JSON', record('one', 'hello'), recordOf(deletionFrame('two', 'one', new Date().toISOString()))]), context);
  expect(fn.metrics).toEqual({ Unreadable: 2, Judged: 1 });
});

test.each([[{ messageType: 'CONTROL_MESSAGE' }, 'control message'], [{ logStream: 'one' }, 'log stream of no room']])('skips %j', async (changes, skipped) => {
  await handler(chatLogEvent([record('one', 'idiot')], changes), context);
  expect(fn.aws.operations).toEqual([]);
  expect(fn.log).toEqual([expect.objectContaining({ skipped })]);
});
