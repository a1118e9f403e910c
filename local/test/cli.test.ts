import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { LOCAL, runCli, startCli } from './support/run-cli';
import { writeFile } from './support/write-file';
import { networkAddresses } from '../src/http/network-access';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const start = (args: string[], preload?: string) => startCli(directory, args, { preload });
const run = async (args: string[], preload?: string) => runCli(directory, args, { preload });

const template = (resources: object) => writeFile(directory, 'chat.json', { Resources: resources });
/** Code that makes reading a file fail with a TypeError, which is never a mistake of the user. @param attempt the first that fails */
const breakReading = (name: string, attempt: number) => `
  const fs = require('node:fs');
  const { readFileSync } = fs;
  let attempts = 0;
  fs.readFileSync = (file, ...more) => {
    if (String(file).endsWith(${JSON.stringify(name)}) && ++attempts >= ${attempt}) throw new TypeError('injected');
    return readFileSync(file, ...more);
  };
`;

test.each<[string, string[], RegExp]>([
  ['an unknown option', ['--prot', '1'], /^Unknown option '--prot'/],
  ['an allowed host with a port', ['--allow-host', '10.0.2.2:80'], /^--allow-host must be a host name or an IP address without a port, got 10\.0\.2\.2:80\.\n$/],
  ['an issuer that is not an https URL', ['--issuer', 'login.example.com'], /^--issuer must be an https URL with a host name and without a port, such as .*, got login\.example\.com\.\n$/],
  ['a host that is no address', ['--app', 'chat.json', '--host', 'phone'], /^host must be an IP address of this machine, or 0\.0\.0\.0 for all of them, got phone\.\n$/],
  ['context without a value', ['-c', 'stage'], /^--context must be NAME=VALUE, got stage\.\n$/],
  ['an endpoint without a service', ['--endpoint', 'http://127.0.0.1:8000'], /^--endpoint must be SERVICE=URL, such as .*\n$/],
  ['a template with a mistake', ['--app', 'chat.json'], /^The stack chat could not be created and was rolled back: Room \(AWS::IVSChat::Room\): .*Name must match.*\n$/],
  ['a data directory that cannot be created', ['--app', 'chat.json', '--data', 'chat.json/data'], /^--data must be a directory that can be created, got .*chat\.json\/data: .*\n$/],
])('%s is one message without a stack trace', async (_name, args, message) => {
  template({ Room: { Type: 'AWS::IVSChat::Room', Properties: { Name: 'a b' } } });
  const { code, stderr } = await run(args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(1);
});

test('a fault is shown as such, with its stack trace and where to report it', async () => {
  template({ Room: { Type: 'AWS::IVSChat::Room' } });
  const { code, stderr } = await run(['--app', 'chat.json'], breakReading('chat.json', 1));
  expect(stderr).toMatch(/^ivschat-local failed: fault of ivschat-local: TypeError: injected\nTypeError: injected\n {4}at /);
  expect(stderr).toContain('Please report this fault of ivschat-local with its stack trace: https://');
  expect(code).toBe(1);
});

test('a fault in a deployment has its stack trace in the live log, and one message at the end', async () => {
  template({ Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'inner.json' } } });
  writeFile(directory, 'inner.json', { Resources: { Room: { Type: 'AWS::IVSChat::Room' } } });
  // The first time it is read to find the files to watch.
  const { code, stdout, stderr } = await run(['--app', 'chat.json'], breakReading('inner.json', 2));
  const reason = 'Nested (AWS::CloudFormation::Stack): fault of ivschat-local: TypeError: injected';
  expect(stdout).toMatch(/TypeError: injected\n {4}at [^]*\nPlease report this fault/);
  expect(stderr).toBe(`The stack chat could not be created and was rolled back: ${reason}\n`);
  expect(code).toBe(1);
});

test('a start loads only the code that the app uses', async () => {
  template({ Room: { Type: 'AWS::IVSChat::Room' } });
  const unused = [
    ...['api-gateway', 'api-gateway-v2', 'bedrock', 'cognito', 'dynamodb', 'lambda-events', 'logs', 'secrets', 'sqs'].map(name => `src/cloudformation/types/${name}.ts`),
    ...['commands/evade', 'commands/replay', 'replay/replay'].map(name => `src/${name}.ts`),
    ...['dynamodb/http', 'dynamodb/tables', 'http-apis/http', 'http-apis/http-api', 'judges/http', 'lambda/unzip', 'log-subscriptions/filter-pattern'].map(name => `src/${name}.ts`),
    ...['api-gateway/api-call', 'rest-apis/api-keys', 'rest-apis/http', 'rest-apis/rest-api', 'ivs/http', 'cloudformation/sam/translate'].map(name => `src/${name}.ts`),
    ...['sqs/http', 'sqs/queue', 'sqs/queue-poller', 'user-pools/sign-in', 'user-pools/user-pool', 'cloudformation/yaml-template'].map(name => `src/${name}.ts`),
  ];
  const { stderr } = await run(['--app', 'chat.json'], `
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = text => {
      if (String(text).includes('AWS_ENDPOINT_URL_IVSCHAT')) {
        console.error(Object.keys(require.cache).join('\\n'));
        process.exit();
      }
      return write(text);
    };
  `);
  const loaded = stderr.split('\n').map(file => path.relative(LOCAL, file));
  expect(loaded).toContain('src/cloudformation/types/ivschat.ts');
  expect(loaded.filter(file => unused.includes(file) || /\/(@cfworker|yaml|yauzl)\//.test(file))).toEqual([]);
  expect(unused.filter(file => !fs.existsSync(path.join(LOCAL, file)))).toEqual([]);
});

test('a missing parameter is named with the option that passes it', async () => {
  writeFile(directory, 'chat.json', { Parameters: { Stage: { Type: 'String' } }, Resources: { Room: { Type: 'AWS::IVSChat::Room' } } });
  const { code, stderr } = await run(['--app', 'chat.json']);
  expect(stderr).toContain('The parameter Stage must have a value or a default: pass one with --parameters Stage=VALUE.');
  expect(code).toBe(1);
});

test('--host listens on an address of this machine, and warns of what it opens', async () => {
  template({ Room: { Type: 'AWS::IVSChat::Room' } });
  // A machine without a network has no such address, and nothing to warn of.
  const [address] = networkAddresses('0.0.0.0');
  const child = start(['--app', 'chat.json', '--host', address ?? '0.0.0.0', '--json-ready', 'ready.json']);
  const output = text(child.stdout);
  let port = '';
  let statuses: number[] = [];
  try {
    const file = path.join(directory, 'ready.json');
    while (child.exitCode === null && !fs.existsSync(file)) await new Promise(resolve => setTimeout(resolve, 20));
    ({ port } = new URL(JSON.parse(fs.readFileSync(file, 'utf8')).endpoints.ivschat));
    statuses = await Promise.all([address ?? '127.0.0.1', '127.0.0.1'].map(async host => (await fetch(`http://${host}:${port}`)).status));
  } finally {
    child.kill();
  }

  expect(statuses).toEqual([200, 200]);
  const urls = address === undefined ? [] : [`http://${address}:${port}`];
  const warnings = [...(await output).matchAll(/the network can reach this runtime at (.*): every device in it can call all APIs with all permissions, .*\. Use --host only in a network that you trust/g)];
  expect(warnings.map(([, listed]) => listed)).toEqual(urls);
});

test('-c and --context are passed to the app', async () => {
  const app = 'require("node:fs").writeFileSync("context.json", process.env.CDK_CONTEXT_JSON)';
  writeFile(directory, 'app.js', app);
  // The app writes no assembly.
  expect((await run(['--app', 'node app.js', '-c', 'stage=prod', '--context', 'rate=50'])).code).toBe(1);
  expect(JSON.parse(fs.readFileSync(path.join(directory, 'context.json'), 'utf8'))).toEqual({ stage: 'prod', rate: '50' });
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(LOCAL, 'package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
