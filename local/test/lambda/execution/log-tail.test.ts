import { LogTail } from '../../../src/lambda/execution/log-tail';

test('contains all lines, and begins again', () => {
  const tail = new LogTail();
  tail.add('a');
  tail.add('ü');
  expect([tail.take(), tail.take()]).toEqual(['a\nü\n', '']);
});

test.each([['one long line', ['ü'.repeat(100_000)]], ['many lines', Array<string>(50_000).fill('ü😀')]])('contains the last 4 KB of %s', (_what, lines) => {
  const tail = new LogTail();
  for (const line of lines) tail.add(line);
  const all = Buffer.from(`${lines.join('\n')}\n`);
  expect(tail.take()).toBe(all.subarray(all.length - 4096).toString());
});
