import type { LiveLog } from '../../live-log/live-log';

interface Failure {
  readonly error: string;
  lost: number;
}

/** Reports each destination that cannot be written once: when it begins to fail, and when it is written again. */
export class WriteFailures {
  private readonly failing = new Map<string, Failure>();

  constructor(private readonly liveLog: LiveLog) {}

  public failed(destination: string, file: string, records: number, cause: unknown): void {
    const error = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const known = this.failing.get(destination);
    if (known) {
      known.lost += records;
      return;
    }
    // All destinations are on one disk.
    const isReported = error === 'ENOSPC' && [...this.failing.values()].some(failure => failure.error === error);
    this.failing.set(destination, { error, lost: records });
    if (isReported) return;
    const scope = error === 'ENOSPC' ? 'The disk is full: records of all chat logs' : 'Its records';
    const text = `${countOf(records)} for ${destination} could not be written to ${file}: ${error}. ${scope} are lost until writing succeeds.`;
    this.liveLog.record({ kind: 'chat-log', level: 'error', text, data: { records, destination, file, error } });
  }

  /** @returns the number of records lost since the destination was last written */
  public endOf(destination: string): number {
    const lost = this.failing.get(destination)?.lost ?? 0;
    this.failing.delete(destination);
    return lost;
  }
}

export function countOf(records: number): string {
  return records === 1 ? '1 record' : `${records} records`;
}
