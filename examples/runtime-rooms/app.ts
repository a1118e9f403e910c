import { App } from 'aws-cdk-lib';
import { RuntimeRoomsStack } from './runtime-rooms-stack';

// Without env, the stack is deployed to the account and region of your credentials.
new RuntimeRoomsStack(new App(), 'RuntimeRooms');
