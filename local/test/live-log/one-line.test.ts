import { LiveLog } from '../../src/live-log/live-log';
import { oneLine, sanitizeLine } from '../../src/live-log/one-line';

test.each([
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u009b31mred', 'red'],
  ['a\r\n\n  b', 'a b'],
  [' \na  \n \n\tb c\n', 'a b c'],
  ['a\u2028b\u0085c', 'a b c'],
  ['user\u202etxt.exe', 'user txt.exe'],
  ['  a\t b  ', 'a  b'],
  ['ä 👩‍👩‍👧 日本語 עברית', 'ä 👩‍👩‍👧 日本語 עברית'],
  ['PUT /cfn/1a2b-3c4d to http://127.0.0.1:1/cfn/1a2b', 'PUT /cfn/… to http://127.0.0.1:1/cfn/…'],
])('%j is printed as %j', (text, line) => {
  expect(sanitizeLine(text)).toBe(line);
});

test('text of a client is shortened to 80 characters', () => {
  expect(oneLine('x'.repeat(80))).toBe('x'.repeat(80));
  expect(oneLine('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`);
  expect(oneLine('👩'.repeat(80))).toBe('👩'.repeat(80));
  expect(oneLine('👩'.repeat(1000))).toBe(`${'👩'.repeat(80)}…`);
});

test('the stack trace of an entry keeps its lines, without what a terminal interprets', () => {
  const liveLog = new LiveLog();
  liveLog.record({ kind: 'notice', text: 'a fault', trace: 'Error: \u001b[31mred\u202e\n    at file.ts:1\r' });
  expect(liveLog.recent[0].trace).toBe('Error: red\n    at file.ts:1');
});
