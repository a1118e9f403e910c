import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { allow, ChatProvider } from './provider';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { appState } from '../private/app-state';
import { formatArn } from '../private/arns';
import { referencedConstruct } from '../private/referenced-construct';

/** Properties of the custom resource. Exactly one is set. */
export interface DetachmentProperties {
  readonly MessageReviewHandlerUri?: string;
  readonly LoggingConfigurationArn?: string;
}

/**
 * Detaches a review handler or a logging configuration from all rooms before it is deleted.
 *
 * @param owner the construct of the handler or the L1 of the logging configuration
 */
export function detachOnDelete(scope: Construct, owner: IConstruct, properties: DetachmentProperties): void {
  acknowledgeWildcard(scope, '*', 'ListRooms applies to all rooms.');
  acknowledgeWildcard(scope, anyRoom(scope), 'The application creates the rooms at runtime.');
  appState(scope).detachments.set(owner, ChatProvider.of(scope).addResource(scope, 'Detachment', {
    resourceType: 'Custom::IVSChatDetachment',
    properties: { ...properties },
    // The rooms are not known, because the application creates them at runtime.
    statements: [allow(['ivschat:ListRooms'], '*'), allow(['ivschat:UpdateRoom'], formatArn(scope, 'room', '*'))],
  }));
}

/**
 * Returns the detachment that a room or its settings must depend on. The room is then deleted before the detachment, which
 * does not have to update it.
 *
 * Returns nothing if they are in different stacks, because the stacks could then depend on each other.
 */
export function detachmentOf(owner: IConstruct | undefined, user: IConstruct): IConstruct[] {
  const detachment = owner && appState(user).detachments.get(owner);
  return detachment && Stack.of(detachment) === Stack.of(user) ? [detachment] : [];
}

/** Returns the detachments of logging configurations, given by their ARNs. */
export function detachmentsByArn(arns: string[] | undefined, user: IConstruct): IConstruct[] {
  return arns?.flatMap(arn => detachmentOf(referencedConstruct(arn), user)) ?? [];
}
