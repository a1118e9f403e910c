import { explainFailure, readError, type ReportedError } from './failure-messages';
import { limitLine, LineSplitter } from './line-splitter';
import { parseLogPipeRecord, type LogCall } from './log-pipe-record';
import { LogTail } from './log-tail';
import type { FunctionDefinition } from '../../contracts/function-definition';
import type { LiveLog } from '../../live-log/live-log';
import { sanitizeLine } from '../../live-log/one-line';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Our bootstraps limit the text of a record to that of a line. JSON takes up to twelve for one. */
const MAX_RECORD_CHARACTERS = 512 * 1024;

/** The output of a process: passes each line to the live log, and keeps the tail that the caller of an invocation can request. */
export class FunctionLog {
  private readonly output = new LineSplitter(line => this.addRawLine(line));
  private readonly written = new LineSplitter(line => this.addRawLine(line));
  private readonly pipe = new LineSplitter(line => this.addPipeLine(line), MAX_RECORD_CHARACTERS);
  private readonly tail = new LogTail();
  private pendingEnd?: { requestId: string; resolve: () => void };
  private lastEnd?: string;
  private isPipeClosed = false;

  /** @param taskFolder the code of the function */
  constructor(private readonly definition: FunctionDefinition, private readonly liveLog: LiveLog, private readonly taskFolder: string) {}

  /** Adds text that the process has written to stdout or stderr. */
  public addOutput(text: string): void {
    this.output.add(text);
  }

  /** Adds text from the pipe of one of our bootstraps. */
  public addPipeOutput(text: string): void {
    this.pipe.add(text);
  }

  /** Adds a line to the tail only. */
  public addTailLine(text: string): void {
    this.tail.add(text);
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
    this.addFailure(readError(body, this.taskFolder));
    this.addTailLine(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${body}`);
  }

  /** Adds a failure to the live log, with an explanation if the reason is known. */
  public addFailure({ description, trace }: ReportedError): void {
    const { functionName } = this.definition;
    const data = { event: 'failed', functionName, error: description };
    this.liveLog.record({ kind: 'function', level: 'error', text: `${functionName} failed: ${description}`, trace, data });
    const explanation = explainFailure(description);
    if (explanation === undefined) return;
    this.liveLog.record({ kind: 'notice', level: 'warning', text: `${functionName}: ${explanation}`, data: { event: 'explained', functionName, explanation } });
  }

  /** Resolves when all output of an invocation has arrived. */
  public async untilEnd(requestId: string): Promise<void> {
    if (this.lastEnd === requestId || this.isPipeClosed) return;
    await new Promise<void>(resolve => this.pendingEnd = { requestId, resolve });
  }

  /** The process has closed the pipe, so nothing marks the end of an invocation any more. */
  public closePipe(): void {
    this.isPipeClosed = true;
    this.pipe.close();
    this.pendingEnd?.resolve();
  }

  /** Flushes incomplete lines when the process has exited. */
  public close(): void {
    this.closePipe();
    this.output.close();
    this.written.close();
  }

  public takeTail(): string {
    return this.tail.take();
  }

  /** A line that is not a record is output: the function, or a copy of its process, may write to the pipe as well. */
  private addPipeLine(line: string): void {
    if (line === '') return; // each record begins on a new line
    const record = parseLogPipeRecord(line);
    if (record === undefined) this.addRawLine(limitLine(line));
    else if ('raw' in record) this.written.add(record.raw);
    else if ('end' in record) this.markEnd(record.end);
    else this.addLogCall(record);
  }

  /** Drops records below the application log level. */
  private addLogCall({ level, message, requestId, time }: LogCall): void {
    const isJson = this.definition.logFormat === 'JSON';
    if (isJson && LEVELS.indexOf(level) < LEVELS.indexOf(this.definition.applicationLogLevel ?? 'INFO')) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (isJson) this.addTailLine(JSON.stringify({ timestamp: time, level, requestId, message }));
    else if (this.definition.runtime.startsWith('python')) this.addTailLine(`[${level}]\t${time}\t${requestId ?? ''}\t${text}`);
    else this.addTailLine(`${time}\t${requestId ?? 'undefined'}\t${level}\t${text}`);
    this.log(limitLine(text), level === 'ERROR' || level === 'FATAL' ? 'error' : level === 'WARN' ? 'warning' : 'info');
  }

  private markEnd(requestId: string): void {
    this.written.close();
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
}
