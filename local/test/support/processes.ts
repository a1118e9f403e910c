import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether a process runs. A zombie, which its parent has not reaped, is listed but does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const status = `/proc/${pid}/status`;
    return !fs.existsSync(status) || !/^State:\s+Z/m.test(fs.readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}

export async function untilEnded(pid: number): Promise<void> {
  while (isRunning(pid)) await delay(10);
}
