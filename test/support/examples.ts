import type { App, Stack } from 'aws-cdk-lib';
import { LiveChatStack } from '../../examples/live-chat/live-chat-stack';
import { OwnReviewStack } from '../../examples/own-review/own-review-stack';
import { RuntimeRoomsStack } from '../../examples/runtime-rooms/runtime-rooms-stack';

/** An app in examples/, with the same stacks as its app.ts. */
export interface Example {
  readonly name: string;
  build(app: App): Stack[];
}

/** All examples. With the context `'aws:cdk:bundling-stacks': []` on the app, their functions are not bundled. */
export const EXAMPLES: Example[] = [
  { name: 'live-chat', build: app => [new LiveChatStack(app, 'LiveChat')] },
  { name: 'own-review', build: app => [new OwnReviewStack(app, 'OwnReview')] },
  { name: 'runtime-rooms', build: app => [new RuntimeRoomsStack(app, 'RuntimeRooms')] },
];
