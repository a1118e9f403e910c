import { createHash, randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './function-definition';
import { notFound } from './errors';
import type { LiveLog } from '../live-log/live-log';
import { Worker, type Outcome, type WorkerSettings } from './execution/function-process';

/** Code and settings as they were at one time, and the processes that run them: `$LATEST` until the next update, or a published version. */
export class FunctionVersion {
  public readonly accessKeyId: string;
  private readonly workers = new Set<Worker>();
  private isClosed = false;

  constructor(private readonly settings: Omit<WorkerSettings, 'accessKeyId'>, private readonly liveLog: LiveLog) {
    this.accessKeyId = `ASIA${createHash('sha256').update(randomUUID()).digest('hex').slice(0, 16).toUpperCase()}`;
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

  /** The same code and settings under another label, with processes of its own. */
  public publish(label: string): FunctionVersion {
    return new FunctionVersion({ ...this.settings, version: label }, this.liveLog);
  }

  /** The environment that was used last is taken first, as one that is warm. */
  public async invoke(payload: string, functionArn: string, requestId: string, clientContext?: string): Promise<Outcome> {
    const id = requestId.replaceAll('-', '');
    const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.slice(0, 24)};Parent=${id.slice(16)};Sampled=0`;
    for (;;) {
      const worker = [...this.workers].reverse().find(candidate => candidate.isFree) ?? this.start();
      const outcome = await worker.invoke({ requestId, payload, functionArn, traceId, clientContext });
      if (outcome) return outcome;
    }
  }

  public async warm(): Promise<void> {
    const worker = [...this.workers].find(candidate => candidate.isFree) ?? this.start();
    await worker.initialised;
  }

  /** After an update: what is running may finish. */
  public retire(): void {
    for (const worker of this.workers) worker.retire();
  }

  public async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.workers].map(worker => worker.close()));
  }

  private start(): Worker {
    if (this.isClosed) throw notFound(this.definition.functionName);
    const worker = new Worker({ ...this.settings, accessKeyId: this.accessKeyId }, this.liveLog, () => this.workers.delete(worker));
    this.workers.add(worker);
    return worker;
  }
}
