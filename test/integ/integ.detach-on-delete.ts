/**
 * A handler and a logging configuration are taken off the rooms of the application before they are deleted.
 *
 * What matters happens when the test deletes its stack. A witness that is deleted after them looks at the room, and
 * fails the deletion if the room still has one of them.
 */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import { AllChatRoomsGrants, LoggingConfiguration, LoggingDestination, MessageReviewHandler } from '../../src';
import { ForeignRoom } from '../support/foreign-room';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('DetachOnDelete');

const { roomArn } = new ForeignRoom(stack, 'Foreign', { name: 'integ-detached' });

const look = new Function(stack, 'Look', {
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
AllChatRoomsGrants.of(stack).getRoom(look);
const witness = new CustomResource(stack, 'Witness', {
  resourceType: 'Custom::Witness',
  serviceToken: new Provider(stack, 'WitnessProvider', { onEventHandler: look }).serviceToken,
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
// In a deletion that means: before the witness looks.
review.node.addDependency(witness);
chatLog.node.addDependency(witness);

/** What an application does at run time, and nobody undoes. */
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
// The service refuses a handler it may not invoke yet.
attach.node.addDependency(review);

const room = getRoom(integ, roomArn);
room.node.addDependency(attach);
room.expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: moderator.functionArn, fallbackResult: 'DENY' },
  loggingConfigurationIdentifiers: Match.arrayWith([chatLog.loggingConfigurationArn]),
}));
