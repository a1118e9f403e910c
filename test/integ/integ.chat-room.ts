/** A room has every declared property, and an imported room has the same ARN. */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { Tags } from 'aws-cdk-lib';
import { ChatRoom } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('ChatRoom');

const room = new ChatRoom(stack, 'Room', {
  roomName: 'integ-chat-room',
  maximumMessageLength: 300,
  maximumMessageRatePerSecond: 5,
  tags: { team: 'chat' },
});
Tags.of(room).add('stage', 'integ');
const defaults = new ChatRoom(stack, 'Defaults');
const imported = ChatRoom.fromRoomId(stack, 'Imported', room.roomId);

getRoom(integ, room.roomArn).expect(ExpectedResult.objectLike({
  arn: room.roomArn,
  id: room.roomId,
  name: 'integ-chat-room',
  maximumMessageLength: 300,
  maximumMessageRatePerSecond: 5,
  tags: { team: 'chat', stage: 'integ' },
}));
getRoom(integ, defaults.roomArn).expect(ExpectedResult.objectLike({
  maximumMessageLength: 500,
  maximumMessageRatePerSecond: 10,
}));
// The ARN that is built from the id is the one of the service.
getRoom(integ, imported.roomArn).expect(ExpectedResult.objectLike({ arn: room.roomArn }));
