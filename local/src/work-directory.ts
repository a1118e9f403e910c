import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Process ids mean nothing on another host, such as a container with the same temporary folder. */
const PREFIX = `ivschat-local-${createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8)}-`;

/**
 * Creates a temporary folder for files of a server, and deletes those of servers whose process was killed.
 *
 * The name of the folder contains the process id of its owner.
 */
export function createWorkDirectory(): string {
  deleteOrphanedDirectories();
  return fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
}

function deleteOrphanedDirectories(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0;
    if (pid > 0 && !isRunning(pid)) deleteWorkDirectory(path.join(os.tmpdir(), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists as well, but may not be signalled.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Deletes the folder, and kills processes of functions that have left their process group, such as detached child processes.
 *
 * Folders of other users, or that another server deletes at the same time, are not an error.
 */
export function deleteWorkDirectory(directory: string): void {
  for (const pid of processesIn(directory)) kill(pid);
  try {
    fs.rmSync(directory, { recursive: true, force: true });
  } catch {
    // The next start tries again.
  }
}

/** Finds the processes that a function in the folder has started, by their variables. Only Linux lists these as files. */
function processesIn(directory: string): number[] {
  const names = fs.existsSync('/proc/self/environ') ? fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)) : [];
  return names.map(Number).filter(pid => {
    try {
      return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').some(variable => variable.startsWith(`LAMBDA_TASK_ROOT=${directory}/`));
    } catch {
      return false; // of another user, or has exited
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has exited meanwhile.
  }
}
