import { Budget } from './budget';
import { findCapitals } from './capitals';
import { findContactDetails } from './contact-details';
import { findLinks } from './links';
import { mask } from './mask';
import type { Match } from './match';
import { outlineOf } from './outline';
import { PatternFinder } from './pattern';
import { findRepetition } from './repetition';
import { WordFinder } from './words';
import type { FilterFile, RuleData, RuleKindData } from '../../src/moderation/filter/filter-file';
import { fold, type FoldedText } from '../../src/moderation/filter/fold';
import { isExempt } from '../shared/exempt-senders';

export type Attributes = Readonly<Record<string, string>>;

export interface FilterDecision {
  /** Masked, if a rule masks something. */
  readonly content: string;
  /** Undefined if they are unchanged. */
  readonly attributes?: Attributes;
  /** Why the message is denied, for its sender. */
  readonly reason?: string;
  /** Names of the rules that matched, by what they did. A message that a rule denied is not masked. */
  readonly denied?: string;
  readonly masked: string[];
  readonly counted: string[];
}

interface Finder {
  find(text: FoldedText, budget: Budget): Match[];
}

interface Rule {
  readonly data: RuleData;
  readonly finder: Finder;
}

/** A part of a message: its content, or the value of an attribute. */
interface Part {
  /** Undefined for the content. */
  readonly attribute?: string;
  readonly text: FoldedText;
  readonly masks: Match[];
}

/** The rules of a `filter.json`. */
export class Filter {
  private readonly rules: readonly Rule[];
  private readonly ignoredAttributes: ReadonlySet<string>;

  constructor(private readonly file: FilterFile) {
    this.rules = file.rules.map(data => ({ data, finder: finderOf(data) }));
    this.ignoredAttributes = new Set(file.ignoredAttributes);
  }

  /** Uses each rule once: expressions are compiled when they are first used. */
  public warmUp(text: string): void {
    const folded = fold(text);
    for (const { finder } of this.rules) mask(text, finder.find(folded, new Budget()));
  }

  /** Whether the messages of a sender are not reviewed, by the attributes of the chat token. */
  public isExempt(senderAttributes: Attributes): boolean {
    return isExempt(this.file.exempt, senderAttributes);
  }

  /** Rules that deny a message decide before those that mask, in any order. Rules that count see every message. */
  public review(content: string, attributes: Attributes = {}): FilterDecision {
    const parts = [
      { text: fold(content), masks: [] },
      ...Object.entries(attributes).filter(([name]) => !this.ignoredAttributes.has(name))
        .map(([attribute, value]): Part => ({ attribute, text: fold(value), masks: [] })),
    ];
    const budget = new Budget();
    const matching = (action: string) => this.rules.filter(({ data }) => data.action === action);
    const counted = matching('COUNT').filter(rule => matches(rule, parts, budget)).map(nameOf);
    const denying = matching('DENY').find(rule => matches(rule, parts, budget));
    if (denying) return { content, reason: denying.data.reason, denied: nameOf(denying), masked: [], counted };
    const masked = matching('MASK').filter(rule => addMasks(rule, parts, budget)).map(nameOf);
    return { ...masked.length > 0 ? applyMasks(parts, attributes) : { content }, masked, counted };
  }
}

function nameOf({ data }: Rule): string {
  return data.name;
}

function matches({ finder }: Rule, parts: readonly Part[], budget: Budget): boolean {
  return parts.some(({ text }) => finder.find(text, budget).length > 0 || budget.isExhausted);
}

/** @returns whether the rule found something */
function addMasks({ finder }: Rule, parts: readonly Part[], budget: Budget): boolean {
  let count = 0;
  for (const { masks, text } of parts) {
    const found = finder.find(text, budget);
    const added = budget.isExhausted ? [{ start: 0, end: text.original.length }] : found;
    masks.push(...added);
    count += added.length;
  }
  return count > 0;
}

function applyMasks([content, ...others]: readonly Part[], attributes: Attributes): Pick<FilterDecision, 'attributes' | 'content'> {
  const masked = others.filter(({ masks }) => masks.length > 0);
  return {
    content: mask(content.text.original, content.masks),
    attributes: masked.length === 0 ? undefined
      : { ...attributes, ...Object.fromEntries(masked.map(({ attribute, masks, text }) => [attribute, mask(text.original, masks)])) },
  };
}

function finderOf(data: RuleKindData): Finder {
  switch (data.kind) {
    case 'words': return new WordFinder(data);
    case 'pattern': return new PatternFinder(data.program);
    case 'links': return { find: text => findLinks(outlineOf(text), data) };
    case 'contactDetails': return { find: text => findContactDetails(outlineOf(text), data) };
    case 'capitals': return { find: ({ original }) => findCapitals(original, data) };
    case 'repetition': return { find: text => findRepetition(text, data) };
  }
}
