import * as path from 'path';
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

/** Creates a TypeScript function that starts fast, with a log group that is kept for a week and permission only to write to it. */
export function typeScriptFunction(scope: Construct, id: string, props: TypeScriptFunctionProps): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
  // The default role has AWSLambdaBasicExecutionRole, which allows writing to all log groups of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);

  return new NodejsFunction(scope, id, {
    ...props,
    role,
    logGroup,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // Lambda allocates CPU in proportion to memory, and a cold start consists mostly of loading code.
    memorySize: 512,
    bundling: {
      format: OutputFormat.CJS,
      minify: true,
      // Bundle the AWS SDK, which is external by default. From its ES modules, esbuild includes only the parts in use. This loads
      // in half the time of the copy in the Lambda runtime, and the version is fixed.
      externalModules: [],
      mainFields: ['module', 'main'],
      // Resolves ivschat-review, which is a folder of this repository. Remove it in an app of your own.
      tsconfig: path.join(__dirname, '..', '..', 'tsconfig.dev.json'),
    },
  });
}
