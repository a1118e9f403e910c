import { spawn } from 'child_process';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { FakeAws } from '../../support/bans/fake-aws';
import { environmentOf, FUNCTION_ARN, ROOM } from '../../support/bans/handler';

const PROCESSES = 2;
const BANS_PER_PROCESS = 250;
/** In Lambda, each ban at the same time has a process of its own. */
const PARALLEL_BANS = 10;
const BATCH_SIZE = 10;
const PARALLEL_BATCHES = 2;

const BUNDLE = pathToFileURL(path.join(__dirname, '..', '..', '..', 'assets', 'functions', 'bans', 'index.mjs')).href;

/** Sends events to the function, several at a time, and prints the responses. */
const PROGRAM = `
const [bundle, functionArn, parallel, input] = process.argv.slice(1);
const { handler } = await import(bundle);
const events = JSON.parse(input);
const responses = [];
await Promise.all(Array.from({ length: Number(parallel) }, async () => {
  for (let event = events.shift(); event; event = events.shift()) {
    responses.push(await handler(event, { invokedFunctionArn: functionArn, getRemainingTimeInMillis: () => 30_000 }));
  }
}));
console.error(JSON.stringify(responses));
`;

let aws: FakeAws;
beforeAll(async () => { aws = await FakeAws.start(); });
afterAll(async () => aws.close());

/** Runs the bundled function in a process of its own, which is much faster than in jest. */
async function run(events: object[], parallel: number): Promise<any[]> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, BUNDLE, FUNCTION_ARN, String(parallel), JSON.stringify(events)], {
    env: { ...process.env, ...environmentOf(aws) }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', chunk => { output += chunk; });
  const status = await new Promise(resolve => child.on('close', resolve));
  if (status !== 0) throw new Error(output);
  return JSON.parse(output);
}

/** Throttles the first call for each user. */
function throttleFirstCalls(): void {
  const seen = new Set<string>();
  aws.fault = (operation, { userId }) => {
    if (operation !== 'DisconnectUser' || seen.has(userId)) return undefined;
    seen.add(userId);
    return 'throttled';
  };
}

test('500 bans, 20 at a time and each throttled, disconnect each user, and again', async () => {
  const bans = Array.from({ length: PROCESSES * BANS_PER_PROCESS }, (_, index) => ({ action: 'ban', room: ROOM, userId: `user${index}` }));
  const userIds = bans.map(({ userId }) => userId).sort();
  throttleFirstCalls();
  const responses = await Promise.all(Array.from({ length: PROCESSES }, async (_, index) =>
    run(bans.slice(index * BANS_PER_PROCESS, (index + 1) * BANS_PER_PROCESS), PARALLEL_BANS)));
  expect(responses.flat().map(({ disconnectedFrom, userId }) => `${userId} ${disconnectedFrom}`).sort()).toEqual(userIds.map(userId => `${userId} ${ROOM}`));
  expect(aws.disconnects.map(({ userId }) => userId).sort()).toEqual(userIds);
  expect(aws.messages.map(({ body }) => JSON.parse(body).userId).sort()).toEqual(userIds);

  aws.disconnects = [];
  throttleFirstCalls();
  const records = aws.messages.map(({ body }, index) => ({ messageId: String(index), eventSource: 'aws:sqs', body }));
  const batches = Array.from({ length: records.length / BATCH_SIZE }, (_, index) => (
    { Records: records.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE) }
  ));
  const results = await run(batches, PARALLEL_BATCHES);
  expect(results).toEqual(batches.map(() => ({ batchItemFailures: [] })));
  expect(aws.disconnects.map(({ userId }) => userId).sort()).toEqual(userIds);
  aws.expectOnlyKnownCalls();
}, 120_000);
