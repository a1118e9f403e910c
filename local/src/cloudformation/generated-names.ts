import { createHash } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz';

/** Deterministic, so that the ARNs of a template are the same in every run. */
function digest(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}

/** For ids such as that of a room. At most 32 characters. */
export function alphanumericId(seed: string, length: number): string {
  return [...digest(seed).subarray(0, length)].map(byte => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('');
}

/** For ids of capital letters and digits, such as that of a role. At most 32 characters. */
export function capitalId(seed: string, length: number): string {
  return [...digest(seed).subarray(0, length)].map(byte => ALPHANUMERIC[byte % 36]).join('');
}

export function uuid(seed: string): string {
  const hex = digest(seed).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Name in CloudFormation's form: stack name, logical id and a unique suffix, the first two shortened to fit the limit. */
export function generatedName(stackName: string, logicalId: string, seed: string, maximumLength: number): string {
  const unique = capitalId(seed, 12);
  const available = maximumLength - unique.length - 2;
  const stackPart = stackName.slice(0, Math.max(available - logicalId.length, Math.floor(available / 2)));
  return `${stackPart}-${logicalId.slice(0, available - stackPart.length)}-${unique}`;
}
