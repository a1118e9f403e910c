import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { isRunning, untilEnded } from '../../support/processes';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'orphans-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

test.each([
  ['a busy Node.js function', 'nodejs20.x', 'index.js', 'exports.handler = async () => { console.log("pid", process.pid); for (;;); };'],
  ['a custom runtime with a child process', 'provided.al2023', 'bootstrap', '#!/bin/sh\ncat >/dev/null &\necho "pid $$"\nwhile :; do sleep 60; done\n'],
])('%s is killed if its host is killed', async (_function, runtime, file, code) => {
  fs.mkdirSync(path.join(directory, 'code'));
  fs.writeFileSync(path.join(directory, 'code', file), code, { mode: 0o755 });
  const host = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, '..', '..', 'support', 'killed-host.ts'), directory, runtime], {
    stdio: ['ignore', 'pipe', 'inherit'], cwd: path.join(__dirname, '..', '..', '..'),
  });
  let pid = 0;
  for await (const line of createInterface(host.stdout)) {
    pid = Number(/^Function: pid (\d+)$/.exec(line)?.[1] ?? 0);
    if (pid) break;
  }
  expect([pid > 0, isRunning(pid)]).toEqual([true, true]);
  host.kill('SIGKILL');
  await once(host, 'exit');
  await untilEnded(pid);
});
