import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { describeError, describeExit, describeSpawnError, explain } from './failure-messages';
import { FunctionLog } from './function-log';
import type { Guard } from './orphan-cleanup';
import { processEnvironment, type ProcessSettings } from './environment-variables';
import { RuntimeApi, type RuntimeInvocation } from './runtime-api';
import type { LiveLog } from '../../live-log/live-log';

export interface Outcome {
  readonly payload: string;
  readonly functionError?: string;
  readonly logTail: string;
}

export interface WorkerSettings extends Omit<ProcessSettings, 'logStreamName' | 'runtimeApi'> {
  readonly guard: Guard;
}

interface Task {
  readonly invocation: RuntimeInvocation;
  /** Undefined: the process went before it got the invocation. */
  readonly settle: (outcome: Outcome | undefined) => void;
  started?: number;
}

/** Documented: initialisation has 10 seconds, and when they are over a second try within the function's own timeout. */
const INIT_MILLISECONDS = 10_000;

const RUNNING = new Set<Worker>();
process.once('exit', () => RUNNING.forEach(worker => worker.kill()));

/** One execution environment: a process that works on one invocation at a time. */
export class Worker {
  /** Resolves when it asks for its first invocation, rejects with a sentence if it never will. */
  public readonly initialised: Promise<void>;

  private readonly log: FunctionLog;
  private readonly api: RuntimeApi;
  private readonly bornAt = performance.now();
  private isInitialised = false;
  private child?: ChildProcess;
  private task?: Task;
  private give?: (invocation: RuntimeInvocation, deadline: number) => void;
  private timer?: NodeJS.Timeout;
  private initFailure?: string;
  private isClosing = false;
  /** By us: what it was doing has not failed by itself. */
  private isKilled = false;
  private hasEnded = false;
  private markInitialised!: () => void;
  private markFailed!: (error: Error) => void;
  private readonly end: Promise<void>;
  private markEnded!: () => void;

  constructor(private readonly settings: WorkerSettings, private readonly liveLog: LiveLog, private readonly onEnd: () => void) {
    this.log = new FunctionLog(settings.definition, liveLog);
    this.initialised = new Promise((resolve, reject) => {
      this.markInitialised = resolve;
      this.markFailed = reject;
    });
    // Only who waits for it wants to know.
    this.initialised.catch(() => {});
    this.end = new Promise(resolve => this.markEnded = resolve);
    this.api = new RuntimeApi({
      next: give => this.next(give),
      result: (requestId, body, isError) => this.result(requestId, body, isError),
      initError: body => void (this.initFailure = body),
    });
    this.start().catch((error: Error) => this.ended('Runtime.ExitError', error.message));
  }

  private get milliseconds(): number {
    return this.settings.definition.timeoutSeconds * 1_000;
  }

  public get isFree(): boolean {
    return !this.task && !this.hasEnded && !this.isClosing;
  }

  /** @returns undefined if the process, which had worked before, went before it got the invocation: another one can have it */
  public async invoke(invocation: RuntimeInvocation): Promise<Outcome | undefined> {
    return new Promise(settle => {
      this.task = { invocation, settle };
      if (this.isInitialised) this.limit(this.milliseconds);
      this.deliver();
    });
  }

  /** Ends it as soon as it has nothing to do. */
  public retire(): void {
    this.isClosing = true;
    if (!this.task) this.kill();
  }

  /** With everything it has started. */
  public kill(): void {
    this.isClosing = true;
    this.isKilled = true;
    if (this.child?.pid === undefined || this.hasEnded) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  public async close(): Promise<void> {
    this.kill();
    await this.end;
  }

  private async start(): Promise<void> {
    const { runtime, folder, version } = this.settings;
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomUUID().replaceAll('-', '')}`;
    const runtimeApi = await this.api.listen();
    if (this.isClosing) return this.ended('', 'closed');

    const child = this.child = spawn(runtime.command, runtime.arguments, {
      cwd: folder.task,
      env: processEnvironment({ ...this.settings, logStreamName, runtimeApi }),
      // The fourth is the log of our own bootstraps.
      stdio: ['ignore', 'pipe', 'pipe', runtime.kind === 'provided' ? 'ignore' : 'pipe'],
      // A group of its own, to end it with whatever it starts.
      detached: true,
    });
    RUNNING.add(this);
    if (child.pid !== undefined) this.settings.guard.watch(child.pid);
    const [, output, errors, pipe] = child.stdio as (Readable | null)[];
    for (const stream of [output, errors, pipe]) {
      stream?.setEncoding('utf8').on('data', (text: string) => stream === pipe ? this.log.pipe(text) : this.log.output(text));
    }
    this.limit(INIT_MILLISECONDS + this.milliseconds);
    child.once('error', (error: NodeJS.ErrnoException) => this.ended('Runtime.InvalidEntrypoint', describeSpawnError(error.code)));
    // What it has started may keep its output open.
    child.once('exit', () => this.killGroup());
    child.once('close', (code, signal) => this.ended('Runtime.ExitError', describeExit(code, signal)));
  }

  private next(give: (invocation: RuntimeInvocation, deadline: number) => void): void {
    if (!this.isInitialised) {
      this.isInitialised = true;
      clearTimeout(this.timer);
      this.markInitialised();
    }
    this.give = give;
    this.deliver();
  }

  private deliver(): void {
    if (!this.task || !this.give || this.task.started !== undefined) return;
    const { invocation } = this.task;
    this.task.started = performance.now();
    this.log.line(`START RequestId: ${invocation.requestId} Version: ${this.settings.version}`);
    this.limit(this.milliseconds);
    this.give(invocation, Date.now() + this.milliseconds);
    this.give = undefined;
  }

  private result(requestId: string, body: string, isError: boolean): boolean {
    if (this.task?.started === undefined || this.task.invocation.requestId !== requestId) return false;
    const { task } = this;
    void this.flush(requestId).then(() => {
      // It may have run out of time meanwhile.
      if (this.task !== task) return;
      if (isError) this.reportError(body, requestId);
      this.settle(body, isError);
    });
    return true;
  }

  /** Our bootstraps say when an invocation's log is complete; of others, what has already arrived is taken. */
  private async flush(requestId: string): Promise<void> {
    if (this.settings.runtime.kind !== 'provided') return this.log.untilEnd(requestId);
    return new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  }

  private limit(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.timeOut(), milliseconds);
  }

  private timeOut(): void {
    const message = `Task timed out after ${this.settings.definition.timeoutSeconds.toFixed(2)} seconds`;
    const requestId = this.task?.invocation.requestId ?? '';
    this.log.line(`${new Date().toISOString()} ${requestId} ${message}`);
    this.markFailed(new Error(message));
    this.fail('Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`);
    this.kill();
  }

  /** The process has gone, or never came. */
  private ended(errorType: string, message: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.timer);
    RUNNING.delete(this);
    this.api.close();
    this.log.close();
    this.onEnd();
    const failure = this.initFailure;
    const description = failure === undefined ? message : describeError(failure);
    this.markFailed(new Error(description));
    if (this.isInitialised && this.task?.started === undefined) {
      // Between two invocations: neither has anything to do with it.
      if (!this.isClosing) this.show(description);
      this.task?.settle(undefined);
    } else if (!this.task) {
      // Before the first one. Who waits for it has been told.
    } else if (failure !== undefined) {
      this.reportError(failure, this.task.invocation.requestId);
      this.settle(failure, true);
    } else {
      this.fail(errorType, `RequestId: ${this.task.invocation.requestId} Error: ${message}`);
    }
    this.markEnded();
  }

  private fail(errorType: string, errorMessage: string): void {
    if (!this.task) return;
    if (!this.isKilled) this.show(`${errorType}: ${errorMessage}`);
    this.settle(JSON.stringify({ errorType, errorMessage }), true);
  }

  private reportError(body: string, requestId: string): void {
    this.show(describeError(body));
    this.log.line(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${body}`);
  }

  private settle(payload: string, isError: boolean): void {
    const task = this.task!;
    const milliseconds = performance.now() - (task.started ?? this.bornAt);
    const { requestId } = task.invocation;
    clearTimeout(this.timer);
    this.task = undefined;
    this.log.line(`END RequestId: ${requestId}`);
    this.log.line([
      `REPORT RequestId: ${requestId}`, `Duration: ${milliseconds.toFixed(2)} ms`, `Billed Duration: ${Math.ceil(milliseconds)} ms`,
      `Memory Size: ${this.settings.definition.memorySize} MB`,
    ].join('\t'));
    task.settle({ payload, logTail: this.log.takeTail(), ...isError && { functionError: 'Unhandled' } });
    if (this.isClosing) this.kill();
  }

  private show(text: string): void {
    const { functionName } = this.settings.definition;
    this.liveLog.record({ kind: 'function', level: 'error', text: `${functionName} failed: ${text}`, data: { functionName } });
    const explanation = explain(text);
    if (explanation) this.liveLog.record({ kind: 'notice', level: 'warning', text: `${functionName}: ${explanation}`, data: { functionName } });
  }

  private killGroup(): void {
    try {
      process.kill(-this.child!.pid!, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
    this.settings.guard.forget(this.child!.pid!);
  }
}
