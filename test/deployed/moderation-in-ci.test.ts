/** Runs the files and the commands of docs/moderation-in-ci.md, as its workflow does. */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const root = path.join(__dirname, '..', '..');
const page = fs.readFileSync(path.join(root, 'docs', 'moderation-in-ci.md'), 'utf8');
const COMMANDS = [...page.matchAll(/^ +- run: (npx .*)$/gm)].map(([, command]) => command);
const [EXPECTED_FAILURE] = /(?<=it fails with:\n\n```text\n).*?(?=^```)/ms.exec(page)!;

let project: string;

// Each command synthesizes the app.
jest.setTimeout(60_000);

beforeEach(() => {
  project = fs.mkdtempSync(path.join(os.tmpdir(), 'moderation-'));
  for (const [, file, code] of page.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)) write(file, code);
  write('cdk.json', JSON.stringify({ app: `tsx --tsconfig ${path.join(root, 'tsconfig.dev.json')} bin/chat.ts` }));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(project, 'node_modules'));
  // Commands of packages of this repository, which are not installed.
  const command = (name: string, line: string) => fs.writeFileSync(path.join(project, 'commands', name), `#!/bin/sh\nexec ${line}\n`, { mode: 0o755 });
  fs.mkdirSync(path.join(project, 'commands'));
  command('npx', '"$@"');
  command('ivschat-local', `tsx ${path.join(root, 'local', 'src', 'cli.ts')} "$@"`);
});

afterEach(() => {
  fs.rmSync(project, { recursive: true });
});

function write(file: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  fs.writeFileSync(path.join(project, file), content);
}

function run(command: string, env: Record<string, string> = { CI: 'true' }) {
  const PATH = [path.join(project, 'commands'), path.join(root, 'node_modules', '.bin'), process.env.PATH].join(':');
  const { status, stderr, stdout } = spawnSync('sh', ['-c', command], { cwd: project, encoding: 'utf8', env: { ...process.env, PATH, ...env } });
  return { status, output: stdout + stderr };
}

const withoutVariables = (text: string) => text.replace(/Chat-Filter\S+/, 'FUNCTION').replace(/[\d.]+ ms/g, 'N ms');

test('the workflow has a replay and a trial of disguises', () => {
  expect(COMMANDS).toEqual([expect.stringMatching(/^npx ivschat-local replay /), expect.stringMatching(/^npx ivschat-local evade /)]);
});

test.each(COMMANDS)('%s passes', command => {
  const { output, status } = run(command);
  expect([status, output]).toEqual([0, expect.not.stringContaining('FAILED')]);
});

test('a pull request that makes the filter worse fails, with the report of the page', () => {
  write('blocked.txt', 'darn\ndick\nidiot*\n');
  const { output, status } = run(COMMANDS[0]);
  expect(withoutVariables(output)).toBe(withoutVariables(EXPECTED_FAILURE));
  expect(status).toBe(2);
});

test('a pull request that finds less fails', () => {
  write('blocked.txt', 'dick\nidiot*\n!Moby-Dick\n');
  const { output, status } = run(COMMANDS[0], { CI: '' });
  expect(output).toContain('missed: expected DENY, got ALLOW\n                test/messages.jsonl:5  "d a r n"\n');
  expect([status, output]).toEqual([2, expect.stringContaining('FAILED --fail-if missed>0: it is 1\n')]);
});

test('a pull request that finds much by mistake fails', () => {
  write('blocked.txt', 'darn\ndick\nidiot*\n!Moby-Dick\n*ass*\n');
  const { output, status } = run(COMMANDS[1]);
  expect([status, output]).toEqual([2, expect.stringMatching(/FAILED --fail-if mistakes>20: it is \d+\n$/)]);
});
