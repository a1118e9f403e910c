import * as path from 'path';
import { type Builds, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { quantile } from '../stats';
import type { Deployment } from './worker/deployments';

/** The documented rate of each operation on rooms. */
const CALLS_PER_SECOND = 5;
const TIME_BAR = 1.5;
/** Calls per room to create, update and delete. */
const CALL_BARS = [1, 1, 2];
const LOAD_BAR_MILLISECONDS = 40;

/** Deploys rooms at a rate that CloudFormation does not accept to the local runtime, at the documented rates. A failure ends the measurement. */
export function measureCustomResources({ directory, installations: [floor], local }: Builds, effort: Effort): Row[] {
  const assemblies = [50, 60].map(rate => {
    const outdir = path.join(directory, `rooms-${rate}`);
    runWorker(floor.directory, 'custom-resources/worker/rooms', outdir, String(effort.customResourceRooms), String(rate));
    return outdir;
  });
  const deployments = runWorker<Deployment[]>(local, 'custom-resources/worker/deployments', ...assemblies);
  return deployments.map((deployment, index) => rowOf(['create', 'update', 'delete'][index], deployment, CALL_BARS[index], effort));
}

function rowOf(operation: string, deployment: Deployment, callBar: number, effort: Effort): Row {
  const { calls, seconds, throttled } = deployment;
  const { customResourceRooms: rooms, judgesTimes } = effort;
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const ideal = Math.max(...Object.values(calls)) / CALLS_PER_SECOND;
  return {
    name: `custom resources: ${operation} ${rooms} rooms at a rate above 10`,
    subject: `${seconds.toFixed(1)} s, ${(all / rooms).toFixed(2)} calls/room`,
    baseline: `${ideal.toFixed(1)} s at ${CALLS_PER_SECOND}/s`,
    difference: `${(seconds / ideal).toFixed(2)} ×, ${throttled} throttled`,
    bar: `${judgesTimes ? `${TIME_BAR} ×, ` : ''}${callBar} calls/room`,
    isMet: all <= callBar * rooms && (!judgesTimes || seconds <= TIME_BAR * ideal),
  };
}

/** Loads the handler in new processes. */
export function measureHandlerLoad({ installations: [{ directory }] }: Builds, { handlerLoads, judgesTimes }: Effort): Row {
  const code = path.join(directory, 'node_modules', 'cdk-ivschat', 'assets', 'functions', 'custom-resources', 'index.mjs');
  const milliseconds = Array.from({ length: handlerLoads }, () => runWorker<number>(directory, 'custom-resources/worker/handler-load', code));
  const median = quantile(milliseconds, 0.5);
  return {
    name: 'custom resources: handler loads',
    subject: `${median.toFixed(0)} ms`,
    difference: `${[0.25, 0.75].map(fraction => quantile(milliseconds, fraction).toFixed(0)).join('–')} ms`,
    bar: `${LOAD_BAR_MILLISECONDS} ms`,
    isMet: judgesTimes ? median <= LOAD_BAR_MILLISECONDS : undefined,
  };
}
