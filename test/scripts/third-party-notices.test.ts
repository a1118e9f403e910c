import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { thirdPartyNotices } from '../../scripts/third-party-notices';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'third-party-notices-'));
afterAll(() => fs.rmSync(directory, { recursive: true }));

/** Writes a package below `node_modules`. Returns the path of its code. */
function installed(name: string, license: string | undefined, files: Record<string, string> = {}): string {
  const folder = path.join(directory, 'node_modules', name);
  fs.mkdirSync(path.join(folder, 'dist'), { recursive: true });
  const all = { ...files, 'package.json': JSON.stringify({ name, version: '1.2.3', license }), 'dist/index.js': '' };
  for (const [file, content] of Object.entries(all)) fs.writeFileSync(path.join(folder, file), content);
  return path.join(folder, 'dist', 'index.js');
}

test('names each package once, with version and licence', () => {
  const code = installed('@scope/one', 'MIT', { LICENSE: 'Permission is hereby granted by One' });
  expect(thirdPartyNotices([code, path.join(path.dirname(code), 'other.js')]).match(/@scope\/one 1\.2\.3 \(MIT\)/g)).toHaveLength(1);
});

test('contains the licence and the NOTICE of a package', () => {
  const notices = thirdPartyNotices([installed('apache', 'Apache-2.0', { 'LICENSE.md': 'Apache of Two', 'NOTICE.txt': 'Two was made by Two Inc.' })]);
  expect(notices).toContain('Apache of Two\n\nTwo was made by Two Inc.');
});

test('contains a licence that packages share once, below all their names', () => {
  const notices = thirdPartyNotices(['twin-b', 'twin-a'].map(name => installed(name, 'ISC', { LICENCE: 'Shared text' })));
  expect(notices).toContain('twin-a 1.2.3 (ISC)\ntwin-b 1.2.3 (ISC)\n\nShared text\n');
  expect(notices.match(/Shared text/g)).toHaveLength(1);
});

test('attributes a nested package, not the one around it', () => {
  const notices = thirdPartyNotices([installed('outer/node_modules/inner', 'MIT', { LICENSE: 'Inner text' })]);
  expect(notices).toContain('inner 1.2.3 (MIT)');
});

test('adds the text of Apache-2.0 where the package has none', () => {
  expect(thirdPartyNotices([installed('bare-apache', 'Apache-2.0')])).toContain('Apache License\n');
});

test('does not list files of the repository', () => {
  expect(thirdPartyNotices([path.join(directory, 'handlers', 'index.ts')])).not.toContain(directory);
});

test.each([['GPL-3.0-only'], ['SEE LICENSE IN LICENSE'], [undefined]])('fails if a package is under %s', license => {
  const code = installed('copyleft', license, { LICENSE: 'Terms' });
  expect(() => thirdPartyNotices([code])).toThrow(`license of the bundled package copyleft must be one of 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT, got ${license}`);
});

test('fails if a package does not contain its licence', () => {
  expect(() => thirdPartyNotices([installed('no-text', 'MIT')])).toThrow('no-text must contain its licence text');
});

test('the notices in assets/ name the SDK packages that the functions contain', () => {
  const notices = fs.readFileSync(path.join(__dirname, '..', '..', 'assets', 'THIRD-PARTY-NOTICES'), 'utf8');
  for (const name of ['@aws-sdk/client-ivschat', '@aws-sdk/core', '@smithy/core', '@smithy/signature-v4']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(Apache-2\\.0\\)$`, 'm'));
  }
});

test('the notices in assets/ have the licence of the data of Unicode', () => {
  const notices = fs.readFileSync(path.join(__dirname, '..', '..', 'assets', 'THIRD-PARTY-NOTICES'), 'utf8');
  expect(notices).toMatch(/^confusables\.txt of Unicode \(Unicode-3\.0\)\n\nUNICODE LICENSE V3$/m);
});
