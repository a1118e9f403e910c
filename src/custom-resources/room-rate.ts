import { Lazy } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { Construct } from 'constructs';
import { ChatProvider, followRemovalPolicies } from './provider';
import { allow } from '../private/grants/statements';

/** Properties of the custom resource. CloudFormation passes all values as strings. */
export interface RoomRateProperties {
  readonly RoomArn: string;
  /** 11 to 100, which CloudFormation does not support. */
  readonly MaximumMessageRatePerSecond: number;
  /** The other properties of the room. They are not read, but a change of them sets the rate again. */
  readonly Room: object;
}

/** Sets a rate that CloudFormation does not support, and sets it again after each update of the room. */
export function applyRoomRate(scope: Construct, room: CfnRoom, rate: number): void {
  const properties: RoomRateProperties = {
    RoomArn: room.attrArn,
    MaximumMessageRatePerSecond: rate,
    // Rendered at the end of synthesis, to include changes of the L1 and tags added by aspects.
    Room: Lazy.any({
      produce: () => ({
        Name: room.name,
        MaximumMessageLength: room.maximumMessageLength,
        MessageReviewHandler: room.messageReviewHandler,
        LoggingConfigurationIdentifiers: room.loggingConfigurationIdentifiers,
        Tags: room.tags.renderedTags,
      }),
    }),
  };
  const resource = ChatProvider.of(scope).addResource(scope, 'Rate', {
    resourceType: 'Custom::IVSChatRoomRate',
    properties: { ...properties },
    subject: room,
    statements: [allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], room.attrArn)],
  });
  followRemovalPolicies(resource, room);
}
