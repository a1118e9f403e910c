import type { ResponseKind } from '../../src/moderation/auto-moderator-settings';
import { metricOf, writeLine } from '../shared/log-lines';

/** Messages of one invocation, as the metrics of the same names. */
export interface Counts {
  Judged: number;
  Flagged: number;
  Deleted: number;
  Disconnected: number;
  Banned: number;
  Skipped: number;
  Failed: number;
}

const METRICS: Record<ResponseKind, keyof Counts> = { deleteMessage: 'Deleted', disconnectUser: 'Disconnected', ban: 'Banned' };

export function noCounts(): Counts {
  return { Judged: 0, Flagged: 0, Deleted: 0, Disconnected: 0, Banned: 0, Skipped: 0, Failed: 0 };
}

export function countResponses(counts: Counts, kinds: readonly ResponseKind[]): void {
  for (const kind of kinds) counts[METRICS[kind]]++;
}

export function writeMetrics(counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count > 0) writeLine(metricOf(name, count));
  }
}
