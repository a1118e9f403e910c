import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { synthesize } from '../../src/app/synthesize';
import { writeFile } from '../support/write-file';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'app-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const write = (file: string, content: object | string) => writeFile(directory, file, content);

/** An app whose manifest has its environment variables. */
const APP = `
  const fs = require('node:fs');
  const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(AWS|CDK)_/.test(name)));
  fs.writeFileSync(process.env.CDK_OUTDIR + '/manifest.json', JSON.stringify(variables));
`;

const variablesIn = (folder: string) => JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8'));

describe('an existing assembly or template is used as it is', () => {
  test('a folder or a template by path', async () => {
    write('out/manifest.json', '{}');
    expect(await synthesize('out', directory)).toBe(path.join(directory, 'out'));
    expect(await synthesize('chat.yaml', path.dirname(write('chat.yaml', '')))).toBe(path.join(directory, 'chat.yaml'));
  });

  test('by default the one in cdk.json, else cdk.out', async () => {
    write('cdk.out/manifest.json', '{}');
    expect(await synthesize(undefined, directory)).toBe(path.join(directory, 'cdk.out'));
    write('cdk.json', `\ufeff${JSON.stringify({ app: 'other.out' })}`);
    write('other.out/manifest.json', '{}');
    expect(await synthesize(undefined, directory)).toBe(path.join(directory, 'other.out'));
  });
});

describe('a command is run', () => {
  const keys = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'CDK_OUTDIR'];
  const before = Object.fromEntries(keys.map(key => [key, process.env[key]]));

  afterEach(() => {
    for (const key of keys) {
      if (before[key] === undefined) delete process.env[key];
      else process.env[key] = before[key];
    }
  });

  test('with the context and output of cdk.json, and without AWS credentials', async () => {
    for (const key of keys) process.env[key] = 'mine';
    write('app.js', APP);
    write('cdk.context.json', { 'from-context': 1, 'both': 'context' });
    write('cdk.json', { app: 'node app.js', output: 'build/assembly', context: { both: 'json' } });

    const folder = await synthesize(undefined, directory);
    expect(folder).toBe(path.join(directory, 'build/assembly'));
    const { CDK_CONTEXT_JSON: context, ...others } = variablesIn(folder);
    expect(JSON.parse(context)).toEqual({ 'from-context': 1, 'both': 'json' });
    expect(others).toEqual({
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DEFAULT_ACCOUNT: '111122223333',
      CDK_DEFAULT_REGION: 'us-east-1',
      CDK_OUTDIR: folder,
    });
  });

  test('with the given context, which goes before that of cdk.json', async () => {
    write('app.js', APP);
    write('cdk.json', { app: 'node app.js', context: { both: 'json', other: 'json' } });
    const folder = await synthesize(undefined, directory, { context: { both: 'given', new: 'a=b' } });
    expect(JSON.parse(variablesIn(folder).CDK_CONTEXT_JSON)).toEqual({ both: 'given', new: 'a=b', other: 'json' });
  });

  test('with the given region', async () => {
    write('app.js', APP);
    expect(variablesIn(await synthesize('node app.js', directory, { region: 'eu-west-1' })).CDK_DEFAULT_REGION).toBe('eu-west-1');
  });

  test.each<[string, string, string]>([
    ['fails', 'process.exit(3);', 'The app failed with exit code 3: node app.js'],
    ['writes no assembly', '', 'The app did not write a cloud assembly to '],
  ])('fails if it %s', async (_what, code, message) => {
    write('app.js', code);
    await expect(synthesize('node app.js', directory)).rejects.toThrow(message);
  });
});

test.each<[string, string | undefined]>([['cdk.out', undefined], ['chat.yaml', 'chat.yaml']])('fails for context with %s, which is not a command', async (file, app) => {
  write('cdk.out/manifest.json', '{}');
  write('chat.yaml', '');
  await expect(synthesize(app, directory, { context: { stage: 'prod' } }))
    .rejects.toThrow(`--context must be used with an app that is a command, got stage for ${path.join(directory, file)}: leave it out`);
});

test.each<[string, Record<string, string>, string | undefined, string]>([
  ['a folder without an app', {}, undefined, 'No app found: pass one with --app'],
  ['a template that does not exist', {}, 'chat.yaml', 'The template chat.yaml does not exist.'],
  ['an invalid cdk.json', { 'cdk.json': '{' }, undefined, 'cdk.json is not valid JSON: '],
])('fails for %s', async (_what, files, app, message) => {
  for (const [file, content] of Object.entries(files)) write(file, content);
  await expect(synthesize(app, directory)).rejects.toThrow(message);
});
