import * as fc from 'fast-check';
import { addDecimals, encodeDecimal, formatDecimal, negate, parseDecimal } from '../../src/dynamodb/decimal';

/** Numbers of up to 25 digits, with a fraction of up to 10. */
const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: 0, max: 10 }));

function write([value, scale]: readonly [bigint, number]): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
}

const toScale20 = ([value, scale]: readonly [bigint, number]) => value * 10n ** BigInt(20 - scale);
const canonical = (text: string) => formatDecimal(parseDecimal(text));

test.each([
  ['1', '1'], ['-0', '0'], ['0.0', '0'], ['007', '7'], ['1.50', '1.5'], ['.5', '0.5'], ['5.', '5'], ['1e3', '1000'], ['1.25E+2', '125'], ['12e-4', '0.0012'],
  ['1e125', `1${'0'.repeat(125)}`], ['1e-130', `0.${'0'.repeat(129)}1`], [`${'9'.repeat(38)}`, '9'.repeat(38)], ['100000000000000000000000000000000000000000', `1${'0'.repeat(41)}`],
])('%s is written as %s', (text, expected) => {
  expect(canonical(text)).toBe(expected);
});

test.each([
  ['', 'The parameter cannot be converted to a numeric value'],
  ['one', 'The parameter cannot be converted to a numeric value: one'],
  ['1 ', 'The parameter cannot be converted to a numeric value: 1 '],
  ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
  ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
])('fails for "%s"', (text, message) => {
  expect(() => parseDecimal(text)).toThrow(new Error(message));
});

test('sums are exact', () => {
  fc.assert(fc.property(scaled, scaled, (one, other) => {
    const sum = formatDecimal(addDecimals(parseDecimal(write(one)), parseDecimal(write(other))));
    expect(sum).toBe(canonical(write([toScale20(one) + toScale20(other), 20])));
    expect(formatDecimal(addDecimals(parseDecimal(sum), negate(parseDecimal(write(other)))))).toBe(canonical(write(one)));
  }));
});

test('fails for a sum of more than 38 digits', () => {
  expect(() => addDecimals(parseDecimal('1e20'), parseDecimal('1e-20'))).toThrow('more than 38 significant digits');
});

test('encoded numbers have the order of the numbers', () => {
  fc.assert(fc.property(scaled, scaled, (one, other) => {
    const [left, right] = [one, other].map(each => encodeDecimal(parseDecimal(write(each))));
    const difference = toScale20(one) - toScale20(other);
    expect(left < right).toBe(difference < 0n);
    expect(left === right).toBe(difference === 0n);
  }));
});
