/** A function has the granted permissions in one room, no others there, and none in another room. */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { Duration } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AllChatRoomsGrants, ChatRoom } from '../../src';
import { integTest } from '../support/integ-test';

export const { stack, integ } = integTest('Grants');

const room = new ChatRoom(stack, 'Room');
const otherRoom = new ChatRoom(stack, 'OtherRoom');

/** Returns the outcome of a call: the names of the response fields, or of the error. */
const backend = new Function(stack, 'Backend', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  timeout: Duration.seconds(30),
  environment: { ROOM: room.roomArn, OTHER_ROOM: otherRoom.roomArn },
  code: Code.fromInline(`
const { IvschatClient, CreateChatTokenCommand, ListRoomsCommand, SendEventCommand } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient({});
const calls = {
  createChatToken: roomIdentifier => new CreateChatTokenCommand({ roomIdentifier, userId: 'alice' }),
  listRooms: () => new ListRoomsCommand({}),
  sendEvent: roomIdentifier => new SendEventCommand({ roomIdentifier, eventName: 'hello' }),
};

exports.handler = async ({ call, room }) => {
  try {
    const { $metadata, ...output } = await chat.send(calls[call](process.env[room]));
    return Object.keys(output).sort().join(' ');
  } catch (error) {
    return error.name;
  }
};`),
});
room.grantCreateChatToken(backend);
AllChatRoomsGrants.of(stack).listRooms(backend);

function expectResult(call: string, result: string, roomVariable: 'ROOM' | 'OTHER_ROOM' = 'ROOM'): void {
  integ.assertions.invokeFunction({ functionName: backend.functionName, payload: JSON.stringify({ call, room: roomVariable }) })
    .expect(ExpectedResult.objectLike({ Payload: JSON.stringify(result) }));
}

expectResult('createChatToken', 'sessionExpirationTime token tokenExpirationTime');
expectResult('listRooms', 'rooms');
expectResult('createChatToken', 'AccessDeniedException', 'OTHER_ROOM');
expectResult('sendEvent', 'AccessDeniedException');
