import * as fs from 'fs';
import * as path from 'path';
import { FilterRule, WordList } from '../../src';

/** A message, and what a filter does with it. */
export interface FilterVector {
  /** Name of the filter. */
  readonly filter: string;
  readonly language: string;
  readonly content: string;
  readonly attributes?: Record<string, string>;
  /** The content that is delivered, unless the message is denied. */
  readonly delivered?: string;
  readonly deliveredAttributes?: Record<string, string>;
  /** The rule that denies the message. */
  readonly denied?: string;
  /** Where the text is from. */
  readonly source: string;
}

interface VectorFile {
  readonly ignoredAttributes: string[];
  readonly filters: Record<string, { readonly kind: string; readonly entries: string[]; readonly pattern: string }[]>;
  readonly vectors: FilterVector[];
}

const FILE: VectorFile = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'vectors', 'message-filter.json'), 'utf8'));

export const { ignoredAttributes: IGNORED_ATTRIBUTES, vectors: VECTORS } = FILE;

export const FILTER_NAMES = Object.keys(FILE.filters);

/** Returns the rules of a filter of the vectors. */
export function rulesOf(filter: string): FilterRule[] {
  return FILE.filters[filter].map(({ entries, kind, pattern, ...options }) => {
    switch (kind) {
      case 'words': return FilterRule.words(WordList.of(...entries), options);
      case 'links': return FilterRule.links(options);
      case 'contactDetails': return FilterRule.contactDetails(options);
      case 'pattern': return FilterRule.pattern(pattern, options);
      case 'capitals': return FilterRule.capitals(options);
      default: return FilterRule.repetition(options);
    }
  });
}
