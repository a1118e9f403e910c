/**
 * Wire types: `filter.json`, which a `MessageFilter` puts beside the code of its function.
 *
 * It is plain data without anything of a JavaScript engine. A change that an earlier function cannot read increases the version.
 */
export interface FilterFile {
  readonly version: 1;
  /** Senders whose messages are not reviewed, by an attribute of their chat token. */
  readonly exempt: SenderCondition[];
  /** Names of message attributes that the rules do not read. */
  readonly ignoredAttributes: string[];
  readonly rules: RuleData[];
}

export interface SenderCondition {
  readonly attribute: string;
  readonly values: string[];
}

export type RuleAction = 'COUNT' | 'DENY' | 'MASK';

export interface RuleBase {
  readonly name: string;
  readonly action: RuleAction;
  /** For the sender of a message that is denied. */
  readonly reason?: string;
}

export type RuleKindData = CapitalsData | ContactDetailsData | LinksData | PatternData | RepetitionData | WordsData;

export type RuleData = RuleBase & RuleKindData;

export interface WordsData {
  readonly kind: 'words';
  readonly blocked: WordTable;
  /** Words and phrases in which blocked words are not found. */
  readonly allowed: WordTable;
  readonly ignoreAccents: boolean;
}

/**
 * Entries as they are compared, sorted by UTF-16 unit, which makes each list a trie that needs no building. A space stands for
 * white space or punctuation. An asterisk at the end stands for the rest of a word.
 */
export interface WordTable {
  /** Entries that start where a word starts. */
  readonly words: string[];
  /** Entries that can start within a word. */
  readonly parts: string[];
  /** Whether an entry has letters of another script that look like Latin letters. */
  readonly hasLookAlikes: boolean;
}

export interface LinksData {
  readonly kind: 'links';
  readonly allowedDomains: string[];
  /** Top-level domains of links. */
  readonly domains: string[];
  /** Top-level domains that are also words, so that a domain name with one of them is a link only with a path, as with any two letters. */
  readonly wordDomains: string[];
  /** Whether to find links such as `example dot com`. */
  readonly obfuscated: boolean;
}

export interface ContactDetailsData {
  readonly kind: 'contactDetails';
  readonly emailAddresses: boolean;
  readonly phoneNumbers: boolean;
}

export interface PatternData {
  readonly kind: 'pattern';
  readonly program: Instruction[];
}

/** A step of a pattern. Steps follow each other, except where they name the index of the next one. */
export type Instruction =
  | readonly ['character', number]
  /** Unicode properties such as `\p{L}`, ranges of code points as pairs, and whether the character must not be one of them. */
  | readonly ['set', string, number[], boolean]
  | readonly ['split', number[]]
  | readonly ['jump', number]
  /** Whether there must be a boundary of a word, or must not be. */
  | readonly ['wordBoundary', boolean]
  | readonly ['start']
  | readonly ['end']
  | readonly ['match'];

export interface CapitalsData {
  readonly kind: 'capitals';
  readonly share: number;
  readonly minimumLetters: number;
}

export interface RepetitionData {
  readonly kind: 'repetition';
  /** Number of equal characters in a row. */
  readonly characters: number;
  /** Number of equal words, which are at least half of the message. */
  readonly words: number;
  /** Number of combining marks in a row. */
  readonly marks: number;
}
