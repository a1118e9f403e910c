import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readFilterWords, readWordFile } from '../../../src/replay/evasion/filter-words';
import { writeFile } from '../../support/write-file';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'filter-words-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const filter = (value: unknown) => writeFile(directory, 'filter.json', typeof value === 'string' ? value : JSON.stringify(value));
const words = (...entries: string[]) => ({ kind: 'words', name: 'w', action: 'MASK', blocked: { words: entries, parts: [], hasLookAlikes: false }, allowed: { words: [], parts: [] } });

test('the words are those of all lists of a filter', () => {
  filter({
    version: 1,
    rules: [
      words('darn', 'idiot*'), { kind: 'links' }, words('darn', 'shut up'),
      { ...words(), blocked: { words: [], parts: ['mist*'] }, allowed: { words: ['moby dick'], parts: ['misty'] } },
    ],
  });
  expect(readFilterWords(directory)).toEqual({ blocked: ['darn', 'idiot', 'shut up', 'mist'], allowed: ['moby dick', 'misty'] });
});

test.each<[string, unknown, string]>([
  ['no file', undefined, 'The review handler must be a MessageFilter, but its code has no filter.json: pass the words that it must find with --words.'],
  ['a file that is not JSON', '{', 'filter.json of the review handler is not valid JSON: deploy the app again.'],
  ['another version', { version: 2, rules: [words('darn')] }, 'filter.json must have version 1, got 2: update ivschat-local.'],
  ['no rule with words', { version: 1, rules: [{ kind: 'links' }] }, 'The filter must have a rule with words, but it has none: add FilterRule.words(), or pass words with --words.'],
])('fails for %s', (_what, value, error) => {
  if (value !== undefined) filter(value);
  expect(() => readFilterWords(directory)).toThrow(error);
});

test('a file with words has the format of word lists', () => {
  const file = writeFile(directory, 'blocked.txt', '\ufeff# ours\ndarn\r\nidiot*\n\n*scheiße*\n!Moby-Dick\ndarn\n');
  expect(readWordFile('--words', file)).toEqual({ blocked: ['darn', 'idiot', 'scheiße'], allowed: ['Moby-Dick'] });
});

test('fails for a file that has no words or does not exist', () => {
  const file = writeFile(directory, 'blocked.txt', '# none\n!Moby-Dick\n');
  expect(() => readWordFile('--words', file)).toThrow(`--words must be a file with a word in each line, got ${file}, which has none.`);
  expect(() => readWordFile('--words', path.join(directory, 'no.txt'))).toThrow(/^--words must be a file that can be read, got .*no\.txt: ENOENT/);
});
