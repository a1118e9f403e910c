import { execFileSync } from 'child_process';
import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { gzipSync } from 'zlib';
import { buildSync } from 'esbuild';
import type { BansFunctionSettings } from '../../src/tokens/bans-function-settings';
import type { TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';

const ROOT = path.join(__dirname, '..', '..');
const ASSETS = path.join(ROOT, 'assets');
const HANDLERS = path.join(ROOT, 'handlers');
/** Those that have a folder of their own. */
const FAST_FUNCTIONS = ['message-filter'];
/** Those that use the SDK of the Lambda runtime, and the most that they may have, in bytes and compressed. */
const RUNTIME_SDK_BARS: Record<string, number> = { 'auto-moderator': 5 * 1024, 'chat-history': 3 * 1024, 'chat-history-pages': 3 * 1024 };

const ALL_FUNCTIONS = fs.readdirSync(HANDLERS).filter(name => fs.existsSync(path.join(HANDLERS, name, 'index.ts')));
const RUNTIME_SDK_FUNCTIONS = ALL_FUNCTIONS.filter(name => name in RUNTIME_SDK_BARS);
const FUNCTIONS = ALL_FUNCTIONS.filter(name => !FAST_FUNCTIONS.includes(name) && !RUNTIME_SDK_FUNCTIONS.includes(name));

const BANS: BansFunctionSettings = { tableName: 'Bans', queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/SecondDisconnects' };
const TOKEN_ENDPOINT: TokenEndpointSettings = {
  roomIds: ['abcDEF123456'],
  authentication: { type: 'iam' },
  userIdClaim: 'sub',
  roles: [],
  defaultRole: { role: 'participant' },
  anonymousRole: { role: 'refused' },
  attributes: {},
  sessionMinutes: 60,
};

/** What the functions read when they are loaded. In Lambda, the SDK finds the region. */
const ENVIRONMENT = { AWS_REGION: 'eu-west-1', BANS: JSON.stringify(BANS), TOKEN_ENDPOINT: JSON.stringify(TOKEN_ENDPOINT) };

const fileOf = (name: string) => path.join(ASSETS, 'functions', name, 'index.mjs');

/** The modules that a file and those it imports need: by name, or by their path. */
function importsOf(file: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [file], bundle: true, packages: 'external', platform: 'node', format: 'esm', write: false, metafile: true, outdir: 'unused',
  });
  return [
    ...Object.keys(metafile.inputs).map(input => path.resolve(input)),
    ...Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(imported => imported.path)),
  ];
}

test.each(FUNCTIONS)('%s loads by itself and exports a handler', name => {
  // In a new process: jest does not load ES modules, and a file that needs the packages of the repository must fail.
  const directory = fs.mkdtempSync(path.join(process.env.TMPDIR!, 'function-'));
  fs.cpSync(path.join(ASSETS, 'functions'), directory, { recursive: true });
  const code = `import(${JSON.stringify(pathToFileURL(path.join(directory, name, 'index.mjs')).href)}).then(({ handler }) => console.log(typeof handler));`;
  expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8', env: { ...process.env, ...ENVIRONMENT } }).trim()).toBe('function');
});

test.each(FUNCTIONS)('%s imports nothing but modules of Node.js, files of its folder, and credential providers that Lambda does not need', name => {
  const others = importsOf(fileOf(name)).filter(imported => !path.isAbsolute(imported) && !builtinModules.includes(imported.replace(/^node:/, '')));
  for (const imported of others) expect(imported).toMatch(/^@(aws-sdk\/credential-provider-(http|ini|process|sso|web-identity)|smithy\/credential-provider-imds)$/);
});

test('the folder contains no files but those that the functions import', () => {
  const imported = new Set(FUNCTIONS.flatMap(name => importsOf(fileOf(name))));
  const files = fs.readdirSync(path.join(ASSETS, 'functions'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  expect(files.filter(file => !imported.has(file))).toEqual([]);
});

test.each(FAST_FUNCTIONS)('%s is one file that imports only modules of Node.js', name => {
  const directory = path.join(ASSETS, name);
  expect(fs.readdirSync(directory)).toEqual(['index.js']);
  const imported = importsOf(path.join(directory, 'index.js')).filter(file => !path.isAbsolute(file));
  expect(imported.filter(module => !builtinModules.includes(module))).toEqual([]);
});

describe.each(RUNTIME_SDK_FUNCTIONS)('%s', name => {
  const directory = path.join(ASSETS, 'runtime-sdk', name);

  test('is one file that imports only modules of Node.js and clients of the SDK', () => {
    expect(fs.readdirSync(directory)).toEqual(['index.mjs']);
    const imported = importsOf(path.join(directory, 'index.mjs')).filter(file => !path.isAbsolute(file));
    for (const module of imported.filter(each => !builtinModules.includes(each.replace(/^node:/, '')))) expect(module).toMatch(/^@aws-sdk\/client-/);
  });

  test('is small', () => {
    expect(gzipSync(fs.readFileSync(path.join(directory, 'index.mjs'))).length).toBeLessThanOrEqual(RUNTIME_SDK_BARS[name]);
  });
});

test('there are no folders but those of the functions that share code or use the SDK of the runtime, and those of the fast ones', () => {
  const folders = fs.readdirSync(ASSETS, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);
  expect(folders.sort()).toEqual(['functions', 'runtime-sdk', ...FAST_FUNCTIONS].sort());
  expect(fs.readdirSync(path.join(ASSETS, 'runtime-sdk')).sort()).toEqual(RUNTIME_SDK_FUNCTIONS);
});
