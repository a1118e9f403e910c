import * as fc from 'fast-check';
import { FunctionLog } from '../../../src/lambda/execution/function-log';
import { LiveLog } from '../../../src/live-log/live-log';
import { LambdaHarness, ROLE } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const python = { runtime: 'python3.11' };

test.each([
  ['a line', 'x\\n', ['x']],
  ['a line that is not complete', 'x', ['x']],
  ['JSON that is not a record', '[1]\\nnull\\n{"end":7}\\n', ['[1]', 'null', '{"end":7}']],
])('%s that a Node.js function writes to the log pipe is output', async (_what, text, lines) => {
  await harness.put(`exports.handler = async () => { require("fs").writeSync(3, '${text}'); console.log("logged"); return "ok"; };`);
  expect(await harness.invoke()).toBe('ok');
  expect(harness.texts()).toEqual([...lines, 'logged'].map(line => `Function: ${line}`));
});

test('a function that closes the log pipe does not wait for its end', async () => {
  await harness.put('exports.handler = async () => { console.log("logged"); require("fs").closeSync(3); return "ok"; };');
  expect(await harness.invoke()).toBe('ok');
  expect(harness.texts()).toEqual(['Function: logged']);
});

test('lines that threads of a Python function write at the same time stay whole', async () => {
  await harness.put(`import sys, threading
def handler(event, context):
    write = lambda letter: [sys.stdout.write(letter * 30000 + '\\n') for _ in range(20)]
    threads = [threading.Thread(target=write, args=letter) for letter in 'äöüßéèñç']
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return 'ok'`, python);
  expect(await harness.invoke()).toBe('ok');
  const lines = harness.texts().map(text => text.replace('Function: ', ''));
  expect(lines).toHaveLength(8 * 20);
  expect(lines.filter(line => line !== line[0].repeat(30_000))).toEqual([]);
});

test('a Python process that is copied while it prints can print', async () => {
  await harness.put(`import os, threading
def handler(event, context):
    done = threading.Event()
    printer = threading.Thread(target=lambda: [print('from a thread') for _ in iter(done.is_set, True)])
    printer.start()
    for _ in range(20):
        child = os.fork()
        if child == 0:
            print('from a child')
            os._exit(0)
        os.waitpid(child, 0)
    done.set()
    printer.join()
    return 'ok'`, { ...python, timeoutSeconds: 20 });
  expect(await harness.invoke()).toBe('ok');
});

test('a Python function can write bytes', async () => {
  await harness.put(`import sys
def handler(event, context):
    sys.stdout.buffer.write('ü'.encode()[:1])
    sys.stdout.buffer.write('ü'.encode()[1:] + b' as bytes\\n')
    print('a lone surrogate:', chr(0xd800))`, python);
  await harness.invoke();
  expect(harness.texts()).toEqual(['Function: ü as bytes', 'Function: a lone surrogate: \\ud800']);
});

test.each([
  ['Node.js', 'exports.handler = async () => { process.stdout.write("x".repeat(4_000_000) + "\\n"); console.log("y".repeat(4_000_000)); };', {}],
  ['Python', 'import logging\ndef handler(event, context):\n    print("x" * 4000000)\n    logging.error("y" * 4000000)', python],
])('a line of 4 MB of a %s function is shortened', async (_runtime, code, settings) => {
  await harness.put(code, settings);
  await harness.invoke();
  expect(harness.texts()).toEqual([
    `Function: ${'x'.repeat(32 * 1024)}… (${4_000_000 - 32 * 1024} more characters)`,
    `Function: ${'y'.repeat(32_000)}… (${4_000_000 - 32_000} more characters)`,
  ]);
});

test('many writes without the end of a line are one line, which ends with the invocation', async () => {
  await harness.put('exports.handler = async () => { for (let count = 0; count < 20_000; count++) process.stdout.write("x"); };');
  await harness.invoke();
  expect(harness.texts()).toEqual([`Function: ${'x'.repeat(20_000)}`]);
});

test('anything may be in the log pipe', () => {
  const members = Object.fromEntries(['level', 'message', 'requestId', 'time', 'raw', 'end'].map(name => [name, fc.anything()]));
  const record = fc.record(members, { requiredKeys: [] });
  const text = fc.oneof(fc.string(), fc.constantFrom('\n', '{"end":"', '"}\n', '{"raw":"x"}\n'), fc.json(), record.map(value => stringify(value)));
  const liveLog = new LiveLog();
  const definition = {
    functionName: 'F', runtime: 'nodejs20.x', handler: 'h', code: { zipFile: '' }, environment: {}, timeoutSeconds: 1, memorySize: 128, roleArn: ROLE,
  };
  fc.assert(fc.property(fc.array(text), fc.constantFrom('JSON', 'Text'), (pieces, logFormat) => {
    const log = new FunctionLog({ ...definition, logFormat }, liveLog, '/task');
    for (const piece of pieces) log.addPipeOutput(piece);
    log.close();
    expect(Buffer.byteLength(log.takeTail())).toBeLessThanOrEqual(4 * 1024 + 2);
  }));
});

/** A line of JSON, or an empty one for a value that has no JSON. */
function stringify(value: unknown): string {
  try {
    return `${JSON.stringify(value)}\n`;
  } catch {
    return '\n';
  }
}
