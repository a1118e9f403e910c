import type { CustomResource, Stack } from 'aws-cdk-lib';
import type { CfnPermission, IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { lit, validationError } from './errors';
import type { ReviewerPolicies } from './grants/reviewer-policies';
import type { RoleKey } from './grants/roles';
import type { StageGrants } from './grants/room-grants';
import type { TokenCreator } from './grants/token-creators';
import type { RoomKey } from './room-ids';

/**
 * State that the constructs of an app share.
 *
 * It is stored on the root of the construct tree, because an app can contain several copies of this module, one for each
 * package that depends on the library. Increase `LAYOUT` with every change that other releases cannot read, including
 * changes of `ChatProvider`, which the copies share as well.
 */
export interface AppState {
  readonly layout: number;
  /** Functions, versions and aliases that review messages. */
  readonly reviewers: Set<IFunctionRef>;
  /** Grants on rooms, by the app or the stage. */
  readonly roomGrants: Map<IConstruct, StageGrants>;
  /** Policies with permissions on rooms that are not in the default policy of a role. */
  readonly reviewerPolicies: Map<RoleKey, ReviewerPolicies>;
  /** The custom resource that detaches a review handler or a logging configuration from its rooms. */
  readonly detachments: Map<IConstruct, CustomResource>;
  /** The permission to invoke a function, by the key of the function. */
  readonly invokePermissions: Map<Stack, Map<string, CfnPermission>>;
  /** `ChatRoomSettings`, by the id of their room. */
  readonly roomSettings: Map<Stack, Map<string, RegisteredSettings>>;
  readonly tokenEndpoints: RegisteredTokenEndpoint[];
  /** Other principals that may create chat tokens. */
  readonly tokenCreators: TokenCreator[];
  /** The first `ChatMonitoring` of a stack. */
  readonly monitoring: Map<Stack, Construct>;
}

export interface RegisteredSettings {
  readonly construct: Construct;
  readonly roomArn: string;
}

export interface RegisteredTokenEndpoint {
  readonly construct: Construct;
  /** Empty for all rooms of the account and region. */
  readonly rooms: ReadonlySet<RoomKey>;
  readonly userIdPrefix?: string;
  /** The attributes that users choose themselves, with what they are taken from. */
  readonly userAttributes: ReadonlyMap<string, string>;
  /** Identifies what user IDs are unique in. */
  readonly identityProvider: string;
}

const LAYOUT = 4;
const KEY = Symbol.for('cdk-ivschat.AppState');

/** Returns the state of the app that a construct is in. */
export function appState(scope: IConstruct): AppState {
  const { root } = scope.node;
  const existing = (root as { [KEY]?: AppState })[KEY];
  if (existing === undefined) {
    const state: AppState = {
      layout: LAYOUT,
      reviewers: new Set(),
      roomGrants: new Map(),
      reviewerPolicies: new Map(),
      detachments: new Map(),
      invokePermissions: new Map(),
      roomSettings: new Map(),
      tokenEndpoints: [],
      tokenCreators: [],
      monitoring: new Map(),
    };
    Object.defineProperty(root, KEY, { value: state });
    return state;
  }
  if (existing.layout !== LAYOUT) {
    throw validationError(scope, lit`IncompatibleVersions`,
      `cdk-ivschat must have compatible versions in all packages of an app, got versions with the state layouts ${existing.layout} and ${LAYOUT}: install one version, "npm ls cdk-ivschat" lists where it is used`);
  }
  return existing;
}

/** Returns the inner map of a key, which is created if it does not exist. */
export function mapOf<K, V>(maps: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const existing = maps.get(key) ?? new Map<string, V>();
  maps.set(key, existing);
  return existing;
}
