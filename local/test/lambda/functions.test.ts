import { existsSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import * as path from 'node:path';
import { LambdaHarness } from '../support/lambda-harness';
import { isRunning } from '../support/processes';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const PID = 'exports.handler = async () => process.pid;';

// Requests /gate, and returns when the gate is opened.
const WAIT = 'exports.handler = async event => { await fetch(`${process.env.AWS_ENDPOINT_URL}/gate`); return process.pid; };';

/** Holds requests of functions until they are let through. */
function createGate() {
  const waiting: ServerResponse[] = [];
  let arrived: (() => void) | undefined;
  harness.onRequest = (_req, res) => {
    waiting.push(res);
    arrived?.();
  };
  return {
    async untilWaiting(count: number) {
      while (waiting.length < count) await new Promise<void>(resolve => arrived = resolve);
    },
    open: () => waiting.splice(0).forEach(res => res.end()),
  };
}

test('a free process is reused, a busy one is not', async () => {
  await harness.put(WAIT);
  const gate = createGate();
  const both = [harness.invoke(), harness.invoke()];
  await gate.untilWaiting(2);
  gate.open();
  const pids = await Promise.all(both);
  expect(new Set(pids).size).toBe(2);

  const third = harness.invoke();
  await gate.untilWaiting(1);
  gate.open();
  expect(pids).toContain(await third);
});

test('a process keeps its state between invocations', async () => {
  await harness.put('let count = 0; exports.handler = async () => ++count;');
  expect([await harness.invoke(), await harness.invoke(), await harness.invoke()]).toEqual([1, 2, 3]);
});

test.each([
  ['its reserved concurrency', { reservedConcurrency: 2 }, 'ReservedFunctionConcurrentInvocationLimitExceeded'],
  ['the default concurrency', {}, 'ConcurrentInvocationLimitExceeded'],
])('fails immediately above %s', async (_limit, settings, reason) => {
  await harness.close();
  harness = await LambdaHarness.start({ maxConcurrency: 2 });
  await harness.put(WAIT, settings);
  const gate = createGate();
  const both = [harness.invoke(), harness.invoke()];
  await gate.untilWaiting(2);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException', status: 429, fields: { Reason: reason } });
  gate.open();
  await Promise.all(both);

  const later = harness.invoke();
  await gate.untilWaiting(1);
  gate.open();
  expect(await later).toBeGreaterThan(0);
});

test('the concurrency limit counts all versions together', async () => {
  await harness.put(WAIT, { reservedConcurrency: 1 });
  const arn = harness.functions.publishVersion('Function');
  const gate = createGate();
  const first = harness.invoke();
  await gate.untilWaiting(1);
  await expect(harness.invoke({}, arn)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  gate.open();
  await first;
});

test('a request of the function does not free its process', async () => {
  // Such as the response of a custom resource, which is sent before the invocation ends.
  await harness.put(WAIT, { reservedConcurrency: 1 });
  const gate = createGate();
  const first = harness.invoke();
  await gate.untilWaiting(1);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  gate.open();
  await first;
});

test('a function that times out is killed with its child processes', async () => {
  await harness.put(`const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    exports.handler = async () => { await fetch(process.env.AWS_ENDPOINT_URL + '/' + process.pid + '/' + child.pid); await new Promise(() => setInterval(() => {}, 1000)); };`,
  { timeoutSeconds: 1 });
  let pids: number[] = [];
  harness.onRequest = (req, res) => {
    pids = req.url!.split('/').slice(1).map(Number);
    res.end();
  };
  const { functionError, payload, logTail } = await harness.functions.invoke('Function', '{}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/) });
  expect(logTail).toMatch(/^\S+Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$/m);
  await harness.functions.close();
  expect(pids).toHaveLength(2);
  expect(isRunning(pids[0])).toBe(false);
});

test.each([
  ['exits', 'process.exit(1)', 'Runtime exited with error: exit status 1'],
  ['exits without an error', 'process.exit(0)', 'Runtime exited without providing a reason'],
  ['is killed', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000); await new Promise(() => {})', 'Runtime exited with error: signal: killed'],
])('a function that %s fails, and is restarted by the next invocation', async (_way, code, reason) => {
  await harness.put(`exports.handler = async event => { if (event.crash) { ${code}; } return 'ok'; };`);
  const { functionError, payload } = await harness.functions.invoke('Function', '{"crash":true}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toEqual({ errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`)) });
  expect(await harness.invoke()).toBe('ok');
});

test('an exit during initialization fails, and is retried by the next invocation', async () => {
  await harness.put('process.exit(7)');
  expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 7') });
  expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 7') });
});

test('a process that crashes between invocations is logged and replaced', async () => {
  await harness.put('exports.handler = async () => { setTimeout(() => { throw new Error("later"); }, 1); return process.pid; };');
  const crashed = new Promise<void>(resolve => harness.liveLog.listen(({ text }) => text.includes('later') && resolve()));
  const pid = await harness.invoke();
  await crashed;
  expect(await harness.invoke()).not.toBe(pid);
});

test('an invocation that a crashing process has not received goes to another process', async () => {
  await harness.put('exports.handler = async event => { if (event.exit) setImmediate(() => process.exit(1)); return "ok"; };');
  for (let round = 0; round < 10; round++) {
    await harness.invoke({ exit: true });
    expect(await harness.invoke()).toBe('ok');
  }
});

describe('warm', () => {
  test('starts the process that the next invocation uses', async () => {
    const announced: string[] = [];
    harness.onRequest = (req, res) => {
      announced.push(req.url!);
      res.end();
    };
    await harness.put({ 'index.mjs': 'await fetch(`${process.env.AWS_ENDPOINT_URL}/${process.pid}`); export const handler = async () => process.pid;' });
    await harness.functions.warm('Function');
    expect(announced).toHaveLength(1);
    expect(announced).toEqual([`/${await harness.invoke()}`]);
  });

  test('fails for a function that cannot be loaded', async () => {
    await harness.put('require("left-pad")');
    await expect(harness.functions.warm('Function')).rejects.toThrow("Runtime.ImportModuleError: Error: Cannot find module 'left-pad'");
  });
});

describe('update', () => {
  test('the next invocation uses the new code, a running one completes with the old code', async () => {
    await harness.put(WAIT);
    const gate = createGate();
    const old = harness.invoke();
    await gate.untilWaiting(1);
    await harness.put('exports.handler = async () => "new";', { environment: { CHANGED: 'yes' } });
    expect(await harness.invoke()).toBe('new');
    gate.open();
    expect(await old).toBeGreaterThan(0);
  });

  const copies = () => readdirSync(path.join(harness.folder, 'work')).length;

  /** Waits until the copies that are not needed have been removed in the background. */
  async function untilCopies(count: number) {
    while (copies() !== count) await new Promise(setImmediate);
  }

  test('keeps the code of the current and of the previous version only', async () => {
    for (let round = 0; round < 5; round++) {
      await harness.put(PID);
      await harness.invoke();
    }
    await untilCopies(2);
    expect(await harness.invoke()).toBeGreaterThan(0);
  });

  test('keeps the code of a running process until it has finished', async () => {
    await harness.put({
      'index.js': 'exports.handler = async () => { await fetch(`${process.env.AWS_ENDPOINT_URL}/gate`); return require("./late"); };',
      'late.js': 'module.exports = "late";',
    });
    const gate = createGate();
    const running = harness.invoke();
    await gate.untilWaiting(1);
    for (let round = 0; round < 3; round++) await harness.put(PID);
    gate.open();
    expect(await running).toBe('late');
    await untilCopies(2);
  });

  test('keeps the code of a published version until it is deleted', async () => {
    await harness.put('exports.handler = async () => "published";');
    const published = harness.functions.publishVersion('Function');
    for (let round = 0; round < 3; round++) await harness.put(PID);
    await untilCopies(3);
    expect(await harness.invoke({}, published)).toBe('published');
    harness.functions.deleteVersion(published);
    await untilCopies(2);
  });

  test('fails without leaving files, and keeps the existing function', async () => {
    await harness.put('exports.handler = async () => "old";');
    await expect(harness.put('', { runtime: 'java21' })).rejects.toThrow('java21');
    expect(await harness.invoke()).toBe('old');
    expect(readdirSync(path.join(harness.folder, 'work'))).toHaveLength(1);
  });
});

test('delete kills the processes, removes the code and keeps the identity of the access key', async () => {
  await harness.put('exports.handler = async () => ({ pid: process.pid, key: process.env.AWS_ACCESS_KEY_ID, folder: process.env.LAMBDA_TASK_ROOT });');
  const { pid, key, folder } = await harness.invoke();
  expect([isRunning(pid), existsSync(folder)]).toEqual([true, true]);
  await harness.functions.delete('Function');
  expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  expect(harness.sessions.find(key)).toMatchObject({ roleArn: 'arn:aws:iam::123456789012:role/Role' });
});

test('close ends a running invocation without logging a failure', async () => {
  await harness.put(WAIT);
  const gate = createGate();
  const running = harness.invoke();
  await gate.untilWaiting(1);
  await harness.functions.close();
  expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect(harness.liveLog.recent.filter(({ level }) => level === 'error')).toEqual([]);
});

test('fails to create a function after close, and leaves no files', async () => {
  await harness.put(PID);
  await harness.functions.close();
  await expect(harness.put(PID)).rejects.toThrow('ivschat-local is shutting down.');
  expect(readdirSync(path.join(harness.folder, 'work'))).toEqual([]);
});

test('the files of a function stay in the work folder, whatever its name', async () => {
  await harness.put(PID, { functionName: '../../x' });
  expect(readdirSync(path.join(harness.folder, 'work'))).toEqual([expect.stringMatching(/^______x-\w+$/)]);
});

describe('versions and aliases', () => {
  const put = (label: string) => harness.put(`exports.handler = async (event, context) => [${JSON.stringify(label)}, context.functionVersion, context.invokedFunctionArn];`);
  const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';

  test('a version keeps its code, and an alias can point to another version', async () => {
    await put('one');
    const one = harness.functions.publishVersion('Function');
    expect(one).toBe(`${ARN}:1`);
    await put('two');
    const two = harness.functions.publishVersion('Function');
    expect(two).toBe(`${ARN}:2`);
    expect(harness.functions.putAlias('Function', 'prod', '1')).toBe(`${ARN}:prod`);

    expect(await harness.invoke({}, ARN)).toEqual(['two', '$LATEST', ARN]);
    expect(await harness.invoke({}, one)).toEqual(['one', '1', one]);
    expect(await harness.invoke({}, `${ARN}:prod`)).toEqual(['one', '1', `${ARN}:prod`]);
    harness.functions.putAlias('Function', 'prod', '2');
    expect(await harness.invoke({}, `${ARN}:prod`)).toEqual(['two', '2', `${ARN}:prod`]);
    expect((await harness.functions.invoke(`${ARN}:prod`, '{}')).executedVersion).toBe('2');

    harness.functions.deleteAlias(`${ARN}:prod`);
    await expect(harness.invoke({}, `${ARN}:prod`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    harness.functions.deleteVersion(one);
    await expect(harness.invoke({}, one)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('publishing without a change returns the existing version', async () => {
    await put('one');
    expect(harness.functions.publishVersion('Function')).toBe(harness.functions.publishVersion('Function'));
  });

  test('fails for an alias of a missing version', async () => {
    await put('one');
    expect(() => harness.functions.putAlias('Function', 'prod', '1')).toThrow(`Function not found: ${ARN}:1`);
  });

  test('a function can be named by its name, a partial ARN or an ARN', async () => {
    await harness.put(PID);
    const pid = await harness.invoke();
    for (const name of ['Function', '123456789012:function:Function', 'function:Function', ARN, `${ARN}:$LATEST`]) expect(await harness.invoke({}, name)).toBe(pid);
    for (const name of [ARN.replace('eu-west-1', 'us-east-1'), ARN.replace('123456789012', '210987654321'), 'Other', 'a b']) {
      await expect(harness.invoke({}, name)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });
});
