import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { unzip } from '../../src/lambda/unzip';
import { writeFile } from '../support/write-file';
import { writeZip, type ZipEntry } from '../support/zip';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'unzip-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const LINK = 0o120_777;
const read = (file: string) => fs.readFileSync(path.join(directory, 'out', file), 'utf8');

async function extract(entries: readonly ZipEntry[]): Promise<void> {
  await unzip(writeZip(path.join(directory, 'code.zip'), entries), path.join(directory, 'out'));
}

test('files, folders, permissions and links are extracted', async () => {
  await extract([
    { name: 'index.js', content: 'x'.repeat(100_000) },
    { name: 'empty/', mode: 0o040_755 },
    { name: 'deep/er/ü.txt', content: 'ü', mode: 0 },
    { name: 'bootstrap', content: '#!/bin/sh', mode: 0o100_711 },
    { name: 'secret', content: 's', mode: 0o100_000 },
    { name: 'bin/tool', content: '../bootstrap', mode: LINK },
  ]);
  expect(read('index.js')).toHaveLength(100_000);
  expect(fs.statSync(path.join(directory, 'out/empty')).isDirectory()).toBe(true);
  expect(read('deep/er/ü.txt')).toBe('ü');
  expect(read('bin/tool')).toBe('#!/bin/sh');
  const modes = ['index.js', 'deep/er/ü.txt', 'bootstrap', 'secret'].map(file => (fs.statSync(path.join(directory, 'out', file)).mode % 0o1000).toString(8));
  expect(modes).toEqual(['644', '644', '755', '644']);
});

test('a second archive replaces files of the first', async () => {
  const link = { name: 'link', content: 'a', mode: LINK };
  await extract([{ name: 'a', content: '1' }, { name: 'b', content: '1' }, link]);
  await extract([{ name: 'b', content: '2' }, link]);
  expect([read('a'), read('b'), read('link')]).toEqual(['1', '2', '1']);
});

test.each<[string, readonly ZipEntry[], RegExp]>([
  ['a path with ..', [{ name: '../outside', content: 'x' }], /invalid relative path: \.\.\/outside/],
  ['an absolute path', [{ name: '/outside', content: 'x' }], /absolute path: \/outside/],
  ['a link to a file outside', [{ name: 'a/link', content: '../../outside', mode: LINK }], /invalid link: a\/link leads to \.\.\/\.\.\/outside/],
  ['an absolute link', [{ name: 'link', content: '/etc/passwd', mode: LINK }], /invalid link: link leads to \/etc\/passwd/],
])('fails for %s, and writes nothing outside', async (_name, entries, message) => {
  writeFile(directory, 'out/existing', '');
  await expect(extract(entries)).rejects.toThrow(message);
  expect(fs.readdirSync(directory).sort()).toEqual(['code.zip', 'out']);
});

test('fails for a file that is not a zip file, or that does not exist', async () => {
  await expect(unzip(writeFile(directory, 'code.zip', 'text'), directory)).rejects.toThrow(/End of Central Directory/i);
  await expect(unzip(path.join(directory, 'missing.zip'), directory)).rejects.toThrow('ENOENT');
});
