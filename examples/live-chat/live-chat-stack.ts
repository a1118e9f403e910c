import * as path from 'path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { typeScriptFunction } from './typescript-function';
import * as ivschat from 'cdk-ivschat';

/** A chat room whose messages are reviewed and logged, and a URL where its users get their tokens. */
export class LiveChatStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const reviewFunction = typeScriptFunction(this, 'ReviewFunction', {
      entry: path.join(__dirname, 'review-handler.ts'),
      description: 'Reviews every message before it is delivered',
    });
    const review = new ivschat.MessageReviewHandler(this, 'Review', {
      handler: reviewFunction,
      // A message that could not be reviewed in time, as in a cold start, is refused: its sender sees an error and tries again.
      fallbackResult: ivschat.FallbackResult.DENY,
    });

    const chatLog = new ivschat.LoggingConfiguration(this, 'ChatLog', {
      destination: ivschat.LoggingDestination.cloudWatchLogs(new LogGroup(this, 'ChatLogGroup', {
        // All log groups below /aws/vendedlogs/ share one of the few resource policies that an account may have.
        // With the name of the stack in it, the stack can be deployed twice.
        logGroupName: `/aws/vendedlogs/ivschat/${this.stackName}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      })),
    });

    const lobby = new ivschat.ChatRoom(this, 'Lobby', {
      roomName: 'lobby',
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 10,
      messageReviewHandler: review,
      loggingConfigurations: [chatLog],
    });
    // The function may disconnect users of the room it reviews, and delete messages there.
    lobby.grantModerate(reviewFunction);

    // Whoever may assume a role of this account by his own policies may assume these two. He names the session and thereby the
    // user in the chat, so let your sign-in service assume the roles for your users.
    const viewersMay = 'May enter the chat and write';
    const viewers = new Role(this, 'Viewers', { assumedBy: new AccountRootPrincipal(), description: viewersMay });
    const staffMay = 'May enter the chat, write and moderate';
    const staff = new Role(this, 'Staff', { assumedBy: new AccountRootPrincipal(), description: staffMay });
    lobby.grantModerate(staff);

    const tokenFunction = typeScriptFunction(this, 'TokenFunction', {
      entry: path.join(__dirname, 'token-handler.ts'),
      description: 'Lets users into the chat',
      environment: { ROOM_ARN: lobby.roomArn, STAFF_ROLE_ID: staff.roleId },
    });
    lobby.grantCreateChatToken(tokenFunction);
    const tokenUrl = tokenFunction.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    tokenUrl.grantInvokeUrl(viewers);
    tokenUrl.grantInvokeUrl(staff);

    this.alarm('ReviewFails', review.metricInvocationErrors(),
      'Messages were refused because the review function failed or took too long');
    this.alarm('ReviewAnswersWrongly', review.metricResponseValidationErrors(),
      'Messages were refused because the review function gave no valid answer');

    new CfnOutput(this, 'RoomArn', { value: lobby.roomArn, description: 'The identifier of the room in the API' });
    new CfnOutput(this, 'TokenUrl', { value: tokenUrl.url, description: 'POST here, signed by one of the roles, for a chat token' });
    new CfnOutput(this, 'MessagingEndpoint', {
      value: `wss://edge.ivschat.${this.region}.amazonaws.com`,
      description: 'Connect here with the token',
    });
    new CfnOutput(this, 'ViewersRoleArn', { value: viewers.roleArn, description: viewersMay });
    new CfnOutput(this, 'StaffRoleArn', { value: staff.roleArn, description: staffMay });
  }

  /**
   * The service does not document the values of its dimensions. Look the metric up once in CloudWatch, and pass `dimensionsMap`
   * if it is written otherwise. Add an action to be told: `alarm.addAlarmAction(...)`.
   */
  private alarm(id: string, metric: Metric, alarmDescription: string): void {
    metric.createAlarm(this, id, {
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // The service publishes nothing while nothing is wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
