import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { writeFile } from './write-file';

export const LOCAL = path.join(__dirname, '..', '..');

export interface CliOptions {
  /** Code to run in the process of the command first. */
  readonly preload?: string;
  /** Environment variables, besides those of the test but `CI`. */
  readonly env?: Record<string, string>;
}

/** Starts the command in the folder. */
export function startCli(directory: string, args: string[], { env = {}, preload = '' }: CliOptions = {}): ChildProcessByStdio<null, Readable, Readable> {
  const { CI, ...inherited } = process.env;
  return spawn(process.execPath, [
    '--require', writeFile(directory, 'preload.cjs', preload), '--import', require.resolve('tsx', { paths: [LOCAL] }), path.join(LOCAL, 'src', 'cli.ts'), ...args,
  ], { cwd: directory, env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs the command until it exits. */
export async function runCli(...args: Parameters<typeof startCli>): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = startCli(...args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}
