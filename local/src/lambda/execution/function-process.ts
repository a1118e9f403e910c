import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { environmentVariables, type ProcessSettings } from './environment-variables';
import { describeError, describeExit, describeSpawnError, explainFailure } from './failure-messages';
import { FunctionLog } from './function-log';
import type { OrphanCleanup } from './orphan-cleanup';
import { RuntimeApi, type RuntimeInvocation } from './runtime-api';
import type { LiveLog } from '../../live-log/live-log';

export interface Outcome {
  readonly payload: string;
  readonly functionError?: string;
  readonly logTail: string;
}

export interface FunctionProcessSettings extends Omit<ProcessSettings, 'logStreamName' | 'runtimeApi'> {
  readonly orphanCleanup: OrphanCleanup;
}

interface Task {
  readonly invocation: RuntimeInvocation;
  /** Called with undefined if the process exits before it receives the invocation. */
  readonly settle: (outcome: Outcome | undefined) => void;
  startedAt?: number;
}

/** AWS documents 10 seconds for the initialization, then a second attempt within the timeout of the function. */
const INIT_MILLISECONDS = 10_000;

const RUNNING = new Set<FunctionProcess>();
process.once('exit', () => RUNNING.forEach(each => each.kill()));

/** An execution environment of a function: a process that handles one invocation at a time. */
export class FunctionProcess {
  /** Resolves when the process requests its first invocation. Rejects with an error message if it fails before that. */
  public readonly initialized: Promise<void>;

  private readonly log: FunctionLog;
  private readonly api: RuntimeApi;
  private readonly createdAt = performance.now();
  private isInitialized = false;
  private child?: ChildProcess;
  private task?: Task;
  /** Answers the pending request of the process for its next invocation. */
  private deliver?: (invocation: RuntimeInvocation, deadline: number) => void;
  private timer?: NodeJS.Timeout;
  private initFailure?: string;
  private isClosing = false;
  /** True if we have killed it, so that the invocation in progress is not reported as a failure. */
  private isKilled = false;
  private hasExited = false;
  private markInitialized!: () => void;
  private markFailed!: (error: Error) => void;
  private readonly exited: Promise<void>;
  private markExited!: () => void;

  constructor(private readonly settings: FunctionProcessSettings, private readonly liveLog: LiveLog, private readonly onExit: () => void) {
    this.log = new FunctionLog(settings.definition, liveLog);
    this.initialized = new Promise((resolve, reject) => {
      this.markInitialized = resolve;
      this.markFailed = reject;
    });
    // A rejection that no caller awaits must not end the server.
    this.initialized.catch(() => {});
    this.exited = new Promise(resolve => this.markExited = resolve);
    this.api = new RuntimeApi({
      onNext: deliver => this.acceptNext(deliver),
      onResult: (requestId, body, isError) => this.acceptResult(requestId, body, isError),
      onInitError: body => void (this.initFailure = body),
    });
    this.start().catch((error: Error) => this.handleExit('Runtime.ExitError', error.message));
  }

  private get timeoutMilliseconds(): number {
    return this.settings.definition.timeoutSeconds * 1_000;
  }

  public get isFree(): boolean {
    return !this.task && !this.hasExited && !this.isClosing;
  }

  /** @returns undefined if an initialized process has exited before it received the invocation, so that another process can handle it */
  public async invoke(invocation: RuntimeInvocation): Promise<Outcome | undefined> {
    return new Promise(settle => {
      this.task = { invocation, settle };
      if (this.isInitialized) this.startTimer(this.timeoutMilliseconds);
      this.startTask();
    });
  }

  /** Kills the process as soon as it is idle. */
  public retire(): void {
    this.isClosing = true;
    if (!this.task) this.kill();
  }

  /** Kills the process and all processes it has started. */
  public kill(): void {
    this.isClosing = true;
    this.isKilled = true;
    if (this.child?.pid === undefined || this.hasExited) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has already exited.
    }
  }

  public async close(): Promise<void> {
    this.kill();
    await this.exited;
  }

  private async start(): Promise<void> {
    const { runtime, folder, version } = this.settings;
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomUUID().replaceAll('-', '')}`;
    const runtimeApi = await this.api.listen();
    if (this.isClosing) return this.handleExit('', 'closed');

    const child = this.child = spawn(runtime.command, runtime.arguments, {
      cwd: folder.task,
      env: environmentVariables({ ...this.settings, logStreamName, runtimeApi }),
      // The fourth stream is the log pipe of our bootstraps.
      stdio: ['ignore', 'pipe', 'pipe', runtime.kind === 'provided' ? 'ignore' : 'pipe'],
      // Creates a process group, so that its children can be killed with it.
      detached: true,
    });
    RUNNING.add(this);
    if (child.pid !== undefined) this.settings.orphanCleanup.add(child.pid);
    const [, output, errors, pipe] = child.stdio as (Readable | null)[];
    for (const stream of [output, errors, pipe]) {
      stream?.setEncoding('utf8').on('data', (text: string) => stream === pipe ? this.log.addPipeOutput(text) : this.log.addOutput(text));
    }
    this.startTimer(INIT_MILLISECONDS + this.timeoutMilliseconds);
    child.once('error', (error: NodeJS.ErrnoException) => this.handleExit('Runtime.InvalidEntrypoint', describeSpawnError(error.code)));
    // Its children may keep its output open, which delays "close".
    child.once('exit', () => this.killGroup());
    child.once('close', (code, signal) => this.handleExit('Runtime.ExitError', describeExit(code, signal)));
  }

  private acceptNext(deliver: (invocation: RuntimeInvocation, deadline: number) => void): void {
    if (!this.isInitialized) {
      this.isInitialized = true;
      clearTimeout(this.timer);
      this.markInitialized();
    }
    this.deliver = deliver;
    this.startTask();
  }

  private startTask(): void {
    if (!this.task || !this.deliver || this.task.startedAt !== undefined) return;
    const { invocation } = this.task;
    this.task.startedAt = performance.now();
    this.log.addTailLine(`START RequestId: ${invocation.requestId} Version: ${this.settings.version}`);
    this.startTimer(this.timeoutMilliseconds);
    this.deliver(invocation, Date.now() + this.timeoutMilliseconds);
    this.deliver = undefined;
  }

  private acceptResult(requestId: string, body: string, isError: boolean): boolean {
    if (this.task?.startedAt === undefined || this.task.invocation.requestId !== requestId) return false;
    const { task } = this;
    void this.untilLogIsComplete(requestId).then(() => {
      // The invocation may have timed out meanwhile.
      if (this.task !== task) return;
      if (isError) this.reportError(body, requestId);
      this.settle(body, isError);
    });
    return true;
  }

  /** Our bootstraps mark the end of an invocation's log. Of other runtimes, the log contains the output that has already arrived. */
  private async untilLogIsComplete(requestId: string): Promise<void> {
    if (this.settings.runtime.kind !== 'provided') return this.log.untilEnd(requestId);
    return new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  }

  private startTimer(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.timeOut(), milliseconds);
  }

  private timeOut(): void {
    const message = `Task timed out after ${this.settings.definition.timeoutSeconds.toFixed(2)} seconds`;
    const requestId = this.task?.invocation.requestId ?? '';
    this.log.addTailLine(`${new Date().toISOString()} ${requestId} ${message}`);
    this.markFailed(new Error(message));
    this.fail('Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`);
    this.kill();
  }

  /** Handles an exit of the process, or a failure to start it. */
  private handleExit(errorType: string, message: string): void {
    if (this.hasExited) return;
    this.hasExited = true;
    clearTimeout(this.timer);
    RUNNING.delete(this);
    this.api.close();
    this.log.close();
    this.onExit();
    const failure = this.initFailure;
    const description = failure === undefined ? message : describeError(failure);
    this.markFailed(new Error(description));
    if (this.isInitialized && this.task?.startedAt === undefined) {
      // Between two invocations: neither of them has failed.
      if (!this.isClosing) this.logFailure(description);
      this.task?.settle(undefined);
    } else if (!this.task) {
      // Before the first invocation: `initialized` has been rejected.
    } else if (failure !== undefined) {
      this.reportError(failure, this.task.invocation.requestId);
      this.settle(failure, true);
    } else {
      this.fail(errorType, `RequestId: ${this.task.invocation.requestId} Error: ${message}`);
    }
    this.markExited();
  }

  private fail(errorType: string, errorMessage: string): void {
    if (!this.task) return;
    if (!this.isKilled) this.logFailure(`${errorType}: ${errorMessage}`);
    this.settle(JSON.stringify({ errorType, errorMessage }), true);
  }

  private reportError(body: string, requestId: string): void {
    this.logFailure(describeError(body));
    this.log.addTailLine(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${body}`);
  }

  private settle(payload: string, isError: boolean): void {
    const task = this.task!;
    const milliseconds = performance.now() - (task.startedAt ?? this.createdAt);
    const { requestId } = task.invocation;
    clearTimeout(this.timer);
    this.task = undefined;
    this.log.addTailLine(`END RequestId: ${requestId}`);
    this.log.addTailLine([
      `REPORT RequestId: ${requestId}`, `Duration: ${milliseconds.toFixed(2)} ms`, `Billed Duration: ${Math.ceil(milliseconds)} ms`,
      `Memory Size: ${this.settings.definition.memorySize} MB`,
    ].join('\t'));
    task.settle({ payload, logTail: this.log.takeTail(), ...isError && { functionError: 'Unhandled' } });
    if (this.isClosing) this.kill();
  }

  private logFailure(text: string): void {
    const { functionName } = this.settings.definition;
    this.liveLog.record({ kind: 'function', level: 'error', text: `${functionName} failed: ${text}`, data: { functionName } });
    const explanation = explainFailure(text);
    if (explanation) this.liveLog.record({ kind: 'notice', level: 'warning', text: `${functionName}: ${explanation}`, data: { functionName } });
  }

  private killGroup(): void {
    try {
      process.kill(-this.child!.pid!, 'SIGKILL');
    } catch {
      // All of its processes have exited.
    }
    this.settings.orphanCleanup.remove(this.child!.pid!);
  }
}
