import { Stack, Stage } from 'aws-cdk-lib';
import { appState, type RegisteredTokenEndpoint } from '../app-state';
import { warn } from '../errors';

/**
 * Registers a token endpoint, and warns if another one issues tokens for the same room to users of another identity provider:
 * user IDs are unique only within an identity provider.
 */
export function registerTokenEndpoint(endpoint: RegisteredTokenEndpoint): void {
  const { construct } = endpoint;
  const { tokenEndpoints } = appState(construct);
  const other = tokenEndpoints.find(existing => canConfuseUsers(existing, endpoint));
  tokenEndpoints.push(endpoint);
  if (!other) return;
  warn(construct, 'userIdsOfTwoProviders',
    `${other.construct.node.path} and ${construct.node.path} issue chat tokens for the same room to users of different identity providers. Two users can have the same ID: each could send messages as the other one, and a ban would affect both. Set a different userIdPrefix on each endpoint.`);
}

function canConfuseUsers(one: RegisteredTokenEndpoint, other: RegisteredTokenEndpoint): boolean {
  return one.identityProvider !== other.identityProvider
    && one.userIdPrefix === other.userIdPrefix
    && isSameEnvironment(one, other)
    && haveCommonRoom(one, other);
}

function isSameEnvironment(one: RegisteredTokenEndpoint, other: RegisteredTokenEndpoint): boolean {
  const [ours, theirs] = [Stack.of(one.construct), Stack.of(other.construct)];
  return Stage.of(ours) === Stage.of(theirs) && ours.account === theirs.account && ours.region === theirs.region;
}

function haveCommonRoom({ rooms: ours }: RegisteredTokenEndpoint, { rooms: theirs }: RegisteredTokenEndpoint): boolean {
  return ours.size === 0 || theirs.size === 0 || [...ours].some(room => theirs.has(room));
}
