import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import { Construct, type IConstruct } from 'constructs';
import { appState } from '../app-state';
import { referencedConstructs } from '../referenced-construct';

const CREATE_CHAT_TOKEN = 'ivschat:CreateChatToken';

/** A principal that may create chat tokens, and so chooses their attributes. Token endpoints are none. */
export interface TokenCreator {
  /** Path of a construct, or another description. */
  readonly principal: string;
  /** Path of a construct, or another description. */
  readonly rooms: string;
  readonly env: ResourceEnvironment;
  /** Undefined for all rooms and for a room that is not a resource of the app. */
  readonly room?: CfnRoom;
}

/**
 * Registers the principal of a grant if it may create chat tokens.
 *
 * @param room the room, or undefined for all rooms
 */
export function registerTokenCreator(
  scope: IConstruct, env: ResourceEnvironment, actions: string[], { grantPrincipal }: IGrantable, { success }: Grant, room?: IRoomRef,
): void {
  if (!success || !actions.some(allowsToCreateTokens)) return;
  appState(scope).tokenCreators.push({
    principal: Construct.isConstruct(grantPrincipal) ? grantPrincipal.node.path : String(grantPrincipal),
    rooms: room ? room.node.path : 'all rooms of its account and region',
    env,
    room: room && referencedConstructs(room, CfnRoom.arnForRoom(room)).find(CfnRoom.isCfnRoom),
  });
}

/** As IAM compares. The CDK accepts no other wildcard. */
function allowsToCreateTokens(action: string): boolean {
  return new RegExp(`^${action.replaceAll('*', '.*')}$`, 'i').test(CREATE_CHAT_TOKEN);
}
