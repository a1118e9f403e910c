import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createWorkDirectory, deleteWorkDirectory } from '../src/work-directory';

test('folders of processes that no longer run are deleted, and no others', () => {
  const own = createWorkDirectory();
  const { pid } = spawnSync(process.execPath, ['--version']);
  const ofProcess = (id: number | undefined, directory = own) => directory.replace(`-${process.pid}-`, `-${id}-`);
  const orphaned = ofProcess(pid);
  const spared = [own, ofProcess(process.ppid), ofProcess(1), `${own}-other`.replace('ivschat-local-', 'ivschat-remote-'), own.replace(/-\d+-[^-]*$/, '-notes')];
  for (const directory of [orphaned, ...spared.slice(1)]) fs.mkdirSync(directory);
  fs.writeFileSync(`${orphaned}/index.js`, '');

  const next = createWorkDirectory();
  try {
    expect(fs.existsSync(orphaned)).toBe(false);
    expect(spared.filter(directory => fs.existsSync(directory))).toEqual(spared);
  } finally {
    for (const directory of [next, ...spared]) fs.rmSync(directory, { recursive: true });
  }
});

const ON_LINUX = process.platform === 'linux' ? test : test.skip;

ON_LINUX('detached processes of functions are killed with the folder, and no others', async () => {
  const [own, other] = [createWorkDirectory(), createWorkDirectory()];
  const start = (directory: string, cwd: string, variables: Record<string, string>) => {
    fs.mkdirSync(path.join(directory, 'task'), { recursive: true });
    return spawn('sleep', ['60'], { cwd, detached: true, env: { ...process.env, ...variables }, stdio: 'ignore' });
  };
  const orphaned = start(own, '/', { LAMBDA_TASK_ROOT: path.join(own, 'task') });
  const spared = [
    start(other, other, { LAMBDA_TASK_ROOT: path.join(other, 'task') }), start(own, '/', { LAMBDA_TASK_ROOT: `${own}-more/task` }), start(own, own, {}),
  ];
  const exited = once(orphaned, 'exit');
  try {
    deleteWorkDirectory(own);
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect([fs.existsSync(own), fs.existsSync(other)]).toEqual([false, true]);
    expect(spared.map(child => child.exitCode ?? child.signalCode)).toEqual([null, null, null]);
  } finally {
    for (const child of spared) child.kill('SIGKILL');
    deleteWorkDirectory(other);
  }
});
