import { existsSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import * as path from 'node:path';
import { Harness } from '../support/lambda-harness';

let harness: Harness;
beforeEach(async () => harness = await Harness.start());
afterEach(async () => harness.close());

const PID = 'exports.handler = async () => process.pid;';

// Says that it has begun, and goes on when it is let.
const WAIT = 'exports.handler = async event => { await fetch(`${process.env.AWS_ENDPOINT_URL}/gate`); return process.pid; };';

/** Holds the calls of functions until they are let through. */
function gate() {
  const waiting: ServerResponse[] = [];
  let arrived: (() => void) | undefined;
  harness.onRequest = (_req, res) => {
    waiting.push(res);
    arrived?.();
  };
  return {
    async until(count: number) {
      while (waiting.length < count) await new Promise<void>(resolve => arrived = resolve);
    },
    open: () => waiting.splice(0).forEach(res => res.end()),
  };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a free process is used again, one at work is not', async () => {
  await harness.put(WAIT);
  const held = gate();
  const both = [harness.invoke(), harness.invoke()];
  await held.until(2);
  held.open();
  const pids = await Promise.all(both);
  expect(new Set(pids).size).toBe(2);

  const third = harness.invoke();
  await held.until(1);
  held.open();
  expect(pids).toContain(await third);
});

test('what was kept in the process is still there', async () => {
  await harness.put('let count = 0; exports.handler = async () => ++count;');
  expect([await harness.invoke(), await harness.invoke(), await harness.invoke()]).toEqual([1, 2, 3]);
});

test.each([
  ['its reserved concurrency', { reservedConcurrency: 2 }, 'ReservedFunctionConcurrentInvocationLimitExceeded'],
  ['the bound of every function', {}, 'ConcurrentInvocationLimitExceeded'],
])('fails at once at %s', async (_bound, settings, reason) => {
  await harness.close();
  harness = await Harness.start({ maxConcurrency: 2 });
  await harness.put(WAIT, settings);
  const held = gate();
  const both = [harness.invoke(), harness.invoke()];
  await held.until(2);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException', status: 429, fields: { Reason: reason } });
  held.open();
  await Promise.all(both);

  const later = harness.invoke();
  await held.until(1);
  held.open();
  expect(await later).toBeGreaterThan(0);
});

test('the bound counts all versions together', async () => {
  await harness.put(WAIT, { reservedConcurrency: 1 });
  const arn = harness.functions.publishVersion('Function');
  const held = gate();
  const first = harness.invoke();
  await held.until(1);
  await expect(harness.invoke({}, arn)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  held.open();
  await first;
});

test('an answer by another way does not free a process', async () => {
  // As a custom resource: the ResponseURL is answered before the invocation ends.
  await harness.put(WAIT, { reservedConcurrency: 1 });
  const held = gate();
  const first = harness.invoke();
  await held.until(1);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  held.open();
  await first;
});

test('a function that takes too long is ended, with what it has started', async () => {
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
  expect(isAlive(pids[0])).toBe(false);
});

test.each([
  ['exits', 'process.exit(1)', 'Runtime exited with error: exit status 1'],
  ['exits without an error', 'process.exit(0)', 'Runtime exited without providing a reason'],
  ['is killed', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000); await new Promise(() => {})', 'Runtime exited with error: signal: killed'],
])('a function that %s is reported, and started again', async (_way, code, reason) => {
  await harness.put(`exports.handler = async event => { if (event.crash) { ${code}; } return 'well'; };`);
  const { functionError, payload } = await harness.functions.invoke('Function', '{"crash":true}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toEqual({ errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`)) });
  expect(await harness.invoke()).toBe('well');
});

test('an exit while it loads is reported, and tried again by the next invocation', async () => {
  await harness.put('process.exit(7)');
  expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 7') });
  expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 7') });
});

test('a process that dies between invocations is replaced, and said', async () => {
  await harness.put('exports.handler = async () => { setTimeout(() => { throw new Error("later"); }, 1); return process.pid; };');
  const died = new Promise<void>(resolve => harness.liveLog.listen(({ text }) => text.includes('later') && resolve()));
  const pid = await harness.invoke();
  await died;
  expect(await harness.invoke()).not.toBe(pid);
});

test('an invocation that a dying process has not begun goes to another one', async () => {
  await harness.put('exports.handler = async event => { if (event.die) setImmediate(() => process.exit(1)); return "well"; };');
  for (let round = 0; round < 10; round++) {
    await harness.invoke({ die: true });
    expect(await harness.invoke()).toBe('well');
  }
});

describe('warm', () => {
  test('the next invocation finds the process that was started', async () => {
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

  test('fails with a sentence for a function that cannot load', async () => {
    await harness.put('require("left-pad")');
    await expect(harness.functions.warm('Function')).rejects.toThrow("Runtime.ImportModuleError: Error: Cannot find module 'left-pad'");
  });
});

describe('update', () => {
  test('new code is used by the next invocation, and the old one ends its own', async () => {
    await harness.put(WAIT);
    const held = gate();
    const old = harness.invoke();
    await held.until(1);
    await harness.put('exports.handler = async () => "new";', { environment: { CHANGED: 'yes' } });
    expect(await harness.invoke()).toBe('new');
    held.open();
    expect(await old).toBeGreaterThan(0);
  });

  test('fails without leaving anything, and keeps what was there', async () => {
    await harness.put('exports.handler = async () => "old";');
    await expect(harness.put('', { runtime: 'java21' })).rejects.toThrow('java21');
    expect(await harness.invoke()).toBe('old');
    expect(readdirSync(path.join(harness.folder, 'work'))).toHaveLength(1);
  });
});

test('deleting ends the processes, removes the code, and keeps the identity of what may still run', async () => {
  await harness.put('exports.handler = async () => ({ pid: process.pid, key: process.env.AWS_ACCESS_KEY_ID, folder: process.env.LAMBDA_TASK_ROOT });');
  const { pid, key, folder } = await harness.invoke();
  expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
  await harness.functions.delete('Function');
  expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
  await expect(harness.invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  expect(harness.functions.roleOf(key)).toBe('arn:aws:iam::123456789012:role/Role');
});

test('an invocation is answered when everything is closed', async () => {
  await harness.put(WAIT);
  const held = gate();
  const running = harness.invoke();
  await held.until(1);
  await harness.functions.close();
  expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
  // We have ended it: nothing is wrong with the function.
  expect(harness.liveLog.recent.filter(({ level }) => level === 'error')).toEqual([]);
});

test('fails for a function that comes when everything is closed, and leaves nothing of it', async () => {
  await harness.put(PID);
  await harness.functions.close();
  await expect(harness.put(PID)).rejects.toThrow('Everything is being stopped.');
  expect(readdirSync(path.join(harness.folder, 'work'))).toEqual([]);
});

describe('versions and aliases', () => {
  const put = (answer: string) => harness.put(`exports.handler = async (event, context) => [${JSON.stringify(answer)}, context.functionVersion, context.invokedFunctionArn];`);
  const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';

  test('a version keeps its code, an alias can be moved', async () => {
    await put('one');
    const one = harness.functions.publishVersion('Function');
    expect(one).toBe(`${ARN}:1`);
    await put('two');
    const two = harness.functions.publishVersion('Function');
    expect(two).toBe(`${ARN}:2`);
    expect(harness.functions.putAlias('Function', 'live', '1')).toBe(`${ARN}:live`);

    expect(await harness.invoke({}, ARN)).toEqual(['two', '$LATEST', ARN]);
    expect(await harness.invoke({}, one)).toEqual(['one', '1', one]);
    expect(await harness.invoke({}, `${ARN}:live`)).toEqual(['one', '1', `${ARN}:live`]);
    harness.functions.putAlias('Function', 'live', '2');
    expect(await harness.invoke({}, `${ARN}:live`)).toEqual(['two', '2', `${ARN}:live`]);
    expect((await harness.functions.invoke(`${ARN}:live`, '{}')).executedVersion).toBe('2');

    harness.functions.deleteAlias(`${ARN}:live`);
    await expect(harness.invoke({}, `${ARN}:live`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    harness.functions.deleteVersion(one);
    await expect(harness.invoke({}, one)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('without a change there is no new version', async () => {
    await put('one');
    expect(harness.functions.publishVersion('Function')).toBe(harness.functions.publishVersion('Function'));
  });

  test('fails for an alias of a version that is not there', async () => {
    await put('one');
    expect(() => harness.functions.putAlias('Function', 'live', '1')).toThrow(`Function not found: ${ARN}:1`);
  });

  test('a name can be a name, a partial ARN or an ARN', async () => {
    await harness.put(PID);
    const pid = await harness.invoke();
    for (const name of ['Function', '123456789012:function:Function', 'function:Function', ARN, `${ARN}:$LATEST`]) expect(await harness.invoke({}, name)).toBe(pid);
    for (const name of [ARN.replace('eu-west-1', 'us-east-1'), ARN.replace('123456789012', '210987654321'), 'Other', 'a b']) {
      await expect(harness.invoke({}, name)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });
});
