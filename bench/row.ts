/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly cdkVersion?: string;
  readonly subject: string;
  readonly baseline?: string;
  readonly difference: string;
  readonly bar?: string;
  /** Undefined if there is no bar, or too few rounds to tell. */
  readonly isMet?: boolean;
}

export function tableOf(rows: Row[]): string {
  const cells = [
    ['', 'CDK', 'subject', 'baseline', 'difference', 'bar', 'verdict'],
    ...rows.map(row => [row.name, row.cdkVersion ?? '-', row.subject, row.baseline ?? '-', row.difference, row.bar ?? '-', verdictOf(row)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(line => line[column].length)));
  return cells.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

function verdictOf({ isMet }: Row): string {
  if (isMet === undefined) return '-';
  return isMet ? 'met' : 'MISSED';
}
