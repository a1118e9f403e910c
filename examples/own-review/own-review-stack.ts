import * as path from 'path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, type IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { pythonCode } from './python-code';
import { typeScriptFunction } from '../live-chat/typescript-function';
import * as ivschat from 'cdk-ivschat';

/** Two rooms with the same rules: the review handler of one is written in TypeScript, that of the other in Python. */
export class OwnReviewStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    this.addRoom('TypeScript', typeScriptFunction(this, 'TypeScriptFunction', {
      entry: path.join(__dirname, 'review.ts'),
      description: 'Reviews every message before it is delivered',
    }));
    this.addRoom('Python', this.pythonFunction('PythonFunction'));
  }

  private addRoom(language: string, handler: IFunction): void {
    const review = new ivschat.MessageReviewHandler(this, `${language}Review`, {
      handler,
      // Deny messages that cannot be reviewed in time, for example during a cold start. The sender gets an error and can retry.
      fallbackResult: ivschat.FallbackResult.DENY,
    });
    // The handlers cut content at the same length.
    const room = new ivschat.ChatRoom(this, `${language}Room`, { maximumMessageLength: 300, messageReviewHandler: review });
    new CfnOutput(this, `${language}RoomArn`, { value: room.roomArn, description: `The room that is reviewed in ${language}` });
  }

  /** Creates a Python function with a log group that is kept for a week and permission only to write to it. */
  private pythonFunction(id: string): Function {
    const logGroup = new LogGroup(this, `${id}Log`, { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    const fn = new Function(this, id, {
      code: pythonCode(path.join(__dirname, 'python')),
      handler: 'review.handler',
      runtime: Runtime.PYTHON_3_14,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      description: 'Reviews every message before it is delivered',
      role,
      logGroup,
    });
    // For cdk-nag. Delete it if you do not use cdk-nag.
    fn.node.addMetadata('aws:cdk:acknowledged-rules', { 'AwsSolutions-L1': 'The oldest supported version of the CDK has no newer runtime.' });
    return fn;
  }
}
