import { LambdaHarness } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const tailOf = async () => (await harness.functions.invoke('Function', '{}')).logTail.split('\n').filter(line => !/^(START|END|REPORT) RequestId|^$/.test(line));

const ALL_LEVELS = `exports.handler = async () => {
  console.debug('debugged');
  console.log('logged %d', 1, { a: 1 });
  console.info({ a: 1, b: ['c'] });
  process.stdout.write('written\\n');
  console.warn('warned');
  console.error(new Error('an error\\nin two lines').message);
};`;

test('all lines are in the live log and in the log tail, in order', async () => {
  await harness.put(ALL_LEVELS);
  expect(await tailOf()).toEqual([
    expect.stringMatching(/^\S+Z\t[0-9a-f-]{36}\tDEBUG\tdebugged$/),
    expect.stringMatching(/\tINFO\tlogged 1 { a: 1 }$/),
    expect.stringMatching(/\tINFO\t{ a: 1, b: \[ 'c' \] }$/),
    'written',
    expect.stringMatching(/\tWARN\twarned$/),
    expect.stringMatching(/\tERROR\tan error$/),
    'in two lines',
  ]);
  expect(harness.liveLog.recent.map(({ kind, level, text }) => [kind, level, text])).toEqual([
    ['function', 'info', 'Function: debugged'],
    ['function', 'info', 'Function: logged 1 { a: 1 }'],
    ['function', 'info', "Function: { a: 1, b: [ 'c' ] }"],
    ['function', 'info', 'Function: written'],
    ['function', 'warning', 'Function: warned'],
    ['function', 'error', 'Function: an error in two lines'],
  ]);
});

test('JSON logs contain only lines at or above the application log level', async () => {
  await harness.put(ALL_LEVELS, { logFormat: 'JSON' });
  const lines = await tailOf();
  expect(lines.map(line => line === 'written' ? line : JSON.parse(line))).toEqual([
    { timestamp: expect.any(String), level: 'INFO', requestId: expect.any(String), message: 'logged 1 { a: 1 }' },
    expect.objectContaining({ level: 'INFO', message: { a: 1, b: ['c'] } }),
    'written',
    expect.objectContaining({ level: 'WARN', message: 'warned' }),
    expect.objectContaining({ level: 'ERROR', message: 'an error\nin two lines' }),
  ]);
});

test.each([['TRACE', 5], ['DEBUG', 5], ['WARN', 2], ['ERROR', 1], ['FATAL', 0]])('the application log level %s keeps %i lines', async (applicationLogLevel, count) => {
  await harness.put(ALL_LEVELS.replace(/process\.stdout.*/, ''), { logFormat: 'JSON', applicationLogLevel });
  expect(await tailOf()).toHaveLength(count);
  expect(harness.data()).toHaveLength(count);
});

test('the application log level applies to JSON logs only', async () => {
  await harness.put('exports.handler = async () => { console.log("logged"); };', { applicationLogLevel: 'FATAL' });
  expect(await tailOf()).toHaveLength(1);
});

test('a failed invocation is logged at every application log level', async () => {
  await harness.put('exports.handler = async () => { throw new Error("no"); };', { logFormat: 'JSON', applicationLogLevel: 'FATAL' });
  await harness.invoke();
  expect(harness.liveLog.recent).toMatchObject([{ kind: 'function', level: 'error', data: { event: 'failed', functionName: 'Function', error: 'Error: no' } }]);
});

test('the live log contains no control characters and no ResponseURL', async () => {
  await harness.put('exports.handler = async event => { console.log("\\u001b[31mred\\u001b[0m\\tand\\u0007\\u009b\\u202e", event); };');
  await harness.invoke({ ResponseURL: 'http://127.0.0.1:4566/cfn/a-very-secret-Path' });
  expect(harness.texts()).toEqual(["Function: red and    { ResponseURL: 'http://127.0.0.1:4566/cfn/…' }"]);
});

test('output of child processes and an unterminated last line are logged', async () => {
  await harness.put(`exports.handler = async () => {
    require('child_process').execFileSync(process.execPath, ['-e', 'console.log("from a child")'], { stdio: ['ignore', 1, 2] });
    process.stdout.write('unterminated');
    process.exit(1);
  };`);
  await harness.invoke();
  expect(harness.data()).toEqual(expect.arrayContaining(['from a child', 'unterminated'].map(line => ({ event: 'output', functionName: 'Function', line }))));
});

test('the log tail of the first invocation includes the initialization', async () => {
  await harness.put('console.log("loading"); exports.handler = async () => {};');
  expect((await harness.functions.invoke('Function', '{}')).logTail).toMatch(/^\S+Z\tundefined\tINFO\tloading\nSTART /);
  expect((await harness.functions.invoke('Function', '{}')).logTail).toMatch(/^START /);
});

test('long lines are not split within a character', async () => {
  const line = 'ü😀'.repeat(10_000);
  await harness.put(`exports.handler = async () => { for (let count = 0; count < 5; count++) console.log(${JSON.stringify(line)}); };`);
  await harness.invoke();
  expect(harness.data()).toEqual(Array(5).fill({ event: 'output', functionName: 'Function', line }));
});
