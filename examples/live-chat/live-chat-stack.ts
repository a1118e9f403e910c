import * as path from 'path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { typeScriptFunction } from './typescript-function';
import * as ivschat from 'cdk-ivschat';

/** A moderated and logged chat room, and a URL that issues chat tokens. */
export class LiveChatStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const reviewFunction = typeScriptFunction(this, 'ReviewFunction', {
      entry: path.join(__dirname, 'review-handler.ts'),
      description: 'Reviews every message before it is delivered',
    });
    const review = new ivschat.MessageReviewHandler(this, 'Review', {
      handler: reviewFunction,
      // Deny messages that cannot be reviewed in time, for example during a cold start. The sender gets an error and can retry.
      fallbackResult: ivschat.FallbackResult.DENY,
    });

    const chatLog = new ivschat.LoggingConfiguration(this, 'ChatLog', {
      destination: ivschat.LoggingDestination.cloudWatchLogs(new LogGroup(this, 'ChatLogGroup', {
        // Log groups below /aws/vendedlogs/ share one resource policy, and an account can have only a few.
        // With the stack name in the name, the stack can be deployed more than once.
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
    // The function also deletes messages and disconnects users.
    lobby.grantModerate(reviewFunction);

    // All principals of this account whose policies allow it can assume these roles. The session name becomes part of the user id,
    // so let your sign-in service assume the roles for your users.
    const viewersDescription = 'May enter the chat and write';
    const viewers = new Role(this, 'Viewers', { assumedBy: new AccountRootPrincipal(), description: viewersDescription });
    const staffDescription = 'May enter the chat, write and moderate';
    const staff = new Role(this, 'Staff', { assumedBy: new AccountRootPrincipal(), description: staffDescription });
    lobby.grantModerate(staff);

    const tokenFunction = typeScriptFunction(this, 'TokenFunction', {
      entry: path.join(__dirname, 'token-handler.ts'),
      description: 'Issues chat tokens',
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
    new CfnOutput(this, 'ViewersRoleArn', { value: viewers.roleArn, description: viewersDescription });
    new CfnOutput(this, 'StaffRoleArn', { value: staff.roleArn, description: staffDescription });
  }

  /**
   * AWS does not document the values of the dimensions. Check the metric in the CloudWatch console, and pass `dimensionsMap` if
   * the values differ. To be notified, add an action: `alarm.addAlarmAction(...)`.
   */
  private alarm(id: string, metric: Metric, alarmDescription: string): void {
    metric.createAlarm(this, id, {
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // The service does not publish the metric if there are no errors.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
