/** Summary of pairs that were measured in turns. */
export interface Comparison {
  readonly subject: number;
  readonly baseline: number;
  /** Median of the differences within a pair, because both halves of a pair saw the same state of the machine. */
  readonly difference: number;
  /** First and third quartile of those differences. */
  readonly spread: [number, number];
}

/** One measurement of the subject and the adjacent one of the baseline. */
export interface Pair {
  readonly subject: number;
  readonly baseline: number;
}

export function compare(pairs: Pair[]): Comparison {
  const differences = pairs.map(pair => pair.subject - pair.baseline);
  return {
    subject: quantile(pairs.map(pair => pair.subject), 0.5),
    baseline: quantile(pairs.map(pair => pair.baseline), 0.5),
    difference: quantile(differences, 0.5),
    spread: [quantile(differences, 0.25), quantile(differences, 0.75)],
  };
}

export function quantile(values: number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  return below + (above - below) * (position - Math.floor(position));
}
