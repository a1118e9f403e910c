import { isOtherLetter } from './characters';
import type { WordTable } from './filter-file';
import { foldEntry } from './fold';

/** Maximum number of characters of an entry. */
const MAX_ENTRY_LENGTH = 100;
/** A part of a Latin word with fewer letters is found in too many words. */
const MIN_PART_LETTERS = 3;

export interface CompiledWords {
  readonly blocked: WordTable;
  readonly allowed: WordTable;
  readonly problems: EntryProblem[];
}

export interface EntryProblem {
  /** Starts at 1. */
  readonly line: number;
  /** What an entry must be, what it is, and what to do. */
  readonly message: string;
}

interface Entry {
  readonly isAllowed: boolean;
  readonly isPart: boolean;
  readonly key: string;
}

/**
 * Compiles the lines of a list: one word or phrase each. `#` starts a comment and `!` an allowed phrase. `*` at the start or the
 * end stands for the rest of a word.
 */
export function compileWords(lines: readonly string[], ignoreAccents: boolean): CompiledWords {
  const problems: EntryProblem[] = [];
  const tables = { blocked: new TableBuilder(), allowed: new TableBuilder() };
  lines.forEach((content, index) => {
    const line = content.replace(/^\ufeff/, '').trim();
    if (line === '' || line.startsWith('#')) return;
    const problem = addEntry(tables, line, index + 1, ignoreAccents);
    if (problem !== undefined) problems.push({ line: index + 1, message: problem });
  });
  return { blocked: tables.blocked.build(), allowed: tables.allowed.build(), problems };
}

function addEntry(
  tables: { blocked: TableBuilder; allowed: TableBuilder }, line: string, number: number, ignoreAccents: boolean,
): string | undefined {
  const entry = parseEntry(line, ignoreAccents);
  if (typeof entry === 'string') return entry;
  const table = entry.isAllowed ? tables.allowed : tables.blocked;
  const existing = table.add(entry, number);
  return existing === undefined ? undefined : `entry must be in the list once, got ${JSON.stringify(line)}, which equals line ${existing}: remove it`;
}

/** Returns the entry, or what is wrong with it. */
function parseEntry(line: string, ignoreAccents: boolean): Entry | string {
  const isAllowed = line.startsWith('!');
  const text = isAllowed ? line.slice(1).trim() : line;
  const isPart = text.startsWith('*');
  const body = text.replace(/^\*+|\*+$/g, '');
  const got = `got ${JSON.stringify(line)}`;
  if (body.includes('*')) return `entry must have * only at its start or end, ${got}: write the words out`;
  if ([...body].length > MAX_ENTRY_LENGTH) return `entry must have at most ${MAX_ENTRY_LENGTH} characters, got ${[...body].length}: shorten it`;
  const folded = foldEntry(body, ignoreAccents);
  if (folded === '') return `entry must have a letter, a digit or a symbol, ${got}: remove it, because punctuation is ignored in messages`;
  if (/^[\x00-\x7f]$/.test(folded)) return `entry must have at least 2 letters or digits, ${got}: write a word, or use FilterRule.pattern()`;
  if (isPart && /^[\x00-\u024f]*$/.test(folded) && folded.length < MIN_PART_LETTERS) {
    return `entry must have at least ${MIN_PART_LETTERS} letters after *, ${got}: it would be found in too many words`;
  }
  return { isAllowed, isPart, key: folded + (text.endsWith('*') ? '*' : '') };
}

class TableBuilder {
  private readonly lines = { words: new Map<string, number>(), parts: new Map<string, number>() };

  /** @returns the line of the same entry, if there is one */
  public add({ isPart, key }: Entry, line: number): number | undefined {
    const entries = isPart ? this.lines.parts : this.lines.words;
    const existing = entries.get(key);
    if (existing === undefined) entries.set(key, line);
    return existing;
  }

  public build(): WordTable {
    const [words, parts] = [this.lines.words, this.lines.parts].map(entries => [...entries.keys()].sort(byUnits));
    return { words, parts, hasLookAlikes: [...words, ...parts].some(key => [...key].some(isOtherLetter)) };
  }
}

function byUnits(one: string, other: string): number {
  return one < other ? -1 : 1;
}
