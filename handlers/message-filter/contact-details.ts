import { rangeOf } from './links';
import type { Match } from './match';
import { LETTER_SIGN, type Outline } from './outline';
import type { ContactDetailsData } from '../../src/moderation/filter/filter-file';

const EMAIL_ADDRESS = new RegExp(
  `(?<![a-z${LETTER_SIGN}0-9.+_-])[a-z${LETTER_SIGN}0-9._%+-]+ ?(?:@|[([{] ?(?:at|@) ?[)\\]}]) ?`
  + `(?:[a-z${LETTER_SIGN}0-9-]+(?:\\.| ?[([{] ?(?:dot|\\.) ?[)\\]}] ?))+[a-z${LETTER_SIGN}]{2,}(?![a-z${LETTER_SIGN}0-9])`, 'g');
const PHONE_NUMBER = new RegExp(
  `(?<![a-z${LETTER_SIGN}0-9.,:\\/-])\\+?\\(?\\d(?:[ ().\\/-]{0,2}\\d){8,14}(?![a-z${LETTER_SIGN}0-9]|[.,:\\/-]\\d)`, 'g');
const ADDRESS_OR_DECIMAL = /^(?:(?:\d{1,3}\.){3}\d{1,3}|\d+\.\d+)$/;
/** A number of nine digits is more often an order or an ID. */
const MIN_DIGITS_WITHOUT_SEPARATORS = 10;

/** Returns the email addresses and phone numbers in a text. */
export function findContactDetails(outline: Outline, { emailAddresses, phoneNumbers }: ContactDetailsData): Match[] {
  const { text } = outline;
  return [
    ...emailAddresses && /@|at/.test(text) ? [...text.matchAll(EMAIL_ADDRESS)] : [],
    ...phoneNumbers && /\d/.test(text) ? [...text.matchAll(PHONE_NUMBER)].filter(([number]) => isPhoneNumber(number)) : [],
  ].map(match => rangeOf(outline, match.index, match[0].length));
}

function isPhoneNumber(number: string): boolean {
  if (ADDRESS_OR_DECIMAL.test(number)) return false;
  return number.startsWith('0') || /\D/.test(number) || number.length >= MIN_DIGITS_WITHOUT_SEPARATORS;
}
