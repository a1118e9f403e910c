import * as fs from 'fs';
import * as path from 'path';
import { describeFailure, type FailureKind } from '../../../handlers/shared/failures';
import {
  calls, connectionReset, delayed, denied, errorMessageOf, event, handlerNotInvokable, internal, log, mockAnswers, mockOperation, now, resetAll,
  respondWithin, ROOM, SECRET, service, serviceError, throttled,
} from '../../support/custom-resources/handler';

const SECONDS = 1_000;
const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
const create = (seconds = 240) => respondWithin(seconds * SECONDS, event('Custom::IVSChatRoomRate', 'Create', props));
const set = (rate: number) => ['UpdateRoom', { identifier: ROOM, maximumMessageRatePerSecond: rate }];

/** Fails for this long, and then succeeds. */
function failsFor(milliseconds: number, failure: Error): void {
  const start = now;
  mockOperation('UpdateRoom', () => now - start < milliseconds ? failure : {});
}

beforeEach(resetAll);

describe('retries until it succeeds', () => {
  test.each([
    ['throttling for two minutes', 120 * SECONDS, throttled],
    ['throttling with another error name', 120 * SECONDS, serviceError('TooManyRequestsException', 400)],
    ['throttling recognized by the status only', 120 * SECONDS, serviceError('Unknown', 429)],
    ['an invoke permission that takes effect after 20 seconds', 20 * SECONDS, handlerNotInvokable],
    ['a grant that takes effect after 45 seconds', 45 * SECONDS, denied],
    ['an internal error', 1 * SECONDS, internal],
    ['an unavailable service', 1 * SECONDS, serviceError('ServiceUnavailable', 503)],
    ['a broken connection', 1 * SECONDS, connectionReset],
    ['a request that timed out', 1 * SECONDS, serviceError('Unknown', 408)],
    ['a request that timed out, recognized by the name', 1 * SECONDS, serviceError('RequestTimeoutException', 400)],
    ['credentials that have expired', 20 * SECONDS, serviceError('ExpiredTokenException', 403)],
    ['credentials that are not known everywhere yet', 20 * SECONDS, serviceError('UnrecognizedClientException', 403)],
    ['credentials that are rejected with another error name', 20 * SECONDS, serviceError('ExpiredToken', 400)],
    ['a signature with another time', 20 * SECONDS, serviceError('InvalidSignatureException', 403)],
    ['an aborted request', 1 * SECONDS, Object.assign(new Error('aborted'), { name: 'AbortError' })],
  ])('%s', async (_, milliseconds, failure) => {
    failsFor(milliseconds, failure);
    await create();
    expect(calls().every(call => JSON.stringify(call) === JSON.stringify(set(50)))).toBe(true);
    expect(calls().length).toBeGreaterThan(1);
  });

  test.each([
    ['five throttled attempts, and then a broken connection', [...Array(5).fill(throttled), connectionReset]],
    ['five broken connections between throttled attempts', Array(5).fill([throttled, connectionReset]).flat()],
    ['more than a minute of throttling, and then a denied attempt', [...Array(25).fill(throttled), denied]],
    ['more than a minute of throttling, and then a handler that may not be invoked yet', [...Array(25).fill(throttled), handlerNotInvokable]],
    ['all of them several times', Array(5).fill([throttled, denied, connectionReset, internal, handlerNotInvokable]).flat()],
  ])('%s', async (_, failures) => {
    mockAnswers('UpdateRoom', ...failures, {});
    await create();
    expect(calls()).toHaveLength(failures.length + 1);
  });

  test('an error of the service for a minute', async () => {
    failsFor(60 * SECONDS, internal);
    await create();
  });

  test('backs off for up to four seconds', async () => {
    const sent: number[] = [];
    failsFor(60 * SECONDS, throttled);
    const start = now;
    mockOperation('UpdateRoom', () => { sent.push(now); return now - start < 60 * SECONDS ? throttled : {}; });
    await create();
    const pauses = sent.slice(1).map((time, index) => time - sent[index]);
    expect(pauses.slice(0, 7)).toEqual([200, 300, 600, 1_200, 2_400, 3_000, 3_000]);
  });
});

describe('fails', () => {
  test('after access was denied for a minute', async () => {
    failsFor(Infinity, denied);
    const start = now;
    expect(await errorMessageOf(create())).toMatch(new RegExp(
      `^maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: the role of the custom resources is not authorized to perform `
      + `ivschat:UpdateRoom on ${ROOM} \\(\\d+ attempts in 6\\d seconds\\). Its policy in this stack allows the action: `
      + 'look for a permissions boundary or a service control policy that denies it, and try again.$'));
    expect(now - start).toBeLessThan(65 * SECONDS);
  });

  test('without the invoke permission of the review handler', async () => {
    failsFor(Infinity, handlerNotInvokable);
    expect(await errorMessageOf(create())).toMatch(/Amazon IVS Chat is not allowed to invoke the review handler \(\d+ attempts in 4\d seconds\). The function needs a permission for the principal ivschat.amazonaws.com/);
  });

  test('after its credentials were rejected for 40 seconds', async () => {
    failsFor(Infinity, serviceError('ExpiredTokenException', 403, 'The security token is expired'));
    expect(await errorMessageOf(create())).toMatch(
      /did not accept the temporary credentials of the custom resources for ivschat:UpdateRoom \(\d+ attempts in 4\d seconds; The security token is expired\)\. Try again\.$/);
  });

  test('at once when the service rejects the request', async () => {
    mockAnswers('UpdateRoom', serviceError('ValidationException', 400, 'Member must be\nless than 101'));
    expect(await errorMessageOf(create())).toContain(`Amazon IVS Chat rejected ivschat:UpdateRoom on ${ROOM} (Member must be less than 101).`);
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ['the name of an error without a message', { name: 'ValidationException', message: '' }, 'ValidationException'],
    ['a substitute for an error without either', { name: '', message: '' }, 'no message'],
  ])('with %s', async (_, error, expected) => {
    mockAnswers('UpdateRoom', Object.assign(new Error(), error, { $metadata: { httpStatusCode: 400 } }));
    expect(await errorMessageOf(create())).toContain(`Amazon IVS Chat rejected ivschat:UpdateRoom on ${ROOM} (${expected}).`);
  });

  test('after a minute and a half without a response', async () => {
    failsFor(92 * SECONDS, internal);
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 5 });
    expect(await errorMessageOf(create())).toMatch(/returned no usable response to ivschat:UpdateRoom \(\d+ attempts in 9\d seconds; Internal failure\)\. Try again\.$/);
  });

  test('at the time limit, and reports it', async () => {
    failsFor(Infinity, throttled);
    const start = now;
    expect(await errorMessageOf(create(60))).toMatch(/throttled ivschat:UpdateRoom until the time limit \(\d+ attempts\). The quota applies to the whole account and region/);
    expect(now - start).toBeLessThanOrEqual(45 * SECONDS);
    expect(now - start).toBeGreaterThan(35 * SECONDS);
  });

  test('in time when the time limit is short', async () => {
    failsFor(Infinity, throttled);
    const start = now;
    await errorMessageOf(create(4));
    expect(now - start).toBeLessThanOrEqual(3 * SECONDS);
    expect(calls().length).toBeGreaterThan(1);
  });

  test('at the time limit without a response, and undoes the change in the reserved time', async () => {
    const start = now;
    const slow = delayed(9 * SECONDS, connectionReset);
    const quick = delayed(SECONDS, {});
    mockOperation('UpdateRoom', ({ maximumMessageRatePerSecond }) => maximumMessageRatePerSecond === 10 ? quick() : slow());
    mockOperation('GetRoom', delayed(SECONDS, { maximumMessageRatePerSecond: 50 }));
    await errorMessageOf(create(40));
    expect(calls()).toEqual([set(50), set(50), set(50), ['GetRoom', { identifier: ROOM }], set(10)]);
    expect(now - start).toBeLessThan(37 * SECONDS);
  });

  test('before the first call when no time is left', async () => {
    expect(await errorMessageOf(create(0))).toContain('the time limit was reached before ivschat:UpdateRoom could be called');
    expect(calls()).toEqual([]);
  });
});

describe('every request', () => {
  test('is aborted after ten seconds at most', async () => {
    const signals = jest.spyOn(AbortSignal, 'timeout');
    mockAnswers('UpdateRoom', {});
    await create();
    expect(signals.mock.calls).toEqual([[10 * SECONDS]]);
    expect(service.send.firstCall.args).toEqual([expect.anything(), { abortSignal: signals.mock.results[0].value }]);
    signals.mockRestore();
  });

  test('is aborted at the deadline', async () => {
    const signals = jest.spyOn(AbortSignal, 'timeout');
    mockAnswers('UpdateRoom', {});
    await create(4);
    // A tenth is reserved for the answer, and a quarter for undoing.
    expect(signals.mock.calls).toEqual([[2_600]]);
    signals.mockRestore();
  });

  test('is a line in the log: operation, target and outcome', async () => {
    mockAnswers('UpdateRoom', throttled, {});
    await create();
    expect(log).toEqual([
      `UpdateRoom ${ROOM}: throttled (ThrottlingException: Rate exceeded)`,
      `UpdateRoom ${ROOM}: succeeded`,
    ]);
  });
});

test('the log never contains the response URL', async () => {
  failsFor(Infinity, denied);
  await errorMessageOf(create());
  expect(log.at(-1)).toMatch(/^Create failed: maximumMessageRatePerSecond of room/);
  expect(log.join('\n')).not.toContain(SECRET);
  expect(log.join('\n')).not.toContain('ResponseURL');
});

test.each<[FailureKind, number, number]>([
  ['throttled', 60, 0],
  ['accessDenied', 14, 60 * SECONDS],
  ['handlerNotInvokable', 10, 40 * SECONDS],
  ['credentialsRejected', 14, 40 * SECONDS],
  ['noResponse', 30, 90 * SECONDS],
  ['timeout', 0, 0],
  ['rejected', 1, 0],
])('the message for %s is in the troubleshooting page', (kind, attempts, time) => {
  const page = fs.readFileSync(path.join(__dirname, '../../../docs/troubleshooting.md'), 'utf8');
  expect(page).toContain(describeFailure(kind, new Error('…'), { operation: 'UpdateRoom', target: '<arn>', attempts, time }));
});

test('fails for a resource type of another version', async () => {
  expect(await errorMessageOf(respondWithin(240 * SECONDS, event('Custom::IVSChatSomething', 'Create', {}))))
    .toBe('Custom::IVSChatSomething is not known to this version of cdk-ivschat: deploy with the version that created the resource, or a later one.');
});
