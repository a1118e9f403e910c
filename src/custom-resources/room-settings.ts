import { type CustomResource, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { allow, ChatProvider } from './provider';
import { resourceIdOf } from '../private/arns';

/** What the handler is told about a room the stack does not own. Over the wire every scalar is a string. */
export interface RoomSettingsProperties {
  readonly RoomArn: string;
  readonly MaximumMessageLength?: number;
  /** 1 to 100 */
  readonly MaximumMessageRatePerSecond?: number;
  /** An empty URI takes off whatever handler there is. */
  readonly MessageReviewHandler?: { readonly Uri: string; readonly FallbackResult?: string };
  readonly LoggingConfigurationIdentifiers?: string[];
  readonly Tags?: Record<string, string>;
}

/** Applies settings to a room the stack does not own. */
export function applyRoomSettings(scope: Construct, properties: RoomSettingsProperties): CustomResource {
  // Another room is another resource. As an update of this one, what is taken off the old room would need permissions
  // that went to the new one with the same update.
  const roomId = resourceIdOf(scope, properties.RoomArn);
  return ChatProvider.of(scope).addResource(scope, Token.isUnresolved(roomId) ? 'Room' : `Room${roomId}`, {
    resourceType: 'Custom::IVSChatRoomSettings',
    properties: { ...properties },
    // All of them whatever is set: what is removed is taken off with the permissions of the deployment that removes it.
    statements: [allow(['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'], properties.RoomArn)],
  });
}
