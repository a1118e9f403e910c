import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createWorkDirectory } from '../src/work-directory';

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
