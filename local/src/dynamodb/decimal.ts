import { validationError } from './errors';

/** A decimal number in scientific notation: 12.5 has the digits `125` and the exponent 1. */
export interface Decimal {
  readonly isNegative: boolean;
  /** Without zeros at both ends; empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** Documented limits of numbers. */
const MAXIMUM_DIGITS = 38;
const MAXIMUM_EXPONENT = 125;
const MINIMUM_EXPONENT = -130;

const NUMBER = /^(-?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;

/** Throws if the text is not a number, or outside of DynamoDB's range and precision. */
export function parseDecimal(text: string): Decimal {
  const match = NUMBER.exec(text);
  if (!match) throw validationError(`The parameter cannot be converted to a numeric value${text && `: ${text}`}`);
  const [, sign, whole = '', fraction = match[4] ?? '', , exponent = '0'] = match;
  return checkRange(normalize(sign === '-', whole + fraction, Number(exponent) + whole.length - 1));
}

/** Writes a number as DynamoDB returns it: without an exponent. */
export function formatDecimal({ digits, exponent, isNegative }: Decimal): string {
  if (digits === '') return '0';
  const padded = digits.padEnd(exponent + 1, '0');
  const text = exponent < 0
    ? `0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${padded.slice(0, exponent + 1)}${padded.length > exponent + 1 ? `.${padded.slice(exponent + 1)}` : ''}`;
  return isNegative ? `-${text}` : text;
}

/** Throws if the sum is outside of DynamoDB's range and precision. */
export function addDecimals(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(fractionDigits(one), fractionDigits(other));
  const sum = toInteger(one, scale) + toInteger(other, scale);
  const text = (sum < 0n ? -sum : sum).toString();
  return checkRange(normalize(sum < 0n, text, text.length - 1 - scale));
}

export function negate(value: Decimal): Decimal {
  return { ...value, isNegative: !value.isNegative };
}

/** Encodes a number so that encoded numbers have the order of the numbers, and equal ones are equal. */
export function encodeDecimal({ digits, exponent, isNegative }: Decimal): string {
  if (digits === '') return '1';
  if (!isNegative) return `2${encodeExponent(exponent)}${digits}`;
  const complement = [...digits].map(digit => 9 - Number(digit)).join('');
  // The colon sorts after all digits: a negative number with more digits is smaller.
  return `0${encodeExponent(-exponent)}${complement}:`;
}

function encodeExponent(exponent: number): string {
  return String(exponent + 500);
}

function normalize(isNegative: boolean, allDigits: string, exponent: number): Decimal {
  const significant = allDigits.replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return { isNegative: false, digits, exponent: 0 };
  return { isNegative, digits, exponent: exponent - (allDigits.length - significant.length) };
}

function checkRange(value: Decimal): Decimal {
  const { digits, exponent } = value;
  if (exponent > MAXIMUM_EXPONENT) throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (exponent < MINIMUM_EXPONENT) throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  if (digits.length > MAXIMUM_DIGITS) throw validationError(`Attempting to store more than ${MAXIMUM_DIGITS} significant digits in a Number`);
  return value;
}

function fractionDigits({ digits, exponent }: Decimal): number {
  return Math.max(0, digits.length - 1 - exponent);
}

function toInteger({ digits, exponent, isNegative }: Decimal, scale: number): bigint {
  if (digits === '') return 0n;
  const magnitude = BigInt(digits + '0'.repeat(scale - (digits.length - 1 - exponent)));
  return isNegative ? -magnitude : magnitude;
}
