import * as fc from 'fast-check';
import { createEngine, ENGINE_NAMES, type EngineName } from './engines';
import { FUZZED_MESSAGE, FUZZED_WORDS, hasBrokenSurrogates, hasSplitCharacters, isLonger } from '../../../test/support/fuzzed-messages';
import { printResult } from '../../local/worker/result';

/** Numbers of fuzzed messages that an engine masked in a wrong way. */
export interface Fuzz {
  readonly engine: EngineName;
  readonly longer: number;
  readonly broken: number;
  readonly split: number;
  /** For which the engine threw an error. */
  readonly failed: number;
}

/** Only the filter has this syntax. */
const WORDS_OF_OTHERS = FUZZED_WORDS.map(word => word.replaceAll('*', ''));

function measure(engine: EngineName, messages: string[]): Fuzz {
  const { mask } = createEngine(engine, engine === 'MessageFilter' ? FUZZED_WORDS : WORDS_OF_OTHERS);
  const counts = { longer: 0, broken: 0, split: 0, failed: 0 };
  for (const message of messages) {
    try {
      const masked = mask(message);
      if (isLonger(message, masked)) counts.longer++;
      if (hasBrokenSurrogates(message, masked)) counts.broken++;
      if (hasSplitCharacters(message, masked)) counts.split++;
    } catch {
      counts.failed++;
    }
  }
  return { engine, ...counts };
}

const [count] = process.argv.slice(2).map(Number);
const messages = fc.sample(FUZZED_MESSAGE, { numRuns: count, seed: 1 });
void printResult(Promise.resolve().then(() => ENGINE_NAMES.map(engine => measure(engine, messages))));
