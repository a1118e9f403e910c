import { type Installation, type Package, runScript, runWorker } from './installation';
import { compare, type Pair } from './stats';

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly cdkVersion: string;
  readonly subject: string;
  readonly baseline: string;
  readonly difference: string;
  readonly bar: string;
  /** Undefined: there is no bar. */
  readonly isMet?: boolean;
}

const SYNTH_BAR_MICROSECONDS = 60;
const LOAD_BAR_MILLISECONDS = 10;
const PACKAGE_BAR_KB = 160;
const PACKAGE_WITHOUT_HANDLER_BAR_KB = 60;

const LOAD_WARM_UP_ROUNDS = 3;
const LOAD_COUNTED_ROUNDS = 25;

/** Construct and synthesize an app with many rooms, over the same template from L1s by hand. */
export function measureSynth(installation: Installation): Row {
  const result = runWorker<{ rooms: number; areTemplatesEqual: boolean; pairs: Pair[] }>(installation.directory, 'worker/synth');
  if (!result.areTemplatesEqual) {
    throw new Error(`On aws-cdk-lib ${installation.cdkVersion} the templates of the library and of its twin differ: bench/worker/synth.ts compares two different things`);
  }
  const milliseconds = compare(result.pairs);
  const aRoom = (value: number) => value * 1000 / result.rooms;
  return {
    name: `synth, ${result.rooms} rooms`,
    cdkVersion: installation.cdkVersion,
    subject: `${milliseconds.subject.toFixed(1)} ms`,
    baseline: `${milliseconds.baseline.toFixed(1)} ms`,
    difference: `${aRoom(milliseconds.difference).toFixed(0)} µs/room (${milliseconds.spread.map(value => aRoom(value).toFixed(0)).join('–')})`,
    bar: `${SYNTH_BAR_MICROSECONDS} µs/room`,
    isMet: aRoom(milliseconds.difference) <= SYNTH_BAR_MICROSECONDS,
  };
}

/** Load the library in a fresh process, over loading the modules of the CDK it asks for and one class on top of them. */
export function measureLoad(installation: Installation): Row {
  const modules = runWorker<string[]>(installation.directory, 'worker/required-modules');
  if (modules.length === 0) {
    throw new Error('No module of the CDK was seen to be loaded by the library: bench/worker/required-modules.ts has stopped working, and the baseline would be too light');
  }
  const timed = (code: string) => `const start = performance.now();\n${code}\nprocess.stdout.write(JSON.stringify(performance.now() - start));\n`;
  const subject = timed("require('cdk-ivschat');");
  const baseline = timed(`${modules.map(name => `require('${name}');`).join('\n')}\nclass Empty extends require('aws-cdk-lib').Resource {}`);
  const pairs: Pair[] = [];
  for (let round = 0; round < LOAD_WARM_UP_ROUNDS + LOAD_COUNTED_ROUNDS; round++) {
    const pair = { subject: runScript<number>(installation.directory, 'load-subject', subject), baseline: runScript<number>(installation.directory, 'load-baseline', baseline) };
    if (round >= LOAD_WARM_UP_ROUNDS) pairs.push(pair);
  }
  const milliseconds = compare(pairs);
  return {
    name: 'load',
    cdkVersion: installation.cdkVersion,
    subject: `${milliseconds.subject.toFixed(1)} ms`,
    baseline: `${milliseconds.baseline.toFixed(1)} ms`,
    difference: `${milliseconds.difference.toFixed(1)} ms (${milliseconds.spread.map(value => value.toFixed(1)).join('–')})`,
    bar: `${LOAD_BAR_MILLISECONDS} ms`,
    isMet: milliseconds.difference <= LOAD_BAR_MILLISECONDS,
  };
}

/** What a user downloads, and every package of another language has in it; and the same without the handler with its SDK client. */
export function measurePackage(library: Package): Row[] {
  return [
    packageRow(`package, ${library.files.length} files`, library.packedBytes, library.unpackedBytes, PACKAGE_BAR_KB),
    packageRow('package without the handler', library.withoutHandler.packedBytes, library.withoutHandler.unpackedBytes, PACKAGE_WITHOUT_HANDLER_BAR_KB),
  ];
}

function packageRow(name: string, packedBytes: number, unpackedBytes: number, barKb: number): Row {
  const kb = packedBytes / 1000;
  return {
    name,
    cdkVersion: '-',
    subject: `${kb.toFixed(1)} kB`,
    baseline: '-',
    difference: `unpacked ${(unpackedBytes / 1000).toFixed(0)} kB`,
    bar: `${barKb} kB`,
    isMet: kb <= barKb,
  };
}
