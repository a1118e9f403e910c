import { App } from 'aws-cdk-lib';
import { LiveChatStack } from './live-chat-stack';

// Without env the stack goes to the account and region of whoever deploys it.
new LiveChatStack(new App(), 'LiveChat');
