import type { ReplayResult } from './result';
import { ExpectedError } from '../expected-error';

/** A limit of a replay that fails, such as `denied>1%`. */
export interface FailIf {
  readonly text: string;
  /** @returns why the limit is exceeded; undefined if it is not */
  check(counts: Counts): string | undefined;
}

/** Numbers by name, and the number of messages of which a percentage is. */
export interface Counts {
  readonly values: Readonly<Record<string, number>>;
  readonly total: number | Readonly<Record<string, number>>;
}

const COUNTS = ['denied', 'masked', 'missed', 'mistakes', 'caught', 'counted', 'late', 'fallback', 'unreadable'] as const;
const TIMES = ['p50', 'p99', 'slowest'] as const;

const EXPRESSION = /^\s*(\w+)\s*(>=?)\s*(\d+(?:\.\d+)?)\s*(%|ms)?\s*$/;

/** Reads the expressions of `--fail-if` for a replay. Throws if one is not valid. */
export function readReplayLimits(texts: readonly string[]): FailIf[] {
  return texts.map(text => readFailIf(text, COUNTS, TIMES));
}

/** The counts of a replay. */
export function countsOf(result: ReplayResult): Counts {
  const { p50, p99, slowest } = result.milliseconds;
  const counts = Object.fromEntries(COUNTS.map(name => [name, result[name]]));
  return { values: { ...counts, p50, p99, slowest }, total: result.messages };
}

/** @param times names of durations, which `ms` can follow */
export function readFailIf(text: string, counts: readonly string[], times: readonly string[] = []): FailIf {
  const [, name = '', operator, digits, unit] = EXPRESSION.exec(text) ?? [];
  const isTime = times.includes(name);
  if ((!isTime && !counts.includes(name)) || (isTime ? unit === '%' : unit === 'ms')) throw invalid(text, counts, times);
  const limit = Number(digits);
  return {
    text,
    check: ({ total: totals, values }) => {
      const value = values[name];
      const total = typeof totals === 'number' ? totals : totals[name];
      const compared = unit === '%' ? 100 * value / Math.max(1, total) : value;
      if (operator === '>' ? compared <= limit : compared < limit) return undefined;
      if (isTime) return `${text}: it is ${compared.toFixed(1)} ms`;
      return `${text}: it is ${unit === '%' ? `${compared.toFixed(2)}%, ${value} of ${total} messages` : value}`;
    },
  };
}

function invalid(text: string, counts: readonly string[], times: readonly string[]): ExpectedError {
  const durations = times.length > 0 ? `, or a duration (${times.join(', ')}), such as "p99>150ms"` : '';
  return new ExpectedError(`--fail-if must be a count (${counts.join(', ')}) with a number or a percentage, such as "${counts[0]}>1%" or "${counts[1]}>0"${durations}, got "${text}".`);
}
