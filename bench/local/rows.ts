import { buildLocal, synthesizeExample } from './installation';
import { compileWorker, runWorker } from '../installation';
import type { Row } from '../measurements';
import { compare, quantile } from '../stats';

const READY_BAR_MILLISECONDS = 2000;
const ROUND_TRIP_BAR = 2;
const LOG_BAR_MILLISECONDS = 0.1;

interface RoundTrips {
  readonly isOnOneCpu: boolean;
  readonly echo: number[];
  readonly plain: number[];
  readonly logged: number[];
}

interface Crowd {
  readonly connectMilliseconds: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly milliseconds: number[];
}

/** The local runtime, beside a server of the same WebSocket library that does nothing else. */
export function measureLocal(parent: string): Row[] {
  const local = buildLocal(parent);
  for (const program of ['bare-server', 'memory']) compileWorker(local, `local/worker/${program}`);
  return [
    measureReady(local, synthesizeExample(parent)),
    ...measureRoundTrip(local),
    ...measureCrowd(local),
  ];
}

/** Start the command-line program on the example, until a message has been reviewed and delivered. */
function measureReady(local: string, assembly: string): Row {
  const rounds = runWorker<{ banner: number; delivered: number; refused: number }[]>(local, 'local/worker/ready', assembly);
  const seconds = (values: number[]) => `${(quantile(values, 0.5) / 1000).toFixed(2)} s`;
  const delivered = rounds.map(round => round.delivered);
  return row({
    name: 'local: ready, first message reviewed',
    subject: seconds(delivered),
    difference: `banner after ${seconds(rounds.map(round => round.banner))}, ${quantile(rounds.map(round => round.refused), 0.5)} refused before`,
    bar: `${READY_BAR_MILLISECONDS / 1000} s`,
    isMet: quantile(delivered, 0.5) <= READY_BAR_MILLISECONDS,
  });
}

/** A message from its sender back to him, over an echo of as many bytes. */
function measureRoundTrip(local: string): Row[] {
  const { isOnOneCpu, echo, plain, logged } = runWorker<RoundTrips>(local, 'local/worker/round-trip');
  const where = isOnOneCpu ? ', on one CPU' : '';
  const log = compare(logged.map((subject, index) => ({ subject, baseline: plain[index] })));
  const tail = quantile(logged, 0.99) - quantile(plain, 0.99);
  return [
    row({
      name: `local: message over a bare echo${where}`,
      subject: halfAndTail(plain, 3),
      baseline: halfAndTail(echo, 3),
      difference: ratios(plain, echo),
      bar: `${ROUND_TRIP_BAR} ×`,
      isMet: quantile(plain, 0.5) <= ROUND_TRIP_BAR * quantile(echo, 0.5),
    }),
    row({
      name: `local: message with the log on${where}`,
      subject: halfAndTail(logged, 3),
      baseline: halfAndTail(plain, 3),
      difference: `${log.difference.toFixed(3)} / ${tail.toFixed(3)} ms`,
      bar: `${LOG_BAR_MILLISECONDS} ms`,
      isMet: log.difference <= LOG_BAR_MILLISECONDS,
    }),
  ];
}

/** Many in one room. A frame that is missing anywhere ends the measurement with an error. */
function measureCrowd(local: string): Row[] {
  const { connections, local: room, bare } = runWorker<{ connections: number; local: Crowd; bare: Crowd }>(local, 'local/worker/crowd');
  const kb = (bytes: number) => bytes / connections / 1000;
  const memory = ({ rssBytes, heapBytes }: Crowd) => `${kb(rssBytes).toFixed(1)} / ${kb(heapBytes).toFixed(1)} kB`;
  const seconds = ({ connectMilliseconds }: Crowd) => `${(connectMilliseconds / 1000).toFixed(2)} s`;
  return [
    row({
      name: `local: ${connections} connections in one room`,
      subject: seconds(room),
      baseline: seconds(bare),
      difference: `${(room.connectMilliseconds / bare.connectMilliseconds).toFixed(1)} ×`,
      bar: 'everyone gets every message',
      isMet: true,
    }),
    row({
      name: 'local: one message to all of them',
      subject: halfAndTail(room.milliseconds, 1),
      baseline: halfAndTail(bare.milliseconds, 1),
      difference: ratios(room.milliseconds, bare.milliseconds),
    }),
    row({
      name: 'local: memory a connection, RSS / heap',
      subject: memory(room),
      baseline: memory(bare),
      difference: `${kb(room.rssBytes - bare.rssBytes).toFixed(1)} / ${kb(room.heapBytes - bare.heapBytes).toFixed(1)} kB`,
    }),
  ];
}

function row(cells: Pick<Row, 'difference' | 'name' | 'subject'> & Partial<Row>): Row {
  return { cdkVersion: '-', baseline: '-', bar: '-', ...cells };
}

function halfAndTail(milliseconds: number[], digits: number): string {
  return `${quantile(milliseconds, 0.5).toFixed(digits)} / ${quantile(milliseconds, 0.99).toFixed(digits)} ms`;
}

function ratios(subject: number[], baseline: number[]): string {
  return [0.5, 0.99].map(fraction => (quantile(subject, fraction) / quantile(baseline, fraction)).toFixed(2)).join(' / ') + ' ×';
}
