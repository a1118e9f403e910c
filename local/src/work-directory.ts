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
    if (pid > 0 && !isRunning(pid)) remove(path.join(os.tmpdir(), name));
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

/** Folders of other users, or that another server deletes at the same time, are not an error. */
function remove(directory: string): void {
  try {
    fs.rmSync(directory, { recursive: true, force: true });
  } catch {
    // The next start tries again.
  }
}
