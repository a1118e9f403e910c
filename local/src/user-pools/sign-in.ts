import { ExpectedError } from '../expected-error';

/** A user and the tokens they get. */
export interface SignIn {
  readonly username: string;
  /** ID or name of a client of the pool, or the audience of another issuer. @default - the only client of the pool */
  readonly client?: string;
  readonly groups?: readonly string[];
  /** Claims of the ID token, which replace those of the issuer. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Claims of the access token, which replace those of the issuer. */
  readonly accessTokenClaims?: Readonly<Record<string, unknown>>;
  /** The claim `scope` of the access token. @default - that of a user who signs in with an SDK */
  readonly scopes?: readonly string[];
}

/** A user of one of the issuers. */
export interface SignInRequest extends SignIn {
  /** ID, name or ARN of a user pool. @default - the only user pool */
  readonly pool?: string;
  /** URL of another issuer. */
  readonly issuer?: string;
}

type Check = readonly [isValid: (value: unknown) => boolean, description: string];

const STRING: Check = [value => typeof value === 'string' && value !== '', 'a string that is not empty'];
const STRINGS: Check = [value => Array.isArray(value) && value.every(item => typeof item === 'string'), 'a list of strings'];
const CLAIMS: Check = [isObject, 'an object of claims by name'];

const FIELDS: Readonly<Record<keyof SignInRequest, Check>> = {
  accessTokenClaims: CLAIMS,
  claims: CLAIMS,
  client: STRING,
  groups: STRINGS,
  issuer: STRING,
  pool: STRING,
  // Amazon Cognito's limit.
  username: [value => typeof value === 'string' && /^.{1,128}$/su.test(value), 'a string of 1 to 128 characters'],
  scopes: STRINGS,
};

/**
 * Checks what a test or a page passes.
 *
 * @throws ExpectedError that names the invalid field
 */
export function readSignInRequest(input: unknown): SignInRequest {
  if (!isObject(input)) throw new ExpectedError(`The body must be an object such as { "username": "ada" }, got ${JSON.stringify(input)}.`);
  const unknown = Object.keys(input).find(name => !Object.hasOwn(FIELDS, name));
  if (unknown !== undefined) throw new ExpectedError(`${unknown} is not a field of a sign-in: use ${Object.keys(FIELDS).sort().join(', ')}.`);
  const given = { username: undefined, ...input };
  for (const [name, value] of Object.entries(given)) {
    const [isValid, description] = FIELDS[name as keyof SignInRequest];
    const isOmitted = value === undefined && name !== 'username';
    if (!isOmitted && !isValid(value)) throw new ExpectedError(`${name} must be ${description}, got ${JSON.stringify(value)}.`);
  }
  const request = given as unknown as SignInRequest;
  if (request.pool !== undefined && request.issuer !== undefined) {
    throw new ExpectedError(`pool and issuer must not both be set, got ${request.pool} and ${request.issuer}: a user has one issuer.`);
  }
  return request;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
