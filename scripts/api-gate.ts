/**
 * Compares the public API with that of the newest release, which is compiled from its tag: what users wrote for the release
 * must still compile, in every language. Intended breaks are listed in .compatignore.
 *
 * Before the first release there is nothing to compare with. Every run therefore also checks that the gate finds two changes
 * that break users.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as zlib from 'zlib';

const root = path.join(__dirname, '..');
const IGNORED = '.compatignore';

function run(directory: string, command: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

function mustRun(directory: string, command: string, ...args: string[]): void {
  const { status, output } = run(directory, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}

/** Returns the breaking changes between two folders with assemblies, or undefined. */
function breakingChanges(before: string, after: string): string | undefined {
  const { status, output } = run(root, 'jsii-diff', before, after, '--ignore-file', IGNORED);
  return status === 0 ? undefined : output;
}

/** Writes an assembly into a folder with the dependencies of the checkout. */
function folderWith(assembly: object): string {
  const folder = fs.mkdtempSync(path.join(directory, 'assembly-'));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  fs.writeFileSync(path.join(folder, '.jsii'), JSON.stringify(assembly));
  return folder;
}

/** Changes that break users: how the API was before each, and what the gate must report. */
const BREAKS: { finding: string; before: (types: any) => void }[] = [
  {
    finding: 'ChatRoom.grantEverything: has been removed',
    before: types => {
      const { methods } = types['cdk-ivschat.ChatRoom'];
      methods.push({ ...methods[0], name: 'grantEverything' });
    },
  },
  {
    finding: 'property maximumMessageLength, any is not assignable to number',
    before: types => {
      types['cdk-ivschat.ChatRoomProps'].properties.find(({ name }: any) => name === 'maximumMessageLength').type = { primitive: 'any' };
    },
  },
];

function checkGate(): void {
  const read = () => JSON.parse(zlib.gunzipSync(fs.readFileSync(path.join(root, '.jsii.gz'))).toString());
  const current = folderWith(read());
  const difference = breakingChanges(current, current);
  if (difference) throw new Error(`The gate must find no difference between the API and itself, got:\n${difference}`);
  for (const { finding, before } of BREAKS) {
    const assembly = read();
    before(assembly.types);
    const found = breakingChanges(folderWith(assembly), current);
    if (!found?.includes(finding)) throw new Error(`The gate must report "${finding}", got: ${found ?? 'nothing'}`);
  }
}

/** Compiles a release with the current dependencies. */
function build(tag: string): string {
  const folder = path.join(directory, 'release');
  mustRun(root, 'git', 'worktree', 'add', '--detach', folder, tag);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  mustRun(folder, 'jsii', '--silence-warnings=reserved-word');
  return folder;
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'api-gate-'));
try {
  checkGate();
  const tag = run(root, 'git', 'describe', '--tags', '--abbrev=0', '--match', 'v*').output.trim();
  if (!/^v\d\S*$/.test(tag)) {
    console.log('The gate works. There is no tagged release to compare with.');
  } else {
    const broken = breakingChanges(build(tag), root);
    console.log(broken ?? `The API is compatible with ${tag}.`);
    if (broken) process.exitCode = 1;
  }
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
  run(root, 'git', 'worktree', 'prune');
}
