import { createHash } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz';

/** The same text gives the same digest in every run: that is why the ARNs of a template stay what they are. */
function digest(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}

/** Such as the id of a room. At most 32 characters. */
export function alphanumericId(seed: string, length: number): string {
  return [...digest(seed).subarray(0, length)].map(byte => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('');
}

/** Capital letters and digits, such as the id of a role. At most 32 characters. */
export function capitalId(seed: string, length: number): string {
  return [...digest(seed).subarray(0, length)].map(byte => ALPHANUMERIC[byte % 36]).join('');
}

export function uuid(seed: string): string {
  const hex = digest(seed).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** A name as CloudFormation makes them: stack, logical id and something that makes it unique, the first two shortened as the limit asks. */
export function generatedName(stackName: string, logicalId: string, seed: string, maximumLength: number): string {
  const unique = capitalId(seed, 12);
  const room = maximumLength - unique.length - 2;
  const stackPart = stackName.slice(0, Math.max(room - logicalId.length, Math.floor(room / 2)));
  return `${stackPart}-${logicalId.slice(0, room - stackPart.length)}-${unique}`;
}
