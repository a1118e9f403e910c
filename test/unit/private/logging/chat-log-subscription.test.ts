import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, CfnSubscriptionFilter, type ILogGroupRef, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LoggingConfiguration, LoggingDestination } from '../../../../src';
import { MESSAGES, messagesDeletionsAndEvents } from '../../../../src/private/logging/chat-log-pattern';
import { subscribeToChatLog } from '../../../../src/private/logging/chat-log-subscription';
import { errorOf } from '../../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../../support/synth';

const PATTERN = '{ $.type = "MESSAGE" }';

function newFunction(scope: Construct, more: object = {}): Function {
  return new Function(scope, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('-'), ...more });
}

/** A log group that a logging configuration writes to. */
function newChatLog(scope: Construct, props: object = {}): LogGroup {
  const logGroup = new LogGroup(scope, 'LogGroup', { retention: RetentionDays.ONE_WEEK, ...props });
  new LoggingConfiguration(scope, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup) });
  return logGroup;
}

function subscribe(stack: Stack, chatLog: ILogGroupRef, id = 'Subscriber'): Construct {
  const scope = new Construct(stack, id);
  subscribeToChatLog(scope, chatLog, newFunction(scope), PATTERN);
  return scope;
}

const synthesisError = (stack: Stack) => errorOf(() => (stack.node.root as App).synth());

describe('the subscription', () => {
  test('sends the records to the function, which CloudWatch Logs may invoke for this log group', () => {
    const stack = newStack(ENV);
    subscribe(stack, newChatLog(stack));
    const template = templateOf(stack).toJSON();

    const [filter] = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter'));
    const [[permissionId, permission]] = Object.entries(resourcesOf(template, 'AWS::Lambda::Permission'));
    const [functionId] = Object.keys(resourcesOf(template, 'AWS::Lambda::Function'));
    const logGroupName = { Ref: Object.keys(resourcesOf(template, 'AWS::Logs::LogGroup'))[0] };
    const functionArn = { 'Fn::GetAtt': [functionId, 'Arn'] };
    expect(filter).toMatchObject({
      Properties: { FilterPattern: PATTERN, LogGroupName: logGroupName, DestinationArn: functionArn },
      DependsOn: [permissionId],
    });
    expect(permission.Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'logs.amazonaws.com',
      SourceAccount: ENV.account,
      SourceArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:${ENV.region}:${ENV.account}:log-group:`, logGroupName, ':*']] },
    });
  });

  test.each<[string, (stack: Stack) => ILogGroupRef]>([
    ['an import by name', stack => LogGroup.fromLogGroupName(stack, 'Imported', 'chat')],
    ['an import by ARN', stack => LogGroup.fromLogGroupArn(stack, 'Imported', `arn:aws:logs:${ENV.region}:${ENV.account}:log-group:chat`)],
    ['an import by ARN that ends in :*', stack => LogGroup.fromLogGroupArn(stack, 'Imported', `arn:aws:logs:${ENV.region}:${ENV.account}:log-group:chat:*`)],
    ['an L1', stack => {
      new CfnLoggingConfiguration(stack, 'L1Logging', { destinationConfiguration: { cloudWatchLogs: { logGroupName: 'chat' } } });
      return new CfnLogGroup(stack, 'L1', { logGroupName: 'chat', retentionInDays: 7 });
    }],
  ])('of %s has a permission for an ARN that ends in one :*', (_, chatLogOf) => {
    const stack = newStack(ENV);
    subscribe(stack, chatLogOf(stack));

    const text = JSON.stringify(Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Permission'))[0].Properties.SourceArn);
    expect(text).toMatch(/[^*]:\*"/);
    expect(text).not.toContain(':*:*');
  });

  test('of a log group in another stack', () => {
    const app = new App();
    const chatLog = newChatLog(new Stack(app, 'Rooms'));
    const stack = new Stack(app, 'History');
    subscribe(stack, chatLog);

    const [filter] = Object.values(resourcesOf(templatesOf(app)['History.template.json'], 'AWS::Logs::SubscriptionFilter'));
    expect(filter.Properties.LogGroupName).toEqual({ 'Fn::ImportValue': expect.any(String) });
  });
});

describe('fails', () => {
  const code = (stack: Stack) => synthesisError(stack)?.code;

  test.each([undefined, 'chat', {}])('for %p', chatLog => {
    const stack = newStack();

    expect(errorOf(() => subscribeToChatLog(stack, chatLog as any, newFunction(stack), PATTERN))).toEqual({
      code: 'TypeExpected', message: expect.stringContaining('chatLog must be a log group, got '),
    });
  });

  test('for a log group in another region', () => {
    const stack = newStack(ENV);
    const elsewhere = LogGroup.fromLogGroupArn(stack, 'Elsewhere', `arn:aws:logs:eu-west-1:${ENV.account}:log-group:chat`);

    expect(errorOf(() => subscribe(stack, elsewhere))?.code).toBe('OtherEnvironment');
  });

  test.each(['INFREQUENT_ACCESS', 'DELIVERY'])('for the class %s', logGroupClass => {
    const stack = newStack();
    const chatLog = newChatLog(stack);
    // Set later, and not with the enum, which does not have all classes on the oldest CDK.
    (chatLog.node.defaultChild as CfnLogGroup).logGroupClass = logGroupClass;
    subscribe(stack, chatLog);

    expect(synthesisError(stack)).toEqual({
      code: 'LogGroupClassWithoutSubscriptions',
      message: expect.stringContaining(`chatLog must be a log group of the class STANDARD, got Stack/LogGroup/Resource of the class ${logGroupClass}, which takes no subscription filters`),
    });
  });

  test('for the sixth subscription filter, also if the app adds others', () => {
    const stack = newStack();
    const chatLog = newChatLog(stack);
    subscribe(stack, chatLog);
    for (let index = 0; index < 5; index++) {
      new CfnSubscriptionFilter(stack, `Filter${index}`, { logGroupName: chatLog.logGroupName, destinationArn: 'arn', filterPattern: '' });
    }

    expect(synthesisError(stack)).toEqual({
      code: 'TooManySubscriptions',
      message: expect.stringMatching(/chatLog must be a log group with at most 5 subscription filters, got 6 \(Stack\/Subscriber\/Subscription, Stack\/Filter0, .*\): remove one/),
    });
  });

  test('for the sixth subscription filter of an import', () => {
    const stack = newStack();
    for (let index = 0; index < 6; index++) subscribe(stack, LogGroup.fromLogGroupName(stack, `Import${index}`, 'chat'), `Subscriber${index}`);

    expect(code(stack)).toBe('TooManySubscriptions');
  });

  test('for the log of a function', () => {
    const stack = newStack();
    const fn = newFunction(stack);

    expect(errorOf(() => subscribe(stack, fn.logGroup))?.code).toBe('ChatLogExpected');
    expect(errorOf(() => subscribe(stack, LogGroup.fromLogGroupName(stack, 'Imported', '/aws/lambda/moderator'), 'Other'))).toEqual({
      code: 'ChatLogExpected',
      message: expect.stringContaining('chatLog must be a log group that a LoggingConfiguration writes to, and no function, got "/aws/lambda/moderator", the log of a function: '),
    });
  });

  test('for a log group that a function also writes to', () => {
    const stack = newStack();
    const chatLog = newChatLog(stack);
    newFunction(stack, { logGroup: chatLog });
    subscribe(stack, chatLog);

    expect(synthesisError(stack)).toEqual({
      code: 'ChatLogExpected', message: expect.stringContaining('got Stack/LogGroup/Resource, to which the function Stack/Function/Resource writes: '),
    });
  });

  test('for a log group that no logging configuration writes to', () => {
    const stack = newStack();
    subscribe(stack, new LogGroup(stack, 'Other'));

    expect(synthesisError(stack)).toEqual({
      code: 'ChatLogExpected', message: expect.stringContaining('got Stack/Other/Resource, to which no LoggingConfiguration of this app writes: '),
    });
  });
});

describe('accepts', () => {
  test('five subscription filters, and those of other log groups and environments', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const chatLog = newChatLog(stack);
    for (let index = 0; index < 5; index++) subscribe(stack, chatLog, `Subscriber${index}`);
    subscribe(stack, LogGroup.fromLogGroupName(stack, 'Import', 'chat'));
    const [east, west] = ['us-east-1', 'us-west-2'].map(region => new Stack(app, region, { env: { ...ENV, region } }));
    for (const [index, each] of [east, east, east, west, west, west].entries()) {
      subscribe(each, LogGroup.fromLogGroupName(each, `Import${index}`, 'chat'), `Subscriber${index}`);
    }

    app.synth();
  });

  test('a log group whose name is known at deployment', () => {
    const stack = newStack();
    subscribe(stack, LogGroup.fromLogGroupName(stack, 'Import', new CfnParameter(stack, 'Name').valueAsString));

    expect(synthesisError(stack)).toBeUndefined();
  });

  test('a logging configuration that is defined later, or in another stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const logGroup = new LogGroup(stack, 'LogGroup', { retention: RetentionDays.ONE_WEEK });
    subscribe(stack, logGroup);
    new LoggingConfiguration(new Stack(app, 'Later'), 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup) });

    app.synth();
  });
});

describe('more than two subscription filters', () => {
  const acknowledged = (construct: Construct) => (
    construct.node.metadata.filter(({ data, type }) => type === 'aws:cdk:acknowledged-rules' && 'CloudFormation-Validate::E2529' in data).length);

  test.each([[2, 0], [3, 1], [5, 1]])('%d are acknowledged on each filter %d times', (count, times) => {
    const stack = newStack();
    const chatLog = newChatLog(stack);
    const filters = Array.from({ length: count }, (_, index) => subscribe(stack, chatLog, `Subscriber${index}`).node.findChild('Subscription') as Construct);
    templateOf(stack);

    for (const filter of filters) expect(acknowledged(filter)).toBe(times);
  });
});

describe('a chat log without retention', () => {
  test('is a warning that can be acknowledged', () => {
    const stack = newStack();
    subscribe(stack, newChatLog(stack, { retention: RetentionDays.INFINITE }));

    Annotations.fromStack(stack).hasWarning('/Stack/Subscriber', Match.stringLikeRegexp('LogGroup/Resource, keeps messages forever.*\\[ack: cdk-ivschat:chatLogWithoutRetention\\]'));
  });

  test('is none with a retention', () => {
    const stack = newStack();
    subscribe(stack, newChatLog(stack));

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('filter patterns', () => {
  test('for messages, deletions and events of the application', () => {
    expect(MESSAGES).toBe(PATTERN);
    expect(messagesDeletionsAndEvents(newStack(), [])).toBe('{ ($.type = "MESSAGE") || ($.payload.EventName = "aws:DELETE_MESSAGE") }');
    expect(messagesDeletionsAndEvents(newStack(), ['poll', 'gift', 'poll'])).toBe(
      '{ ($.type = "MESSAGE") || ($.payload.EventName = "aws:DELETE_MESSAGE") || ($.payload.EventName = "poll") || ($.payload.EventName = "gift") }');
  });

  test('must fit', () => {
    const fitting = Array.from({ length: 23 }, (_, index) => `event-${index}`);

    expect(messagesDeletionsAndEvents(newStack(), fitting).length).toBeLessThanOrEqual(1_024);
    expect(errorOf(() => messagesDeletionsAndEvents(newStack(), [...fitting, 'another-name', 'and-another', 'and-one-more']))).toEqual({
      code: 'EventNamesTooLong',
      message: expect.stringMatching(/eventNames must fit into a filter pattern of 1024 characters, got 26 names, with which it has 1\d\d\d: pass fewer or shorter names/),
    });
  });

  test.each<[any, string]>([
    ['poll', 'ListExpected'], [[1], 'StringExpected'], [[''], 'StringIsEmpty'], [['a"b'], 'EventNameInvalid'], [['a*'], 'EventNameInvalid'],
    [['a\\'], 'EventNameInvalid'], [['a\n'], 'EventNameInvalid'], [['aws:DISCONNECT_USER'], 'EventNameInvalid'],
  ])('fail for %p', (eventNames, expected) => {
    expect(errorOf(() => messagesDeletionsAndEvents(newStack(), eventNames))?.code).toBe(expected);
  });

  test('fail for a token', () => {
    const stack = newStack();

    expect(errorOf(() => messagesDeletionsAndEvents(stack, [new CfnParameter(stack, 'Name').valueAsString]))?.code).toBe('EventNameIsToken');
  });
});
