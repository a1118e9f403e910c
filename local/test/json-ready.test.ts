import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = path.resolve(__dirname, '..');

let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-test-'));
  fs.writeFileSync(path.join(directory, 'Chat.yaml'), [
    'Resources: { Lobby: { Type: AWS::IVSChat::Room } }', 'Outputs: { RoomArn: { Value: !GetAtt Lobby.Arn } }',
  ].join('\n'));
});

afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill();
    await once(child, 'exit');
  }
  fs.rmSync(directory, { recursive: true });
});

function run(...args: string[]): ChildProcess {
  return child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'src', 'cli.ts'), '--data', path.join(directory, 'data'), ...args], {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

const documentOf = ({ pid }: ChildProcess) => ({
  pid,
  endpoints: { dynamodb: expect.any(String), ivschat: expect.stringMatching(/^http:\/\/127/), lambda: expect.any(String), sts: expect.any(String) },
  messagingUrl: expect.stringMatching(/^ws:\/\/127/),
  playgroundUrl: expect.stringMatching(/\/$/),
  environment: expect.objectContaining({ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local' }),
  outputs: { Chat: { RoomArn: expect.stringMatching(/^arn:aws:ivschat:eu-west-1:/) } },
});

test('--json-ready - prints one line of JSON, and the live log to standard error', async () => {
  const cli = run('--app', path.join(directory, 'Chat.yaml'), '--region', 'eu-west-1', '--json-ready', '-');
  const errors = textOf(cli.stderr!);
  const [output] = await once(cli.stdout!, 'data');
  cli.kill('SIGTERM');
  const rest = await textOf(cli.stdout!);

  expect(JSON.parse(String(output))).toEqual(documentOf(cli));
  expect(String(output)).toMatch(/^\{.*\}\n$/);
  expect(rest).toBe('');
  expect(await errors).toMatch(/resource +Chat: .*Lobby.*Press Ctrl-C to stop/s);
}, 30_000);

test('--json-ready FILE replaces the file of an earlier run when ready, and deletes it at the end', async () => {
  const file = path.join(directory, 'ready.json');
  fs.writeFileSync(file, '{"pid":0}');
  const cli = run('--app', path.join(directory, 'Chat.yaml'), '--region', 'eu-west-1', '--json-ready', file);
  const output = textOf(cli.stdout!);
  while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '{"pid":0}') await delay(20);

  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(documentOf(cli));
  cli.kill('SIGTERM');
  expect(await output).toContain('export AWS_ENDPOINT_URL_IVSCHAT=');
  expect(fs.readdirSync(directory).sort()).toEqual(['Chat.yaml', 'data']);
}, 30_000);

test('--json-ready FILE writes nothing if the deployment fails', async () => {
  const file = path.join(directory, 'ready.json');
  fs.writeFileSync(path.join(directory, 'Broken.yaml'), 'Resources: { Lobby: { Type: AWS::IVSChat::Room, Properties: { MaximumMessageLength: 501 } } }');
  fs.writeFileSync(file, '{"pid":0}');
  const cli = run('--app', path.join(directory, 'Broken.yaml'), '--json-ready', file);
  const errors = textOf(cli.stderr!);
  void textOf(cli.stdout!);
  const [code] = await once(cli, 'exit');

  expect([code, fs.existsSync(file)]).toEqual([1, false]);
  expect(await errors).toContain('The stack Broken could not be created and was rolled back');
}, 30_000);
