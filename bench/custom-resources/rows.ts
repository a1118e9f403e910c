import * as path from 'path';
import { type Builds, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import type { Deployment } from './worker/deployments';

/** The documented rate of each operation on rooms. */
const CALLS_PER_SECOND = 5;
const TIME_BAR = 1.5;
/** Calls per room to create, update and delete. */
const CALL_BARS = [1, 1, 2];

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
