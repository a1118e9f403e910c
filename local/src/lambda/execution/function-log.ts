import type { LiveLog } from '../../live-log/live-log';
import type { FunctionDefinition } from '../function-definition';

/** What our bootstraps write to their pipe. */
interface LogRecord {
  readonly level: string;
  /** Any JSON value in JSON logs, else a text. */
  readonly message: unknown;
  readonly requestId?: string;
  readonly time: string;
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Documented: the last 4 KB. */
const TAIL_BYTES = 4 * 1024;

/** What a process writes: a line each in the live log, and the tail that the caller of an invocation may ask for. */
export class FunctionLog {
  private readonly partial = { output: '', pipe: '', raw: '' };
  private tail = '';
  private ended?: { requestId: string; resolve: () => void };
  private lastEnd?: string;

  constructor(private readonly definition: FunctionDefinition, private readonly liveLog: LiveLog) {}

  /** Lines of a process that writes straight to its output. */
  public output(text: string): void {
    this.lines('output', text, line => this.raw(line));
  }

  /** Lines of JSON of our own bootstraps. */
  public pipe(text: string): void {
    this.lines('pipe', text, line => {
      const record = JSON.parse(line) as LogRecord | { readonly end: string } | { readonly raw: string };
      if ('raw' in record) this.lines('raw', record.raw, raw => this.raw(raw));
      else if ('end' in record) this.end(record.end);
      else this.record(record);
    });
  }

  public line(text: string): void {
    this.tail += `${text}\n`;
  }

  /** Something the runtime itself reports of the function, in the function's log level. */
  public record({ level, message, requestId, time }: LogRecord): void {
    const isJson = this.definition.logFormat === 'JSON';
    if (isJson && LEVELS.indexOf(level) < LEVELS.indexOf(this.definition.applicationLogLevel ?? 'INFO')) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (isJson) this.line(JSON.stringify({ timestamp: time, level, requestId, message }));
    else if (this.definition.runtime.startsWith('python')) this.line(`[${level}]\t${time}\t${requestId ?? ''}\t${text}`);
    else this.line(`${time}\t${requestId ?? 'undefined'}\t${level}\t${text}`);
    this.show(text, level === 'ERROR' || level === 'FATAL' ? 'error' : level === 'WARN' ? 'warning' : 'info');
  }

  /** Resolves when everything has come that the process wrote before the result of the invocation. */
  public async untilEnd(requestId: string): Promise<void> {
    if (this.lastEnd === requestId) return;
    await new Promise<void>(resolve => this.ended = { requestId, resolve });
  }

  /** Nothing more will come. */
  public close(): void {
    for (const source of ['output', 'raw'] as const) if (this.partial[source] !== '') this.raw(this.partial[source]);
    this.partial.output = this.partial.raw = '';
    this.ended?.resolve();
  }

  public takeTail(): string {
    const tail = Buffer.from(this.tail);
    this.tail = '';
    return tail.subarray(Math.max(0, tail.length - TAIL_BYTES)).toString();
  }

  private end(requestId: string): void {
    this.lastEnd = requestId;
    if (this.ended?.requestId === requestId) this.ended.resolve();
  }

  private raw(line: string): void {
    this.line(line);
    this.show(line, 'info');
  }

  private show(text: string, level: 'error' | 'info' | 'warning'): void {
    const shown = oneLine(text);
    const { functionName } = this.definition;
    if (shown !== '') this.liveLog.record({ kind: 'function', level, text: `${functionName}: ${shown}`, data: { functionName } });
  }

  private lines(source: keyof FunctionLog['partial'], text: string, each: (line: string) => void): void {
    const lines = (this.partial[source] + text).split('\n');
    this.partial[source] = lines.pop()!;
    lines.forEach(each);
  }
}

const ESCAPE_SEQUENCES = /\u001b\[[0-9;]*[A-Za-z]/g;
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g;

/** For people: one line, no colours, and no ResponseURL, which lets whoever has it answer for the function. */
export function oneLine(text: string): string {
  return text.replace(ESCAPE_SEQUENCES, '').replace(/\s*[\r\n]+\s*/g, ' ').replace(CONTROL_CHARACTERS, ' ')
    .replace(/(\/cfn\/)[\w-]+/g, '$1…').trim();
}
