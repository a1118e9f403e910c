import * as path from 'node:path';
import { Duration, Stack, type App } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { RestApiOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

const { JsonSchemaType: types } = apigateway;

/** Viewers vote behind an API with a key, models and a distribution, and the votes are published by a stream and counted by a schedule. */
export class VoteStack extends Stack {
  private readonly votes = new Table(this, 'Votes', { partitionKey: { name: 'id', type: AttributeType.STRING }, stream: StreamViewType.NEW_IMAGE });
  private readonly api = new apigateway.RestApi(this, 'Api', {
    restApiName: 'votes', defaultCorsPreflightOptions: { allowOrigins: ['https://one.example.com', 'https://two.example.com'] },
  });

  private readonly validator = this.api.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
  private readonly room = new CfnRoom(this, 'Room', { name: 'votes' });

  constructor(app: App, id: string) {
    super(app, id);
    const plan = this.api.addUsagePlan('Plan', { apiStages: [{ api: this.api, stage: this.api.deploymentStage }] });
    const secret = new Secret(this, 'Secret', {
      generateSecretString: { secretStringTemplate: JSON.stringify({ url: this.api.url }), generateStringKey: 'key', excludePunctuation: true, passwordLength: 20 },
    });
    plan.addApiKey(new apigateway.ApiKey(this, 'Key', { value: secret.secretValueFromJson('key').unsafeUnwrap() }));

    this.addMethod('POST', 'tokens', { user: { type: types.STRING } });
    this.addMethod('POST', 'vote/{proxy+}', { user: { type: types.STRING }, votes: { type: types.ARRAY, items: { type: types.STRING } } });
    const publish = this.function('publish');
    publish.addEventSource(new DynamoEventSource(this.votes, { startingPosition: StartingPosition.LATEST }));
    const machine = new StateMachine(this, 'Count', { definitionBody: DefinitionBody.fromChainable(new Pass(this, 'Pass')) });
    new Rule(this, 'Schedule', { schedule: Schedule.rate(Duration.minutes(1)), targets: [new SfnStateMachine(machine)] });
    new Distribution(this, 'Distribution', { defaultBehavior: { origin: new RestApiOrigin(this.api) } });
  }

  private addMethod(method: string, location: string, properties: Record<string, apigateway.JsonSchema>): void {
    const [name] = location.split('/');
    const model = this.api.addModel(`${name}Model`, { schema: { type: types.OBJECT, properties, required: ['user'] } });
    this.api.root.resourceForPath(location).addMethod(method, new apigateway.LambdaIntegration(this.function(name)), {
      apiKeyRequired: true, requestModels: { 'application/json': model }, requestValidator: this.validator,
    });
  }

  private function(name: string): Function {
    const created = new Function(this, name, {
      code: Code.fromAsset(path.join(__dirname, 'functions')),
      handler: `index.${name}`,
      runtime: Runtime.NODEJS_20_X,
      timeout: Duration.seconds(30),
      environment: { ROOM_ARN: this.room.attrArn },
      initialPolicy: [new PolicyStatement({ actions: ['ivschat:CreateChatToken', 'ivschat:SendEvent'], resources: [this.room.attrArn] })],
    });
    return created;
  }
}
