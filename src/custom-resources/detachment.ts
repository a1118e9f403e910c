import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { allow, ChatProvider } from './provider';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { appState } from '../private/app-state';
import { formatArn } from '../private/arns';
import { referencedConstruct } from '../private/referenced-construct';

/** What the handler is told about what is taken off rooms when it goes: one of the two. */
export interface DetachmentProperties {
  readonly MessageReviewHandlerUri?: string;
  readonly LoggingConfigurationArn?: string;
}

/**
 * Takes a handler or a logging configuration off all rooms that have it, before it is deleted.
 *
 * @param owner what is detached: the construct of the handler, the L1 of the logging configuration
 */
export function detachOnDelete(scope: Construct, owner: IConstruct, properties: DetachmentProperties): void {
  acknowledgeWildcard(scope, '*', 'Rooms cannot be listed one by one.');
  acknowledgeWildcard(scope, anyRoom(scope), 'It is taken off rooms that the application makes at run time.');
  appState(scope).detachments.set(owner, ChatProvider.of(scope).addResource(scope, 'Detachment', {
    resourceType: 'Custom::IVSChatDetachment',
    properties: { ...properties },
    // Which rooms they will be nobody knows: the application makes them at run time.
    statements: [allow(['ivschat:ListRooms'], '*'), allow(['ivschat:UpdateRoom'], formatArn(scope, 'room', '*'))],
  }));
}

/**
 * What a room, or the settings of one, should wait for: then it is deleted first, and not one of those that have to be detached.
 *
 * Only in the stack of both: elsewhere the wait could close a circle of stacks.
 */
export function detachmentOf(owner: IConstruct | undefined, user: IConstruct): IConstruct[] {
  const detachment = owner && appState(user).detachments.get(owner);
  return detachment && Stack.of(detachment) === Stack.of(user) ? [detachment] : [];
}

/** The same for logging configurations, whichever construct their ARN was taken from. */
export function detachmentsOfArns(arns: string[] | undefined, user: IConstruct): IConstruct[] {
  return arns?.flatMap(arn => detachmentOf(referencedConstruct(arn), user)) ?? [];
}
