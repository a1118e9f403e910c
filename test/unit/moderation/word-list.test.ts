import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Lazy } from 'aws-cdk-lib';
import { FilterRule, WordList } from '../../../src';
import type { WordsData } from '../../../src/moderation/filter/filter-file';
import { thrownBy } from '../../support/thrown-by';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'word-list-'));
afterAll(() => fs.rmSync(directory, { recursive: true }));

function file(content: string | Buffer): string {
  const name = path.join(directory, 'blocked.txt');
  fs.writeFileSync(name, content);
  return name;
}

const wordsOf = (list: WordList) => (FilterRule.words(list)._rule as WordsData).blocked.words;

test('reads a file with comments, empty lines, a byte order mark and Windows line ends', () => {
  expect(wordsOf(WordList.fromFile(file('\ufeffdarn\r\n\r\n# comment\r\n  Shut   up \r\n')))).toEqual(['darn', 'shut up']);
});

test('names the file and the line of each problem', () => {
  const list = WordList.fromFile(file('darn\nx\nfine\nD a r n\nda*rn\nDARN\n'));
  expect(thrownBy(() => FilterRule.words(list)).message).toContain(
    `list must have valid entries, got 3 that are not: correct or remove them
  ${directory}/blocked.txt:2: entry must have at least 2 letters or digits, got "x": write a word, or use FilterRule.pattern()
  ${directory}/blocked.txt:5: entry must have * only at its start or end, got "da*rn": write the words out
  ${directory}/blocked.txt:6: entry must be in the list once, got "DARN", which equals line 1: remove it`);
});

test('names at most 20 problems', () => {
  const { message } = thrownBy(() => FilterRule.words(WordList.of(...Array.from({ length: 25 }, () => '.'))));
  expect(message.match(/entries\[/g)).toHaveLength(20);
  expect(message).toContain('and 5 more');
});

test.each<[() => unknown, string]>([
  [() => WordList.fromFile(path.join(directory, 'none.txt')), `file must be an existing file, got ${directory}/none.txt: create it, or pass a path`],
  [() => WordList.fromFile('none.txt'), `file must be an existing file, got ${path.resolve('none.txt')}`],
  [() => WordList.fromFile(directory), 'file must be an existing file'],
  [() => WordList.fromFile(''), 'file must have at least one character'],
  [() => WordList.fromFile(file(Buffer.from('darn\nidi\xf6t', 'latin1'))), `file must be encoded in UTF-8, got other bytes in ${directory}/blocked.txt:2`],
  [() => WordList.of(), 'entries must have at least one element'],
  [() => WordList.of('a', 1 as never), 'entries[1] must be a string, got 1'],
  [() => WordList.of(Lazy.string({ produce: () => 'x' })), 'entries[0] must be known at synthesis, got a token'],
  [() => FilterRule.words(WordList.fromFile(file('# nothing\n'))), `list must have at least one word, got none in ${directory}/blocked.txt: add a word`],
])('fails with an error message: %#', (call, message) => {
  expect(thrownBy(call).message).toContain(message);
});
