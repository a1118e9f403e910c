import { Token } from 'aws-cdk-lib';
import { compilePattern } from './filter/compile-pattern';
import { compileWords } from './filter/compile-words';
import { DOMAINS, WORD_DOMAINS } from './filter/domains';
import type { CapitalsData, ContactDetailsData, Instruction, LinksData, PatternData, RuleAction, WordsData } from './filter/filter-file';
import { PatternError } from './filter/parse-pattern';
import type { CapitalsRuleOptions, ContactRuleOptions, FilterRuleOptions, LinkRuleOptions, WordRuleOptions } from './filter-rule';
import type { WordList } from './word-list';
import { describeValue, validateBoolean, validateProps, validateText, validateTexts } from '../private/argument-types';
import { lit, validationError } from '../private/errors';
import { MAX_DENIAL_REASON_BYTES, MAX_MESSAGE_LENGTH } from '../private/limits';
import { validateWholeNumber } from '../private/validation';

const ACTIONS: readonly RuleAction[] = ['DENY', 'MASK', 'COUNT'];
const RULE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const DEFAULT_REASON = 'Your message was not sent.';
/** The first problems tell what is wrong with a list that has hundreds. */
const MAX_PROBLEMS = 20;

export function validateOptions(options: FilterRuleOptions): void {
  validateProps(undefined, options, '{ action: FilterAction.COUNT }');
}

export function ruleNameOf({ ruleName }: FilterRuleOptions, defaultName: string): string {
  if (ruleName === undefined) return defaultName;
  if (typeof ruleName === 'string' && RULE_NAME.test(ruleName)) return ruleName;
  throw validationError(undefined, lit`RuleNameInvalid`,
    `ruleName must be 1 to 64 letters, digits, hyphens and underscores, got ${describeValue(ruleName)}: choose a name such as "order-number"`);
}

export function reasonOf({ reason }: FilterRuleOptions, action: RuleAction): string | undefined {
  if (!ACTIONS.includes(action)) {
    throw validationError(undefined, lit`FilterActionExpected`,
      `action must be FilterAction.DENY, MASK or COUNT, got ${describeValue(action)}: pass one of them, or omit the property`);
  }
  if (reason === undefined) return action === 'DENY' ? DEFAULT_REASON : undefined;
  validateText(undefined, 'reason', reason, 'pass what the sender should read, or omit the property');
  validateLiteral('reason', reason);
  if (action !== 'DENY') {
    throw validationError(undefined, lit`ReasonWithoutDenial`,
      `reason must be used with FilterAction.DENY, got FilterAction.${action}, with which senders receive no reason: set the action, or remove the reason`);
  }
  const bytes = Buffer.byteLength(reason);
  if (bytes <= MAX_DENIAL_REASON_BYTES) return reason;
  throw validationError(undefined, lit`ReasonTooLong`,
    `reason must have at most ${MAX_DENIAL_REASON_BYTES} bytes, got ${bytes}: shorten it`);
}

export function wordsOf(list: WordList, { ignoreAccents = false }: WordRuleOptions): WordsData {
  validateBoolean(undefined, 'ignoreAccents', ignoreAccents);
  const { allowed, blocked, problems } = compileWords(list._lines, ignoreAccents);
  if (problems.length > 0) {
    const listed = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => `\n  ${list._locationOf(line)}: ${message}`).join('');
    const others = problems.length > MAX_PROBLEMS ? `\n  and ${problems.length - MAX_PROBLEMS} more` : '';
    throw validationError(undefined, lit`WordListInvalid`,
      `list must have valid entries, got ${problems.length} that ${problems.length === 1 ? 'is' : 'are'} not: correct or remove ${problems.length === 1 ? 'it' : 'them'}${listed}${others}`);
  }
  if (blocked.words.length + blocked.parts.length === 0) {
    throw validationError(undefined, lit`WordListEmpty`,
      `list must have at least one word, got none in ${list._locationOf(1).replace(/:1$/, '')}: add a word, or remove the rule`);
  }
  return { kind: 'words', blocked, allowed, ignoreAccents };
}

export function linksOf({ allowedDomains = [], obfuscated = true }: LinkRuleOptions): LinksData {
  validateBoolean(undefined, 'obfuscated', obfuscated);
  if (!Array.isArray(allowedDomains) || allowedDomains.length > 0) validateTexts(undefined, 'allowedDomains', allowedDomains, '\'example.com\'');
  for (const [index, domain] of allowedDomains.entries()) {
    validateLiteral(`allowedDomains[${index}]`, domain);
    if (DOMAIN.test(domain)) continue;
    throw validationError(undefined, lit`DomainInvalid`,
      `allowedDomains[${index}] must be a domain in lower case such as "example.com", got ${JSON.stringify(domain)}: pass it without scheme, port, path and wildcard, because subdomains are allowed as well`);
  }
  return { kind: 'links', allowedDomains, domains: DOMAINS, wordDomains: WORD_DOMAINS, obfuscated };
}

export function contactDetailsOf({ emailAddresses = true, phoneNumbers = true }: ContactRuleOptions): ContactDetailsData {
  validateBoolean(undefined, 'emailAddresses', emailAddresses);
  validateBoolean(undefined, 'phoneNumbers', phoneNumbers);
  if (!emailAddresses && !phoneNumbers) {
    throw validationError(undefined, lit`NoContactDetails`,
      'emailAddresses or phoneNumbers must be true, got false for both: remove the rule');
  }
  return { kind: 'contactDetails', emailAddresses, phoneNumbers };
}

export function capitalsOf({ minimumLetters = 10, share = 0.7 }: CapitalsRuleOptions): CapitalsData {
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
    throw validationError(undefined, lit`ShareOutOfRange`,
      `share must be more than 0 and at most 1, got ${describeValue(share)}: pass for example 0.7`);
  }
  validateWholeNumber(undefined, 'minimumLetters', minimumLetters, 1, MAX_MESSAGE_LENGTH);
  return { kind: 'capitals', share, minimumLetters };
}

export function patternOf(pattern: string): PatternData {
  validateText(undefined, 'pattern', pattern, 'pass a regular expression such as "[A-Z]{2}-\\\\d{6}"');
  validateLiteral('pattern', pattern);
  return { kind: 'pattern', program: programOf(pattern) };
}

function programOf(pattern: string): Instruction[] {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw validationError(undefined, lit`PatternInvalid`,
      `pattern ${error.problem}, got ${JSON.stringify(pattern)} at character ${error.position}: ${error.advice}`);
  }
}

/** The settings of a filter are written at synthesis. */
function validateLiteral(property: string, value: string): void {
  if (!Token.isUnresolved(value)) return;
  throw validationError(undefined, lit`TokenInFilter`,
    `${property} must be known at synthesis, got a token: pass the value itself`);
}
