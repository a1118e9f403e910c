import { StringConcat, Token, Tokenization } from 'aws-cdk-lib';

/** Length of a room ID. */
const ROOM_ID_CHARACTERS = 12;
/** Usual length of any other value that is known at deployment: most are names, IDs or ARNs. */
const TOKEN_CHARACTERS = 64;

/** Estimates the size of settings as JSON, in bytes. Tokens count as usual values. */
export function bytesOfSettings(settings: object): number {
  return Buffer.byteLength(JSON.stringify(settings, (key, value: unknown) => {
    if (key === 'roomIds' && Array.isArray(value)) return value.map(() => '-'.repeat(ROOM_ID_CHARACTERS));
    return typeof value === 'string' && Token.isUnresolved(value) ? withUsualValues(value) : value;
  }));
}

function withUsualValues(value: string): string {
  const fragments = Tokenization.reverseString(value);
  return fragments.mapTokens({ mapToken: () => '-'.repeat(TOKEN_CHARACTERS) }).join(new StringConcat()) as string;
}
