/** Named imports in an ES module: every export of the package, which Node.js must find without running it. */
import * as assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import { ChatRoom, MessageReviewHandler } from 'cdk-ivschat';
import * as ivschat from 'cdk-ivschat';

const require = createRequire(import.meta.url);
const names = Object.keys(require('cdk-ivschat'));
assert.deepEqual(names.filter(name => !Object.keys(ivschat).includes(name)), []);
assert.ok(names.includes('ChatRoom'));
assert.equal(ivschat.ChatRoom, ChatRoom);
assert.equal(require('cdk-ivschat/package.json').name, 'cdk-ivschat');

new ChatRoom(new Stack(new App(), 'Names'), 'Room', { messageReviewHandler: MessageReviewHandler.none() });
