import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { OrphanCleanup } from './orphan-cleanup';
import { readInTurns } from './read-in-turns';

export interface ProcessGroupSettings {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the process writes its log to a fourth stream, as our bootstraps do. */
  readonly hasLogPipe: boolean;
  readonly orphanCleanup: OrphanCleanup;
}

export interface ProcessGroupListener {
  /** Called with text that the process has written to stdout or stderr. */
  onOutput(text: string): void;
  onLogPipe(text: string): void;
  /** The process has closed the pipe of its log. */
  onLogPipeEnd(): void;
  /** The process could not be started. */
  onStartFailure(code: string | undefined): void;
  /** The process has exited, and its output is complete. */
  onExit(code: number | null, signal: string | null): void;
}

const RUNNING = new Set<ProcessGroup>();
process.once('exit', () => RUNNING.forEach(each => each.kill()));

/** A process with the processes that it starts. */
export class ProcessGroup {
  private readonly child: ChildProcess;

  constructor(private readonly settings: ProcessGroupSettings, listener: ProcessGroupListener) {
    const { directory: cwd, environment: env, hasLogPipe, orphanCleanup } = settings;
    const child = this.child = spawn(settings.command, settings.arguments, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe', hasLogPipe ? 'pipe' : 'ignore'],
      // Creates a process group, so that its children can be killed with it.
      detached: true,
    });
    RUNNING.add(this);
    if (child.pid !== undefined) orphanCleanup.add(child.pid);
    const [, output, errors, pipe] = child.stdio as (Readable | null)[];
    for (const stream of [output, errors]) if (stream) readInTurns(stream, text => listener.onOutput(text));
    if (pipe) {
      readInTurns(pipe, text => listener.onLogPipe(text));
      pipe.once('end', () => listener.onLogPipeEnd());
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      RUNNING.delete(this);
      listener.onStartFailure(error.code);
    });
    // Its children may keep its output open, which delays "close".
    child.once('exit', () => {
      this.kill();
      this.settings.orphanCleanup.remove(child.pid!);
    });
    child.once('close', (code, signal) => {
      RUNNING.delete(this);
      listener.onExit(code, signal);
    });
  }

  public kill(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // All of its processes have exited.
    }
  }
}
