import * as path from 'path';
import { type Builds, compileWorker, runCompiled, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { compare, type Pair } from '../stats';
import type { TokenRequests } from './worker/requests';

const WARM_BAR_MILLISECONDS = 5;
const COLD_BAR_MILLISECONDS = 60;

/** Compares requests to token endpoints in the local runtime with requests to functions that do nothing. */
export function measureTokens({ directory, installations: [installation], local }: Builds, { judgesTimes, tokens }: Effort): Row[] {
  const assembly = path.join(directory, 'tokens-app');
  runWorker(installation.directory, 'tokens/worker/app', assembly, String(tokens.coldStarts));
  for (const program of ['bare-server', 'memory']) compileWorker(local, `local/worker/${program}`);
  const { cold, warm } = runCompiled<TokenRequests>(local, compileWorker(local, 'tokens/worker/requests'), assembly, JSON.stringify(tokens));
  const rowOf = (name: string, pairs: Pair[], bar: number): Row => {
    const { baseline, difference, spread, subject } = compare(pairs);
    return {
      name,
      subject: `${subject.toFixed(1)} ms`,
      baseline: `${baseline.toFixed(1)} ms`,
      difference: `${difference.toFixed(1)} ms (${spread.map(value => value.toFixed(1)).join('–')})`,
      bar: `${bar} ms`,
      isMet: judgesTimes ? difference <= bar : undefined,
    };
  };
  return [
    rowOf('tokens: request to a warm endpoint', warm, WARM_BAR_MILLISECONDS),
    rowOf('tokens: request with a cold start', cold, COLD_BAR_MILLISECONDS),
  ];
}
