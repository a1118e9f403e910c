import { type Installation, type Package, runScript, runWorker } from '../builds';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { compare, type Pair } from '../stats';
import type { SynthResult, Twin } from './worker/synth';

/**
 * A bar, and how long the baseline took on the machine that the bar was decided on. On a slower machine both sides of a
 * comparison are slower, and so is their difference: the bar grows with the baseline.
 */
interface TimeBar {
  readonly bar: number;
  readonly referenceMilliseconds: number;
}

/** In microseconds a room, by the tree of the baseline. */
const SYNTH_BARS: Record<Twin, (cdkModule: string) => TimeBar> = {
  tree: () => ({ bar: 30, referenceMilliseconds: 175 }),
  flat: cdkModule => ({ bar: cdkModule === 'aws-cdk-lib' ? 60 : 80, referenceMilliseconds: 140 }),
};
const LOAD_BAR: TimeBar = { bar: 10, referenceMilliseconds: 35 };
const PACKAGE_BAR_KB = 220;
const PACKAGE_WITHOUT_HANDLER_BAR_KB = 85;

/** Compares the construction and synthesis of an app with many rooms with that of the same template from L1 constructs. */
export function measureSynth(installation: Installation, effort: Effort): Row[] {
  return [measureSynthOver('tree', installation, effort), measureSynthOver('flat', installation, effort)];
}

function measureSynthOver(twin: Twin, installation: Installation, { judgesTimes, synth }: Effort): Row {
  const result = runWorker<SynthResult>(installation.directory, 'library/worker/synth', twin, JSON.stringify(synth));
  if (!result.areTemplatesEqual) {
    throw new Error(`bench/library/worker/synth.ts must compare equal templates, got two different ones from the library and the L1s (${twin}) on aws-cdk-lib ${installation.cdkVersion}`);
  }
  const milliseconds = compare(result.pairs);
  const perRoom = (value: number) => value * 1000 / result.rooms;
  const { bar, factor } = barAt(SYNTH_BARS[twin](installation.cdkModule), milliseconds.baseline);
  return {
    name: `synth, ${result.rooms} rooms, over L1s ${twin === 'tree' ? 'in the same tree' : 'flat in the stack'}`,
    cdkVersion: installation.cdkVersion,
    subject: `${milliseconds.subject.toFixed(1)} ms`,
    baseline: `${milliseconds.baseline.toFixed(1)} ms`,
    difference: `${perRoom(milliseconds.difference).toFixed(0)} µs/room (${milliseconds.spread.map(value => perRoom(value).toFixed(0)).join('–')})`,
    bar: `${bar} µs/room × ${factor.toFixed(1)}`,
    isMet: judgesTimes ? perRoom(milliseconds.difference) <= bar * factor : undefined,
  };
}

/** Compares loading the library in a new process with loading the CDK modules it requires and one class on top of them. */
export function measureLoad({ directory, cdkVersion }: Installation, { judgesTimes, load }: Effort): Row {
  const modules = runWorker<string[]>(directory, 'library/worker/required-modules');
  if (modules.length === 0) {
    throw new Error('bench/library/worker/required-modules.ts must see the library require modules of the CDK, got none: the baseline would be too light');
  }
  const timed = (code: string) => `const start = performance.now();\n${code}\nprocess.stdout.write(JSON.stringify(performance.now() - start));\n`;
  const subject = timed("require('cdk-ivschat');");
  const baseline = timed(`${modules.map(name => `require('${name}');`).join('\n')}\nclass Empty extends require('aws-cdk-lib').Resource {}`);
  const pairs: Pair[] = [];
  for (let round = 0; round < load.warmUp + load.counted; round++) {
    const pair = { subject: runScript<number>(directory, 'load-subject', subject), baseline: runScript<number>(directory, 'load-baseline', baseline) };
    if (round >= load.warmUp) pairs.push(pair);
  }
  const milliseconds = compare(pairs);
  const { bar, factor } = barAt(LOAD_BAR, milliseconds.baseline);
  return {
    name: 'load',
    cdkVersion,
    subject: `${milliseconds.subject.toFixed(1)} ms`,
    baseline: `${milliseconds.baseline.toFixed(1)} ms`,
    difference: `${milliseconds.difference.toFixed(1)} ms (${milliseconds.spread.map(value => value.toFixed(1)).join('–')})`,
    bar: `${bar} ms × ${factor.toFixed(1)}`,
    isMet: judgesTimes ? milliseconds.difference <= bar * factor : undefined,
  };
}

function barAt({ bar, referenceMilliseconds }: TimeBar, baselineMilliseconds: number): { readonly bar: number; readonly factor: number } {
  return { bar, factor: baselineMilliseconds / referenceMilliseconds };
}

/** The package that users download and that the package of every other language contains; and the same without the functions and their SDK clients. */
export function measurePackage(library: Package): Row[] {
  return [
    packageRow(`package, ${library.files.length} files`, library.packedBytes, library.unpackedBytes, PACKAGE_BAR_KB),
    packageRow('package without the functions', library.withoutHandler.packedBytes, library.withoutHandler.unpackedBytes, PACKAGE_WITHOUT_HANDLER_BAR_KB),
  ];
}

function packageRow(name: string, packedBytes: number, unpackedBytes: number, barKb: number): Row {
  const kb = packedBytes / 1000;
  return {
    name,
    subject: `${kb.toFixed(1)} kB`,
    difference: `unpacked ${(unpackedBytes / 1000).toFixed(0)} kB`,
    bar: `${barKb} kB`,
    isMet: kb <= barKb,
  };
}
