/** A log call of a function. */
export interface LogCall {
  readonly level: string;
  /** Any JSON value with the log format JSON, otherwise a string. */
  readonly message: unknown;
  readonly requestId?: string;
  readonly time: string;
}

/** A line of the pipe to which our bootstraps write: a log call, text written to stdout or stderr, or the end of the log of an invocation. */
export type LogPipeRecord = LogCall | { readonly raw: string } | { readonly end: string };

/** @returns undefined for any other line: the function itself can write to the pipe */
export function parseLogPipeRecord(line: string): LogPipeRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const { end, level, message, raw, requestId, time } = record as Record<string, unknown>;
  if (typeof end === 'string') return { end };
  if (typeof raw === 'string') return { raw };
  if (typeof level !== 'string' || typeof time !== 'string' || message === undefined) return undefined;
  return { level, message, time, requestId: typeof requestId === 'string' ? requestId : undefined };
}
