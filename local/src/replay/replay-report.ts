import { COLUMNS, countOf, cutStart, quoteIn, wrap } from './columns';
import { describePlace, type MessageLogs } from './chat-logs/message-logs';
import type { LogProblem, ReplayedMessage, ReplayGroup, ReplayResult } from './result';
import { oneLine, sanitizeLine } from '../live-log/one-line';

/** Start of the text after the count and the percentage. */
const INDENT = 16;
const PLACE_COLUMNS = 28;
const SHOWN_PROBLEMS = 5;
const LIMITS_OF_LOGS = 'The content of a log is what was delivered: masked messages are masked in it, and denied messages are not in it.';

export interface ReportOptions {
  /** Whether to print messages, and other text that may quote them. */
  readonly hasText: boolean;
}

/** The result of a replay for a terminal. */
export function replayReport(result: ReplayResult, logs: MessageLogs, { hasText }: ReportOptions): string[] {
  const { fileCount } = logs;
  const handler = result.handler.split(':function:')[1] ?? result.handler;
  const label = (count: number, text: string) => wrap(`${`${count}`.padStart(6)}  ${percent(count, result.messages)}  ${text}`, INDENT);
  return [
    ...wrap(`${countOf(result.messages, 'message')} of ${countOf(fileCount, 'file')}, reviewed by ${handler}`, 2),
    '',
    ...merged(result.groups, hasText).flatMap(group => [
      ...label(group.count, titleOf(group, hasText)),
      ...group.examples.flatMap(example => exampleLines(example, hasText)),
    ]),
    ...Object.entries(result.countedRules).flatMap(([rule, count]) => label(count, `counted by ${sanitizeLine(rule)}`)),
    ...result.expected > 0 ? label(result.expected, 'as expected') : [],
    ...result.unchanged > 0 ? label(result.unchanged, 'as it was') : [],
    '',
    ...durationLines(result),
    ...hasText ? result.errors.flatMap(error => wrap(`The function failed: ${oneLine(error)}`, 2)) : [],
    ...problemLines(result),
    ...result.messages > result.missed + result.mistakes + result.expected ? wrap(LIMITS_OF_LOGS, 0) : [],
  ];
}

/** Without text, reasons are left out, so groups that differ only in them become one. */
function merged(groups: readonly ReplayGroup[], hasText: boolean): readonly ReplayGroup[] {
  if (hasText) return groups;
  const byTitle = new Map<string, ReplayGroup>();
  for (const group of groups) {
    const title = titleOf(group, false);
    const existing = byTitle.get(title);
    byTitle.set(title, existing ? { ...existing, count: existing.count + group.count } : group);
  }
  return [...byTitle.values()].sort((a, b) => b.count - a.count);
}

function titleOf(group: ReplayGroup, hasText: boolean): string {
  const { expected, isDeleted, outcome, result } = group;
  const by = deciderOf(group, hasText);
  switch (outcome) {
    case 'denied': return `newly denied by ${by}`;
    case 'masked': return `newly masked by ${by}`;
    case 'caught': return `deleted by a moderator, now ${result === 'DENY' ? 'denied' : 'masked'} by ${by}`;
    case 'missed':
      if (isDeleted) return `missed: deleted by a moderator, allowed now${group.isFallback ? ' by the fallback' : ''}`;
      return `missed: expected ${expected}, got ${result}${result === 'ALLOW' && !group.isFallback ? '' : ` by ${by}`}`;
    default: return `by mistake: expected ${expected}, got ${result} by ${by}`;
  }
}

function deciderOf({ isFallback, reason, rules }: ReplayGroup, hasText: boolean): string {
  if (isFallback) return 'the fallback';
  if (rules.length > 0) return rules.map(rule => sanitizeLine(rule)).join(', ');
  return hasText && reason !== undefined ? quoteIn(COLUMNS - INDENT, reason) : 'the handler';
}

function exampleLines(example: ReplayedMessage, hasText: boolean): string[] {
  const place = describePlace(example);
  const indent = ' '.repeat(INDENT);
  if (!hasText) return [indent + place];
  const start = `${indent}${cutStart(place, PLACE_COLUMNS).padEnd(Math.min(PLACE_COLUMNS, 17))}  `;
  const width = COLUMNS - start.length;
  if (example.result !== 'MASK') return [start + quoteIn(width, example.content)];
  if (example.newContent === undefined) return [`${start}${quoteIn(width - 14, example.content)}, attributes`];
  const half = Math.floor((width - 3) / 2);
  return [`${start}${quoteIn(half, example.content)} → ${quoteIn(half, example.newContent)}`];
}

function durationLines({ fallback, fallbackReasons, fallbackResult, late, milliseconds }: ReplayResult): string[] {
  const { limit, p50, p99, slowest } = milliseconds;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return [
    ...wrap(`Reviews on this machine, warm: p50 ${ms(p50)}, p99 ${ms(p99)}, slowest ${ms(slowest)} of ${limit}`, 2),
    `${late} late, ${fallback} decided by the fallback (${fallbackResult})`,
    ...Object.entries(fallbackReasons).flatMap(([reason, count]) => wrap(`  ${count} × ${oneLine(reason)}`, 4)),
  ];
}

function problemLines({ duplicates, otherRecords, problems, unreadable }: ReplayResult): string[] {
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  const left = unreadable - shown.length;
  return [
    ...shown.flatMap(problem => wrap(`Left out: ${describeProblem(problem)}`, 2)),
    ...left > 0 ? [`Left out: ${countOf(left, 'further place')} that could not be read`] : [],
    ...otherRecords > 0 ? [`Left out: ${countOf(otherRecords, 'record')} of other logs`] : [],
    ...duplicates > 0 ? [`Left out: ${countOf(duplicates, 'message')} that the logs contain more than once`] : [],
  ];
}

export function describeProblem(problem: LogProblem): string {
  return `${describePlace(problem)} ${problem.problem}`;
}

function percent(count: number, total: number): string {
  return `${(100 * count / Math.max(1, total)).toFixed(1).padStart(5)}%`;
}

/** A result for programs without messages, and other text that may quote them. */
export function withoutText(result: ReplayResult): object {
  return {
    ...result,
    errors: [],
    groups: result.groups.map(({ examples, reason, ...group }) => ({
      ...group,
      examples: examples.map(({ content, newContent, reason: own, problem, ...example }) => example),
    })),
  };
}
