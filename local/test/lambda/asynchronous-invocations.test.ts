import { LambdaHarness } from '../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';

let harness: LambdaHarness;
/** Numbers that functions have sent, in the order of their arrival. */
let arrived: number[];
let onArrival: (() => void) | undefined;

async function start(options: Parameters<typeof LambdaHarness.start>[0] = {}): Promise<void> {
  harness = await LambdaHarness.start({ retryMilliseconds: [1, 1], ...options });
  arrived = [];
  harness.onRequest = (req, res) => {
    arrived.push(Number(req.url!.slice(1)));
    res.end();
    onArrival?.();
  };
}

afterEach(async () => harness.close());

/** Sends the number of its event, and fails if the number is negative. */
const REPORT = `exports.handler = async ({ n }) => {
  await fetch(process.env.AWS_ENDPOINT_URL + '/' + n);
  if (n < 0) throw new Error('no');
};`;

async function untilArrived(count: number): Promise<void> {
  while (arrived.length < count) await new Promise<void>(resolve => onArrival = resolve);
}

const add = (n: number, arn = ARN) => harness.functions.invokeAsynchronously(arn, JSON.stringify({ n }));
const logged = async (event: string) => new Promise<any>(resolve => harness.liveLog.listen(({ data }) => data?.event === event && resolve(data)));

test('more events than the concurrency limit wait, and none is lost', async () => {
  await start({ maxConcurrency: 2 });
  await harness.put(REPORT);
  for (let n = 0; n < 100; n++) add(n);
  await untilArrived(100);
  expect([...arrived].sort((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test('an event that fails is retried twice, with the same request id', async () => {
  await start();
  await harness.put('exports.handler = async (event, { awsRequestId }) => { console.log(awsRequestId); throw new Error("no"); };');
  const failed = logged('not-processed');
  add(-1);
  expect(await failed).toEqual({ event: 'not-processed', functionArn: ARN, problem: 'the function failed', attempts: 3, condition: 'RetriesExhausted' });
  const ids = harness.data().filter((data: any) => data.event === 'output').map((data: any) => data.line);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});

test('an event that succeeds in the second attempt is processed once more only', async () => {
  await start({ maxConcurrency: 1 });
  await harness.put(`let attempts = 0; exports.handler = async () => {
    await fetch(process.env.AWS_ENDPOINT_URL + '/' + ++attempts);
    if (attempts === 1) throw new Error('no');
  };`);
  add(1);
  await untilArrived(2);
  add(1);
  await untilArrived(3);
  expect(arrived).toEqual([1, 2, 3]);
  expect(harness.data()).not.toContainEqual(expect.objectContaining({ event: 'not-processed' }));
});

test.each([[0, 1], [1, 2]])('with %d retries, %d attempts', async (maximumRetryAttempts, attempts) => {
  await start();
  await harness.put(REPORT);
  harness.functions.putEventInvokeConfig(`${ARN}:$LATEST`, { maximumRetryAttempts });
  const failed = logged('not-processed');
  add(-1);
  expect(await failed).toMatchObject({ attempts });
});

test('the settings of an alias apply to the alias only', async () => {
  await start();
  await harness.put(REPORT);
  harness.functions.publishVersion('Function');
  const alias = harness.functions.putAlias('Function', 'prod', '1');
  harness.functions.putEventInvokeConfig(alias, { maximumRetryAttempts: 0 });
  const failedAlias = logged('not-processed');
  add(-1, alias);
  expect(await failedAlias).toMatchObject({ attempts: 1 });
  const failed = logged('not-processed');
  add(-1);
  expect(await failed).toMatchObject({ attempts: 3 });
});

test('an event that is too old is not retried', async () => {
  await start({ retryMilliseconds: [1100, 1] });
  await harness.put(REPORT);
  harness.functions.putEventInvokeConfig(ARN, { maximumEventAgeSeconds: 1 });
  const failed = logged('not-processed');
  add(-1);
  expect(await failed).toMatchObject({ attempts: 1, condition: 'EventAgeExceeded' });
});

test.each([
  ['does not exist', async () => undefined, `Function not found: ${ARN}`],
  ['may not run at all', async () => harness.put(REPORT, { reservedConcurrency: 0 }), 'Rate Exceeded.'],
])('fails at once for a function that %s', async (_which, prepare, problem) => {
  await start();
  await prepare();
  const failed = logged('not-processed');
  add(1);
  expect(await failed).toMatchObject({ problem, attempts: 0 });
});

test('fails for settings of a function that does not exist', async () => {
  await start();
  expect(() => harness.functions.putEventInvokeConfig(ARN, {})).toThrow(`Function not found: ${ARN}`);
});

describe('destinations', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:records';
  type Sent = readonly [destinationArn: string, record: any, roleArn: string, sessionName: string];

  /** Starts with a function that fails for negative numbers, and returns what is sent for an event. */
  async function sentFor(n: number, config: object, code = REPORT): Promise<Sent> {
    let resolve: (sent: Sent) => void;
    const sent = new Promise<Sent>(it => resolve = it);
    await start({ sendToDestination: (arn, body, ...rest) => resolve([arn, JSON.parse(body), ...rest]) });
    await harness.put(code);
    harness.functions.putEventInvokeConfig(ARN, { maximumRetryAttempts: 1, ...config });
    add(n);
    return sent;
  }

  test('an event that was not processed', async () => {
    expect(await sentFor(-1, { onFailure: QUEUE })).toEqual([QUEUE, {
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      requestContext: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), functionArn: `${ARN}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { n: -1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no', trace: expect.any(Array) },
    }, 'arn:aws:iam::123456789012:role/Role', 'Function']);
  });

  test('an event that was processed', async () => {
    const [, record] = await sentFor(1, { onSuccess: QUEUE }, 'exports.handler = async () => "done";');
    expect(record).toMatchObject({ requestContext: { condition: 'Success', approximateInvokeCount: 1 }, responseContext: { executedVersion: '$LATEST' }, responsePayload: 'done' });
    expect(record.responseContext).not.toHaveProperty('functionError');
  });

  test('fails visibly if the record cannot be sent', async () => {
    await start({
      sendToDestination: () => {
        throw new Error('denied');
      },
    });
    await harness.put(REPORT);
    harness.functions.putEventInvokeConfig(ARN, { maximumRetryAttempts: 0, onFailure: QUEUE });
    const failed = logged('destination-failed');
    add(-1);
    expect(await failed).toEqual({ event: 'destination-failed', functionArn: ARN, destination: QUEUE, problem: 'denied' });
  });
});
