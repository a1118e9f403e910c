/**
 * Rooms have the declared handler: a function, an alias, or none. The service rejects a room with a handler that it has no
 * permission to invoke, so the deployment itself proves the permission.
 */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { Alias, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, FallbackResult, MessageReviewHandler } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('MessageReviewHandler');

const moderator = new Function(stack, 'Moderator', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async ({ Content }) => ({ ReviewResult: \'ALLOW\', Content });'),
});
const live = new Alias(stack, 'Live', { aliasName: 'live', version: moderator.currentVersion });

const reviewed = new ChatRoom(stack, 'Reviewed', {
  messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: moderator, fallbackResult: FallbackResult.DENY }),
});
const reviewedByAlias = new ChatRoom(stack, 'ReviewedByAlias', {
  messageReviewHandler: new MessageReviewHandler(stack, 'LiveReview', { handler: live }),
});
const unreviewed = new ChatRoom(stack, 'Unreviewed', { messageReviewHandler: MessageReviewHandler.none() });
// A grant on the room that the function reviews goes into a separate policy.
reviewed.grantModerate(moderator);

getRoom(integ, reviewed.roomArn).expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: moderator.functionArn, fallbackResult: 'DENY' },
}));
getRoom(integ, reviewedByAlias.roomArn).expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: live.functionArn, fallbackResult: 'ALLOW' },
}));
getRoom(integ, unreviewed.roomArn).expect(ExpectedResult.objectLike({ arn: unreviewed.roomArn }));
