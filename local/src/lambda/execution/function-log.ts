import { describeError, explainFailure } from './failure-messages';
import type { FunctionDefinition } from '../../contracts/function-definition';
import type { LiveLog } from '../../live-log/live-log';
import { sanitizeLine } from '../../live-log/one-line';

/** A log call of a function, as our bootstraps write it to their pipe. */
interface LogRecord {
  readonly level: string;
  /** Any JSON value with the log format JSON, otherwise a string. */
  readonly message: unknown;
  readonly requestId?: string;
  readonly time: string;
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Documented size of the log tail. */
const TAIL_BYTES = 4 * 1024;

/** The output of a process: passes each line to the live log, and keeps the tail that the caller of an invocation can request. */
export class FunctionLog {
  private readonly partial = { output: '', pipe: '', raw: '' };
  private tail = '';
  private pendingEnd?: { requestId: string; resolve: () => void };
  private lastEnd?: string;

  constructor(private readonly definition: FunctionDefinition, private readonly liveLog: LiveLog) {}

  /** Adds text that the process has written to stdout or stderr. */
  public addOutput(text: string): void {
    this.splitLines('output', text, line => this.addRawLine(line));
  }

  /** Adds lines of JSON from one of our bootstraps. */
  public addPipeOutput(text: string): void {
    this.splitLines('pipe', text, line => {
      const record = JSON.parse(line) as LogRecord | { readonly end: string } | { readonly raw: string };
      if ('raw' in record) this.splitLines('raw', record.raw, raw => this.addRawLine(raw));
      else if ('end' in record) this.markEnd(record.end);
      else this.addRecord(record);
    });
  }

  /** Adds a line to the tail only. */
  public addTailLine(text: string): void {
    this.tail += `${text}\n`;
  }

  public addStart(requestId: string, version: string): void {
    // A retried event has the same request id.
    this.lastEnd = undefined;
    this.addTailLine(`START RequestId: ${requestId} Version: ${version}`);
  }

  public addEnd(requestId: string, milliseconds: number): void {
    this.addTailLine(`END RequestId: ${requestId}`);
    this.addTailLine([
      `REPORT RequestId: ${requestId}`, `Duration: ${milliseconds.toFixed(2)} ms`, `Billed Duration: ${Math.ceil(milliseconds)} ms`,
      `Memory Size: ${this.definition.memorySize} MB`,
    ].join('\t'));
  }

  /** Adds an error that the function has reported. */
  public addError(requestId: string, body: string): void {
    this.addFailure(describeError(body));
    this.addTailLine(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${body}`);
  }

  /** Adds a failure to the live log, with an explanation if the reason is known. */
  public addFailure(text: string): void {
    const { functionName } = this.definition;
    this.liveLog.record({ kind: 'function', level: 'error', text: `${functionName} failed: ${text}`, data: { event: 'failed', functionName, error: text } });
    const explanation = explainFailure(text);
    if (explanation === undefined) return;
    this.liveLog.record({ kind: 'notice', level: 'warning', text: `${functionName}: ${explanation}`, data: { event: 'explained', functionName, explanation } });
  }

  /** Resolves when all output of an invocation has arrived. */
  public async untilEnd(requestId: string): Promise<void> {
    if (this.lastEnd === requestId) return;
    await new Promise<void>(resolve => this.pendingEnd = { requestId, resolve });
  }

  /** Flushes incomplete lines when the process has exited. */
  public close(): void {
    for (const source of ['output', 'raw'] as const) if (this.partial[source] !== '') this.addRawLine(this.partial[source]);
    this.partial.output = this.partial.raw = '';
    this.pendingEnd?.resolve();
  }

  public takeTail(): string {
    const tail = Buffer.from(this.tail);
    this.tail = '';
    return tail.subarray(Math.max(0, tail.length - TAIL_BYTES)).toString();
  }

  /** Drops records below the application log level. */
  private addRecord({ level, message, requestId, time }: LogRecord): void {
    const isJson = this.definition.logFormat === 'JSON';
    if (isJson && LEVELS.indexOf(level) < LEVELS.indexOf(this.definition.applicationLogLevel ?? 'INFO')) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (isJson) this.addTailLine(JSON.stringify({ timestamp: time, level, requestId, message }));
    else if (this.definition.runtime.startsWith('python')) this.addTailLine(`[${level}]\t${time}\t${requestId ?? ''}\t${text}`);
    else this.addTailLine(`${time}\t${requestId ?? 'undefined'}\t${level}\t${text}`);
    this.log(text, level === 'ERROR' || level === 'FATAL' ? 'error' : level === 'WARN' ? 'warning' : 'info');
  }

  private markEnd(requestId: string): void {
    this.lastEnd = requestId;
    if (this.pendingEnd?.requestId === requestId) this.pendingEnd.resolve();
  }

  private addRawLine(line: string): void {
    this.addTailLine(line);
    this.log(line, 'info');
  }

  private log(text: string, level: 'error' | 'info' | 'warning'): void {
    const line = sanitizeLine(text);
    const { functionName } = this.definition;
    if (line !== '') this.liveLog.record({ kind: 'function', level, text: `${functionName}: ${line}`, data: { event: 'output', functionName, line } });
  }

  private splitLines(source: keyof FunctionLog['partial'], text: string, each: (line: string) => void): void {
    const lines = (this.partial[source] + text).split('\n');
    this.partial[source] = lines.pop()!;
    lines.forEach(each);
  }
}
