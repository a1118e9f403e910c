import { App } from 'aws-cdk-lib';
import { LiveChatStack } from './live-chat-stack';

// Without env, the stack is deployed to the account and region of your credentials.
new LiveChatStack(new App(), 'LiveChat');
