/**
 * Rooms have the handler they were declared with: a function, an alias of one, or none. The service refuses a room whose
 * handler it may not invoke, so that the deployment itself asserts the permission.
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
// The function may act on the room it reviews, which is a policy of its own.
reviewed.grantModerate(moderator);

getRoom(integ, reviewed.roomArn).expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: moderator.functionArn, fallbackResult: 'DENY' },
}));
getRoom(integ, reviewedByAlias.roomArn).expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: live.functionArn, fallbackResult: 'ALLOW' },
}));
getRoom(integ, unreviewed.roomArn).expect(ExpectedResult.objectLike({ arn: unreviewed.roomArn }));
