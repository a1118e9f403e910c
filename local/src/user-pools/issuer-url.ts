import { isIP } from 'node:net';
import { ExpectedError } from '../expected-error';

/**
 * Returns an issuer as its tokens have it in the claim `iss`: unchanged, because verifiers compare strings.
 *
 * @param option name of the option that has the value
 * @throws ExpectedError if functions cannot be led to it
 */
export function readIssuerUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.protocol === 'https:' && [url.port, url.search, url.hash, url.username, url.password].every(part => part === '')
    && text.startsWith(`https://${url.host}`);
  if (!isPlain || url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new ExpectedError(`${option} must be an https URL with a host name and without a port, such as https://login.example.com, got ${text}.`);
  }
  return text;
}

/** The ID of a user pool by its issuer. Undefined for other issuers. */
export function userPoolIdOf(issuer: string): string | undefined {
  return /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+)$/.exec(issuer)?.[1];
}
