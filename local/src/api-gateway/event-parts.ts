import type { IncomingMessage } from 'node:http';
import type { Authorization } from './authorization';

/** Who has sent a request, for `requestContext.identity` of payload format 1.0. */
export function identityOf(req: IncomingMessage, authorization: Authorization | undefined) {
  const signer = authorization?.kind === 'iam' ? authorization.signer : undefined;
  return {
    accessKey: signer?.accessKeyId ?? null,
    accountId: signer?.identity.accountId ?? null,
    caller: signer?.identity.userId ?? null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: req.socket.remoteAddress ?? '',
    user: signer?.identity.userId ?? null,
    userAgent: req.headers['user-agent'] ?? '',
    userArn: signer?.identity.userArn ?? null,
  };
}

/** Collects the values of each name. */
export function multiValues(pairs: readonly [string, string][]): [string, string[]][] {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...values.get(name) ?? [], value]);
  return [...values];
}

/** Payload format 1.0 has null instead of an empty map. */
export function orNull<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> | null {
  return Object.keys(values).length > 0 ? values : null;
}
