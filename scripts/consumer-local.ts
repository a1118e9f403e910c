/**
 * Installs the packed local runtime and the packed library into an empty folder as a user would, and runs there
 *
 * - the files and the `run` lines of docs/testing.md, for the ChatStack of the TypeScript quick start;
 * - those of docs/moderation-in-ci.md, for its own app;
 * - test/consumer/runners/ in node:test, jest and vitest, as CommonJS and as ES modules;
 * - a process that is killed.
 *
 * After each of them, no process and no temporary folder may be left. The local runtime alone must not be larger than it has to be.
 */
import { execFileSync, spawn } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const root = path.join(__dirname, '..');
const { devDependencies, peerDependencies } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const VITEST = '^3';

/** On the disk, of the local runtime with all its dependencies. */
const MAXIMUM_INSTALLED_MB = 40;
/** Clients that only some apps use, and install themselves. */
const OPTIONAL_CLIENTS = ['client-bedrock-runtime', 'client-comprehend', 'client-dynamodb', 'client-sqs'];

const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'consumer-local-')));
const project = path.join(directory, 'project');
const temporary = path.join(directory, 'tmp');
const python = path.join(directory, 'python');

// Without the variables of an npm script, which would point npm at the package that runs it.
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))),
  TMPDIR: temporary,
  PATH: `${path.join(python, 'bin')}:${process.env.PATH}`,
};

function run(command: string, cwd = project, variables: Record<string, string> = {}): void {
  console.log(`$ ${command}`);
  execFileSync('sh', ['-c', command], { cwd, stdio: 'inherit', env: { ...env, ...variables } });
  checkNothingLeft(command);
}

/** Processes of functions run in a temporary folder of the runtime. */
function processesLeft(): string[] {
  return fs.readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(path.join(temporary, 'ivschat-local-'));
    } catch {
      return false; // It has ended, or is another user's.
    }
  });
}

const foldersLeft = () => fs.readdirSync(temporary).filter(name => name.startsWith('ivschat-local-'));

function checkNothingLeft(after: string): void {
  const left = [...processesLeft().map(pid => `process ${pid}`), ...foldersLeft()];
  if (left.length > 0) throw new Error(`${after} must leave nothing behind, got ${left.join(', ')}`);
}

function pack(folder: string): string {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return `file:${path.join(directory, JSON.parse(output)[0].filename)}`;
}

function write(file: string, content: string | object): void {
  const target = path.join(project, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
}

/** Installs the local runtime without anything else. */
function checkInstalledSize(packed: string): void {
  const folder = path.join(directory, 'alone');
  const modules = path.join(folder, 'node_modules');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { 'ivschat-local': packed } }));
  run('npm install --silent --no-audit --no-fund', folder);
  const blocks = fs.readdirSync(modules, { recursive: true, encoding: 'utf8' }).map(name => fs.lstatSync(path.join(modules, name)).blocks);
  const megabytes = blocks.reduce((sum, count) => sum + count, 0) * 512 / 1_000_000;
  console.log(`Installed size of ivschat-local: ${megabytes.toFixed(1)} MB`);
  if (megabytes > MAXIMUM_INSTALLED_MB) throw new Error(`The installed size must be at most ${MAXIMUM_INSTALLED_MB} MB, got ${megabytes.toFixed(1)}`);
  const installed = OPTIONAL_CLIENTS.filter(client => fs.existsSync(path.join(modules, '@aws-sdk', client)));
  if (installed.length > 0) throw new Error(`ivschat-local must not install clients that only some apps use, got ${installed.join(', ')}`);
}

/** Creates the app of the quick start, with the files of the guide. */
function createProject(local: string): void {
  const versionOf = (name: string) => devDependencies[name] as string;
  write('package.json', {
    name: 'consumer',
    private: true,
    devDependencies: {
      'cdk-ivschat': pack(root),
      'ivschat-local': local,
      'vitest': VITEST,
      'constructs': peerDependencies.constructs,
      ...Object.fromEntries(['aws-cdk', 'aws-cdk-lib', 'jest', 'ts-jest', 'tsx', 'typescript', '@types/jest', '@types/node'].map(name => [name, versionOf(name)])),
    },
    jest: { preset: 'ts-jest', roots: ['<rootDir>/test'] },
  });
  write('tsconfig.json', {
    compilerOptions: { target: 'es2022', module: 'node16', strict: true, types: ['jest', 'node'], isolatedModules: true }, include: ['lib', 'test', 'bin'],
  });
  write('cdk.json', { app: 'npx tsx bin/chat.ts' });
  write('bin/chat.ts', "import { App } from 'aws-cdk-lib';\nimport { ChatStack } from '../lib/chat-stack';\n\nnew ChatStack(new App(), 'Chat');\n");
  write('lib/chat-stack.ts', fs.readFileSync(path.join(root, 'test', 'languages', 'quick-start', 'typescript', 'lib', 'chat-stack.ts'), 'utf8'));
  writeFilesOf(guide);
  fs.cpSync(path.join(root, 'test', 'consumer', 'runners'), path.join(project, 'runners'), { recursive: true });
  write('jest.runners.json', { rootDir: 'runners', testMatch: ['<rootDir>/jest.test.*'], transform: {} });
  fs.copyFileSync(path.join(project, 'runners', 'types.ts'), path.join(project, 'runners', 'types.mts'));
}

/** Writes the snippets of a page that are whole files. */
function writeFilesOf(page: string): void {
  for (const [, file, code] of page.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)) write(file, code);
}

/** Runs the commands of the workflow of a page. */
function runCommandsOf(page: string): void {
  for (const [, command] of page.matchAll(/^ +- run: (.*)$/gm)) run(command);
}

/** Kills a process that runs functions: they end, and the next start deletes its folders. */
async function checkKilledProcess(): Promise<void> {
  const child = spawn(process.execPath, ['runners/killed.mjs'], { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  if (processesLeft().length === 0) throw new Error('The app must run a function for this check');
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (processesLeft().length > 0) await new Promise(resolve => setTimeout(resolve, 50));
  if (foldersLeft().length === 0) throw new Error('A killed process must leave its folders for this check');
  run('node --test runners/node.test.cjs');
}

const guide = fs.readFileSync(path.join(root, 'docs', 'testing.md'), 'utf8');
const moderation = fs.readFileSync(path.join(root, 'docs', 'moderation-in-ci.md'), 'utf8');

async function main(): Promise<void> {
  for (const folder of [project, temporary]) fs.mkdirSync(folder);
  const local = pack(path.join(root, 'local'));
  checkInstalledSize(local);
  createProject(local);
  // `npm ci` of the guide needs the lock file.
  run('npm install --package-lock-only --silent --no-audit --no-fund');
  run(`python3 -m venv ${python}`, directory);
  runCommandsOf(guide);
  run('npx tsc --noEmit');
  writeFilesOf(moderation);
  runCommandsOf(moderation);
  run('npx jest test/moderation');
  run('npx tsc --noEmit');
  run('npx tsc --noEmit --ignoreConfig --module node16 --target es2022 --strict --types node runners/types.ts runners/types.mts');
  run('node --test runners/node.test.cjs runners/node.test.mjs');
  run('npx jest --config jest.runners.json', project, { NODE_OPTIONS: '--experimental-vm-modules' });
  run('npx vitest run --dir runners vitest');
  await checkKilledProcess();
  console.log('The packed local runtime works with node:test, jest and vitest, and leaves nothing behind.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
}).finally(() => fs.rmSync(directory, { recursive: true, force: true }));
