import * as fs from 'fs';
import * as path from 'path';
import type { BansFunctionSettings } from '../../src/tokens/bans-function-settings';
import { type Builds, compileWorker, runCompiled } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { compare, type Pair } from '../stats';

interface MeasuredFunction {
  /** Folder in handlers/. */
  readonly name: string;
  /** What it reads when it is loaded. */
  readonly environment: Record<string, string>;
  /** Milliseconds more than a function that does nothing. */
  readonly bar: number;
}

const BANS: BansFunctionSettings = { tableName: 'Bans', queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/SecondDisconnects' };

const FUNCTIONS: MeasuredFunction[] = [
  { name: 'custom-resources', environment: {}, bar: 40 },
  { name: 'bans', environment: { BANS: JSON.stringify(BANS) }, bar: 60 },
];

const NO_OP = 'export const handler = async () => ({});\n';

/** Compares loading each bundled function in a new process with loading one that does nothing. */
export function measureFunctionLoads({ installations: [{ directory }] }: Builds, { handlerLoads, judgesTimes }: Effort): Row[] {
  const baseline = path.join(directory, 'no-op.mjs');
  fs.writeFileSync(baseline, NO_OP);
  const program = compileWorker(directory, 'functions/worker/load');
  return FUNCTIONS.map(({ bar, environment, name }) => {
    const subject = path.join(directory, 'node_modules', 'cdk-ivschat', 'assets', 'functions', name, 'index.mjs');
    const load = (file: string) => runCompiled<number>(directory, program, file, JSON.stringify(environment));
    const pairs = Array.from({ length: handlerLoads }, (): Pair => ({ subject: load(subject), baseline: load(baseline) }));
    const milliseconds = compare(pairs);
    return {
      name: `functions: ${name} loads`,
      subject: `${milliseconds.subject.toFixed(0)} ms`,
      baseline: `${milliseconds.baseline.toFixed(0)} ms`,
      difference: `${milliseconds.difference.toFixed(0)} ms (${milliseconds.spread.map(value => value.toFixed(0)).join('–')})`,
      bar: `${bar} ms`,
      isMet: judgesTimes ? milliseconds.difference <= bar : undefined,
    };
  });
}
