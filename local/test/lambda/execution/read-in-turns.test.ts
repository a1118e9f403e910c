import { Readable } from 'node:stream';
import { readInTurns } from '../../../src/lambda/execution/read-in-turns';

test('reads a little in each turn of the event loop, and everything until the end', async () => {
  const chunks = Array<string>(40).fill('ü😀'.repeat(10_000));
  let inThisTurn = 0;
  let most = 0;
  let text = '';
  const stream = Readable.from(chunks.map(chunk => Buffer.from(chunk)), { objectMode: false });
  const ended = new Promise(resolve => stream.once('end', resolve));
  readInTurns(stream, part => {
    text += part;
    most = Math.max(most, ++inThisTurn);
    expect(part.length).toBeLessThanOrEqual(8 * 1024);
  });
  const turn = () => {
    inThisTurn = 0;
    if (!stream.readableEnded) setImmediate(turn);
  };
  turn();
  await ended;
  expect(text === chunks.join('')).toBe(true);
  expect(most).toBe(1);
});

test('an error of the stream is not an uncaught one', async () => {
  const stream = new Readable({ read() {} });
  readInTurns(stream, () => undefined);
  stream.destroy(new Error('broken'));
  await new Promise(resolve => stream.once('close', resolve));
});
