import { readError } from './failure-messages';
import { FunctionLog } from './function-log';
import { Initialization } from './initialization';
import type { ProcessGroup } from './process-group';
import { withoutTask, type Outcome, type ProcessState, type Task } from './process-state';
import { RuntimeApi, type Deliver, type RuntimeInvocation } from './runtime-api';
import { startProcess, type FunctionProcessSettings } from './start-process';
import { TimeLimit } from './time-limit';
import type { LiveLog } from '../../live-log/live-log';

/** AWS documents 10 seconds for the initialization, then a second attempt within the timeout of the function. */
const INIT_MILLISECONDS = 10_000;

/** An execution environment of a function: a process that handles one invocation at a time. */
export class FunctionProcess {
  private readonly initialization = new Initialization();
  private state: ProcessState = { phase: 'initializing' };
  /** Retired processes complete their invocation. That of a killed one is not reported as a failure. */
  private ending?: 'killed' | 'retired';
  private readonly log: FunctionLog;
  private readonly api: RuntimeApi;
  private readonly createdAt = performance.now();
  private readonly timeLimit = new TimeLimit(() => this.timeOut());
  private group?: ProcessGroup;
  private readonly exited: Promise<void>;
  private markExited!: () => void;

  constructor(private readonly settings: FunctionProcessSettings, liveLog: LiveLog, private readonly onExit: () => void) {
    this.log = new FunctionLog(settings.definition, liveLog, settings.folder.task);
    this.exited = new Promise(resolve => this.markExited = resolve);
    this.api = new RuntimeApi({
      onNext: deliver => this.acceptNext(deliver),
      onResult: (requestId, body, isError) => this.acceptResult(requestId, body, isError),
      onInitError: body => void (this.initialization.reportedError = body),
    });
    this.start().catch((error: Error) => this.handleExit('Runtime.ExitError', error.message));
  }

  /** Resolves when the process requests its first invocation. Rejects with an error message if it fails before that. */
  public get initialized(): Promise<void> {
    return this.initialization.completed;
  }

  public get isFree(): boolean {
    const { state } = this;
    return this.ending === undefined && (state.phase === 'idle' || state.phase === 'initializing' && state.task === undefined);
  }

  /** @returns undefined if an initialized process has exited before it received the invocation, so that another process can handle it */
  public async invoke(invocation: RuntimeInvocation): Promise<Outcome | undefined> {
    return new Promise(settle => {
      const task = { invocation, settle };
      if (this.state.phase !== 'idle') {
        this.state = { phase: 'initializing', task };
        return;
      }
      const { deliver } = this.state;
      this.timeLimit.start(this.timeoutMilliseconds);
      if (deliver) this.run(task, deliver);
      else this.state = { phase: 'waiting', task };
    });
  }

  /** Kills the process as soon as it is idle. */
  public retire(): void {
    this.ending ??= 'retired';
    if (this.task === undefined) this.kill();
  }

  /** Kills the process and all processes it has started. */
  public kill(): void {
    this.ending = 'killed';
    if (this.state.phase !== 'exited') this.group?.kill();
  }

  public async close(): Promise<void> {
    this.kill();
    await this.exited;
  }

  private get timeoutMilliseconds(): number {
    return this.settings.definition.timeoutSeconds * 1_000;
  }

  /** The invocation that is not settled yet. */
  private get task(): Task | undefined {
    return 'task' in this.state ? this.state.task : undefined;
  }

  private async start(): Promise<void> {
    const runtimeApi = await this.api.listen();
    if (this.ending) return this.handleExit('', 'closed');
    this.group = startProcess(this.settings, runtimeApi, this.log, (errorType, message) => this.handleExit(errorType, message));
    this.timeLimit.start(INIT_MILLISECONDS + this.timeoutMilliseconds);
  }

  private acceptNext(deliver: Deliver): void {
    const { state } = this;
    switch (state.phase) {
      case 'initializing':
        this.timeLimit.stop();
        this.initialization.complete();
        if (state.task) this.run(state.task, deliver);
        else this.state = { phase: 'idle', deliver };
        break;
      case 'idle': this.state = { phase: 'idle', deliver }; break;
      case 'waiting': this.run(state.task, deliver); break;
      case 'running': this.state = { ...state, deliver }; break;
      case 'exited': break;
    }
  }

  private run(task: Task, deliver: Deliver): void {
    this.state = { phase: 'running', task, startedAt: performance.now() };
    this.log.addStart(task.invocation.requestId, this.settings.version);
    this.timeLimit.start(this.timeoutMilliseconds);
    deliver(task.invocation, Date.now() + this.timeoutMilliseconds);
  }

  private acceptResult(requestId: string, body: string, isError: boolean): boolean {
    if (this.state.phase !== 'running' || this.state.task.invocation.requestId !== requestId) return false;
    const { task } = this.state;
    void this.untilLogIsComplete(requestId).then(() => {
      // The invocation may have timed out meanwhile.
      if (this.task !== task) return;
      if (isError) this.log.addError(requestId, body);
      this.settle(body, isError);
    });
    return true;
  }

  /** Our bootstraps mark the end of an invocation's log. Of other runtimes, the log contains the output that has already arrived. */
  private async untilLogIsComplete(requestId: string): Promise<void> {
    if (this.settings.runtime.kind !== 'provided') return this.log.untilEnd(requestId);
    return new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  }

  private timeOut(): void {
    const message = `Task timed out after ${this.settings.definition.timeoutSeconds.toFixed(2)} seconds`;
    const requestId = this.task?.invocation.requestId ?? '';
    this.log.addTailLine(`${new Date().toISOString()} ${requestId} ${message}`);
    this.initialization.fail(message);
    this.fail('Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`);
    this.kill();
  }

  /** Handles an exit of the process, or a failure to start it. */
  private handleExit(errorType: string, message: string): void {
    const { state } = this;
    if (state.phase === 'exited') return;
    this.timeLimit.stop();
    this.api.close();
    this.log.close();
    this.onExit();
    const failure = this.initialization.reportedError;
    const error = failure === undefined ? { description: message } : readError(failure, this.settings.folder.task);
    this.initialization.fail(error.description);
    if (state.phase === 'idle' || state.phase === 'waiting') {
      // Between two invocations: neither of them has failed.
      if (!this.ending) this.log.addFailure(error);
      this.state = { phase: 'exited' };
      if (state.phase === 'waiting') state.task.settle(undefined);
    } else if (state.task && failure !== undefined) {
      this.log.addError(state.task.invocation.requestId, failure);
      this.settle(failure, true, 'exited');
    } else if (state.task) {
      this.fail(errorType, `RequestId: ${state.task.invocation.requestId} Error: ${message}`, 'exited');
    }
    // Without a task, `initialized` has been rejected.
    this.state = { phase: 'exited' };
    this.markExited();
  }

  private fail(errorType: string, errorMessage: string, next?: 'exited'): void {
    if (!this.task) return;
    if (this.ending !== 'killed') this.log.addFailure({ description: `${errorType}: ${errorMessage}` });
    this.settle(JSON.stringify({ errorType, errorMessage }), true, next);
  }

  private settle(payload: string, isError: boolean, next?: 'exited'): void {
    const { state } = this;
    const task = this.task!;
    const startedAt = state.phase === 'running' ? state.startedAt : this.createdAt;
    this.timeLimit.stop();
    this.state = next === 'exited' ? { phase: 'exited' } : withoutTask(state);
    this.log.addEnd(task.invocation.requestId, performance.now() - startedAt);
    task.settle({ payload, logTail: this.log.takeTail(), ...isError && { functionError: 'Unhandled' } });
    if (this.ending) this.kill();
  }
}
