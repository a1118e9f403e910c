import * as fs from 'fs';
import * as path from 'path';
import { type Builds, compileWorker, runWorker, synthesizeExample } from '../builds';
import type { Effort } from '../effort';
import { filterWithAllRules } from '../filter/all-rules';
import { blockedWords } from '../filter/data';
import type { Row } from '../row';
import { compare, quantile } from '../stats';
import type { Broadcasts } from './worker/broadcast';
import type { Endurance } from './worker/endurance';
import type { Floods } from './worker/flood';
import type { ApiRequests } from './worker/http-api';
import type { Start } from './worker/ready';
import type { Replays } from './worker/replay';
import type { RoundTrips } from './worker/round-trip';

const READY_BAR_MILLISECONDS = 2000;
const ROUND_TRIP_BAR = 2;
const LOG_BAR_MILLISECONDS = 0.1;
const FLOOD_BAR_MILLISECONDS = 50;
const HTTP_API_BAR_MILLISECONDS = 3;
const REPLAYED_MESSAGES = 1000;
const REPLAY_BAR_MILLISECONDS = 5000;
const FILTER = path.resolve(__dirname, '..', '..', 'assets', 'message-filter', 'index.js');
/** RSS of one process differs by some megabytes from one garbage collection to the next. */
const MEMORY_BAR_MB = 20;
const DESCRIPTORS_BAR = 5;
const DISK_BAR_MB = 1;

/** Compares the local runtime with a server of the same WebSocket library that does nothing else. */
export function measureLocal({ directory, local }: Builds, effort: Effort): Row[] {
  for (const program of ['bare-server', 'memory']) compileWorker(local, `local/worker/${program}`);
  return [
    measureReady(local, synthesizeExample(directory), effort),
    ...measureRoundTrip(local, effort),
    ...measureBroadcast(local, effort),
    measureFlood(local, effort),
    ...measureHttpApi(local, effort),
    measureReplay(local, effort),
    measureEndurance(local, effort),
  ];
}

/** Starts the command-line program on the example and waits until a message has been reviewed and delivered. */
function measureReady(local: string, assembly: string, { judgesTimes, ready }: Effort): Row {
  const starts = runWorker<Start[]>(local, 'local/worker/ready', assembly, JSON.stringify(ready));
  const seconds = (values: number[]) => `${(quantile(values, 0.5) / 1000).toFixed(2)} s`;
  const delivered = starts.map(start => start.delivered);
  return {
    name: 'local: ready, first message reviewed',
    subject: seconds(delivered),
    difference: `banner after ${seconds(starts.map(start => start.banner))}, ${quantile(starts.map(start => start.refused), 0.5)} refused before`,
    bar: `${READY_BAR_MILLISECONDS / 1000} s`,
    isMet: judgesTimes ? quantile(delivered, 0.5) <= READY_BAR_MILLISECONDS : undefined,
  };
}

/** Compares a message from its sender back to the sender with an echo of as many bytes. */
function measureRoundTrip(local: string, { judgesTimes, roundTrip }: Effort): Row[] {
  const { isOnOneCpu, echo, plain, logged } = runWorker<RoundTrips>(local, 'local/worker/round-trip', JSON.stringify(roundTrip));
  const where = isOnOneCpu ? ', on one CPU' : '';
  const log = compare(logged.map((subject, index) => ({ subject, baseline: plain[index] })));
  const tail = quantile(logged, 0.99) - quantile(plain, 0.99);
  return [
    {
      name: `local: message over a bare echo${where}`,
      subject: medianAndTail(plain, 3),
      baseline: medianAndTail(echo, 3),
      difference: ratios(plain, echo),
      bar: `${ROUND_TRIP_BAR} ×`,
      isMet: judgesTimes ? quantile(plain, 0.5) <= ROUND_TRIP_BAR * quantile(echo, 0.5) : undefined,
    },
    {
      name: `local: message with the log on${where}`,
      subject: medianAndTail(logged, 3),
      baseline: medianAndTail(plain, 3),
      difference: `${log.difference.toFixed(3)} / ${tail.toFixed(3)} ms`,
      bar: `${LOG_BAR_MILLISECONDS} ms`,
      isMet: judgesTimes ? log.difference <= LOG_BAR_MILLISECONDS : undefined,
    },
  ];
}

/** Measures many connections in one room. A frame that does not arrive ends the measurement with an error. */
function measureBroadcast(local: string, { broadcast }: Effort): Row[] {
  const { local: room, bare } = runWorker<Broadcasts>(local, 'local/worker/broadcast', JSON.stringify(broadcast));
  const kb = (bytes: number) => bytes / broadcast.connections / 1000;
  const memory = ({ rssBytes, heapBytes }: Broadcasts['local']) => `${kb(rssBytes).toFixed(1)} / ${kb(heapBytes).toFixed(1)} kB`;
  const seconds = ({ connectMilliseconds }: Broadcasts['local']) => `${(connectMilliseconds / 1000).toFixed(2)} s`;
  return [
    {
      name: `local: ${broadcast.connections} connections in one room`,
      subject: seconds(room),
      baseline: seconds(bare),
      difference: `${(room.connectMilliseconds / bare.connectMilliseconds).toFixed(1)} ×`,
      bar: 'everyone gets every message',
      isMet: true,
    },
    {
      name: 'local: one message to all of them',
      subject: medianAndTail(room.milliseconds, 1),
      baseline: medianAndTail(bare.milliseconds, 1),
      difference: ratios(room.milliseconds, bare.milliseconds),
    },
    {
      name: 'local: memory per connection, RSS / heap',
      subject: memory(room),
      baseline: memory(bare),
      difference: `${kb(room.rssBytes - bare.rssBytes).toFixed(1)} / ${kb(room.heapBytes - bare.heapBytes).toFixed(1)} kB`,
    },
  ];
}

/** Measures requests while a function writes to its log as fast as it can. */
function measureFlood(local: string, { flood, judgesTimes }: Effort): Row {
  const { flooded, quiet } = runWorker<Floods>(local, 'local/worker/flood', JSON.stringify(flood));
  return {
    name: 'local: request while a function floods its log',
    subject: medianAndTail(flooded, 1),
    baseline: medianAndTail(quiet, 1),
    difference: `slowest of ${flooded.length} ${Math.max(...flooded).toFixed(1)} ms`,
    bar: `${FLOOD_BAR_MILLISECONDS} ms (99th percentile)`,
    isMet: judgesTimes ? quantile(flooded, 0.99) <= FLOOD_BAR_MILLISECONDS : undefined,
  };
}

/** Compares requests through an HTTP API with one through the URL of the same function. */
function measureHttpApi(local: string, { httpApi: rounds, judgesTimes }: Effort): Row[] {
  const { functionUrl, signed, signedIn } = runWorker<ApiRequests>(local, 'local/worker/http-api', JSON.stringify(rounds));
  const rowOf = (name: string, milliseconds: number[]): Row => {
    const { difference, spread } = compare(milliseconds.map((subject, index) => ({ subject, baseline: functionUrl[index] })));
    return {
      name,
      subject: medianAndTail(milliseconds, 2),
      baseline: medianAndTail(functionUrl, 2),
      difference: `${difference.toFixed(2)} ms (${spread.map(value => value.toFixed(2)).join('–')})`,
      bar: `${HTTP_API_BAR_MILLISECONDS} ms`,
      isMet: judgesTimes ? difference <= HTTP_API_BAR_MILLISECONDS : undefined,
    };
  };
  return [
    rowOf('local: signed request through an HTTP API', signed),
    rowOf('local: request of a signed-in user through an HTTP API', signedIn),
  ];
}

/** Replays a chat log against the message filter, from the start of the command until it exits. */
function measureReplay(local: string, { judgesTimes, replay: rounds }: Effort): Row {
  const folder = path.join(local, 'replay-function');
  fs.mkdirSync(folder);
  fs.copyFileSync(FILTER, path.join(folder, 'index.js'));
  fs.writeFileSync(path.join(folder, 'filter.json'), JSON.stringify(filterWithAllRules(blockedWords('en'))));
  const { command, p50, p99 } = runWorker<Replays>(local, 'local/worker/replay', folder, String(REPLAYED_MESSAGES), JSON.stringify(rounds));
  return {
    name: `local: replay of ${REPLAYED_MESSAGES} messages`,
    subject: `${(quantile(command, 0.5) / 1000).toFixed(2)} s`,
    difference: `a review ${quantile(p50, 0.5).toFixed(1)} / ${quantile(p99, 0.5).toFixed(1)} ms`,
    bar: `${REPLAY_BAR_MILLISECONDS / 1000} s`,
    isMet: judgesTimes ? quantile(command, 0.5) <= REPLAY_BAR_MILLISECONDS : undefined,
  };
}

/** Measures what a server still uses after much work. */
function measureEndurance(local: string, { endurance }: Effort): Row {
  const { after, before } = runWorker<Endurance>(local, 'local/worker/endurance', JSON.stringify(endurance));
  const mb = (bytes: number) => bytes / 1_000_000;
  const memory = mb(after.rssBytes - before.rssBytes);
  const descriptors = after.descriptors - before.descriptors;
  const disk = mb(after.diskBytes - before.diskBytes);
  const usage = (it: Endurance['after']) => `${mb(it.rssBytes).toFixed(0)} / ${mb(it.heapBytes).toFixed(1)} MB, ${it.descriptors} open, ${mb(it.diskBytes).toFixed(1)} MB`;
  const { connections, passes, redeployments } = endurance;
  return {
    name: `local: RSS / heap, descriptors, disk after ${connections * passes.counted * 10} messages and ${redeployments.counted} redeployments`,
    subject: usage(after),
    baseline: usage(before),
    difference: `${memory.toFixed(1)} / ${mb(after.heapBytes - before.heapBytes).toFixed(1)} MB, ${descriptors}, ${disk.toFixed(1)} MB`,
    bar: `${MEMORY_BAR_MB} MB RSS, ${DESCRIPTORS_BAR}, ${DISK_BAR_MB} MB`,
    isMet: memory <= MEMORY_BAR_MB && descriptors <= DESCRIPTORS_BAR && disk <= DISK_BAR_MB,
  };
}

function medianAndTail(milliseconds: number[], digits: number): string {
  return `${quantile(milliseconds, 0.5).toFixed(digits)} / ${quantile(milliseconds, 0.99).toFixed(digits)} ms`;
}

function ratios(subject: number[], baseline: number[]): string {
  return [0.5, 0.99].map(fraction => (quantile(subject, fraction) / quantile(baseline, fraction)).toFixed(2)).join(' / ') + ' ×';
}
