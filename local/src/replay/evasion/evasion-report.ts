import type { EvasionCount, EvasionResult } from './evade';
import { COLUMNS, countOf, quoteIn, wrap } from '../columns';

const NAME_COLUMNS = 25;
const COUNT_COLUMNS = 14;

/** The result as a table for a terminal. */
export function evasionReport({ failed, handler, innocents, mistakes, rows, sent, slipped, words }: EvasionResult): string[] {
  const cell = (count: Pick<EvasionCount, 'sent' | 'wrong'>) => (count.sent === 0 ? '-' : `${count.wrong} of ${count.sent}`).padStart(COUNT_COLUMNS);
  const examples = (label: string, count: EvasionCount) => count.wrong === 0 ? [] : [exampleLine(label, count.examples)];
  const sample = words.tried < words.all ? `${words.tried} of ${countOf(words.all, 'word')}` : countOf(words.all, 'word');
  return [
    ...wrap(`${sample} and ${innocents} innocent phrases, reviewed by ${handler.split(':function:')[1] ?? handler}`, 2),
    '',
    `${''.padEnd(NAME_COLUMNS)}${'slipped'.padStart(COUNT_COLUMNS)}${'by mistake'.padStart(COUNT_COLUMNS)}`,
    ...rows.flatMap(({ blocked, disguise, innocent }) => [
      `${disguise.padEnd(NAME_COLUMNS)}${cell(blocked)}${cell(innocent)}`,
      ...examples('slipped', blocked),
      ...examples('by mistake', innocent),
    ]),
    `${'all'.padEnd(NAME_COLUMNS)}${cell({ sent: sent.blocked, wrong: slipped })}${cell({ sent: sent.innocent, wrong: mistakes })}`,
    ...failed > 0 ? wrap(`In no column: ${countOf(failed, 'message')} for which the handler failed or was late`, 2) : [],
  ];
}

function exampleLine(label: string, examples: readonly string[]): string {
  const start = `  ${label}:`;
  const width = Math.floor((COLUMNS - start.length) / examples.length) - 1;
  return `${start} ${examples.map(example => quoteIn(width, example)).join(' ')}`;
}
