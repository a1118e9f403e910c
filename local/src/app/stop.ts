import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const PARENT_CHECK_MILLISECONDS = 500;

/**
 * Calls the function once, on a signal that ends a program, or when npx or npm has been ended, which does not always pass signals on.
 * A second signal ends the process at once.
 */
export function onStop(stop: () => void): void {
  let isStopping = false;
  const handle = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop();
  };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, handle);
  if (process.env.npm_command !== undefined) onParentEnd(() => isStopping || handle());
}

/** Watches the parent process, and npm if the parent is the shell that npm starts. */
function onParentEnd(listener: () => void): void {
  const { ppid } = process;
  const parent = describeProcess(ppid);
  const npm = parent && /^-?(ba|da|k|z)?sh$/.test(path.basename(parent.command)) ? parent.ppid : undefined;
  const timer = setInterval(() => {
    // A process whose parent has ended gets another one.
    if (process.ppid === ppid && (npm === undefined || describeProcess(ppid)?.ppid === npm)) return;
    clearInterval(timer);
    listener();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
}

/** @returns undefined if it has ended, or the system does not tell */
function describeProcess(pid: number): { command: string; ppid: number } | undefined {
  try {
    const text = fs.existsSync('/proc/self/stat')
      // The command, in parentheses, may contain anything.
      ? fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^\d+ \((.*)\) \S+ (\d+) .*$/s, '$2 $1')
      : execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, ppid, command] = /^\s*(\d+)\s+(.*\S)/s.exec(text) ?? [];
    return command === undefined ? undefined : { command, ppid: Number(ppid) };
  } catch {
    return undefined;
  }
}
