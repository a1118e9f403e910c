import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, untilEnded } from '../support/processes';
import { writeFile } from '../support/write-file';

const LOCAL = path.resolve(__dirname, '..', '..');
const CLI = [process.execPath, '--import', require.resolve('tsx', { paths: [LOCAL] }), path.join(LOCAL, 'src', 'cli.ts')];
const TIMEOUT = 60_000;

let directory: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stop-'));
  fs.mkdirSync(path.join(directory, 'tmp'));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  fs.rmSync(directory, { recursive: true });
});

/** Starts a program in the folder, with its own folder for temporary files. */
function start([command, ...args]: string[], variables: Record<string, string> = {}): ChildProcess {
  const { npm_command: _npm, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: directory, stdio: ['ignore', 'pipe', 'inherit'], env: { ...inherited, TMPDIR: path.join(directory, 'tmp'), ...variables },
  });
  started.push(child);
  return child;
}

/** Resolves with the first group of the first line that matches. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  for await (const line of createInterface(child.stdout!)) {
    const match = pattern.exec(line);
    if (match) return match[1];
  }
  throw new Error(`The program ended without printing ${pattern}`);
}

const workFolders = () => fs.readdirSync(path.join(directory, 'tmp')).filter(name => name.startsWith('ivschat-local-'));

const TEMPLATE = 'Resources: { Room: { Type: AWS::IVSChat::Room } }';

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s ends the server and deletes its work folder', async signal => {
  writeFile(directory, 'chat.yaml', TEMPLATE);
  const cli = start([...CLI, '--app', 'chat.yaml']);
  await printed(cli, /(Press Ctrl-C)/);
  expect(workFolders()).toHaveLength(1);
  cli.kill(signal);
  expect(await once(cli, 'exit')).toEqual([0, null]);
  expect(workFolders()).toEqual([]);
}, TIMEOUT);

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s during synthesis ends the app and the processes it has started', async signal => {
  writeFile(directory, 'app.js', `
    const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    console.log("pids", process.pid + "," + child.pid);
    setInterval(() => {}, 1000);`);
  const cli = start([...CLI, '--app', 'node app.js']);
  const pids = (await printed(cli, /^pids (.*)$/)).split(',').map(Number);
  cli.kill(signal);
  await once(cli, 'exit');
  expect(cli.exitCode).toBe(1);
  await Promise.all(pids.map(untilEnded));
}, TIMEOUT);

/** As npx does: a program that starts a shell, which starts the server. The second command keeps the shell from replacing itself. */
const NPX = `const { spawn } = require("node:child_process");
  spawn(${JSON.stringify(`"${CLI.join('" "')}" --app chat.yaml --json-ready ready.json; true`)}, { shell: true, stdio: "inherit" });`;

test.each([
  ['npx', (npx: ChildProcess) => npx.pid!],
  ['its shell', (_npx: ChildProcess, server: number) => Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(server)], { encoding: 'utf8' }))],
])('the server ends if %s is ended', async (_what, target) => {
  writeFile(directory, 'chat.yaml', TEMPLATE);
  const npx = start([process.execPath, '-e', NPX], { npm_command: 'exec' });
  await printed(npx, /(Press Ctrl-C)/);
  while (!fs.existsSync(path.join(directory, 'ready.json'))) await delay(10);
  const { pid } = JSON.parse(fs.readFileSync(path.join(directory, 'ready.json'), 'utf8')) as { pid: number };
  process.kill(target(npx, pid), 'SIGKILL');
  await untilEnded(pid);
  expect(workFolders()).toEqual([]);
}, TIMEOUT);

/** Its function starts a process that leaves the group of its own. */
const WITH_DETACHED = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: starter
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Timeout: 30
      Code:
        ZipFile: |
          const { spawn } = require('child_process');
          exports.handler = async () => {
            const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
            child.unref();
            return child.pid;
          };
`;

const ON_LINUX = process.platform === 'linux' ? test : test.skip;

ON_LINUX('what a killed server has left is removed by the next start, and not by another server', async () => {
  writeFile(directory, 'chat.yaml', WITH_DETACHED);
  const server = async () => {
    const cli = start([...CLI, '--app', 'chat.yaml']);
    const url = await printed(cli, /^export AWS_ENDPOINT_URL_IVSCHAT=(.*)$/);
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0' };
    const response = await fetch(`${url}/2015-03-31/functions/starter/invocations`, { method: 'POST', body: '{}', headers });
    return { cli, detached: await response.json() as number };
  };
  const [killed, other] = [await server(), await server()];
  expect([isRunning(killed.detached), isRunning(other.detached)]).toEqual([true, true]);
  killed.cli.kill('SIGKILL');
  await once(killed.cli, 'exit');
  expect(workFolders()).toHaveLength(2);

  const next = await server();
  await untilEnded(killed.detached);
  expect([workFolders().length, isRunning(other.detached)]).toEqual([2, true]);
  for (const { cli, detached } of [other, next]) {
    cli.kill();
    await once(cli, 'exit');
    await untilEnded(detached);
  }
}, TIMEOUT);
