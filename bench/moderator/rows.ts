import * as fs from 'fs';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { type Builds, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { quantile } from '../stats';
import type { JudgeCalls } from './worker/judge-calls';

/** Calls per second that the judge accepts from the account. */
const QUOTA = 25;
/** Of one instance, which makes 20 calls per second. */
const CALLS_IN_A_SECOND_BAR = 21;
const TIME_BAR = 1.25;
const BUNDLE_BAR_KB = 5;
const DELETION_BAR_MILLISECONDS = 1_300;

/** Measures the automatic moderator: its calls of a judge with a quota, and the time until a message is deleted in the local runtime. */
export function measureModerator({ directory, installations: [floor], library, local }: Builds, { judgesTimes, moderator }: Effort): Row[] {
  const { calls, deletions, instances } = moderator;
  const judgeCalls = (count: number) => runWorker<JudgeCalls>(floor.directory, 'moderator/worker/judge-calls', String(count), String(calls));
  const assembly = path.join(directory, 'moderated');
  runWorker(floor.directory, 'moderator/worker/app', assembly);
  return [
    bundleRow(library.directory),
    paceRow(judgeCalls(1)),
    quotaRow(judgeCalls(instances), judgesTimes),
    deletionRow(runWorker<number[]>(local, 'moderator/worker/deletions', assembly, JSON.stringify(deletions)), judgesTimes),
  ];
}

function bundleRow(library: string): Row {
  const code = fs.readFileSync(path.join(library, 'assets', 'runtime-sdk', 'auto-moderator', 'index.mjs'));
  const kb = gzipSync(code).length / 1024;
  return { name: 'moderator: function, compressed', subject: `${kb.toFixed(2)} kB`, difference: `${(code.length / 1024).toFixed(1)} kB as it is`, bar: `${BUNDLE_BAR_KB} kB`, isMet: kb <= BUNDLE_BAR_KB };
}

function paceRow({ calls, failures, mostInASecond, seconds }: JudgeCalls): Row {
  return {
    name: 'moderator: one instance, calls in the busiest second',
    subject: `${mostInASecond} of ${QUOTA}`,
    difference: `${(calls / seconds).toFixed(1)} per second, ${failures} failed`,
    bar: `${CALLS_IN_A_SECOND_BAR}, 0 failed`,
    isMet: mostInASecond <= CALLS_IN_A_SECOND_BAR && failures === 0,
  };
}

function quotaRow({ calls, failures, instances, seconds, throttled }: JudgeCalls, judgesTimes: boolean): Row {
  const ideal = calls / QUOTA;
  return {
    name: `moderator: ${instances} instances, one quota`,
    subject: `${seconds.toFixed(1)} s for ${calls} calls`,
    baseline: `${ideal.toFixed(1)} s at ${QUOTA}/s`,
    difference: `${(seconds / ideal).toFixed(2)} ×, ${failures} failed, ${throttled} throttled`,
    bar: `${TIME_BAR} ×, 0 failed`,
    isMet: failures === 0 && (!judgesTimes || seconds <= TIME_BAR * ideal),
  };
}

function deletionRow(milliseconds: number[], judgesTimes: boolean): Row {
  const seconds = (fraction: number) => `${(quantile(milliseconds, fraction) / 1_000).toFixed(2)}`;
  return {
    name: 'moderator: message to deletion in the local runtime',
    subject: `${seconds(0.5)} / ${seconds(0.99)} s`,
    difference: 'of which the log waits 1 s',
    bar: `${DELETION_BAR_MILLISECONDS / 1_000} s`,
    isMet: judgesTimes ? quantile(milliseconds, 0.5) <= DELETION_BAR_MILLISECONDS : undefined,
  };
}
