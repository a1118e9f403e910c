import * as path from 'path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeAllRooms, acknowledgeEverything } from './cdk-nag-acknowledgements';
import { SharedChat } from './shared-chat';
import { typeScriptFunction } from '../live-chat/typescript-function';
import * as ivschat from 'cdk-ivschat';

/** A function that creates rooms, with a shared review handler and a shared chat log. */
export class RuntimeRoomsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const chat = new SharedChat(this, 'Chat');

    const createRoom = typeScriptFunction(this, 'CreateRoom', {
      entry: path.join(__dirname, 'create-room.ts'),
      description: 'Creates a chat room that is reviewed and logged like all others',
      environment: {
        HANDLER_URI: chat.review.handlerUri,
        FALLBACK_RESULT: chat.review.fallbackResult,
        LOGGING_CONFIGURATION_ARN: chat.log.loggingConfigurationArn,
        STACK_NAME: this.stackName,
      },
    });
    // Rooms can be created only after the service is permitted to invoke the review handler.
    createRoom.node.addDependency(chat.review);

    const rooms = ivschat.AllChatRoomsGrants.of(this);
    rooms.createRoom(createRoom);
    acknowledgeEverything(createRoom.role!, 'A room has no ARN before it is created.');
    // Creating a room with tags also requires ivschat:TagResource.
    rooms.tagResource(createRoom);
    acknowledgeAllRooms(createRoom.role!, 'It tags the rooms that it creates. The service generates their ids.');

    new CfnOutput(this, 'CreateRoomFunction', { value: createRoom.functionName, description: 'Invoke with {"name": "..."}' });
  }
}
