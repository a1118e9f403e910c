import * as path from 'path';
import { RemovalPolicies } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeAllRooms } from './acknowledge';
import { typeScriptFunction } from '../live-chat/typescript-function';
import * as ivschat from 'cdk-ivschat';

/**
 * What all rooms have in common, and go on using after the stack is gone: CloudFormation knows nothing of rooms that are
 * made at run time.
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
    // There is no room yet to grant on.
    ivschat.AllChatRoomsGrants.of(this).moderate(reviewFunction);
    acknowledgeAllRooms(reviewFunction.role!, 'It reviews rooms that do not exist yet.');

    this.log = new ivschat.LoggingConfiguration(this, 'Log', {
      // Without a name of its own, because the log group stays when the stack goes, and a name can be used only once.
      destination: ivschat.LoggingDestination.cloudWatchLogs(new LogGroup(this, 'LogGroup', { retention: RetentionDays.ONE_MONTH })),
    });

    // Without the function, live rooms would refuse every message (DENY) or deliver them without a review (ALLOW), and the
    // logging configuration cannot be deleted as long as a room refers to it: deleting the stack would fail. The same goes for a
    // deployment that replaces one of them.
    RemovalPolicies.of(this).retain();
  }
}
