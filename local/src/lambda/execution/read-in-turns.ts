import type { Readable } from 'node:stream';

const CHARACTERS_PER_TURN = 8 * 1024;

/**
 * Reads text from a process, a little in each turn of the event loop, so that a process that floods its log does not delay requests.
 *
 * The process waits as soon as the pipe is full.
 */
export function readInTurns(stream: Readable, onText: (text: string) => void): void {
  let isScheduled = false;
  const read = () => {
    // At the end of the stream, reading nothing emits "end".
    const text: string | null = stream.read(Math.min(stream.readableLength, CHARACTERS_PER_TURN) || undefined);
    if (text === null) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      read();
    });
    onText(text);
  };
  stream.setEncoding('utf8');
  stream.on('readable', () => {
    if (!isScheduled) read();
  });
  // The process has ended in an unusual way, which its exit reports.
  stream.on('error', () => undefined);
}
