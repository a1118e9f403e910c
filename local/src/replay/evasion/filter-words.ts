import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExpectedError } from '../../expected-error';

/** What a filter is tried with. */
export interface WordsToTry {
  /** Words that it must find. */
  readonly blocked: readonly string[];
  /** Phrases that it must not find. */
  readonly allowed: readonly string[];
}

/** The contract of `MessageFilter`: a file beside the code of its function. */
const FILTER_FILE = 'filter.json';
const VERSION = 1;

interface WordTable {
  readonly words?: unknown;
  readonly parts?: unknown;
}

/**
 * Reads the lists of words of a `MessageFilter`.
 *
 * Throws if the function has no such lists.
 *
 * @param codeFolder the code of the function
 */
export function readFilterWords(codeFolder: string): WordsToTry {
  const file = path.join(codeFolder, FILTER_FILE);
  if (!fs.existsSync(file)) {
    throw new ExpectedError('The review handler must be a MessageFilter, but its code has no filter.json: pass the words that it must find with --words.');
  }
  const { rules, version } = parse(file) as { rules?: unknown; version?: unknown };
  if (version !== VERSION) throw new ExpectedError(`filter.json must have version ${VERSION}, got ${JSON.stringify(version)}: update ivschat-local.`);
  const lists = (Array.isArray(rules) ? rules as Record<string, any>[] : []).filter(({ kind }) => kind === 'words');
  const blocked = lists.flatMap(rule => entriesOf(rule.blocked));
  if (blocked.length === 0) throw new ExpectedError('The filter must have a rule with words, but it has none: add FilterRule.words(), or pass words with --words.');
  return { blocked: unique(blocked), allowed: unique(lists.flatMap(rule => entriesOf(rule.allowed))) };
}

/** Reads words from a file, in the format of `WordList.fromFile()`. Throws if it has none. */
export function readWordFile(option: string, file: string): WordsToTry {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExpectedError(`${option} must be a file that can be read, got ${file}: ${(error as Error).message}`);
  }
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'));
  const allowed = lines.filter(line => line.startsWith('!')).map(line => line.slice(1).trim());
  const blocked = lines.filter(line => !line.startsWith('!'));
  if (blocked.length === 0) throw new ExpectedError(`${option} must be a file with a word in each line, got ${file}, which has none.`);
  return { blocked: unique(blocked.map(wordOf)), allowed: unique(allowed.map(wordOf)) };
}

function parse(file: string): object {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  } catch {
    throw new ExpectedError('filter.json of the review handler is not valid JSON: deploy the app again.');
  }
}

function entriesOf({ parts, words }: WordTable = {}): string[] {
  return [words, parts].flatMap(list => Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string').map(wordOf) : []);
}

/** Without the asterisks that stand for the rest of a word. */
function wordOf(entry: string): string {
  return entry.replace(/^\*+|\*+$/g, '');
}

function unique(words: string[]): string[] {
  return [...new Set(words.filter(word => word !== ''))];
}
