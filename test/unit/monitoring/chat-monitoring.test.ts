import * as fs from 'fs';
import * as path from 'path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Dashboard, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Alias, type CfnFunction, Code, Function, type IFunctionRef, Runtime, Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  AutoModerator, ChatAuthentication, ChatBans, ChatHistory, ChatJudge, ChatMonitoring, type ChatMonitoringProps, ChatRoom, ChatTokenEndpoint,
  LoggingConfiguration, LoggingDestination, MessageFilter, MessageReviewHandler,
} from '../../../src';
import { errorOf, warningsOf } from '../../support/grants';
import { isQuery, keyOf, metricsOfAlarm, stateOf, valuesOf } from '../../support/monitoring/alarm-state';
import type { Series } from '../../support/monitoring/metric-math';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';

const newFunction = (stack: Stack, id = 'Moderator') => new Function(stack, id, {
  runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => undefined;'),
});
const newFilter = (stack: Construct, id = 'Filter') => new MessageFilter(stack, id, { provisionedConcurrentExecutions: 2 });
const newEndpoint = (stack: Construct, id = 'Tokens') => new ChatTokenEndpoint(stack, id, {
  rooms: [new ChatRoom(stack, `${id}Room`)], authentication: ChatAuthentication.iam(),
});

const newModerator = (stack: Construct, chatLog: LogGroup, id = 'Moderator') => new AutoModerator(stack, id, { chatLog, judge: ChatJudge.comprehendToxicity() });

function newChatLog(stack: Construct, id = 'ChatLog'): LogGroup {
  const chatLog = new LogGroup(stack, id, { retention: RetentionDays.ONE_WEEK });
  new LoggingConfiguration(stack, `${id}Configuration`, { destination: LoggingDestination.cloudWatchLogs(chatLog) });
  return chatLog;
}

function oneOfEach(stack: Construct): Required<Omit<ChatMonitoringProps, 'alarmAction' | 'dashboard'>> {
  const chatLog = newChatLog(stack);
  return {
    reviewHandlers: [newFilter(stack)],
    tokenEndpoints: [newEndpoint(stack)],
    bans: [new ChatBans(stack, 'Bans')],
    autoModerators: [newModerator(stack, chatLog)],
    histories: [new ChatHistory(stack, 'History', { chatLog })],
  };
}

function alarmsIn(stack: Stack): Record<string, any> {
  const alarms = Object.entries(resourcesOf(templateOf(stack).toJSON(), 'AWS::CloudWatch::Alarm'));
  return Object.fromEntries(alarms.map(([id, alarm]) => [id.replace(/^Monitoring(.*).{8}$/, '$1'), alarm]));
}

function monitored(propsOf: (stack: Stack) => ChatMonitoringProps = oneOfEach) {
  const stack = newStack(ENV);
  const props = propsOf(stack);
  const monitoring = new ChatMonitoring(stack, 'Monitoring', props);
  return { stack, monitoring, props, alarms: alarmsIn(stack) };
}

const expressionOf = ({ Properties: { Metrics } }: any) => Metrics.find(({ ReturnData }: any) => ReturnData !== false).Expression;

describe('alarms', () => {
  const { alarms } = monitored();

  test('are at most seven for one construct of each kind', () => {
    expect(Object.keys(alarms).length).toBeLessThanOrEqual(7);
    expect(Object.keys(alarms)).toEqual([
      'ReviewInvocationErrors', 'ReviewResponseErrors', 'ChatLogErrors', 'Connections', 'ReviewFilter', 'TokensTokens', 'Background',
    ]);
  });

  test('of the service exist without any construct', () => {
    expect(Object.keys(monitored(() => ({})).alarms)).toEqual(['ReviewInvocationErrors', 'ReviewResponseErrors', 'ChatLogErrors', 'Connections']);
  });

  test.each([
    ['ReviewInvocationErrors', 'SELECT SUM(InvocationErrors) FROM "AWS/IVSChat"', 1, 2],
    ['ReviewResponseErrors', 'SELECT SUM(ResponseValidationErrors) FROM "AWS/IVSChat"', 1, 1],
    ['ChatLogErrors', 'SELECT SUM(LogDestinationErrors) FROM "AWS/IVSChat"', 1, 2],
    ['Connections', 'used / SERVICE_QUOTA(used) * 100', 80, 1],
    ['ReviewFilter', 'IF(p99 >= 150, 1, 0) + (errors + failed + late + cold) / invocations * 100', 1, 2],
    ['TokensTokens', '(failed + throttled + errors + throttles) / (invocations + throttles) * 100', 1, 2],
    ['Background', 'SUM([delivery, errors0 + disconnects0 + deadLetters0 + failed1 + errors1 + dropped1 + failed2 + errors2 + dropped2])', 1, 2],
  ])('%s: %s >= %d, %d of 3 periods', (name, expression, threshold, datapoints) => {
    const { Properties } = alarms[name];

    expect(expressionOf(alarms[name])).toBe(expression);
    expect(Properties).toMatchObject({
      Threshold: threshold,
      DatapointsToAlarm: datapoints,
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    for (const { Expression, MetricStat, Period } of Properties.Metrics) {
      if (MetricStat || isQuery(Expression)) expect(MetricStat?.Period ?? Period).toBe(300);
    }
  });

  test.each(Object.entries(alarms))('%s says what to do, has no fixed name, and keeps the limits of CloudWatch', (_, { Properties }) => {
    const { AlarmDescription, AlarmName, Metrics } = Properties;

    expect(AlarmName).toBeUndefined();
    expect(AlarmDescription).toMatch(/\. https:\/\/github\.com\/cdk-ivschat\/cdk-ivschat\/blob\/main\/docs\/monitoring\.md#[a-z-]+$/);
    expect(AlarmDescription).toMatch(/\b(Find|Look at|Request)\b/);
    expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
    // A request to GetMetricData can have one query.
    expect(Metrics.filter(({ Expression }: any) => isQuery(Expression)).length).toBeLessThanOrEqual(1);
    expect(Metrics.filter(({ Expression, MetricStat }: any) => MetricStat || isQuery(Expression)).length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(Metrics)).not.toContain('SEARCH');
  });

  test('have a description that CloudWatch accepts, also for long paths', () => {
    const { alarms: long } = monitored(stack => oneOfEach(new Construct(stack, 'n'.repeat(200))));
    const descriptions = Object.values(long).map(({ Properties }) => Properties.AlarmDescription);
    expect(Math.max(...descriptions.map(({ length }) => length))).toBeLessThanOrEqual(1_024);
    expect(descriptions.at(-1)).toContain(`Bans (…${'n'.repeat(114)}/Bans), Moderation (…`);
  });

  test('link to sections of the guide', () => {
    const page = fs.readFileSync(path.join(__dirname, '../../../docs/monitoring.md'), 'utf8');
    const sections = [...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(' ', '-'));
    const linked = Object.values(alarms).map(({ Properties }) => Properties.AlarmDescription.split('#')[1]);
    expect(sections).toEqual(linked);
  });

  test('have the metrics that the guide states the cost of', () => {
    // A query of the service finds one metric, that of the chat log one for each of its two subscriptions.
    const queried = (expression: unknown) => JSON.stringify(expression).includes('AWS/Logs') ? 2 : 1;
    const counts = Object.values(alarms).map(({ Properties: { Metrics } }) => Metrics.reduce((sum: number, { Expression, MetricStat }: any) => (
      sum + (MetricStat ? 1 : isQuery(Expression) ? queried(Expression) : 0)
    ), 0));
    const page = fs.readFileSync(path.join(__dirname, '../../../docs/monitoring.md'), 'utf8');
    const total = counts.reduce((one, other) => one + other);
    expect(page).toContain(`| one of each | ${total} | $${(total / 10).toFixed(2)} |`);
  });

  test('the description of reviews says that the p99 contains no cold start', () => {
    expect(alarms.ReviewFilter.Properties.AlarmDescription).toContain('the p99, does not contain the initialization of a cold start');
    expect(alarms.ReviewFilter.Properties.AlarmDescription).toContain('Stack/Filter');
  });

  test('do the action', () => {
    const { alarms: withAction } = monitored(stack => ({ ...oneOfEach(stack), alarmAction: new SnsAction(new Topic(stack, 'Topic')) }));
    for (const { Properties } of Object.values(withAction)) expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
    for (const { Properties } of Object.values(alarms)) expect(Properties.AlarmActions).toBeUndefined();
  });

  test('are available to the app', () => {
    const { monitoring, stack } = monitored();
    const names = Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::CloudWatch::Alarm'));
    expect(monitoring.alarms.map(({ alarmName }) => stack.resolve(alarmName))).toEqual(names.map(Ref => ({ Ref })));
  });

  test('keep their logical IDs when other constructs are added', () => {
    const idsOf = (propsOf: (stack: Stack) => ChatMonitoringProps) => Object.keys(resourcesOf(templateOf(monitored(propsOf).stack).toJSON(), 'AWS::CloudWatch::Alarm'));
    const before = idsOf(oneOfEach);
    const after = idsOf(stack => {
      const { bans, reviewHandlers, tokenEndpoints, ...others } = oneOfEach(stack);
      return {
        ...others,
        bans: [new ChatBans(stack, 'OtherBans'), ...bans],
        reviewHandlers: [newFilter(stack, 'OtherFilter'), ...reviewHandlers],
        tokenEndpoints: [newEndpoint(stack, 'OtherTokens'), ...tokenEndpoints],
      };
    });
    expect(after).toEqual(expect.arrayContaining(before));
  });

  test('have at most 10 metrics, also for many bans', () => {
    const { alarms: many } = monitored(stack => ({ bans: ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map(id => new ChatBans(stack, id)) }));
    const background = Object.entries(many).filter(([name]) => name.startsWith('Background'));
    expect(background.map(([name]) => name)).toEqual(['Background', 'Background2', 'Background3']);
    expect(background.map(([, alarm]) => Object.keys(metricsOfAlarm(alarm)).length)).toEqual([9, 9, 3]);
    expect(background[2][1].Properties.AlarmDescription).toContain('Bans (Stack/G)');
  });
});

describe('several alarms for the background', () => {
  test('exist for several chat logs, because an alarm has one query', () => {
    const { alarms } = monitored(stack => {
      const [one, other] = [newChatLog(stack), newChatLog(stack, 'Other')];
      return {
        bans: [new ChatBans(stack, 'Bans')],
        autoModerators: [newModerator(stack, one), newModerator(stack, other, 'OtherModerator')],
        histories: [new ChatHistory(stack, 'History', { chatLog: one })],
      };
    });
    const background = Object.entries(alarms).filter(([name]) => name.startsWith('Background')).map(([, alarm]) => alarm.Properties.AlarmDescription);
    expect(background).toEqual([
      expect.stringContaining('Bans (Stack/Bans), Moderation (Stack/Moderator), History (Stack/History).'),
      expect.stringContaining('Moderation (Stack/OtherModerator).'),
    ]);
  });
});

describe('a metric of a review handler', () => {
  const metricsOf = (handlerOf: (stack: Stack) => IFunctionRef) => {
    const { alarms, stack } = monitored(scope => ({ reviewHandlers: [new MessageReviewHandler(scope, 'Review', { handler: handlerOf(scope) })] }));
    return { stack, metrics: metricsOfAlarm(alarms.ReviewReview) };
  };
  const keys = (name: string) => ({
    p99: keyOf('AWS/Lambda', 'Duration', 'p99', [{ Name: 'FunctionName', Value: name }]),
    invocations: keyOf('AWS/Lambda', 'Invocations', 'Sum', [{ Name: 'FunctionName', Value: name }]),
    errors: keyOf('AWS/Lambda', 'Errors', 'Sum', [{ Name: 'FunctionName', Value: name }]),
    failed: keyOf('cdk-ivschat', 'Failed', 'Sum', [{ Name: 'FunctionName', Value: name }]),
    late: keyOf('cdk-ivschat', 'Late', 'Sum', [{ Name: 'FunctionName', Value: name }]),
    cold: keyOf('cdk-ivschat', 'Cold', 'Sum', [{ Name: 'FunctionName', Value: name }]),
  });

  test.each<[string, (stack: Stack) => IFunctionRef]>([
    ['a function', stack => newFunction(stack)],
    ['an alias', stack => new Alias(stack, 'Alias', { aliasName: 'live', version: newFunction(stack).currentVersion })],
    ['a version', stack => newFunction(stack).currentVersion],
    ['an L1', stack => newFunction(stack).node.defaultChild as CfnFunction],
  ])('has the name of the function of %s as a dimension', (_, handlerOf) => {
    const { metrics, stack } = metricsOf(handlerOf);
    const [id] = Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Function'));
    expect(metrics).toEqual(keys(JSON.stringify({ Ref: id })));
  });

  test.each<[string, (stack: Stack) => IFunctionRef]>([
    ['function', stack => Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:us-east-1:111122223333:function:moderator')],
    ['alias', stack => Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:us-east-1:111122223333:function:moderator:live')],
    ['version', stack => Version.fromVersionArn(stack, 'Imported', 'arn:aws:lambda:us-east-1:111122223333:function:moderator:7')],
  ])('has the name of an imported %s as a dimension', (_, handlerOf) => {
    expect(metricsOf(handlerOf).metrics).toEqual(keys('moderator'));
  });

  test('is that of the filter', () => {
    const stack = newStack(ENV);
    const filter = newFilter(stack);
    new ChatMonitoring(stack, 'Monitoring', { reviewHandlers: [filter] });
    const { failed, late, cold } = metricsOfAlarm(alarmsIn(stack).ReviewFilter);
    const own = [filter.metricFailed(), filter.metricLate(), filter.metricCold()].map(({ dimensions, metricName, namespace, statistic }) => keyOf(
      namespace, metricName, statistic, Object.entries(dimensions!).map(([Name, value]) => ({ Name, Value: stack.resolve(value) })),
    ));
    expect([failed, late, cold]).toEqual(own);
  });
});

describe('the state of an alarm', () => {
  const { alarms, stack } = monitored();
  const _ = undefined;

  /** The data of metrics by the names in the expression of the alarm. */
  const state = (name: string, values: Record<string, Series>) => {
    const keysByName = metricsOfAlarm(alarms[name]);
    return stateOf(alarms[name], Object.fromEntries(Object.entries(values).map(([id, series]) => [keysByName[id], series])));
  };

  // Whatever the dimensions and their values are.
  test.each([[[]], [[{ Name: 'Uri', Value: 'arn' }]], [[{ Name: 'Handler', Value: 'x' }, { Name: 'Room', Value: 'y' }]]])('follows metrics of the service with the dimensions %j', dimensions => {
    const key = (metric: string) => keyOf('AWS/IVSChat', metric, 'Sum', dimensions);
    expect(stateOf(alarms.ReviewInvocationErrors, { [key('InvocationErrors')]: [_, 1, 1] })).toBe('ALARM');
    expect(stateOf(alarms.ReviewInvocationErrors, { [key('InvocationErrors')]: [_, 1, 0] })).toBe('OK');
    expect(stateOf(alarms.ReviewInvocationErrors, { [key('Other')]: [9, 9, 9] })).toBe('OK');
    expect(stateOf(alarms.ReviewResponseErrors, { [key('ResponseValidationErrors')]: [_, _, 1] })).toBe('ALARM');
    expect(stateOf(alarms.ChatLogErrors, { [key('LogDestinationErrors')]: [3, _, 1] })).toBe('ALARM');
  });

  test.each([[[40_000, 0, 0], 'ALARM'], [[39_999, 39_999, 39_999], 'OK'], [[_, _, _], 'OK']])('follows the connections: %j is %s', (used, expected) => {
    expect(state('Connections', { used })).toBe(expected);
  });

  test.each<[string, string, Record<string, Series>]>([
    ['ALARM', 'one in a hundred reviews is slow', { p99: [151, 20, 150], invocations: [900, 900, 900] }],
    ['OK', 'reviews take less than 150 ms', { p99: [149, 149, 149], invocations: [900, 900, 900] }],
    ['OK', 'it happens in one period', { p99: [20, 20, 900], invocations: [900, 900, 900] }],
    ['ALARM', 'one in a hundred waits for a cold start', { p99: [20, 20, 20], invocations: [100, 100, 100], cold: [_, 1, 1] }],
    ['OK', 'one in a thousand waits for a cold start', { p99: [20, 20, 20], invocations: [1_000, 1_000, 1_000], cold: [1, 1, 1] }],
    ['ALARM', 'each metric has a part', { p99: [20, 20, 20], invocations: [400, 400, 400], cold: [1, 1, 1], late: [1, 1, 1], failed: [1, 1, 1], errors: [1, 1, 1] }],
    ['ALARM', 'quiet rooms have only cold starts', { p99: [2, _, 2], invocations: [1, _, 1], cold: [1, _, 1] }],
    ['OK', 'no message comes', {}],
  ])('is %s if %s', (expected, __, values) => {
    expect(state('ReviewFilter', values)).toBe(expected);
  });

  test.each<[string, string, Record<string, Series>]>([
    ['ALARM', 'Lambda refuses all requests', { throttles: [5, 5, 5] }],
    ['ALARM', 'one in a hundred requests fails', { invocations: [100, 100, 100], failed: [_, 1, 1] }],
    ['ALARM', 'the service throttles', { invocations: [6_000, 6_000, 6_000], throttled: [100, 100, _] }],
    ['ALARM', 'the function fails', { invocations: [3, 3, 3], errors: [3, 3, 3] }],
    ['OK', 'few requests fail', { invocations: [1_000, 1_000, 1_000], failed: [9, 9, 9] }],
    ['OK', 'no user comes', {}],
  ])('is %s if %s', (expected, __, values) => {
    expect(state('TokensTokens', values)).toBe(expected);
  });

  test('shows the percentage of requests without a token', () => {
    const { failed, invocations, throttles } = metricsOfAlarm(alarms.TokensTokens);
    expect(valuesOf(alarms.TokensTokens, { [failed]: [5], [invocations]: [60], [throttles]: [40] })).toEqual([45]);
  });

  test('follows a dead letter until it is handled', () => {
    expect(state('Background', { deadLetters0: [0, 1, 1] })).toBe('ALARM');
    expect(state('Background', { deadLetters0: [1, 0, 0] })).toBe('OK');
    expect(state('Background', { disconnects0: [_, 1, _], errors0: [_, _, 1] })).toBe('ALARM');
  });

  test.each(['failed1', 'errors1', 'dropped1', 'failed2', 'errors2', 'dropped2'])('follows %s of an auto-moderator or a history', name => {
    expect(state('Background', { [name]: [_, 1, 1] })).toBe('ALARM');
    expect(state('Background', { [name]: [_, _, 1] })).toBe('OK');
  });

  test('follows records of the chat log that were not delivered, whatever the type of the destination is called', () => {
    const chatLog = Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::Logs::LogGroup')).find(id => /^ChatLog.{8}$/.test(id));
    const key = (name: unknown, type: string) => keyOf('AWS/Logs', 'DeliveryErrors', 'Sum', [
      { Name: 'LogGroupName', Value: name }, { Name: 'DestinationType', Value: type }, { Name: 'FilterName', Value: 'filter' },
    ]);
    for (const type of ['Lambda', 'AWS Lambda']) {
      expect(stateOf(alarms.Background, { [key({ Ref: chatLog }, type)]: [_, 1, 1] })).toBe('ALARM');
      expect(stateOf(alarms.Background, { [key('/other/log', type)]: [_, 1, 1] })).toBe('OK');
    }
  });
});

describe('the widgets', () => {
  const { monitoring, stack } = monitored(scope => ({ ...oneOfEach(scope), dashboard: true }));
  const widgets: any[] = monitoring.widgets.flatMap(widget => stack.resolve(widget.toJson()));
  const text = JSON.stringify(widgets);

  test('have a graph for each subject', () => {
    expect(widgets.map(({ properties }) => properties.title)).toEqual([
      'Connections', 'Requests and deliveries', 'Requests by action', 'Deliveries by action', 'Reviews that failed', 'Log records that were not delivered',
      'Duration of reviews, without cold starts: Stack/Filter', 'Reviews that were slow or failed: Stack/Filter', 'Chat tokens: Stack/Tokens',
      'Bans: Stack/Bans', 'Moderation: Stack/Moderator', 'History: Stack/History',
    ]);
  });

  test('search metrics of the service whose dimensions have undocumented values', () => {
    for (const name of ['Requests', 'Deliveries', 'InvocationErrors', 'ResponseValidationErrors', 'LogDestinationErrors', 'LogDestinationAccessDeniedError', 'LogDestinationResourceNotFoundErrors']) {
      expect(text).toContain(JSON.stringify(`SEARCH('Namespace="AWS/IVSChat" MetricName="${name}"', 'Sum')`));
    }
    expect(text).not.toMatch(/"(Uri|LoggingConfiguration|Action)"/);
  });

  test('show refused requests, for which there is no alarm', () => {
    expect(text).toContain('"Refused"');
    expect(JSON.stringify(alarmsIn(stack))).not.toContain('"Refused"');
  });

  test('name the graphs that the alarms refer to', () => {
    const descriptions = Object.values(alarmsIn(stack)).map(({ Properties }) => Properties.AlarmDescription).join();
    const titles = [...descriptions.matchAll(/graph "([^"]+)"/g)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThanOrEqual(3);
    expect(widgets.map(({ properties }) => properties.title)).toEqual(expect.arrayContaining(titles));
  });

  test('are on the dashboard with the alarms', () => {
    expect(monitoring.dashboard).toBeInstanceOf(Dashboard);
    const [dashboard] = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard.Properties.DashboardBody);
    for (const { properties } of widgets) expect(body).toContain(properties.title);
    expect(body.match(/\["Monitoring\w+","Arn"\]/g)).toHaveLength(7);
    expect(dashboard.Properties.DashboardName).toBeUndefined();
  });

  test('can be used without a dashboard', () => {
    const own = newStack();
    const without = new ChatMonitoring(own, 'Monitoring', oneOfEach(own));
    expect(without.dashboard).toBeUndefined();
    new Dashboard(own, 'Own', { widgets: [without.widgets] });
    expect(Object.keys(resourcesOf(templateOf(own).toJSON(), 'AWS::CloudWatch::Dashboard'))).toHaveLength(1);
  });
});

describe('constructs of other stacks', () => {
  test.each([ENV, undefined])('are monitored in %j', env => {
    const app = new App();
    const [chat, monitoring] = ['Chat', 'Monitoring'].map(id => new Stack(app, id, { env }));
    new ChatMonitoring(monitoring, 'Monitoring', { ...oneOfEach(chat), dashboard: true });

    const names = Object.keys(resourcesOf(templateOf(monitoring).toJSON(), 'AWS::CloudWatch::Alarm'));
    expect(names).toHaveLength(7);
    expect(names).toEqual(expect.arrayContaining([expect.stringContaining('ReviewChatFilter'), expect.stringContaining('TokensChatTokens')]));
    expect(JSON.stringify(templateOf(monitoring).toJSON())).toContain('Fn::ImportValue');
    // Newer versions of the CDK warn about references between stacks.
    expect(warningsOf(monitoring).filter(warning => JSON.stringify(warning).includes('cdk-ivschat:'))).toEqual([]);
  });

  test('have alarms with the same logical IDs in each stage', () => {
    const idsIn = (name: string) => {
      const stage = new Stage(new App(), name);
      const [chat, monitoring] = ['Chat', 'Monitoring'].map(id => new Stack(stage, id));
      new ChatMonitoring(monitoring, 'Monitoring', oneOfEach(chat));
      return Object.keys(resourcesOf(templateOf(monitoring).toJSON(), 'AWS::CloudWatch::Alarm'));
    };
    expect(idsIn('Prod')).toEqual(idsIn('Dev'));
  });

  test.each(['reviewHandlers', 'tokenEndpoints', 'bans', 'autoModerators', 'histories'] as const)('are an error in another region: %s', property => {
    const app = new App();
    const chat = new Stack(app, 'Chat', { env: ENV });
    const monitoring = new Stack(app, 'Monitoring', { env: { ...ENV, region: 'us-west-2' } });
    const error = errorOf(() => new ChatMonitoring(monitoring, 'Monitoring', { [property]: oneOfEach(chat)[property] }))!;
    expect(error.code).toBe('OtherEnvironment');
    expect(error.message).toContain(`${property}[0] must be in the same account and region as this construct, got region us-east-1 instead of us-west-2`);
  });
});

test('a second one in a stack causes a warning', () => {
  const stack = newStack();
  new ChatMonitoring(stack, 'Monitoring');
  expect(warningsOf(stack)).toEqual([]);
  new ChatMonitoring(stack, 'Second');
  expect(warningsOf(stack)).toEqual([['/Stack/Second', expect.stringMatching(/^Stack\/Monitoring already monitors .* \[ack: cdk-ivschat:monitoredTwice\]$/)]]);

  const other = new Stack(stack.node.root, 'Other');
  new ChatMonitoring(other, 'Monitoring');
  expect(warningsOf(other)).toEqual([]);
});

describe('an error', () => {
  const filter = (stack: Stack) => stack.node.tryFindChild('Filter') ?? newFilter(stack);
  test.each<[string, (stack: Stack) => any, string]>([
    ['reviewHandlers', () => 'filter', 'reviewHandlers must be a list, got "filter": pass a list of constructs'],
    ['reviewHandlers', stack => [newFunction(stack)], 'reviewHandlers[0] must be a MessageReviewHandler or a MessageFilter, got the Function Stack/Moderator: pass for example new MessageFilter(this, \'Filter\')'],
    ['reviewHandlers', () => [MessageReviewHandler.none()], 'reviewHandlers[0] must be a MessageReviewHandler or a MessageFilter, got an object: pass for example new MessageFilter(this, \'Filter\')'],
    ['reviewHandlers', stack => [filter(stack), filter(stack)], 'reviewHandlers must not contain a construct twice, got the MessageFilter Stack/Filter: remove one of the two'],
    ['tokenEndpoints', stack => [filter(stack)], 'tokenEndpoints[0] must be a ChatTokenEndpoint, got the MessageFilter Stack/Filter: pass for example the construct of the endpoint'],
    ['bans', stack => [ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans', functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Bans' })],
      'bans[0] must be a ChatBans of this app, got the Import Stack/Bans: pass for example new ChatBans(this, \'Bans\')'],
    ['autoModerators', stack => [filter(stack)], 'autoModerators[0] must be an AutoModerator, got the MessageFilter Stack/Filter: pass for example the construct of the moderator'],
    ['histories', stack => [ChatHistory.fromChatHistoryAttributes(stack, 'History', { tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/History', pageFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Pages' })],
      'histories[0] must be a ChatHistory of this app, got the Import Stack/History: pass for example the construct of the history'],
    ['alarmAction', stack => new Topic(stack, 'Topic') as unknown as IAlarmAction, 'alarmAction must be an alarm action, got the Topic Stack/Topic: pass for example new SnsAction(topic)'],
    ['dashboard', () => 'yes', 'dashboard must be true or false, got "yes": pass a Boolean, or omit the property'],
  ])('names %s', (property, valueOf, message) => {
    const stack = newStack();
    const error = errorOf(() => new ChatMonitoring(stack, 'Monitoring', { [property]: valueOf(stack) }))!;
    expect(error.message).toContain(message);
  });

  test('names props that are not an object', () => {
    expect(errorOf(() => new ChatMonitoring(newStack(), 'Monitoring', [] as any))!.code).toBe('PropsExpected');
  });
});
