import { notFound } from './errors';
import type { FunctionDefinition } from '../contracts/function-definition';
import type { Sessions } from '../iam/sessions';
import type { LiveLog } from '../live-log/live-log';
import { FunctionProcess } from './execution/function-process';
import type { Outcome } from './execution/process-state';
import type { FunctionProcessSettings } from './execution/start-process';

/** A snapshot of the code and settings of a function, either `$LATEST` or a published version, and the processes that run it. */
export class FunctionVersion {
  private readonly accessKeyId: string;
  private readonly processes = new Set<FunctionProcess>();
  private runningInvocations = 0;
  private isClosed = false;
  /** Resolves when a retired version has no process left. */
  private retired?: Promise<void>;
  private markUnused?: () => void;

  constructor(
    private readonly settings: Omit<FunctionProcessSettings, 'accessKeyId'>,
    private readonly sessions: Sessions,
    private readonly liveLog: LiveLog,
  ) {
    const { functionName, roleArn } = settings.definition;
    ({ accessKeyId: this.accessKeyId } = sessions.start(roleArn, functionName));
  }

  public get label(): string {
    return this.settings.version;
  }

  public get definition(): FunctionDefinition {
    return this.settings.definition;
  }

  public get codeRoot(): string {
    return this.settings.folder.root;
  }

  public get taskFolder(): string {
    return this.settings.folder.task;
  }

  /** Returns a version with the same code and settings and its own processes. */
  public publish(label: string): FunctionVersion {
    return new FunctionVersion({ ...this.settings, version: label }, this.sessions, this.liveLog);
  }

  /** Prefers the newest free process. */
  public async invoke(payload: string, functionArn: string, requestId: string, clientContext?: string): Promise<Outcome> {
    const id = requestId.replaceAll('-', '');
    const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.slice(0, 24)};Parent=${id.slice(16)};Sampled=0`;
    this.runningInvocations++;
    try {
      for (;;) {
        const free = [...this.processes].reverse().find(candidate => candidate.isFree) ?? this.start();
        const running = free.invoke({ requestId, payload, functionArn, traceId, clientContext });
        // Started for an invocation that another process has lost.
        if (this.retired) free.retire();
        const outcome = await running;
        if (outcome) return outcome;
      }
    } finally {
      this.runningInvocations--;
      this.checkUnused();
    }
  }

  public async warm(): Promise<void> {
    const free = [...this.processes].find(candidate => candidate.isFree) ?? this.start();
    await free.initialized;
  }

  /** Ends all processes after an update, busy ones when they have finished. Resolves when none is left. */
  public async retire(): Promise<void> {
    this.retired ??= new Promise(resolve => this.markUnused = resolve);
    for (const each of this.processes) each.retire();
    this.checkUnused();
    return this.retired;
  }

  public async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.processes].map(each => each.close()));
  }

  private start(): FunctionProcess {
    if (this.isClosed) throw notFound(this.definition.functionName);
    const started = new FunctionProcess({ ...this.settings, accessKeyId: this.accessKeyId }, this.liveLog, () => {
      this.processes.delete(started);
      this.checkUnused();
    });
    this.processes.add(started);
    return started;
  }

  private checkUnused(): void {
    if (this.processes.size === 0 && this.runningInvocations === 0) this.markUnused?.();
  }
}
