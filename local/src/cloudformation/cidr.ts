import { isIPv4, isIPv6 } from 'node:net';
import { ExpectedError } from '../expected-error';

/** AWS does not document what a missing number of bits means. */
const DEFAULT_BITS = 8;

/**
 * Value of `Fn::Cidr`: splits a CIDR block into smaller ones.
 *
 * @param bits subnet bits of the smaller blocks, the inverse of a mask: 8 is /24 in IPv4 and /120 in IPv6
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function splitCidr(block: string, count: number, bits = DEFAULT_BITS): string[] {
  const [given, mask, ...rest] = block.split('/');
  const length = isIPv4(given) ? 32 : isIPv6(given) ? 128 : undefined;
  if (length === undefined || rest.length > 0 || !/^\d+$/.test(mask ?? '') || Number(mask) > length) {
    throw new ExpectedError(`Fn::Cidr must have a CIDR block such as 10.0.0.0/16, got ${block}.`);
  }
  if (!Number.isInteger(count) || count < 1 || count > 256) throw new ExpectedError(`Fn::Cidr must have a count from 1 to 256, got ${count}.`);
  const available = length - Number(mask);
  if (!Number.isInteger(bits) || bits < 1 || bits > available) throw new ExpectedError(`Fn::Cidr must have from 1 to ${available} subnet bits for ${block}, got ${bits}.`);
  const maximum = 2n ** BigInt(available - bits);
  if (BigInt(count) > maximum) throw new ExpectedError(`Fn::Cidr must have a count of at most ${maximum} for ${bits} subnet bits in ${block}, got ${count}.`);
  const address = numberOf(given, length);
  const first = address - address % 2n ** BigInt(available);
  return Array.from({ length: count }, (_, index) => `${addressOf(first + BigInt(index) * 2n ** BigInt(bits), length)}/${length - bits}`);
}

function numberOf(address: string, length: 32 | 128): bigint {
  if (length === 32) return joined(address.split('.').map(BigInt), 256n);
  // The last 32 bits may be written as an IPv4 address.
  const groups = address.replace(/[\d.]+\.\d+$/, ipv4 => digits(numberOf(ipv4, 32), 65_536n, 2).map(group => group.toString(16)).join(':'));
  const [head, tail] = groups.split('::').map(part => part.split(':').filter(group => group !== ''));
  const zeros = tail ? Array<string>(8 - head.length - tail.length).fill('0') : [];
  return joined([...head, ...zeros, ...tail ?? []].map(group => BigInt(`0x${group}`)), 65_536n);
}

/** IPv6 addresses in the canonical form. */
function addressOf(number: bigint, length: 32 | 128): string {
  if (length === 32) return digits(number, 256n, 4).join('.');
  const groups = digits(number, 65_536n, 8).map(group => group.toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function joined(parts: readonly bigint[], base: bigint): bigint {
  return parts.reduce((sum, part) => sum * base + part, 0n);
}

function digits(number: bigint, base: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => number / base ** BigInt(count - 1 - index) % base);
}
