import { RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface TypeScriptFunctionProps {
  readonly entry: string;
  readonly description: string;
  readonly environment?: Record<string, string>;
}

/** A function written in TypeScript that starts fast, keeps its log for a week, and may do nothing but write it. */
export function typeScriptFunction(scope: Construct, id: string, props: TypeScriptFunctionProps): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
  // Without a role the function gets one with AWSLambdaBasicExecutionRole, which may write to every log of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);

  return new NodejsFunction(scope, id, {
    ...props,
    role,
    logGroup,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // CPU comes with memory, and a cold start is mostly loading code.
    memorySize: 512,
    bundling: {
      format: OutputFormat.CJS,
      minify: true,
      // The AWS SDK goes into the bundle (by default it is external): only what is used of it, from its ES modules. That loads
      // in half the time of the copy in the Lambda runtime, and its version does not change by itself.
      externalModules: [],
      mainFields: ['module', 'main'],
    },
  });
}
