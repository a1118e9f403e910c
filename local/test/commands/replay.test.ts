import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { caseLine, deletionLine, logLine, reviewedRoom, templateOf } from '../support/review-template';
import { type CliOptions, runCli, startCli } from '../support/run-cli';
import { writeFile } from '../support/write-file';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'replay-command-'));
  writeFile(directory, 'chat.json', templateOf(reviewedRoom('lobby')));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const write = (name: string, ...lines: string[]) => writeFile(directory, name, lines.join(''));
const replay = async (args: string[], options?: CliOptions) => runCli(directory, ['replay', '--app', 'chat.json', ...args], options);

const LOG = [
  logLine('Hello'), logLine('oh heck'), logLine('you darn fool, who writes a message that is longer than what a terminal shows in a line'),
  logLine('so rude'), logLine('nasty', { id: 'AAAAAAAAAAA1' }), deletionLine('AAAAAAAAAAA1'), logLine('count me'), '{"cut":"',
];
const CASES = [caseLine('heck of a day', 'ALLOW'), caseLine('darn', 'DENY')];

describe('the report', () => {
  test('has the outcomes by rule with examples, in lines of 80 columns', async () => {
    write('yesterday.log', ...LOG);
    write('cases.jsonl', ...CASES);
    const { code, stderr, stdout } = await replay(['yesterday.log', 'cases.jsonl']);

    expect(stdout.replace(/review-\S+|lobbyReview-\S+/i, 'REVIEW').replace(/[\d.]+ ms/g, 'N ms')).toBe(`8 messages of 2 files, reviewed by chat-REVIEW

     1   12.5%  newly masked by words
                yesterday.log:2    "oh heck" → "oh ****"
     1   12.5%  newly denied by words
                yesterday.log:3    "you darn fool, who writes a message that i…"
     1   12.5%  newly denied by "Not so rude"
                yesterday.log:4    "so rude"
     1   12.5%  missed: deleted by a moderator, allowed now
                yesterday.log:5    "nasty"
     1   12.5%  by mistake: expected ALLOW, got MASK by words
                cases.jsonl:1      "heck of a day" → "**** of a day"
     1   12.5%  counted by trial
     1   12.5%  as expected
     2   25.0%  as it was

Reviews on this machine, warm: p50 N ms, p99 N ms, slowest N ms of 200
0 late, 0 decided by the fallback (DENY)
Left out: yesterday.log:8 is cut off
The content of a log is what was delivered: masked messages are masked in it,
and denied messages are not in it.
`);
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
    expect([code, stderr]).toEqual([0, '']);
  });

  test.each<[string, string[], CliOptions]>([
    ['with --no-text', ['--no-text'], {}],
    ['in continuous integration', [], { env: { CI: 'true' } }],
    ['as JSON with --no-text', ['--no-text', '--json'], {}],
  ])('has no text of messages %s', async (_what, args, options) => {
    write('yesterday.log', ...LOG, '\n', logLine('broken'));
    write('cases.jsonl', ...CASES);
    const { code, stderr, stdout } = await replay(['yesterday.log', 'cases.jsonl', ...args], options);

    expect(stdout).toContain('words');
    for (const text of ['heck', 'fool', 'rude', 'nasty', 'Hello', 'cannot review']) expect(stdout + stderr).not.toContain(text);
    if (args.includes('--json')) expect(JSON.parse(stdout).groups[0].examples[0]).toMatchObject({ file: 'yesterday.log', line: 2, rules: ['words'] });
    else expect(stdout).toMatch(/ {4}2 {3}22\.2% {2}newly denied by words\n|newly denied by the handler\n {16}yesterday\.log:4\n/);
    expect(code).toBe(0);
  });

  test.each(['false', '0', ''])('has text if CI is "%s"', async CI => {
    write('yesterday.log', logLine('darn'));
    expect((await replay(['yesterday.log'], { env: { CI } })).stdout).toContain('"darn"');
  });

  test('has no escape sequences of messages, and the errors of the function', async () => {
    write('yesterday.log', logLine('darn\u001b[31m\u202e\n'), logLine('broken'));
    const { stdout } = await replay(['yesterday.log']);
    expect(stdout).toContain('yesterday.log:1    "darn"\n');
    expect(stdout).toMatch(/newly denied by the fallback\n/);
    expect(stdout).toContain('  1 × the handler failed (Unhandled)\nThe function failed: TypeError: cannot review broken\n');
  });

  test('as JSON is the result of the test API', async () => {
    write('yesterday.log', ...LOG);
    const { code, stderr, stdout } = await replay(['--json', '--examples', '1', 'yesterday.log']);
    expect(JSON.parse(stdout)).toMatchObject({ messages: 6, denied: 2, masked: 1, missed: 1, counted: 1, unreadable: 1, groups: expect.any(Array) });
    expect([code, stderr]).toEqual([0, '']);
  });
});

test('--fail-if exits with 2 if a limit is exceeded', async () => {
  write('yesterday.log', ...LOG);
  const passed = await replay(['yesterday.log', '--fail-if', 'denied>50%', '--fail-if', 'missed>1']);
  expect([passed.code, passed.stderr]).toEqual([0, '']);

  const { code, stderr } = await replay(['yesterday.log', '--fail-if', 'denied>20%', '--fail-if', 'late>0', '--fail-if', 'missed>0']);
  expect([code, stderr]).toEqual([2, 'FAILED --fail-if denied>20%: it is 33.33%, 2 of 6 messages\nFAILED --fail-if missed>0: it is 1\n']);
});

test('the chat log of the local runtime is a log', async () => {
  const folder = path.join(directory, '.ivschat-local', 'cloudwatch-logs', 'chat');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(directory, '.ivschat-local', '.gitignore'), '*\n');
  fs.writeFileSync(path.join(folder, 'room'), logLine('darn'));
  const { code, stdout } = await replay(['.ivschat-local']);
  expect(stdout).toMatch(/^1 message of 1 file, reviewed by /);
  expect(stdout).toContain('…al/cloudwatch-logs/chat/room:1  "darn"'.slice(-30));
  expect(code).toBe(0);
});

test.each<[string, string[], RegExp]>([
  ['without a log', [], /^LOG must be a file or a folder, got none: pass for example \.ivschat-local\.\n$/],
  ['for a log that does not exist', ['no.log'], /^LOG must be a file or a folder that can be read, got no\.log: it does not exist\.\n$/],
  ['for a log of something else', ['chat.json'], /^LOG must contain messages, got none in chat\.json, only 1 other records: use .*\n$/],
  ['for a limit that is not valid', ['yesterday.log', '--fail-if', 'allowed>1'], /^--fail-if must be a count \(denied, .*got "allowed>1"\.\n$/],
  ['for a number of examples that is not valid', ['yesterday.log', '--examples', '-1'], /^Option '--examples' argument is ambiguous|^--examples must be a whole number of at least 0/],
  ['for an unknown option', ['yesterday.log', '--json-ready', 'x'], /^Unknown option '--json-ready'/],
  ['for an app that does not exist', ['yesterday.log', '--app', 'no.yaml'], /^The template no\.yaml does not exist\.\n$/],
  ['for an unknown room', ['yesterday.log', '--room', 'foyer'], /^room must be the construct path, name or ARN of a room, got "foyer": choose one of chat\/lobbyRoom \(lobby\)\.\n$/],
])('fails %s', async (_what, args, message) => {
  write('yesterday.log', logLine('Hello'));
  const { code, stderr, stdout } = await replay(args);
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([1, '']);
});

test('fails for an app that does not deploy, with one message', async () => {
  write('yesterday.log', logLine('Hello'));
  write('chat.json', templateOf({ Room: { Type: 'AWS::IVSChat::Room', Properties: { Name: 'a b' } } }));
  const { code, stderr, stdout } = await replay(['yesterday.log']);
  expect(stderr).toMatch(/^The stack chat could not be created and was rolled back: Room \(AWS::IVSChat::Room\): .*Name must match.*\n$/);
  expect([code, stdout]).toEqual([1, '']);
});

test('Ctrl-C stops the replay, and leaves no process', async () => {
  write('chat.json', templateOf(reviewedRoom('lobby', `exports.handler = async ({ Content }) => {
    require('node:fs').writeFileSync(${JSON.stringify(path.join(directory, 'pid'))}, String(process.pid));
    await new Promise(resolve => setTimeout(resolve, 50));
    return { ReviewResult: 'ALLOW', Content };
  };`)));
  write('yesterday.log', ...Array.from({ length: 2000 }, () => logLine('Hello')));
  const child = startCli(directory, ['replay', '--app', 'chat.json', 'yesterday.log']);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => output += String(data));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const file = path.join(directory, 'pid');
  while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '') await new Promise(resolve => setTimeout(resolve, 20));
  child.kill('SIGINT');

  expect(await ended).toBe(1);
  expect(output).toMatch(/^Stopped after \d+ of 2000 messages\.\n$/);
  expect(() => process.kill(Number(fs.readFileSync(file, 'utf8')), 0)).toThrow('ESRCH');
});

test('progress is shown in a terminal only', async () => {
  write('yesterday.log', ...Array.from({ length: 300 }, () => logLine('Hello')));
  const { stderr, stdout } = await replay(['yesterday.log'], { preload: 'process.stderr.isTTY = true;' });
  const shown = stderr.split('\r\u001b[K');
  expect(shown.slice(0, 4)).toEqual(['', 'Reading the logs…', '', 'Deploying the app…']);
  expect(shown.at(-1)).toBe('');
  expect(shown.filter(text => /^\d+ of 300 messages \(\d+%\)$/.test(text)).length).toBeGreaterThan(0);
  expect(stdout).toContain('300 messages of 1 file');
});

test('--help lists the options', async () => {
  const { code, stdout } = await runCli(directory, ['replay', '--help']);
  expect(stdout).toMatch(/^Sends the messages of chat logs to the review handler/);
  expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  expect(code).toBe(0);
});
