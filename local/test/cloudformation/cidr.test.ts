import * as fc from 'fast-check';
import { splitCidr } from '../../src/cloudformation/cidr';

test.each<[string, [string, number, number?], string[]]>([
  // The example of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
  ['an IPv4 block', ['192.168.0.0/24', 6, 5], [0, 32, 64, 96, 128, 160].map(host => `192.168.0.${host}/27`)],
  ['an IPv4 block that begins elsewhere', ['10.1.2.3/16', 2, 8], ['10.1.0.0/24', '10.1.1.0/24']],
  ['an IPv6 block', ['2001:db8:1234:1a00::/56', 2, 64], ['2001:db8:1234:1a00::/64', '2001:db8:1234:1a01::/64']],
  ['an IPv6 block with an embedded IPv4 address', ['::ffff:10.0.0.0/112', 2, 8], ['::ffff:a00:0/120', '::ffff:a00:100/120']],
  ['without a number of bits', ['10.0.0.0/16', 2], ['10.0.0.0/24', '10.0.1.0/24']],
])('splits %s', (_name, args, expected) => {
  expect(splitCidr(...args)).toEqual(expected);
});

test.each<[string, [string, number, number?], string]>([
  ['an address without a mask', ['10.0.0.0', 1, 8], 'Fn::Cidr must have a CIDR block such as 10.0.0.0/16, got 10.0.0.0.'],
  ['a mask that is too long', ['10.0.0.0/33', 1, 8], 'got 10.0.0.0/33.'],
  ['something else', ['vpc-1/2', 1, 8], 'got vpc-1/2.'],
  ['two masks', ['10.0.0.0/8/8', 1, 8], 'got 10.0.0.0/8/8.'],
  ['no block', ['10.0.0.0/16', 0, 8], 'Fn::Cidr must have a count from 1 to 256, got 0.'],
  ['a count that is not a number', ['10.0.0.0/16', NaN, 8], 'got NaN.'],
  ['too many blocks', ['10.0.0.0/24', 5, 6], 'Fn::Cidr must have a count of at most 4 for 6 subnet bits in 10.0.0.0/24, got 5.'],
  ['too many bits', ['10.0.0.0/24', 1, 9], 'Fn::Cidr must have from 1 to 8 subnet bits for 10.0.0.0/24, got 9.'],
])('fails for %s', (_name, args, message) => {
  expect(() => splitCidr(...args)).toThrow(message);
});

test('blocks are adjacent, of the same size, and inside of the block that is split', () => {
  const small = fc.integer({ min: 0, max: 3 });
  fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 8, max: 24 }), small, small, (address, mask, bitsBeyondOne, log) => {
    const bits = bitsBeyondOne + 1;
    const blocks = splitCidr(`${address}/${mask}`, 2 ** log, bits);
    const numbers = blocks.map(block => block.split('/')[0].split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0));
    expect(new Set(blocks.map(block => block.split('/')[1]))).toEqual(new Set([String(32 - bits)]));
    numbers.slice(1).forEach((number, index) => expect(number - numbers[index]).toBe(2 ** bits));
    const size = 2 ** (32 - mask);
    const whole = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
    expect(Math.floor(numbers[0] / size)).toBe(Math.floor(whole / size));
    expect(Math.floor(numbers.at(-1)! / size)).toBe(Math.floor(whole / size));
  }));
});
