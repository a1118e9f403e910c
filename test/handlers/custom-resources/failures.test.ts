import {
  after, answers, answersWith, calls, denied, event, failureOf, internal, log, noPermission, now, reset, respondIn, ROOM, SECRET, service,
  serviceError, startAnew, throttled,
} from '../../support/custom-resources/handler';

const SECONDS = 1_000;
const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
const create = (seconds = 240) => respondIn(seconds * SECONDS, event('Custom::IVSChatRoomRate', 'Create', props));
const set = (rate: number) => ['UpdateRoom', { identifier: ROOM, maximumMessageRatePerSecond: rate }];

/** Fails for a time, and then works. */
function failsFor(milliseconds: number, failure: Error): void {
  const start = now;
  answersWith('UpdateRoom', () => now - start < milliseconds ? failure : {});
}

beforeEach(startAnew);

describe('is waited out', () => {
  test.each([
    ['throttling for two minutes', 120 * SECONDS, throttled],
    ['throttling by another name', 120 * SECONDS, serviceError('TooManyRequestsException', 400)],
    ['throttling told by the status alone', 120 * SECONDS, serviceError('Unknown', 429)],
    ['a permission of the handler that takes 20 seconds', 20 * SECONDS, noPermission],
    ['a grant that takes 45 seconds', 45 * SECONDS, denied],
    ['an internal failure', 1 * SECONDS, internal],
    ['a service that is not available', 1 * SECONDS, serviceError('ServiceUnavailable', 503)],
    ['a connection that breaks', 1 * SECONDS, reset],
    ['a call that is given up', 1 * SECONDS, Object.assign(new Error('aborted'), { name: 'AbortError' })],
  ])('%s', async (_, milliseconds, failure) => {
    failsFor(milliseconds, failure);
    await create();
    expect(calls().every(call => JSON.stringify(call) === JSON.stringify(set(50)))).toBe(true);
    expect(calls().length).toBeGreaterThan(1);
  });

  test('the pauses grow to four seconds, and no further', async () => {
    const sent: number[] = [];
    failsFor(60 * SECONDS, throttled);
    const start = now;
    answersWith('UpdateRoom', () => { sent.push(now); return now - start < 60 * SECONDS ? throttled : {}; });
    await create();
    const pauses = sent.slice(1).map((time, index) => time - sent[index]);
    expect(pauses.slice(0, 7)).toEqual([200, 300, 600, 1_200, 2_400, 3_000, 3_000]);
  });
});

describe('fails in the end', () => {
  test('where it is denied for a minute', async () => {
    failsFor(Infinity, denied);
    const start = now;
    expect(await failureOf(create())).toMatch(new RegExp(
      `^maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: the role of the custom resources may not call ivschat:UpdateRoom on ${ROOM}, `
      + 'tried \\d+ times in 6\\d seconds. Its policy in this stack should allow it: '
      + 'look for a permissions boundary or a service control policy that denies it, and try again.$'));
    expect(now - start).toBeLessThan(65 * SECONDS);
  });

  test('where the permission of the handler is missing', async () => {
    failsFor(Infinity, noPermission);
    expect(await failureOf(create())).toMatch(/Amazon IVS Chat may not invoke the review handler, tried \d+ times in 4\d seconds. The function needs a permission for the principal ivschat.amazonaws.com/);
  });

  test('at once where the service refuses', async () => {
    answers('UpdateRoom', serviceError('ValidationException', 400, 'Member must be\nless than 101'));
    expect(await failureOf(create())).toContain(`ivschat:UpdateRoom on ${ROOM} was refused (Member must be less than 101).`);
    expect(calls()).toHaveLength(1);
  });

  test('after five tries without an answer', async () => {
    answersWith('UpdateRoom', () => internal);
    answers('GetRoom', { maximumMessageRatePerSecond: 10 });
    expect(await failureOf(create())).toContain('gave no usable answer to ivschat:UpdateRoom in 5 tries (Internal failure)');
    expect(calls()).toHaveLength(6);
  });

  test('at the time limit, and says so', async () => {
    failsFor(Infinity, throttled);
    const start = now;
    expect(await failureOf(create(60))).toMatch(/still limited the rate of ivschat:UpdateRoom when the time was up, after \d+ tries. The limit is one for the account and region/);
    expect(now - start).toBeLessThanOrEqual(45 * SECONDS);
    expect(now - start).toBeGreaterThan(35 * SECONDS);
  });

  test('in time where the time limit is short', async () => {
    failsFor(Infinity, throttled);
    const start = now;
    await failureOf(create(4));
    expect(now - start).toBeLessThanOrEqual(3 * SECONDS);
    expect(calls().length).toBeGreaterThan(1);
  });

  test('at the time limit without an answer, and takes it back in the time kept for that', async () => {
    const start = now;
    const slow = after(9 * SECONDS, reset);
    const quick = after(SECONDS, {});
    answersWith('UpdateRoom', ({ maximumMessageRatePerSecond }) => maximumMessageRatePerSecond === 10 ? quick() : slow());
    answersWith('GetRoom', after(SECONDS, { maximumMessageRatePerSecond: 50 }));
    await failureOf(create(40));
    expect(calls()).toEqual([set(50), set(50), set(50), ['GetRoom', { identifier: ROOM }], set(10)]);
    expect(now - start).toBeLessThan(37 * SECONDS);
  });

  test('before the first call where there is no time left', async () => {
    expect(await failureOf(create(0))).toContain('the time was up before ivschat:UpdateRoom could be called');
    expect(calls()).toEqual([]);
  });
});

describe('every request', () => {
  test('is given up in ten seconds at most', async () => {
    const signals = jest.spyOn(AbortSignal, 'timeout');
    answers('UpdateRoom', {});
    await create();
    expect(signals.mock.calls).toEqual([[10 * SECONDS]]);
    expect(service.send.firstCall.args).toEqual([expect.anything(), { abortSignal: signals.mock.results[0].value }]);
    signals.mockRestore();
  });

  test('is given up when the time is up', async () => {
    const signals = jest.spyOn(AbortSignal, 'timeout');
    answers('UpdateRoom', {});
    await create(4);
    // A tenth is kept for the answer and a quarter to take back what was done.
    expect(signals.mock.calls).toEqual([[2_600]]);
    signals.mockRestore();
  });

  test('is a line in the log: operation, target, outcome', async () => {
    answers('UpdateRoom', throttled, {});
    await create();
    expect(log).toEqual([
      `UpdateRoom ${ROOM}: throttled (ThrottlingException: Rate exceeded)`,
      `UpdateRoom ${ROOM}: done`,
    ]);
  });
});

test('nothing in the log tells where to answer', async () => {
  failsFor(Infinity, denied);
  await failureOf(create());
  expect(log.at(-1)).toMatch(/^Create failed: maximumMessageRatePerSecond of room/);
  expect(log.join('\n')).not.toContain(SECRET);
  expect(log.join('\n')).not.toContain('ResponseURL');
});

test('fails of a resource of another release', async () => {
  expect(await failureOf(respondIn(240 * SECONDS, event('Custom::IVSChatSomething', 'Create', {}))))
    .toBe('Custom::IVSChatSomething is made by another release of cdk-ivschat than this handler is of: deploy the stack with that release.');
});
