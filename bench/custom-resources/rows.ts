import * as path from 'path';
import { type Installation, runWorker } from '../installation';
import { buildLocal } from '../local/installation';
import type { Row } from '../measurements';
import { quantile } from '../stats';
import type { Deployment } from './worker/life';

const ROOMS = 100;
/** Of each operation on rooms, documented. */
const CALLS_PER_SECOND = 5;
const TIME_BAR = 1.5;
/** Calls a room: on create, on update, on deletion. */
const CALL_BARS = [1, 1, 2];

const LOAD_BAR_MILLISECONDS = 40;
const LOAD_ROUNDS = 15;

/** Rooms at a rate CloudFormation does not take, deployed in the local runtime at the documented rates. A failure ends the measurement. */
export function measureCustomResources(parent: string, installation: Installation): Row[] {
  const assemblies = [50, 60].map(rate => {
    const outdir = path.join(parent, `rooms-${rate}`);
    runWorker(installation.directory, 'custom-resources/worker/rooms', outdir, String(ROOMS), String(rate));
    return outdir;
  });
  const deployments = runWorker<Deployment[]>(buildLocal(parent), 'custom-resources/worker/life', ...assemblies);
  return deployments.map((deployment, index) => rowOf(['create', 'update', 'delete'][index], deployment, CALL_BARS[index]));
}

function rowOf(what: string, { calls, seconds, throttled }: Deployment, callBar: number): Row {
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const ideal = Math.max(...Object.values(calls)) / CALLS_PER_SECOND;
  return {
    name: `custom resources: ${what} ${ROOMS} rooms at a rate above 10`,
    cdkVersion: '-',
    subject: `${seconds.toFixed(1)} s, ${(all / ROOMS).toFixed(2)} calls/room`,
    baseline: `${ideal.toFixed(1)} s at ${CALLS_PER_SECOND}/s`,
    difference: `${(seconds / ideal).toFixed(2)} ×, ${throttled} throttled`,
    bar: `${TIME_BAR} ×, ${callBar} calls/room`,
    isMet: seconds <= TIME_BAR * ideal && all <= callBar * ROOMS,
  };
}

/** Load the handler in a fresh process. */
export function measureHandlerLoad({ directory }: Installation): Row {
  const code = path.join(directory, 'node_modules', 'cdk-ivschat', 'assets', 'custom-resources', 'index.js');
  const milliseconds = Array.from({ length: LOAD_ROUNDS }, () => runWorker<number>(directory, 'custom-resources/worker/handler-load', code));
  const median = quantile(milliseconds, 0.5);
  return {
    name: 'custom resources: handler loads',
    cdkVersion: '-',
    subject: `${median.toFixed(0)} ms`,
    baseline: '-',
    difference: `${[0.25, 0.75].map(fraction => quantile(milliseconds, fraction).toFixed(0)).join('–')} ms`,
    bar: `${LOAD_BAR_MILLISECONDS} ms`,
    isMet: median <= LOAD_BAR_MILLISECONDS,
  };
}
