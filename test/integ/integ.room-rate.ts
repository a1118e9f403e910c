/** A rate that CloudFormation does not accept is applied, and the other properties of the room are kept. */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { ChatRoom } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('RoomRate');

const fast = new ChatRoom(stack, 'Fast', { roomName: 'integ-fast', maximumMessageLength: 200, maximumMessageRatePerSecond: 50, tags: { team: 'chat' } });
const fastest = new ChatRoom(stack, 'Fastest', { maximumMessageRatePerSecond: 100 });
const slow = new ChatRoom(stack, 'Slow', { maximumMessageRatePerSecond: 10 });

getRoom(integ, fast.roomArn).expect(ExpectedResult.objectLike({
  name: 'integ-fast', maximumMessageLength: 200, maximumMessageRatePerSecond: 50, tags: { team: 'chat' },
}));
getRoom(integ, fastest.roomArn).expect(ExpectedResult.objectLike({ maximumMessageRatePerSecond: 100 }));
getRoom(integ, slow.roomArn).expect(ExpectedResult.objectLike({ maximumMessageRatePerSecond: 10 }));
