import type { MessageLogs, MessageOfLog } from './chat-logs/message-logs';
import type { ReplayedMessage, ReplayGroup, ReplayOutcome, ReplayResult, ReviewResult } from './result';
import type { HandlerReview, Reviewer } from './reviewer';

/** Handlers can have a reason for each message. More groups of an outcome become one without a reason. */
const MAXIMUM_GROUPS = 50;
/** Reasons for the fallback can contain the message of an error. */
const MAXIMUM_FALLBACK_REASONS = 20;
const OTHER_REASONS = 'other reasons';

/** What an outcome is called in a result. */
const COUNTS = {
  caught: 'caught', denied: 'denied', expected: 'expected', masked: 'masked', missed: 'missed', mistake: 'mistakes', unchanged: 'unchanged',
} as const satisfies Record<ReplayOutcome, keyof ReplayResult>;

const SEVERITY: Readonly<Record<ReviewResult, number>> = { ALLOW: 0, MASK: 1, DENY: 2 };

interface Group extends Omit<ReplayGroup, 'count' | 'examples'> {
  count: number;
  readonly examples: ReplayedMessage[];
}

/** Counts and groups the outcomes of a replay. */
export class Tally {
  private readonly counts: Record<typeof COUNTS[ReplayOutcome], number> = {
    caught: 0, denied: 0, expected: 0, masked: 0, missed: 0, mistakes: 0, unchanged: 0,
  };

  private readonly groups = new Map<string, Group>();
  private readonly groupsOfOutcome = new Map<string, number>();
  private readonly countedRules = new Map<string, number>();
  private readonly fallbackReasons = new Map<string, number>();
  private readonly milliseconds: number[] = [];
  private counted = 0;
  private fallback = 0;
  private late = 0;

  constructor(private readonly maximumExamples: number) {}

  public get messageCount(): number {
    return this.milliseconds.length;
  }

  public add(source: MessageOfLog, review: HandlerReview): ReplayedMessage {
    const message = replayed(source, review);
    this.counts[COUNTS[message.outcome]]++;
    this.milliseconds.push(review.milliseconds);
    if (message.isLate) this.late++;
    if (message.countedRules.length > 0) this.counted++;
    for (const rule of message.countedRules) increment(this.countedRules, rule);
    if (message.problem !== undefined) {
      this.fallback++;
      const isKnown = this.fallbackReasons.has(message.problem) || this.fallbackReasons.size < MAXIMUM_FALLBACK_REASONS;
      increment(this.fallbackReasons, isKnown ? message.problem : OTHER_REASONS);
    }
    if (message.outcome !== 'unchanged' && message.outcome !== 'expected') this.addToGroup(message);
    return message;
  }

  public result(logs: MessageLogs, { limit, room }: Reviewer, errors: readonly string[]): ReplayResult {
    const sorted = Float64Array.from(this.milliseconds).sort();
    const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const { fallbackResult, uri } = room.messageReviewHandler;
    return {
      handler: uri,
      messages: this.messageCount,
      ...this.counts,
      counted: this.counted,
      late: this.late,
      fallback: this.fallback,
      fallbackResult,
      fallbackReasons: Object.fromEntries(this.fallbackReasons),
      milliseconds: { p50: quantile(0.5), p99: quantile(0.99), slowest: quantile(1), limit },
      groups: [...this.groups.values()].sort((a, b) => b.count - a.count),
      countedRules: Object.fromEntries(this.countedRules),
      unreadable: logs.problemCount,
      problems: logs.problems,
      otherRecords: logs.otherCount,
      duplicates: logs.duplicateCount,
      errors,
    };
  }

  private addToGroup(message: ReplayedMessage): void {
    const { expected, isDeleted, outcome, problem, result, rules } = message;
    const isFallback = problem !== undefined;
    const kind = JSON.stringify([outcome, result, expected, isDeleted, isFallback, rules]);
    const reason = rules.length === 0 && !isFallback ? message.reason : undefined;
    const key = `${kind} ${reason ?? ''}`;
    const group = this.groups.get(key) ?? this.newGroup(kind, key, { outcome, result, expected, isDeleted, rules, reason, isFallback });
    group.count++;
    if (group.examples.length < this.maximumExamples) group.examples.push(message);
  }

  private newGroup(kind: string, key: string, group: Omit<Group, 'count' | 'examples'>): Group {
    const number = (this.groupsOfOutcome.get(kind) ?? 0) + 1;
    this.groupsOfOutcome.set(kind, number);
    const [groupKey, reason] = number > MAXIMUM_GROUPS ? [`${kind} ${OTHER_REASONS}`, OTHER_REASONS] : [key, group.reason];
    const created = this.groups.get(groupKey) ?? { ...group, reason, count: 0, examples: [] };
    this.groups.set(groupKey, created);
    return created;
  }
}

function replayed({ isDeleted, message: { content, expected }, place }: MessageOfLog, review: HandlerReview): ReplayedMessage {
  const { late, metrics, milliseconds, newContent, problem, reason, result } = review;
  return {
    ...place,
    content,
    outcome: outcomeOf(result, expected, isDeleted),
    result,
    expected,
    isDeleted,
    newContent,
    rules: metrics.rules,
    countedRules: metrics.countedRules,
    reason,
    milliseconds,
    isLate: late !== undefined || metrics.isLate,
    problem,
  };
}

function outcomeOf(result: ReviewResult, expected: ReviewResult | undefined, isDeleted: boolean): ReplayOutcome {
  if (expected !== undefined) {
    if (result === expected) return 'expected';
    return SEVERITY[result] < SEVERITY[expected] ? 'missed' : 'mistake';
  }
  if (isDeleted) return result === 'ALLOW' ? 'missed' : 'caught';
  return result === 'DENY' ? 'denied' : result === 'MASK' ? 'masked' : 'unchanged';
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
