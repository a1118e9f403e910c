import { App, CfnParameter, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  ChatAuthentication, ChatHistory, type ChatHistoryProps, ChatRoom, ChatTokenEndpoint, LoggingConfiguration, LoggingDestination,
} from '../../../src';
import type { HistorySettings } from '../../../src/history/history-settings';
import { allow, errorOf, statementsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/History';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Pages';
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f';

function newChatLog(stack: Stack): logs.LogGroup {
  const logGroup = new logs.LogGroup(stack, 'LogGroup', { retention: logs.RetentionDays.ONE_WEEK });
  new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup) });
  return logGroup;
}

function newHistory(stack: Stack, props: Partial<ChatHistoryProps> = {}): ChatHistory {
  return new ChatHistory(stack, 'History', { chatLog: newChatLog(stack), ...props });
}

function templateWith(props: Partial<ChatHistoryProps> = {}): any {
  const stack = newStack(ENV);
  newHistory(stack, props);
  return templateOf(stack).toJSON();
}

const all = (template: any, type: string): any[] => Object.values(resourcesOf(template, type));
const functionOf = (template: any, handler: string) => all(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.Handler === `${handler}/index.handler`).Properties;
const policyOf = (template: any, role: string): any => all(template, 'AWS::IAM::Policy').find(({ Properties }) => Properties.Roles[0].Ref.startsWith(role)).Properties.PolicyDocument.Statement;

function settingsOf(template: any, handler: string): HistorySettings {
  const { CHAT_HISTORY } = functionOf(template, handler).Environment.Variables;
  const [, parts] = CHAT_HISTORY['Fn::Join'];
  return JSON.parse(parts.map((part: any) => typeof part === 'string' ? part : part.Ref).join(''));
}

describe('the table', () => {
  test('has the keys of rooms and times, expires items, and is deleted with the construct', () => {
    const [table] = all(templateWith(), 'AWS::DynamoDB::Table');

    expect(table).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    expect(table.Properties).toEqual({
      AttributeDefinitions: [{ AttributeName: 'room', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'room', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: false },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  test.each([[RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate']])('can have the removal policy %s', (removalPolicy, expected) => {
    expect(all(templateWith({ removalPolicy }), 'AWS::DynamoDB::Table')[0].DeletionPolicy).toBe(expected);
  });

  test('has a customer managed key, which the functions may use', () => {
    const stack = newStack(ENV);
    newHistory(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    const template = templateOf(stack).toJSON();

    expect(all(template, 'AWS::DynamoDB::Table')[0].Properties.SSESpecification).toEqual({ KMSMasterKeyId: KEY_ARN, SSEEnabled: true, SSEType: 'KMS' });
    expect(policyOf(template, 'HistoryRole').at(-1)).toEqual(allow(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN));
    expect(policyOf(template, 'HistoryPagesRole').at(-1)).toEqual(allow('kms:Decrypt', KEY_ARN));
  });
});

describe('the functions', () => {
  test('have their settings', () => {
    const template = templateWith({ eventNames: ['poll'], retention: Duration.days(2) });
    const [tableName] = Object.keys(resourcesOf(template, 'AWS::DynamoDB::Table'));

    expect(settingsOf(template, 'chat-history')).toEqual({ tableName, retentionSeconds: 172_800, eventNames: ['poll'] });
    expect(settingsOf(template, 'chat-history-pages')).toEqual({ tableName, retentionSeconds: 172_800 });
    expect(settingsOf(templateWith(), 'chat-history')).toMatchObject({ retentionSeconds: 604_800, eventNames: [] });
  });

  test('run with the SDK of the runtime, and keep their logs for a month', () => {
    const template = templateWith();

    for (const handler of ['chat-history', 'chat-history-pages']) expect(functionOf(template, handler)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(all(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays).sort()).toEqual([30, 30, 7]);
  });

  test('receive messages, deletions and the events of the application', () => {
    expect(all(templateWith({ eventNames: ['poll'] }), 'AWS::Logs::SubscriptionFilter')[0].Properties.FilterPattern)
      .toBe('{ ($.type = "MESSAGE") || ($.payload.EventName = "aws:DELETE_MESSAGE") || ($.payload.EventName = "poll") }');
  });

  test('send what they could not store to a destination', () => {
    const stack = newStack(ENV);
    const queue = new sqs.Queue(stack, 'Queue');
    newHistory(stack, { onFailure: new SqsDestination(queue) });
    const template = templateOf(stack).toJSON();

    expect(all(template, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties.DestinationConfig))
      .toEqual([{ OnFailure: { Destination: stack.resolve(queue.queueArn) } }]);
    expect(all(templateWith(), 'AWS::Lambda::EventInvokeConfig')).toEqual([]);
  });
});

describe('grants', () => {
  const newRole = (stack: Stack) => new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });

  test('of pages allow to invoke the page function', () => {
    const stack = newStack(ENV);
    const history = newHistory(stack);
    history.grantReadPages(newRole(stack));

    expect(policyOf(templateOf(stack).toJSON(), 'Backend')).toEqual([allow('lambda:InvokeFunction', stack.resolve(history.pageFunctionArn))]);
  });

  test('of the raw table allow to read it, and to use its key', () => {
    const stack = newStack(ENV);
    const key = new kms.Key(stack, 'Key');
    const history = newHistory(stack, { encryptionKey: key });
    history.grantRead(newRole(stack));

    expect(policyOf(templateOf(stack).toJSON(), 'Backend')).toEqual([
      allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], stack.resolve(history.tableArn)), allow('kms:Decrypt', stack.resolve(key.keyArn)),
    ]);
  });

  test('to a principal without a policy are a warning, and to something else an error', () => {
    const stack = newStack();
    const history = newHistory(stack);
    history.grantRead(new iam.ServicePrincipal('ecs.amazonaws.com'));

    Annotations.fromStack(stack).hasWarning('/Stack/History', Match.stringLikeRegexp('The grant of dynamodb:BatchGetItem, dynamodb:Query has no effect'));
    expect(errorOf(() => history.grantRead('backend' as any))?.code).toBe('GranteeExpected');
    expect(errorOf(() => history.grantReadPages('backend' as any))?.code).toBe('GranteeExpected');
  });
});

describe('metrics', () => {
  test.each([['Failed', 'metricFailed'], ['Unreadable', 'metricUnreadable']] as const)('%s', (metricName, method) => {
    const stack = newStack();
    const history = newHistory(stack);

    expect(history[method]()).toMatchObject({
      namespace: 'cdk-ivschat', metricName, statistic: 'Sum', dimensions: { FunctionName: history.function.functionName },
    });
    expect(history[method]({ period: Duration.minutes(1) }).period.toSeconds()).toBe(60);
  });
});

describe('an imported history', () => {
  const attributes = { tableArn: TABLE_ARN, pageFunctionArn: FUNCTION_ARN, encryptionKeyArn: KEY_ARN };

  test('has the attributes, the environment of the table, and grants', () => {
    const stack = newStack(ENV);
    const history = ChatHistory.fromChatHistoryAttributes(stack, 'History', attributes);
    const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    history.grantReadPages(role);
    history.grantRead(role);

    expect(history).toMatchObject({ tableArn: TABLE_ARN, pageFunctionArn: FUNCTION_ARN, env: ENV });
    expect(statementsOf(templateOf(stack).toJSON())).toEqual(expect.arrayContaining([
      allow('lambda:InvokeFunction', FUNCTION_ARN), allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], TABLE_ARN), allow('kms:Decrypt', KEY_ARN),
    ]));
    expect(ChatHistory.fromChatHistoryAttributes(stack, 'Other', { ...attributes, encryptionKeyArn: undefined }).encryptionKey).toBeUndefined();
  });

  test.each([
    ['tableArn', 'History', 'arn:aws:dynamodb:us-east-1:111122223333:table/History'],
    ['pageFunctionArn', `${FUNCTION_ARN}:1`, 'arn:aws:lambda:us-east-1:111122223333:function:Pages'],
    ['encryptionKeyArn', 'alias/chat', 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d'],
  ])('must not have %s %p', (property, value, example) => {
    expect(errorOf(() => ChatHistory.fromChatHistoryAttributes(newStack(), 'History', { ...attributes, [property]: value }))).toEqual({
      code: 'ArnOfTypeExpected',
      message: `${property} must be an ARN such as ${example}, got ${JSON.stringify(value)}: pass the complete ARN, without a version or a path`,
    });
  });
});

describe('fails', () => {
  test.each<[keyof ChatHistoryProps, unknown, string, string]>([
    ['chatLog', undefined, 'TypeExpected', 'chatLog must be a log group, got undefined'],
    ['retention', 7, 'TypeExpected', 'retention must be a Duration, got 7: pass for example Duration.days(7)'],
    ['retention', Duration.minutes(59), 'RetentionOutOfRange', 'retention must be a whole number of seconds from 1 hour to 365 days, got 59 minutes: choose a duration in that range'],
    ['retention', Duration.days(366), 'RetentionOutOfRange', 'got 366 days'],
    ['retention', Duration.millis(3_600_001), 'RetentionOutOfRange', 'got 1 hour 1 milli'],
    ['eventNames', ['aws:x'], 'EventNameInvalid', 'eventNames[0] must not start with "aws:"'],
    ['encryptionKey', KEY_ARN, 'TypeExpected', `encryptionKey must be a key of AWS KMS, got "${KEY_ARN}"`],
    ['onFailure', {}, 'TypeExpected', 'onFailure must be a destination of AWS Lambda, got an object: pass for example new SqsDestination(queue)'],
    ['removalPolicy', RemovalPolicy.SNAPSHOT, 'RemovalPolicyInvalid', 'removalPolicy must be'],
  ])('for %s %p', (property, value, code, message) => {
    const error = errorOf(() => newHistory(newStack(), { [property]: value }));

    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  test('for a retention that is a token', () => {
    const stack = newStack();
    const retention = Duration.seconds(new CfnParameter(stack, 'Retention', { type: 'Number' }).valueAsNumber);

    expect(errorOf(() => newHistory(stack, { retention }))?.message).toContain('got a token');
  });

  test('for a log group that is not a chat log', () => {
    const stack = newStack();
    new ChatHistory(stack, 'History', { chatLog: new logs.LogGroup(stack, 'LogGroup') });

    expect(errorOf(() => (stack.node.root as App).synth())?.code).toBe('ChatLogExpected');
  });
});

test.each([3_600, 365 * 86_400])('a retention of %d seconds is accepted', seconds => {
  expect(settingsOf(templateWith({ retention: Duration.seconds(seconds) }), 'chat-history').retentionSeconds).toBe(seconds);
});

describe('with a token endpoint', () => {
  const authentication = ChatAuthentication.iam();

  test('the endpoint may invoke the page function, and has no access to the table', () => {
    const stack = newStack(ENV);
    const history = newHistory(stack);
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], authentication, history });
    const template = templateOf(stack).toJSON();

    expect(policyOf(template, 'TokensRole').slice(2)).toEqual([allow('lambda:InvokeFunction', stack.resolve(history.pageFunctionArn))]);
    expect(JSON.stringify(functionOf(template, 'token-endpoint').Environment)).toContain('historyFunctionArn');
  });

  test('in another stack, also without a known environment', () => {
    const app = new App();
    const history = newHistory(new Stack(app, 'Rooms'));
    const stack = new Stack(app, 'Tokens');
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [ChatRoom.fromRoomId(stack, 'Room', 'AbCdEfGhIjKl')], authentication, history });

    expect(JSON.stringify(policyOf(templatesOf(app)['Tokens.template.json'], 'TokensRole'))).toContain('Fn::ImportValue');
  });

  test.each<[string, unknown, string]>([
    ['that is something else', 'history', 'TypeExpected'],
    ['in another region', 'elsewhere', 'OtherEnvironment'],
  ])('fails for a history %s', (_, value, code) => {
    const stack = newStack(ENV);
    const history = value === 'elsewhere'
      ? ChatHistory.fromChatHistoryAttributes(stack, 'Elsewhere', { tableArn: TABLE_ARN.replace('us-east-1', 'eu-west-1'), pageFunctionArn: FUNCTION_ARN })
      : value;

    expect(errorOf(() => new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], authentication, history: history as any }))?.code).toBe(code);
  });
});

test('a function that reviews messages can read pages', () => {
  const stack = newStack();
  const history = newHistory(stack);
  const reviewer = new lambda.Function(stack, 'Reviewer', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('-') });
  history.grantReadPages(reviewer);
  reviewer.addEnvironment('HISTORY_FUNCTION', history.pageFunctionArn);

  // Fails for a circular dependency.
  templateOf(stack);
  expect(Token.isUnresolved(history.pageFunctionArn)).toBe(true);
});
