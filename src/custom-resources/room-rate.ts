import { Lazy } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { Construct } from 'constructs';
import { allow, ChatProvider } from './provider';

/** What the handler is told about the rate of a room. Over the wire every value is a string. */
export interface RoomRateProperties {
  readonly RoomArn: string;
  /** 11 to 100: what CloudFormation does not take. */
  readonly MaximumMessageRatePerSecond: number;
  /** The other properties of the room. They are never read: the rate is applied again when one of them changes. */
  readonly Room: object;
}

/** Applies a rate that CloudFormation does not take, whenever it may have been reset by an update of the room. */
export function applyRoomRate(scope: Construct, room: CfnRoom, rate: number): void {
  const properties: RoomRateProperties = {
    RoomArn: room.attrArn,
    MaximumMessageRatePerSecond: rate,
    // When the template is written, with what was changed after the room was made, and the tags of aspects.
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
  ChatProvider.of(scope).addResource(scope, 'Rate', {
    resourceType: 'Custom::IVSChatRoomRate',
    properties: { ...properties },
    statements: [allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], room.attrArn)],
  });
}
