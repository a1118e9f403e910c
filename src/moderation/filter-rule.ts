import type { RuleData, RuleKindData } from './filter/filter-file';
import { capitalsOf, contactDetailsOf, linksOf, patternOf, reasonOf, ruleNameOf, validateOptions, wordsOf } from './filter-rule-validation';
import type { WordList } from './word-list';
import { validateType } from '../private/argument-types';

/**
 * What a rule does with a message in which it finds something.
 */
export enum FilterAction {
  /** Rejects the message with error 406. */
  DENY = 'DENY',

  /** Replaces what the rule found by asterisks. */
  MASK = 'MASK',

  /** Only counts the message, to try a rule out. */
  COUNT = 'COUNT',
}

/**
 * Options of a rule.
 */
export interface FilterRuleOptions {
  /**
   * What the rule does with a message in which it finds something.
   *
   * @default - `MASK` for words, contact details and patterns, `DENY` for links, capitals and repetition
   */
  readonly action?: FilterAction;

  /**
   * Reason that the sender of a denied message receives, up to 1,018 bytes. Only with `FilterAction.DENY`.
   *
   * @default 'Your message was not sent.'
   */
  readonly reason?: string;

  /**
   * Name of the rule in metrics: up to 64 letters, digits, hyphens and underscores. A filter cannot have two rules with one name.
   *
   * @default - the kind of the rule: `words`, `links`, `contact-details`, `pattern`, `capitals` or `repetition`
   */
  readonly ruleName?: string;
}

/**
 * Options of a rule that finds words.
 */
export interface WordRuleOptions extends FilterRuleOptions {
  /**
   * Whether letters with and without accents are the same.
   *
   * Accents distinguish words: with this option, a German list with `schwul` also finds "schwül".
   *
   * @default false
   */
  readonly ignoreAccents?: boolean;
}

/**
 * Options of a rule that finds links.
 */
export interface LinkRuleOptions extends FilterRuleOptions {
  /**
   * Domains to which links are allowed, with their subdomains.
   *
   * @default - none
   */
  readonly allowedDomains?: string[];

  /**
   * Whether to find links that are written differently, such as `example dot com`.
   *
   * @default true
   */
  readonly obfuscated?: boolean;
}

/**
 * Options of a rule that finds contact details.
 */
export interface ContactRuleOptions extends FilterRuleOptions {
  /**
   * Whether to find email addresses.
   *
   * @default true
   */
  readonly emailAddresses?: boolean;

  /**
   * Whether to find phone numbers.
   *
   * @default true
   */
  readonly phoneNumbers?: boolean;
}

/**
 * Options of a rule that finds messages in capitals.
 */
export interface CapitalsRuleOptions extends FilterRuleOptions {
  /**
   * Share of the letters that are capitals, from which the rule applies: more than 0 and at most 1.
   *
   * @default 0.7
   */
  readonly share?: number;

  /**
   * Number of capitals from which the rule applies.
   *
   * @default 10
   */
  readonly minimumLetters?: number;
}

/**
 * A rule of a message filter. It reads the content of a message and the values of its attributes.
 */
export class FilterRule {
  /**
   * Finds words and phrases, also if they are disguised with spaces, symbols, digits or similar letters.
   *
   * Throws if an entry of the list is invalid, with its file and line.
   *
   * @param list the words and phrases
   * @param options options of the rule. The action is `MASK` by default
   */
  public static words(list: WordList, options: WordRuleOptions = {}): FilterRule {
    validateType(undefined, 'list', list, '_lines', 'a WordList', 'WordList.fromFile(\'blocked.txt\')');
    return new FilterRule(options, 'words', FilterAction.MASK, () => wordsOf(list, options));
  }

  /**
   * Finds links: URLs, domain names and IP addresses with a path.
   *
   * @param options options of the rule. The action is `DENY` by default
   */
  public static links(options: LinkRuleOptions = {}): FilterRule {
    return new FilterRule(options, 'links', FilterAction.DENY, () => linksOf(options));
  }

  /**
   * Finds email addresses and phone numbers.
   *
   * @param options options of the rule. The action is `MASK` by default
   */
  public static contactDetails(options: ContactRuleOptions = {}): FilterRule {
    return new FilterRule(options, 'contact-details', FilterAction.MASK, () => contactDetailsOf(options));
  }

  /**
   * Finds a regular expression, without case and in linear time.
   *
   * Supports the syntax of RE2 without named groups and flags: literals, `.`, `[ ]`, `( )`, `(?: )`, `|`, `*`, `+`, `?`, `{m,n}`, `^`,
   * `$`, `\b`, `\d`, `\w`, `\s` and `\p{ }`. The pattern is compared with the message without case, invisible characters and
   * compatibility forms, so `\d` also finds full-width digits.
   *
   * Throws if the pattern is not supported or has more than 200 steps, with the position in the pattern.
   *
   * @param pattern the expression, such as `[A-Z]{2}-\d{6}`
   * @param options options of the rule. The action is `MASK` by default
   */
  public static pattern(pattern: string, options: FilterRuleOptions = {}): FilterRule {
    return new FilterRule(options, 'pattern', FilterAction.MASK, () => patternOf(pattern));
  }

  /**
   * Finds messages that are mostly in capitals.
   *
   * @param options options of the rule. The action is `DENY` by default
   */
  public static capitals(options: CapitalsRuleOptions = {}): FilterRule {
    return new FilterRule(options, 'capitals', FilterAction.DENY, () => capitalsOf(options));
  }

  /**
   * Finds a character or an emoji eight times in a row, a word six times that is half of the message, and heaps of combining marks.
   *
   * @param options options of the rule. The action is `DENY` by default
   */
  public static repetition(options: FilterRuleOptions = {}): FilterRule {
    return new FilterRule(options, 'repetition', FilterAction.DENY, () => ({ kind: 'repetition', characters: 8, words: 6, marks: 4 }));
  }

  /**
   * Name of the rule in metrics.
   */
  public readonly ruleName: string;

  /** @internal */
  public readonly _rule: RuleData;

  private constructor(options: FilterRuleOptions, defaultName: string, defaultAction: FilterAction, dataOf: () => RuleKindData) {
    validateOptions(options);
    this.ruleName = ruleNameOf(options, defaultName);
    const action = options.action ?? defaultAction;
    this._rule = { name: this.ruleName, action, reason: reasonOf(options, action), ...dataOf() };
  }
}
