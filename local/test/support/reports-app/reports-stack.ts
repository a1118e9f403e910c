import * as path from 'node:path';
import { CfnOutput, Duration, Stack, type App } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';

export const FUNCTIONS = ['report', 'judge', 'archive', 'read'] as const;

export type FunctionName = typeof FUNCTIONS[number];

export interface ReportsStackProps {
  /** Folder with boto3, which the Python runtime of AWS Lambda includes. */
  readonly pythonPath: string;
  /** Permission that a function does not get, such as `report sqs:SendMessage`. @default - each function gets all it needs */
  readonly withoutPermission?: string;
}

/**
 * Users report chat messages, a function judges the reports, and a backend reads the result. A table has an item for each message, to
 * which each function adds what it knows.
 */
export class ReportsStack extends Stack {
  private readonly functions: Readonly<Record<FunctionName, Function>>;

  constructor(app: App, id: string, private readonly props: ReportsStackProps) {
    super(app, id);
    const logGroup = new LogGroup(this, 'ChatLog', { logGroupName: '/aws/vendedlogs/reports' });
    const logging = new CfnLoggingConfiguration(this, 'Logging', { destinationConfiguration: { cloudWatchLogs: { logGroupName: logGroup.logGroupName } } });
    const room = new CfnRoom(this, 'Lobby', { name: 'lobby', loggingConfigurationIdentifiers: [logging.attrArn] });
    const table = new Table(this, 'Messages', { partitionKey: { name: 'messageId', type: AttributeType.STRING } });
    const queue = new Queue(this, 'Reports', { visibilityTimeout: Duration.seconds(60) });

    const environment = { QUEUE_URL: queue.queueUrl, ROOM_ARN: room.attrArn, TABLE_NAME: table.tableName };
    const code = (name: FunctionName) => ({ functionName: name, code: Code.fromAsset(path.join(__dirname, name)), timeout: Duration.seconds(60) });
    const node = (name: FunctionName) => new Function(this, name, { ...code(name), runtime: Runtime.NODEJS_20_X, handler: 'index.handler', environment });
    const judge = new Function(this, 'judge', {
      ...code('judge'), runtime: Runtime.PYTHON_3_11, handler: 'index.handler', environment: { ...environment, PYTHONPATH: props.pythonPath },
    });
    this.functions = { report: node('report'), judge, archive: node('archive'), read: node('read') };

    this.grant('report', 'dynamodb:UpdateItem', table.tableArn);
    this.grant('report', 'sqs:SendMessage', queue.queueArn);
    this.grant('judge', 'dynamodb:UpdateItem', table.tableArn);
    this.grant('judge', 'ivschat:DeleteMessage', room.attrArn);
    this.grant('archive', 'dynamodb:UpdateItem', table.tableArn);
    this.grant('read', 'dynamodb:GetItem', table.tableArn);
    judge.addEventSource(new SqsEventSource(queue));
    logGroup.addSubscriptionFilter('Messages', {
      destination: new LambdaDestination(this.functions.archive), filterPattern: FilterPattern.stringValue('$.type', '=', 'MESSAGE'),
    });
    this.addApi();
  }

  /** Routes for users who have signed in, and for a backend with a role. */
  private addApi(): void {
    const users = new UserPool(this, 'Users', { userPoolName: 'users' });
    const client = users.addClient('Web');
    const api = new HttpApi(this, 'Api');
    api.addRoutes({
      path: '/messages/{messageId}/report',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Report', this.functions.report),
      authorizer: new HttpUserPoolAuthorizer('Users', users, { userPoolClients: [client] }),
    });
    const [route] = api.addRoutes({
      path: '/messages/{messageId}',
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration('Read', this.functions.read),
      authorizer: new HttpIamAuthorizer(),
    });
    const [backend, stranger] = ['Backend', 'Stranger'].map(id => new Role(this, id, { assumedBy: new AccountRootPrincipal() }));
    route.grantInvoke(backend);
    const outputs = { ApiUrl: api.apiEndpoint, BackendRoleArn: backend.roleArn, StrangerRoleArn: stranger.roleArn };
    for (const [id, value] of Object.entries(outputs)) new CfnOutput(this, id, { value });
  }

  private grant(name: FunctionName, action: string, resource: string): void {
    if (this.props.withoutPermission === `${name} ${action}`) return;
    this.functions[name].addToRolePolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  }
}
