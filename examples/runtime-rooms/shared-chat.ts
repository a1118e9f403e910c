import * as path from 'path';
import { RemovalPolicies } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeAllRooms } from './cdk-nag-acknowledgements';
import { typeScriptFunction } from '../live-chat/typescript-function';
import * as ivschat from 'cdk-ivschat';

/**
 * The review handler and the chat log that all rooms share. Rooms created at runtime are not part of the stack and still use
 * these resources after the stack is deleted.
 */
export class SharedChat extends Construct {
  public readonly review: ivschat.MessageReviewHandler;
  public readonly log: ivschat.LoggingConfiguration;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    const reviewFunction = typeScriptFunction(this, 'ReviewFunction', {
      entry: path.join(__dirname, '..', 'live-chat', 'review-handler.ts'),
      description: 'Reviews every message of every room before it is delivered',
    });
    this.review = new ivschat.MessageReviewHandler(this, 'Review', {
      handler: reviewFunction,
      fallbackResult: ivschat.FallbackResult.DENY,
    });
    // There is no ARN of a room yet.
    ivschat.AllChatRoomsGrants.of(this).moderate(reviewFunction);
    acknowledgeAllRooms(reviewFunction.role!, 'It moderates rooms that do not exist at deployment.');

    this.log = new ivschat.LoggingConfiguration(this, 'Log', {
      // No explicit name: the log group is retained, and a second deployment could not use the name again.
      destination: ivschat.LoggingDestination.cloudWatchLogs(new LogGroup(this, 'LogGroup', { retention: RetentionDays.ONE_MONTH })),
    });

    // Without the function, existing rooms would deny all messages (DENY) or deliver them without a review (ALLOW). The logging
    // configuration cannot be deleted while a room uses it, so deleting the stack would fail. The same applies to a deployment that
    // replaces one of them.
    RemovalPolicies.of(this).retain();
  }
}
