import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import * as path from 'node:path';

const SCRIPT = path.resolve(__dirname, '..', '..', '..', 'bootstrap', 'orphan-cleanup.sh');

/**
 * Ends the processes of functions when this process has been ended without a chance to do it: killed, or out of memory.
 *
 * A small shell of its own, which learns of that by the end of its input. Nothing in the functions' processes could do it: one that is busy
 * does not listen, and custom runtimes are not ours.
 */
export class Guard {
  private shell?: ChildProcess;

  public watch(pid: number): void {
    this.shell ??= start();
    this.shell.stdin!.write(`+ ${pid}\n`);
  }

  public forget(pid: number): void {
    this.shell?.stdin!.write(`- ${pid}\n`);
  }

  public close(): void {
    this.shell?.stdin!.end();
    this.shell = undefined;
  }
}

function start(): ChildProcess {
  // Out of the terminal's reach: Ctrl-C is for us.
  const shell = spawn('/bin/sh', [SCRIPT], { cwd: '/', detached: true, env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without it everything works but for the worst case.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}
