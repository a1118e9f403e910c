import { BAN, COMPREHEND, DELETE, DISCONNECT, FUNCTION, GUARDRAIL, messageOf, ModeratorFunction } from '../../support/auto-moderator/moderator';
import { errorOf } from '../../support/bans/handler';

let fn: ModeratorFunction;
beforeAll(async () => { fn = await ModeratorFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const messagesOf = (count: number, text = 'you idiot') => Array.from({ length: count }, () => messageOf(text));

test.each([['Amazon Comprehend', COMPREHEND, 'INSULT'], ['a guardrail', GUARDRAIL, 'INSULTS'], ['a function', FUNCTION, 'INSULT']])(
  'with %s, deletes flagged messages and no others', async (_, judge, label) => {
    const messages = [messageOf('hello'), messageOf('you idiot'), messageOf('bye')];
    await fn.moderate(messages, { judge });

    expect(fn.aws.deletions).toEqual([{ id: messages[1].Id, reason: label }]);
    expect(fn.aws.disconnects).toEqual([]);
    expect(fn.metrics).toEqual({ Judged: 3, Flagged: 1, Deleted: 1 });
  });

test('writes the decision to the log, without the text', async () => {
  const message = messageOf('you idiot');
  await fn.moderate([message]);

  expect(fn.log).toEqual([
    { outcome: 'flagged', room: 'abcDEF123456', messageId: message.Id, userId: 'ann', label: 'INSULT', score: 0.99, strikes: 1, responses: ['deleteMessage'] },
  ]);
});

test('sends the configured reason', async () => {
  await fn.moderate([messageOf('you idiot')], { responses: [{ ...DELETE, reason: 'Stay friendly.' }] });
  expect(fn.aws.deletions[0].reason).toBe('Stay friendly.');
});

describe('does not judge', () => {
  test('messages of rooms that are not named', async () => {
    await fn.moderate([messageOf('you idiot')], { roomIds: ['otherRoom123'] });
    expect(fn.aws.operations).toEqual([]);
  });

  test('messages of exempt senders, by their own attributes', async () => {
    const exempt = [{ attribute: 'role', values: ['moderator'] }, { attribute: 'constructor', values: ['x'] }];
    await fn.moderate([
      messageOf('idiot 1', { Sender: { UserId: 'mia', Attributes: { role: 'moderator' } } }),
      messageOf('idiot 2', { Attributes: { role: 'moderator' } }),
    ], { exempt });
    expect(fn.aws.judged).toEqual([['idiot 2']]);
  });

  test('blank messages', async () => {
    await fn.moderate([messageOf(' \n\u00a0')]);
    expect(fn.aws.operations).toEqual([]);
  });

  test('messages that are too old', async () => {
    await fn.moderate([messageOf('you idiot', { SendTime: new Date(Date.now() - 601_000).toISOString() }), messageOf('idiot')]);
    expect(fn.aws.judged).toEqual([['idiot']]);
    expect(fn.metrics).toMatchObject({ Skipped: 1, Judged: 1 });
  });
});

describe('strikes', () => {
  test('20 messages in one delivery, at a threshold of 3, are 20 deletions and 18 disconnects', async () => {
    await fn.moderate(messagesOf(20));
    expect(new Set(fn.aws.deletions.map(({ id }) => id)).size).toBe(20);
    expect(fn.aws.deletions).toHaveLength(20);
    expect(fn.aws.disconnects).toHaveLength(18);
  });

  test('20 messages in 20 instances at the same time miss no response', async () => {
    await Promise.all(messagesOf(20).map(async message => fn.moderate([message])));
    expect(fn.aws.deletions).toHaveLength(20);
    expect(fn.aws.disconnects.length).toBeGreaterThanOrEqual(18);
    expect(fn.aws.disconnects.length).toBeLessThanOrEqual(20);
  });

  test('count for each user and room', async () => {
    await fn.moderate(['ann', 'ben', 'cid'].flatMap(UserId => [1, 2].map(() => messageOf('idiot', { Sender: { UserId } }))));
    expect(fn.aws.disconnects).toEqual([]);
    expect(fn.aws.strikes.map(({ sender }) => sender.S)).toEqual(expect.arrayContaining(['abcDEF123456#ann', 'abcDEF123456#ben']));
  });

  test('count within the window', async () => {
    const settings = { strikes: { tableName: 'Strikes', windowSeconds: 300 } };
    const sentAgo = (seconds: number) => messageOf('idiot', { SendTime: new Date(Date.now() - seconds * 1_000).toISOString() });
    await fn.moderate([sentAgo(400), sentAgo(200), sentAgo(0)], settings);
    expect(fn.aws.disconnects).toEqual([]);
    await fn.moderate([sentAgo(0)], settings);
    expect(fn.aws.disconnects).toHaveLength(1);
  });

  test('are kept as long as they count', async () => {
    const message = messageOf('idiot');
    await fn.moderate([message], { strikes: { tableName: 'Strikes', windowSeconds: 300 } });
    expect(Number(fn.aws.strikes[0].expiresAt.N)).toBe(Math.ceil(Date.parse(message.SendTime) / 1_000) + 300 + 600 + 60);
  });

  test('are not read if no response needs more than one', async () => {
    await fn.moderate(messagesOf(3), { responses: [DELETE] });
    expect(fn.aws.count('Query')).toBe(0);
    expect(fn.aws.deletions).toHaveLength(3);
  });
});

describe('responses', () => {
  test('none: only the log and the metrics', async () => {
    await fn.moderate(messagesOf(1), { responses: [] });
    expect(fn.aws.operations).toEqual(['DetectToxicContent']);
    expect(fn.metrics).toEqual({ Judged: 1, Flagged: 1 });
    expect(fn.log).toHaveLength(1);
  });

  test('a ban is a request to the function of the bans, which also disconnects', async () => {
    await fn.moderate(messagesOf(3), { responses: [DELETE, BAN] });
    expect(fn.aws.bans).toEqual([
      { action: 'ban', room: 'abcDEF123456', userId: 'ann', minutes: 10, reason: 'INSULT', bannedBy: 'auto-moderator', exceptModerators: true },
    ]);
    expect(fn.aws.disconnects).toEqual([]);
    expect(fn.metrics).toMatchObject({ Deleted: 3, Banned: 1 });
  });

  test('of one kind, that for the most strikes is carried out', async () => {
    await fn.moderate(messagesOf(3), { responses: [{ ...BAN, afterStrikes: 2 }, { ...BAN, afterStrikes: 3, minutes: 99 } as typeof BAN] });
    expect(fn.aws.bans.map(({ minutes }) => minutes)).toEqual([10, 99]);
  });

  test('to a user who left, or in a room that no longer exists, are done', async () => {
    fn.aws.fault = operation => ['DeleteMessage', 'DisconnectUser'].includes(operation) ? 'notFound' : undefined;
    await fn.moderate(messagesOf(3));
    expect(fn.metrics).toMatchObject({ Deleted: 3, Disconnected: 1 });
  });
});

describe('a dry run', () => {
  const DRY = { dryRun: true, responses: [DELETE, DISCONNECT] };

  test('logs what it would do, and does nothing', async () => {
    await fn.moderate(messagesOf(3), DRY);
    expect(fn.log.map(({ dryRun, responses }) => [dryRun, responses])).toEqual([
      [true, ['deleteMessage']], [true, ['deleteMessage']], [true, ['deleteMessage', 'disconnectUser']],
    ]);
    expect([fn.aws.deletions, fn.aws.disconnects]).toEqual([[], []]);
    expect(fn.metrics).toEqual({ Judged: 3, Flagged: 3 });
  });

  test('has strikes that do not count after it', async () => {
    await fn.moderate(messagesOf(3), DRY);
    await fn.moderate(messagesOf(2));
    expect(fn.aws.disconnects).toEqual([]);
    expect(fn.aws.deletions).toHaveLength(2);
  });
});

describe('a repeated delivery', () => {
  test('does nothing again', async () => {
    const messages = messagesOf(4);
    await fn.moderate(messages);
    await fn.moderate(messages);
    expect(fn.aws.deletions).toHaveLength(4);
    expect(fn.aws.disconnects).toHaveLength(2);
    expect(fn.log).toHaveLength(4);
    expect(fn.aws.strikes).toHaveLength(4);
  });

  // Each step fails for good once, in the first delivery. Whatever was done before it is not done again.
  test.each(['DetectToxicContent', 'UpdateItem', 'Query', 'DeleteMessage', 'DisconnectUser'])('after %s failed does what is missing', async operation => {
    const settings = { responses: [DELETE, { ...DISCONNECT, afterStrikes: 2 }] };
    await fn.moderate(messagesOf(1), settings);
    const message = messageOf('you idiot');
    fn.aws.deletions = [];
    fn.aws.fault = name => name === operation ? 'denied' : undefined;
    const error = await errorOf(fn.moderate([message], settings));
    expect(error.message).toMatch(/^1 of 1 messages could not be moderated: /);
    expect(fn.metrics.Failed).toBe(1);

    fn.aws.fault = () => undefined;
    await fn.moderate([message], settings);
    await fn.moderate([message], settings);
    expect(fn.aws.deletions).toHaveLength(1);
    expect(fn.aws.disconnects).toHaveLength(1);
    expect(fn.aws.strikes).toHaveLength(2);
  });

  test('after the mark could not be written does it again', async () => {
    const message = messageOf('you idiot');
    fn.aws.fault = (operation, { UpdateExpression }) => operation === 'UpdateItem' && UpdateExpression.startsWith('ADD') ? 'denied' : undefined;
    expect((await errorOf(fn.moderate([message]))).message).toContain('strikes: AccessDeniedException');

    fn.aws.fault = () => undefined;
    await fn.moderate([message]);
    expect(fn.aws.deletions).toHaveLength(2);
    await fn.moderate([message]);
    expect(fn.aws.deletions).toHaveLength(2);
  });

  test('does not respond again because there are more strikes by now', async () => {
    const [first, ...others] = messagesOf(3);
    await fn.moderate([first]);
    await fn.moderate(others);
    expect(fn.aws.disconnects).toHaveLength(1);
    await fn.moderate([first]);
    expect(fn.aws.disconnects).toHaveLength(1);
  });
});

describe('a failure', () => {
  test.each(['throttled', 'internal', 'lostRequest', 'lostResponse'] as const)('of a response that can pass is retried (%s)', async fault => {
    fn.aws.failNext('DeleteMessage', fault, fault);
    await fn.moderate(messagesOf(1));
    expect(fn.metrics).toMatchObject({ Deleted: 1 });
    expect(fn.metrics.Failed).toBeUndefined();
  });

  test('of a response does not stop the others', async () => {
    fn.aws.fault = operation => operation === 'DeleteMessage' ? 'denied' : undefined;
    await errorOf(fn.moderate(messagesOf(3)));
    expect(fn.aws.disconnects).toHaveLength(1);
    expect(fn.metrics).toMatchObject({ Failed: 3, Disconnected: 1 });
  });

  test('of a ban, which the function of the bans reports, is an error', async () => {
    fn.aws.fault = operation => operation === 'Bans' ? 'denied' : undefined;
    expect((await errorOf(fn.moderate(messagesOf(3), { responses: [BAN] }))).message).toMatch(/^1 of 3 messages could not be moderated: ban: AccessDenied/);
  });

  test('is logged without the text of the message', async () => {
    fn.aws.fault = operation => operation === 'DetectToxicContent' ? 'invalid' : undefined;
    const error = await errorOf(fn.moderate(messagesOf(2)));
    expect(JSON.stringify([fn.log, error.message, error.stack])).not.toContain('idiot');
    expect(fn.log.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });
});
