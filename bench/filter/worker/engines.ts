import { Filter as BadWords } from 'bad-words';
import { DataSet, englishRecommendedTransformers, parseRawPattern, RegExpMatcher } from 'obscenity';
import { Filter } from '../../../handlers/message-filter/filter';
import { wordsRule } from '../data';

/** Whether an engine finds something in a text. */
export type Finds = (text: string) => boolean;

export const ENGINE_NAMES = ['MessageFilter', 'obscenity', 'bad-words'] as const;
export type EngineName = typeof ENGINE_NAMES[number];

/** Creates an engine with a list of words. */
export function createEngine(name: EngineName, words: string[]): Finds {
  switch (name) {
    case 'MessageFilter': {
      const filter = new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: [wordsRule(words)] });
      return text => filter.review(text).masked.length > 0;
    }
    case 'obscenity': {
      const data = new DataSet<string>();
      for (const word of words) data.addPhrase(phrase => phrase.setMetadata(word).addPattern(parseRawPattern(`|${word.replace(/[[\]?|\\]/g, '\\$&')}|`)));
      const matcher = new RegExpMatcher({ ...data.build(), ...englishRecommendedTransformers });
      return text => matcher.hasMatch(text);
    }
    case 'bad-words': {
      const filter = new BadWords({ emptyList: true, list: words });
      return text => filter.isProfane(text);
    }
  }
}
