import { App } from 'aws-cdk-lib';
import { RuntimeRoomsStack } from './runtime-rooms-stack';

// Without env the stack goes to the account and region of whoever deploys it.
new RuntimeRoomsStack(new App(), 'RuntimeRooms');
