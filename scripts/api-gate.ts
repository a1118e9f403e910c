/**
 * Compares the public API with that of the newest release, which is built anew from its tag: what users of the release
 * have written must still compile, in every language. What is broken on purpose is listed in .compatignore.
 *
 * As long as nothing is released there is nothing to compare with. So that the gate is known to close all the same, it is
 * tried at every run on two changes that break users.
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

/** @returns what was broken between two folders with assemblies, or nothing */
function breaks(before: string, after: string): string | undefined {
  const { status, output } = run(root, 'jsii-diff', before, after, '--ignore-file', IGNORED);
  return status === 0 ? undefined : output;
}

/** An assembly in a folder of its own, beside the dependencies of the checkout. */
function folderWith(assembly: object): string {
  const folder = fs.mkdtempSync(path.join(directory, 'assembly-'));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  fs.writeFileSync(path.join(folder, '.jsii'), JSON.stringify(assembly));
  return folder;
}

/** Changes that break users, each by how the release before it was, and what the gate must say of it. */
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

function tryGate(): void {
  const read = () => JSON.parse(zlib.gunzipSync(fs.readFileSync(path.join(root, '.jsii.gz'))).toString());
  const today = folderWith(read());
  const difference = breaks(today, today);
  if (difference) throw new Error(`The gate finds a difference between the API and itself:\n${difference}`);
  for (const { finding, before } of BREAKS) {
    const assembly = read();
    before(assembly.types);
    const found = breaks(folderWith(assembly), today);
    if (!found?.includes(finding)) throw new Error(`The gate must find "${finding}", and says: ${found ?? 'nothing'}`);
  }
}

/** Compiles a release as it was, with the dependencies of today. */
function build(tag: string): string {
  const folder = path.join(directory, 'release');
  mustRun(root, 'git', 'worktree', 'add', '--detach', folder, tag);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  mustRun(folder, 'jsii', '--silence-warnings=reserved-word');
  return folder;
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'api-gate-'));
try {
  tryGate();
  const tag = run(root, 'git', 'describe', '--tags', '--abbrev=0', '--match', 'v*').output.trim();
  if (!/^v\d\S*$/.test(tag)) {
    console.log('The gate works. No release is tagged yet: there is no API to compare with.');
  } else {
    const broken = breaks(build(tag), root);
    console.log(broken ?? `Whatever compiles with ${tag} still compiles.`);
    if (broken) process.exitCode = 1;
  }
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
  run(root, 'git', 'worktree', 'prune');
}
