import * as fs from 'fs';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { type Builds, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { quantile } from '../stats';
import type { Writes } from './worker/writes';

const ROOT = path.resolve(__dirname, '..', '..');
const MESSAGES = 1_000;
const ROOMS = 100;
/** Milliseconds of a call of DynamoDB. */
const LATENCY = 8;
const BUNDLE_BAR_BYTES = 3 * 1024;

/** The functions of a history: their size, and how fast they store messages in a table whose calls take 8 ms. */
export function measureHistory({ directory }: Builds, { history: { rounds }, judgesTimes }: Effort): Row[] {
  const folder = path.join(directory, 'history');
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  const rows = [{ unprocessed: 0, bar: 200 }, { unprocessed: 0.3, bar: 1_000 }].flatMap(({ bar, unprocessed }) => {
    const writes = runWorker<Writes>(folder, 'history/worker/writes', JSON.stringify({ messages: MESSAGES, rooms: ROOMS, rounds, latency: LATENCY, unprocessed }));
    return rowsOf(writes, unprocessed, bar, judgesTimes);
  });
  return [...rows, ...['chat-history', 'chat-history-pages'].map(bundleRow)];
}

function rowsOf({ lost, times }: Writes, unprocessed: number, bar: number, judgesTimes: boolean): Row[] {
  const name = `history, ${LATENCY} ms a call, ${unprocessed * 100} % unprocessed:`;
  const time = quantile(times, 0.5);
  return [
    {
      name: `${name} ${MESSAGES} messages`,
      subject: `${time.toFixed(0)} ms`,
      difference: '',
      bar: `${bar} ms`,
      isMet: judgesTimes ? time <= bar : undefined,
    },
    { name: `${name} messages lost of ${ROOMS} rooms at once`, subject: String(lost), difference: '', bar: '0', isMet: lost === 0 },
  ];
}

function bundleRow(name: string): Row {
  const size = gzipSync(fs.readFileSync(path.join(ROOT, 'assets', 'runtime-sdk', name, 'index.mjs'))).length;
  return { name: `history: bundle of ${name}, compressed`, subject: `${size} bytes`, difference: '', bar: `${BUNDLE_BAR_BYTES} bytes`, isMet: size <= BUNDLE_BAR_BYTES };
}
