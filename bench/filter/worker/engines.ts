import { Filter as BadWords } from 'bad-words';
import { DataSet, englishRecommendedTransformers, parseRawPattern, RegExpMatcher, TextCensor } from 'obscenity';
import { Filter } from '../../../handlers/message-filter/filter';
import { wordsRule } from '../data';

export interface Engine {
  /** Whether the engine finds a word in a text. */
  readonly finds: (text: string) => boolean;
  /** Returns the text with asterisks for the words. */
  readonly mask: (text: string) => string;
}

export const ENGINE_NAMES = ['MessageFilter', 'obscenity', 'bad-words'] as const;
export type EngineName = typeof ENGINE_NAMES[number];

/** Creates an engine with a list of words. */
export function createEngine(name: EngineName, words: string[]): Engine {
  switch (name) {
    case 'MessageFilter': {
      const filter = new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: [wordsRule(words)] });
      return { finds: text => filter.review(text).masked.length > 0, mask: text => filter.review(text).content };
    }
    case 'obscenity': {
      const data = new DataSet<string>();
      for (const word of words) data.addPhrase(phrase => phrase.setMetadata(word).addPattern(parseRawPattern(`|${word.replace(/[[\]?|\\]/g, '\\$&')}|`)));
      const matcher = new RegExpMatcher({ ...data.build(), ...englishRecommendedTransformers });
      const censor = new TextCensor().setStrategy(({ matchLength }) => '*'.repeat(matchLength));
      return { finds: text => matcher.hasMatch(text), mask: text => censor.applyTo(text, matcher.getAllMatches(text)) };
    }
    case 'bad-words': {
      const filter = new BadWords({ emptyList: true });
      // It ignores the option `list` with an empty list.
      filter.addWords(...words);
      return { finds: text => filter.isProfane(text), mask: text => filter.clean(text) };
    }
  }
}
