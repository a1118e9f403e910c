/** What a function has reported about the review of a message. */
export interface ReviewMetrics {
  /** Rules that denied or masked the message. */
  readonly rules: readonly string[];
  /** Rules that only count. */
  readonly countedRules: readonly string[];
  readonly isLate: boolean;
}

/** Python writes a space. */
const START = /\{"_aws": ?\{/;

/**
 * Reads the metrics of a review from the log of its invocation: lines in the embedded metric format, as `MessageFilter` and `ivschat-review`
 * write them.
 */
export function readReviewMetrics(logTail: string): ReviewMetrics {
  const lines = logTail.includes('_aws') ? logTail.split('\n') : [];
  const metrics = lines.map(metricOf).filter(metric => metric !== undefined);
  const rulesOf = (...names: string[]) => {
    const rules = metrics.filter(metric => names.some(name => name in metric)).map(({ Rule }) => Rule);
    return [...new Set(rules.filter(rule => typeof rule === 'string'))];
  };
  return { rules: rulesOf('Denied', 'Masked'), countedRules: rulesOf('Counted'), isLate: metrics.some(metric => 'Late' in metric) };
}

/** A line can have the time and the level before the metric. With the log format JSON, the metric is in a property. */
function metricOf(line: string): Record<string, unknown> | undefined {
  const start = line.search(START);
  if (start !== -1) return parse(line.slice(start));
  const message = line.startsWith('{') ? parse(line)?.message : undefined;
  return typeof message === 'string' && message.search(START) === 0 ? parse(message) : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
