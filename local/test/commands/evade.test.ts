import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { reviewedRoom, templateOf } from '../support/review-template';
import { runCli } from '../support/run-cli';
import { writeFile } from '../support/write-file';

/** Finds words without case and within other words, and nothing that is disguised. */
const FILTER = `
  const { rules } = require('./filter.json');
  exports.handler = async ({ Content }) => {
    const found = rules[0].blocked.words.some(word => Content.toLowerCase().includes(word.replace('*', '')));
    return { ReviewResult: found ? 'DENY' : 'ALLOW', Content };
  };
`;
const filterOf = (...words: string[]) => JSON.stringify({ version: 1, rules: [{ kind: 'words', blocked: { words, parts: [] }, allowed: { words: ['sapped'], parts: [] } }] });

let directory: string;

// Each run sends two thousand messages.
jest.setTimeout(30_000);

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'evade-command-'));
  fs.mkdirSync(path.join(directory, 'code'));
  const template = JSON.parse(templateOf(reviewedRoom('lobby')));
  template.Resources.lobbyReview.Properties.Code = 'code';
  writeFile(directory, 'chat.json', JSON.stringify(template));
  writeFile(path.join(directory, 'code'), 'index.js', FILTER);
  writeFile(path.join(directory, 'code'), 'filter.json', filterOf('sap', 'idiot*'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const evade = async (...args: string[]) => runCli(directory, ['evade', '--app', 'chat.json', ...args]);

test('the table has what slips and what is found by mistake, by disguise', async () => {
  const { code, stderr, stdout } = await evade();
  expect(stdout).toMatch(/^2 words and \d+ innocent phrases, reviewed by chat-lobbyReview-\w+\n\n {32}slipped {4}by mistake\n/);
  expect(stdout).toMatch(/^as written +0 of 2 +1 of \d+\n {2}by mistake: "sapped"$/m);
  expect(stdout).toMatch(/^capitals +0 of 2 +0 of \d+$/m);
  expect(stdout).toMatch(/^dots +2 of 2 +0 of \d+\n {2}slipped: "sap" "idiot"$/m);
  // A word of three letters has no middle.
  expect(stdout).toMatch(/^a space within +1 of 1 +0 of \d+$/m);
  expect(stdout).toMatch(/^all +\d+ of \d+ +\d+ of \d+\n$/m);
  expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  expect([code, stderr]).toEqual([0, '']);
});

test('--json, --fail-if, --sample and --innocents', async () => {
  writeFile(directory, 'innocents.txt', 'an idiotic day\nSap of a tree\nsap\n');
  const { code, stderr, stdout } = await evade('--json', '--sample', '1', '--innocents', 'innocents.txt', '--fail-if', 'mistakes>2', '--fail-if', 'slipped>100%');
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ words: { tried: 1, all: 2 }, mistakes: 3, failed: 0, rows: expect.any(Array) });
  expect(result.rows[0]).toMatchObject({ disguise: 'as written', innocent: { wrong: 3, examples: ['sapped', 'an idiotic day', 'Sap of a tree'] } });
  expect([code, stderr]).toEqual([2, 'FAILED --fail-if mistakes>2: it is 3\n']);
});

test('fails for a handler of one\'s own without words', async () => {
  writeFile(directory, 'chat.json', templateOf(reviewedRoom('lobby')));
  const { code, stderr } = await evade();
  expect([code, stderr]).toEqual([1, 'The review handler must be a MessageFilter, but its code has no filter.json: pass the words that it must find with --words.\n']);
});

test('a handler of one\'s own is tried with the words of a file', async () => {
  writeFile(directory, 'chat.json', templateOf(reviewedRoom('lobby')));
  writeFile(directory, 'words.txt', 'darn\nrude*\n');
  const { code, stdout } = await evade('--words', 'words.txt');
  expect(stdout).toMatch(/^as written +0 of 2 +\d+ of \d+$/m);
  expect(stdout).toMatch(/^capitals +2 of 2 /m);
  expect(code).toBe(0);
});

test('a message for which the handler fails counts as neither', async () => {
  writeFile(directory, 'chat.json', templateOf(reviewedRoom('lobby', 'exports.handler = async () => { throw new Error("no"); };')));
  writeFile(directory, 'words.txt', 'darn\n');
  const { code, stdout } = await evade('--words', 'words.txt');
  expect(stdout).toMatch(/^as written +- +-$/m);
  expect(stdout).toMatch(/^In no column: 106 messages for which the handler failed or was late$/m);
  expect(code).toBe(0);
});

test.each<[string, string[], RegExp]>([
  ['a positional argument', ['words.txt'], /^Unexpected argument 'words\.txt'/],
  ['a limit of replays', ['--fail-if', 'denied>1%'], /^--fail-if must be a count \(slipped, mistakes\) with a number or a percentage, such as "slipped>1%" or "mistakes>0", got "denied>1%"\.\n$/],
  ['a sample of none', ['--sample', '0'], /^--sample must be a whole number of at least 1, got 0\.\n$/],
  ['words that do not exist', ['--words', 'no.txt'], /^--words must be a file that can be read, got no\.txt: /],
])('fails for %s', async (_what, args, message) => {
  const { code, stderr, stdout } = await evade(...args);
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([1, '']);
});

test('--help lists the options', async () => {
  const { code, stdout } = await runCli(directory, ['evade', '--help']);
  expect(stdout).toMatch(/^Disguises the words of a MessageFilter/);
  expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  expect(code).toBe(0);
});
