import { blockedWords, dictionary, LANGUAGES } from '../data';
import { DISGUISES } from '../disguises';
import { createEngine, ENGINE_NAMES, type Engine, type EngineName } from './engines';
import { printResult } from '../../local/worker/result';

/** Results of an engine. */
export interface Quality {
  readonly engine: EngineName;
  /** By language: words that were found although they are not in the list. */
  readonly falsePositives: readonly { readonly language: string; readonly count: number; readonly words: number; readonly examples: string[] }[];
  /** By disguise: the share of the words that were found. */
  readonly found: Record<string, number>;
}

/** The other engines take milliseconds for a word. */
const MAX_WORDS_OF_OTHERS = 3_000;

function measure(engine: EngineName, maximumWords: number): Quality {
  const isOurs = engine === 'MessageFilter';
  const languages = isOurs ? LANGUAGES : ['en'];
  const limit = isOurs ? maximumWords : Math.min(maximumWords, MAX_WORDS_OF_OTHERS);
  const english = blockedWords('en').filter(word => /^[a-z]{4,}$/.test(word));
  const { finds } = createEngine(engine, english);
  return {
    engine,
    falsePositives: languages.map(language => falsePositives(createEngine(engine, blockedWords(language)), language, limit)),
    found: Object.fromEntries(DISGUISES.map(({ disguise, name }) => [name, english.filter(word => finds(disguise(word))).length / english.length])),
  };
}

function falsePositives({ finds }: Engine, language: string, maximumWords: number): Quality['falsePositives'][number] {
  const blocked = new Set(blockedWords(language));
  const all = dictionary(language);
  // Evenly distributed, because dictionaries are sorted.
  const step = Math.max(1, Math.floor(all.length / maximumWords));
  // A part of a compound with a hyphen is a word of its own.
  const words = all.filter((word, index) => index % step === 0 && !word.toLowerCase().split('-').some(part => blocked.has(part)));
  const found = words.filter(word => finds(word));
  return { language, count: found.length, words: words.length, examples: found.slice(0, 8) };
}

const [maximumWords] = process.argv.slice(2).map(Number);
void printResult(Promise.resolve().then(() => ENGINE_NAMES.map(engine => measure(engine, maximumWords))));
