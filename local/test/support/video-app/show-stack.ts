import * as path from 'node:path';
import { Duration, Stack, type App } from 'aws-cdk-lib';
import { Cors, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';

/** Hosts start shows, each with a channel, a stage and a chat room. The functions use the AWS SDK for JavaScript v2. */
export class ShowStack extends Stack {
  /** @param packages folder with the package `aws-sdk` */
  constructor(app: App, id: string, packages: string) {
    super(app, id);
    const shows = new Table(this, 'Shows', { tableName: 'shows', partitionKey: { name: 'id', type: AttributeType.STRING } });
    const api = new RestApi(this, 'Api', { defaultCorsPreflightOptions: { allowOrigins: Cors.ALL_ORIGINS, allowMethods: ['POST', 'DELETE'] } });
    for (const [name, method] of [['start', 'POST'], ['join', 'POST'], ['end', 'DELETE']]) {
      const handler = new Function(this, name, {
        code: Code.fromAsset(path.join(__dirname, 'functions')),
        handler: `shows.${name}`,
        runtime: Runtime.NODEJS_20_X,
        timeout: Duration.seconds(30),
        environment: { AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1', PACKAGES: packages, TABLE_NAME: shows.tableName },
        initialPolicy: [new PolicyStatement({ actions: ['ivs:*', 'ivschat:*'], resources: ['*'] })],
      });
      shows.grantReadWriteData(handler);
      api.root.addResource(name).addMethod(method, new LambdaIntegration(handler));
    }
  }
}
