import type { CustomResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { allow, ChatProvider } from './provider';
import { resourceIdOf } from '../private/arns';

/** Properties of the custom resource. CloudFormation passes all scalars as strings. */
export interface RoomSettingsProperties {
  readonly RoomArn: string;
  readonly MaximumMessageLength?: number;
  /** 1 to 100 */
  readonly MaximumMessageRatePerSecond?: number;
  /** An empty URI detaches the current handler. */
  readonly MessageReviewHandler?: { readonly Uri: string; readonly FallbackResult?: string };
  readonly LoggingConfigurationIdentifiers?: string[];
  readonly Tags?: Record<string, string>;
}

/** Applies settings to a room that is not defined in this app. */
export function applyRoomSettings(scope: Construct, properties: RoomSettingsProperties): CustomResource {
  return ChatProvider.of(scope).addResource(scope, 'Settings', {
    resourceType: 'Custom::IVSChatRoomSettings',
    properties: { ...properties },
    // Another room gets another logical ID. In an update of the same resource, the policy would already name the new room
    // when the settings are removed from the old one.
    subject: resourceIdOf(scope, properties.RoomArn),
    // All actions, whichever settings there are: a deployment that removes a setting also needs permission to undo it.
    statements: [allow(['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'], properties.RoomArn)],
  });
}
