import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import * as path from 'node:path';

const SCRIPT = path.resolve(__dirname, '..', '..', '..', 'bootstrap', 'orphan-cleanup.sh');

/**
 * Kills the processes of functions if this process is killed or runs out of memory.
 *
 * Runs a shell script that detects this by the end of its input. The processes themselves could not, because a busy one does not
 * react, and custom runtimes run code that is not ours.
 */
export class OrphanCleanup {
  private shell?: ChildProcess;

  public add(pid: number): void {
    this.shell ??= start();
    this.shell.stdin!.write(`+ ${pid}\n`);
  }

  public remove(pid: number): void {
    this.shell?.stdin!.write(`- ${pid}\n`);
  }

  public close(): void {
    this.shell?.stdin!.end();
    this.shell = undefined;
  }
}

function start(): ChildProcess {
  // Detached, so that Ctrl-C in the terminal does not reach it.
  const shell = spawn('/bin/sh', [SCRIPT], { cwd: '/', detached: true, env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
  // Not fatal: it is needed only if this process is killed.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}
