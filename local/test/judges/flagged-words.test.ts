import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { startIvsChat } from '../../src';
import { FlaggedWords } from '../../src/judges/flagged-words';

test('without a file, nothing is flagged', () => {
  expect(new FlaggedWords(undefined).find('darn')).toBeUndefined();
  expect(new FlaggedWords(undefined).description).toBe('nothing, because --flagged-words names no file');
});

test('fails to start for a file that does not exist, and leaves no folder behind', async () => {
  const folders = () => fs.readdirSync(os.tmpdir()).filter(name => name.startsWith('ivschat-local-') && name.includes(`-${process.pid}-`));
  const missing = path.join(os.tmpdir(), 'missing-words.txt');
  await expect(startIvsChat({ app: false, flaggedWords: missing })).rejects.toThrow(`--flagged-words must be a file with one word in each line, got ${missing}: ENOENT`);
  expect(folders()).toEqual([]);
});
