/**
 * A handler and a logging configuration are detached from rooms of the application before they are deleted.
 *
 * The test proves it when its stack is deleted: a custom resource that is deleted after them reads the room, and fails the
 * deletion if one of them is still attached.
 */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import { AllChatRoomsGrants, LoggingConfiguration, LoggingDestination, MessageReviewHandler } from '../../src';
import { ExternalRoom } from '../support/external-room';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('DetachOnDelete');

const { roomArn } = new ExternalRoom(stack, 'Foreign', { name: 'integ-detached' });

const checkRoom = new Function(stack, 'Look', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(`
const { IvschatClient, GetRoomCommand } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient({});

exports.handler = async ({ RequestType, ResourceProperties }) => {
  if (RequestType !== 'Delete') return;
  const room = await chat.send(new GetRoomCommand({ identifier: ResourceProperties.RoomArn }));
  const { messageReviewHandler, loggingConfigurationIdentifiers = [] } = room;
  if (messageReviewHandler?.uri || loggingConfigurationIdentifiers.length > 0) {
    throw new Error('Still on the room: ' + JSON.stringify({ messageReviewHandler, loggingConfigurationIdentifiers }));
  }
};`),
});
AllChatRoomsGrants.of(stack).getRoom(checkRoom);
const check = new CustomResource(stack, 'Witness', {
  resourceType: 'Custom::Witness',
  serviceToken: new Provider(stack, 'WitnessProvider', { onEventHandler: checkRoom }).serviceToken,
  properties: { RoomArn: roomArn },
});

const moderator = new Function(stack, 'Moderator', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async ({ Content }) => ({ ReviewResult: \'ALLOW\', Content });'),
});
const review = new MessageReviewHandler(stack, 'Review', { handler: moderator, detachOnDelete: true });
const chatLog = new LoggingConfiguration(stack, 'ChatLog', {
  destination: LoggingDestination.cloudWatchLogs(new LogGroup(stack, 'LogGroup', { removalPolicy: RemovalPolicy.DESTROY })),
  detachOnDelete: true,
});
// They are deleted before the check runs.
review.node.addDependency(check);
chatLog.node.addDependency(check);

/** As an application attaches them at runtime. Nothing undoes it. */
const attach = new AwsCustomResource(stack, 'Attach', {
  resourceType: 'Custom::Attach',
  installLatestAwsSdk: false,
  onCreate: {
    service: 'ivschat',
    action: 'UpdateRoom',
    parameters: {
      identifier: roomArn,
      messageReviewHandler: { uri: review.handlerUri, fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers: [chatLog.loggingConfigurationArn],
    },
    physicalResourceId: PhysicalResourceId.of('attached'),
  },
  policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [roomArn] }),
});
// The service rejects a handler that it has no permission to invoke yet.
attach.node.addDependency(review);

const room = getRoom(integ, roomArn);
room.node.addDependency(attach);
room.expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: moderator.functionArn, fallbackResult: 'DENY' },
  loggingConfigurationIdentifiers: Match.arrayWith([chatLog.loggingConfigurationArn]),
}));
