import * as fs from 'fs';
import * as path from 'path';
import { type ReviewContext, reviewEvent, reviewHandler, type ReviewHandlerOptions, type Verdict } from '../src';

/** A review of cases.json, which the tests of the Python package run as well. */
interface CaseReview {
  readonly verdict?: 'allow' | 'deny' | 'replace';
  readonly content?: any;
  readonly attributes?: any;
  readonly reason?: any;
  readonly rule?: string;
  /** What to return instead of a verdict. */
  readonly returns?: any;
  readonly error?: 'late' | 'later' | 'now';
  readonly never?: boolean;
  /** Whether to return a promise. */
  readonly later?: boolean;
}

interface Case {
  readonly name: string;
  readonly event?: any;
  readonly options?: ReviewHandlerOptions;
  readonly review: CaseReview;
  readonly response: any;
  readonly metric: string | null;
  readonly rule?: string;
}

const SECRET = 'the text of the message';

/** Expands `{ repeat, times }` and `{ concat }` in a case. */
function expand(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expand);
  if ('repeat' in value) return value.repeat.repeat(value.times);
  if ('concat' in value) return value.concat.map(expand).join('');
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, expand(inner)]));
}

function verdictOf({ attributes, content, error, reason, returns, rule, verdict }: CaseReview, context: ReviewContext): Verdict {
  if (error !== undefined) throw new Error(SECRET);
  if (verdict === 'allow') return context.allow(rule);
  if (verdict === 'deny') return context.deny(reason, rule);
  if (verdict === 'replace') return context.replace(content, { attributes, rule });
  return returns;
}

function reviewOf(review: CaseReview): (context: ReviewContext) => Promise<Verdict> | Verdict {
  if (review.never) return async () => new Promise(() => undefined);
  if (review.error === 'late') {
    return async context => new Promise((_, reject) => context.signal.addEventListener('abort', () => setImmediate(() => reject(new Error(SECRET)))));
  }
  if (review.later || review.error === 'later') return async context => verdictOf(review, context);
  return context => verdictOf(review, context);
}

const cases: Case[] = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'cases.json'), 'utf8'));

test.each(cases.map(each => [each.name, expand(each) as Case] as const))('%s', async (_, each) => {
  const lines: string[] = [];
  const event = { ...reviewEvent(), ...each.event };
  const handler = reviewHandler(reviewOf(each.review), { ...each.options, log: line => lines.push(line) });

  // As Lambda sends it.
  expect(JSON.parse(JSON.stringify(await handler(event)))).toEqual(each.response);
  const metrics = lines.map(line => JSON.parse(line)).filter(line => '_aws' in line);
  expect(metrics.map(({ Rule, _aws }) => [_aws.CloudWatchMetrics[0].Metrics[0].Name, Rule])).toEqual(each.metric ? [[each.metric, each.rule]] : []);
  expect(lines.join('\n')).not.toContain(SECRET);
});
