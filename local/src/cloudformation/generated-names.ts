import { createHash } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz';

/** Deterministic, so that the ARNs of a template are the same in every run. */
function digest(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}

/** Number of characters of ALPHANUMERIC, and where they begin. */
const ALPHABETS: Readonly<Record<string, readonly [from: number, count: number]>> = { lower: [26, 36], mixed: [0, 62], upper: [0, 36] };

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

/**
 * Replaces placeholders by generated characters: `{uuid}`, and `{hex17}`, `{lower10}`, `{upper13}` or `{mixed6}` with the number of characters, at
 * most 32. The same placeholder is replaced by the same characters.
 */
export function formattedId(format: string, seed: string): string {
  return format.replace(/\{(hex|lower|mixed|upper)(\d+)\}|\{uuid\}/g, (_, alphabet: string | undefined, length: string) => {
    if (alphabet === undefined) return uuid(seed);
    if (alphabet === 'hex') return digest(seed).toString('hex').slice(0, Number(length));
    const [from, count] = ALPHABETS[alphabet];
    return [...digest(seed).subarray(0, Number(length))].map(byte => ALPHANUMERIC[from + byte % count]).join('');
  });
}

/** Name in CloudFormation's form: stack name, logical id and a unique suffix, the first two shortened to fit the limit. */
export function generatedName(stackName: string, logicalId: string, seed: string, maximumLength: number): string {
  const unique = capitalId(seed, 12);
  const available = maximumLength - unique.length - 2;
  const stackPart = stackName.slice(0, Math.max(available - logicalId.length, Math.floor(available / 2)));
  return `${stackPart}-${logicalId.slice(0, available - stackPart.length)}-${unique}`;
}
