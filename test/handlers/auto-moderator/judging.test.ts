import { COMPREHEND, FUNCTION, GUARDRAIL, messageOf, ModeratorFunction } from '../../support/auto-moderator/moderator';
import { errorOf } from '../../support/bans/handler';

let fn: ModeratorFunction;
beforeAll(async () => { fn = await ModeratorFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const JUDGES = [['DetectToxicContent', COMPREHEND], ['ApplyGuardrail', GUARDRAIL], ['Judge', FUNCTION]] as const;
const SIMPLE = { responses: [] };
const flaggedIds = () => fn.log.filter(({ outcome }) => outcome === 'flagged').map(({ messageId }) => messageId);
const messagesOf = (count: number, text = 'hello') => Array.from({ length: count }, () => messageOf(text));

describe('batches', () => {
  test('of Amazon Comprehend have ten segments, and those of a message together', async () => {
    await fn.moderate([...messagesOf(8), messageOf('😀'.repeat(500)), ...messagesOf(8)], SIMPLE);
    expect(fn.aws.judged.map(({ length }) => length).sort()).toEqual([1, 10, 8]);
    expect(fn.metrics.Judged).toBe(17);
  });

  test('of a guardrail have one message', async () => {
    await fn.moderate(messagesOf(3), { ...SIMPLE, judge: GUARDRAIL });
    expect(fn.aws.judged).toEqual([['hello'], ['hello'], ['hello']]);
  });

  test('of a function have as many as configured, with what the chat log has', async () => {
    const message = messageOf('hello', { Attributes: { title: 'One' }, Sender: { UserId: 'ann', Attributes: { role: 'participant' } } });
    await fn.moderate([message, ...messagesOf(11)], { ...SIMPLE, judge: FUNCTION });
    expect(fn.aws.judged.map(({ length }) => length)).toEqual([10, 2]);
    expect(fn.aws.judgeRequests[0].RoomArn).toBe('arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456');
    const { Type, ...judged } = message;
    expect([Type, fn.aws.judgeRequests[0].Messages[0]]).toEqual(['MESSAGE', judged]);
  });
});

test('the worst segment of a long message decides', async () => {
  const message = messageOf(`${'😀'.repeat(260)} idiot ${'😀'.repeat(230)}`);
  await fn.moderate([message, messageOf('hello')], SIMPLE);
  expect(flaggedIds()).toEqual([message.Id]);
});

test.each(JUDGES)('%s gets lone surrogates as replacement characters', async (_, judge) => {
  await fn.moderate([messageOf('a\ud83d')], { ...SIMPLE, judge });
  expect(fn.metrics.Judged).toBe(1);
  expect(fn.aws.judged[0][0]).toMatch(/^a[\ufffd\ud83d]$/);
});

test('the threshold itself is flagged', async () => {
  await fn.moderate([messageOf('idiot')], { ...SIMPLE, judge: { ...COMPREHEND, threshold: 0.99 } as typeof COMPREHEND });
  await fn.moderate([messageOf('idiot')], { ...SIMPLE, judge: { ...COMPREHEND, threshold: 0.991 } as typeof COMPREHEND });
  expect(fn.metrics).toEqual({ Judged: 2, Flagged: 1 });
});

describe('a poisonous message', () => {
  test('that Amazon Comprehend rejects does not fail the others', async () => {
    fn.aws.fault = (operation, { TextSegments }) => operation === 'DetectToxicContent' && TextSegments.some(({ Text }: any) => Text === 'poison') ? 'invalid' : undefined;
    const messages = [messageOf('idiot'), messageOf('poison'), ...messagesOf(5), messageOf('idiot')];
    const error = await errorOf(fn.moderate(messages, SIMPLE));
    expect(error.message).toMatch(/^1 of 8 messages/);
    expect(flaggedIds()).toEqual([messages[0].Id, messages[7].Id]);
    expect(fn.metrics).toEqual({ Judged: 7, Flagged: 2, Failed: 1 });
    expect(fn.log.find(({ outcome }) => outcome === 'failed').messageIds).toEqual([messages[1].Id]);
  });

  test('that breaks a function does not fail the others, and its error is not logged', async () => {
    fn.aws.answer = (operation, input) => operation === 'Judge' && input.Messages.some(({ Content }: any) => Content === 'poison')
      ? Object.assign(new Error('cannot read poison'), { name: 'TypeError' }) : undefined;
    const messages = [messageOf('idiot'), messageOf('poison')];
    const error = await errorOf(fn.moderate(messages, { ...SIMPLE, judge: FUNCTION }));
    expect(flaggedIds()).toEqual([messages[0].Id]);
    expect(fn.log.find(({ outcome }) => outcome === 'failed')).toEqual({
      outcome: 'failed', room: 'abcDEF123456', messageIds: [messages[1].Id], reason: 'judge: FunctionError: TypeError',
    });
    expect(JSON.stringify([error.message, fn.log])).not.toContain('poison');
  });
});

describe('verdicts of a function', () => {
  const answerWith = (verdictsOf: (ids: string[]) => unknown) => {
    fn.aws.answer = (operation, input) => operation === 'Judge' ? verdictsOf(input.Messages.map(({ Id }: any) => Id)) : undefined;
  };

  test('on messages outside the batch are ignored', async () => {
    const [first, second] = messagesOf(2);
    answerWith(ids => ({ Verdicts: [...ids.map(Id => ({ Id, Flagged: false })), { Id: 'AnotherMsg12', Flagged: true }, { Id: ids.includes(first.Id) ? second.Id : first.Id, Flagged: true }] }));
    await fn.moderate([first, second], { judge: { ...FUNCTION, batchSize: 1 } as typeof FUNCTION });
    expect(fn.metrics).toEqual({ Judged: 2 });
    expect(fn.aws.deletions).toEqual([]);
  });

  test('that are missing are failures, and the others count', async () => {
    answerWith(([Id]) => ({ Verdicts: [{ Id, Flagged: true }] }));
    const messages = messagesOf(2);
    expect((await errorOf(fn.moderate(messages, { ...SIMPLE, judge: FUNCTION }))).message).toContain('judge: no verdict');
    expect(fn.metrics).toEqual({ Judged: 1, Flagged: 1, Failed: 1 });
    expect(fn.log[1].messageIds ?? fn.log[0].messageIds).toEqual([messages[1].Id]);
  });

  test.each([
    [null], [[]], [{}], [{ Verdicts: 'all' }], ['yes'], [{ Verdicts: [null, 1, {}, { Id: 1, Flagged: true }] }],
    [{ Verdicts: [{ Id: '$id', Flagged: 'true' }] }], [{ Verdicts: [{ Id: '$id' }] }],
  ])('that are malformed are failures: %j', async answer => {
    answerWith(([id]) => JSON.parse(JSON.stringify(answer).replace('$id', id)) ?? 'null');
    const error = await errorOf(fn.moderate(messagesOf(1), { ...SIMPLE, judge: FUNCTION }));
    expect(error.message).toMatch(/^1 of 1 messages could not be moderated: judge: /);
    expect(fn.metrics).toEqual({ Failed: 1 });
  });

  test.each<[unknown, unknown]>([
    ['SPAM', 'SPAM'], ['A'.repeat(64), 'A'.repeat(64)], ['A'.repeat(65), 'OTHER'], ['spam', 'OTHER'], ['SPAM\n', 'OTHER'], ['<b>', 'OTHER'], ['', 'OTHER'],
    ['ＳＰＡＭ', 'OTHER'], [7, 'OTHER'], [{ a: 1 }, 'OTHER'], [['SPAM'], 'OTHER'], [null, undefined], [undefined, undefined],
  ])('have the label %j as %j', async (Label, expected) => {
    answerWith(([Id]) => ({ Verdicts: [{ Id, Flagged: true, Label }] }));
    await fn.moderate(messagesOf(1), { judge: FUNCTION });
    expect(fn.log[0].label).toBe(expected);
    expect(fn.aws.deletions[0].reason).toBe(expected ?? 'Moderation');
  });

  test.each<[unknown, unknown]>([[0.5, 0.5], [1, 1], [-1, undefined], [2, undefined], ['0.5', undefined], [null, undefined]])('have the score %j as %j', async (Score, expected) => {
    answerWith(([Id]) => ({ Verdicts: [{ Id, Flagged: true, Score }] }));
    await fn.moderate(messagesOf(1), { ...SIMPLE, judge: FUNCTION });
    expect(fn.log[0].score).toBe(expected);
  });
});

test.each([{ ResultList: [] }, { ResultList: [{ Labels: [] }] }, {}])('an answer of Amazon Comprehend without a score is a failure: %j', async answer => {
  fn.aws.answer = () => answer;
  expect((await errorOf(fn.moderate(messagesOf(1), SIMPLE))).message).toContain('DetectToxicContent: no verdict');
});

describe('the labels of a guardrail', () => {
  const intervention = (assessment: object) => ({ action: 'GUARDRAIL_INTERVENED', assessments: [assessment], outputs: [] });

  test.each<[object, string | undefined]>([
    [{ topicPolicy: { topics: [{ name: 'Investment advice', type: 'DENY', action: 'BLOCKED' }] } }, 'TOPICS'],
    [{ wordPolicy: { customWords: [{ match: 'idiot', action: 'BLOCKED' }], managedWordLists: [] } }, 'CUSTOM_WORDS'],
    [{ wordPolicy: { customWords: [], managedWordLists: [{ match: 'idiot', type: 'PROFANITY', action: 'BLOCKED' }] } }, 'PROFANITY'],
    [{ sensitiveInformationPolicy: { piiEntities: [{ type: 'EMAIL', match: 'a@b.c', action: 'ANONYMIZED' }], regexes: [] } }, 'EMAIL'],
    [{ sensitiveInformationPolicy: { piiEntities: [], regexes: [{ name: 'Order', action: 'BLOCKED' }] } }, 'REGEXES'],
    [{}, undefined],
  ])('of %j is %p', async (assessment, expected) => {
    fn.aws.answer = operation => operation === 'ApplyGuardrail' ? intervention(assessment) : undefined;
    await fn.moderate(messagesOf(1), { ...SIMPLE, judge: GUARDRAIL });
    expect(fn.log[0].label).toBe(expected);
    expect(JSON.stringify(fn.log)).not.toContain('idiot');
  });

  test('are not written if a policy only detects', async () => {
    fn.aws.answer = () => ({ action: 'NONE', assessments: [{ contentPolicy: { filters: [{ type: 'HATE', action: 'NONE' }] } }], outputs: [] });
    await fn.moderate(messagesOf(1), { judge: GUARDRAIL });
    expect(fn.metrics).toEqual({ Judged: 1 });
  });

  test('an action that is not known is a failure', async () => {
    fn.aws.answer = () => ({ action: 'PERHAPS', assessments: [], outputs: [] });
    expect((await errorOf(fn.moderate(messagesOf(1), { judge: GUARDRAIL }))).message).toContain('unknown action');
  });
});

describe('a judge that fails', () => {
  test.each(JUDGES)('for a time is asked again (%s)', async (operation, judge) => {
    fn.aws.failNext(operation, 'throttled', 'internal', 'lostResponse', operation === 'ApplyGuardrail' ? 'throttledByBedrock' : 'throttled');
    await fn.moderate([messageOf('idiot')], { ...SIMPLE, judge });
    expect(fn.metrics).toEqual({ Judged: 1, Flagged: 1 });
    expect(fn.aws.count(operation)).toBe(5);
  }, 15_000);

  test('until the deadline fails the invocation before Lambda stops it, with all messages', async () => {
    fn.aws.fault = operation => operation === 'DetectToxicContent' ? 'throttled' : undefined;
    const start = performance.now();
    const error = await errorOf(fn.moderate(messagesOf(25), SIMPLE, 1_500));
    expect(performance.now() - start).toBeLessThan(1_400);
    expect(error.message).toBe('25 of 25 messages could not be moderated: DetectToxicContent: ThrottlingException: Rate exceeded');
    expect(fn.metrics).toEqual({ Failed: 25 });
  });

  test.each(JUDGES)('by not answering fails the invocation in time, and not because of a message (%s)', async (operation, judge) => {
    fn.aws.delay = name => name === operation ? 3_000 : 0;
    const error = await errorOf(fn.moderate(messagesOf(3), { ...SIMPLE, judge }, 1_500));
    expect(error.message).toBe(`3 of 3 messages could not be moderated: ${operation === 'Judge' ? 'judge' : operation}: AbortError: Request aborted`);
    expect(fn.aws.count(operation)).toBe(judge === GUARDRAIL ? 3 : 1);
  });

  test('until messages are too old fails on them, instead of skipping them', async () => {
    fn.aws.fault = operation => operation === 'DetectToxicContent' ? 'internal' : undefined;
    const message = messageOf('idiot', { SendTime: new Date(Date.now() - 599_500).toISOString() });
    await errorOf(fn.moderate([message], SIMPLE));
    expect(fn.metrics).toEqual({ Failed: 1 });
  }, 15_000);

  test('for good is not asked again', async () => {
    fn.aws.fault = operation => operation === 'DetectToxicContent' ? 'denied' : undefined;
    await errorOf(fn.moderate(messagesOf(3), SIMPLE));
    expect(fn.aws.operations).toEqual(['DetectToxicContent']);
  });

  test('does not delay the verdicts of other calls', async () => {
    fn.aws.fault = (operation, { TextSegments }) => operation === 'DetectToxicContent' && TextSegments[0].Text === 'slow' ? 'throttled' : undefined;
    const messages = [...messagesOf(10, 'slow'), messageOf('idiot')];
    await errorOf(fn.moderate(messages, {}, 1_500));
    expect(fn.aws.deletions.map(({ id }) => id)).toEqual([messages[10].Id]);
  });
});

test('messages that became too old while they waited do not delay the others', async () => {
  const old = Array.from({ length: 20 }, () => messageOf('idiot', { SendTime: new Date(Date.now() - 599_700).toISOString() }));
  const start = performance.now();
  await fn.moderate([...old, messageOf('hello')], { ...SIMPLE, judge: { ...GUARDRAIL, callsPerSecond: 4 } as typeof GUARDRAIL });
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(fn.metrics.Skipped).toBeGreaterThanOrEqual(17);
  expect(fn.metrics.Skipped + fn.metrics.Judged).toBe(21);
});
