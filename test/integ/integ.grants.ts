/** A function may do in a room what it was granted there, and neither anything else nor the same in another room. */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { Duration } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AllChatRoomsGrants, ChatRoom } from '../../src';
import { integTest } from '../support/integ-test';

export const { stack, integ } = integTest('Grants');

const room = new ChatRoom(stack, 'Room');
const otherRoom = new ChatRoom(stack, 'OtherRoom');

/** Answers with what came of one call in one room: the names of what it returned, or of the error. */
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

function expectOf(call: string, answer: string, of: 'ROOM' | 'OTHER_ROOM' = 'ROOM'): void {
  integ.assertions.invokeFunction({ functionName: backend.functionName, payload: JSON.stringify({ call, room: of }) })
    .expect(ExpectedResult.objectLike({ Payload: JSON.stringify(answer) }));
}

expectOf('createChatToken', 'sessionExpirationTime token tokenExpirationTime');
expectOf('listRooms', 'rooms');
expectOf('createChatToken', 'AccessDeniedException', 'OTHER_ROOM');
expectOf('sendEvent', 'AccessDeniedException');
