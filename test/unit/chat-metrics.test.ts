import { Duration, Stack } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatMetrics, LoggingConfiguration, LoggingDestination, MessageReviewHandler } from '../../src';
import { ENV, newStack, templateOf } from '../support/synth';

const LOGGING_ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';

interface Expected {
  readonly metricName: string;
  readonly statistic: string;
  readonly dimensions?: Record<string, unknown>;
  readonly namespace?: string;
}

type NewMetric = (stack: Stack, props?: MetricOptions) => Metric;

const OF_LOGGING: [string, (configuration: any, props?: MetricOptions) => Metric, string][] = [
  ['metric', (configuration, props) => configuration.metric('LogDestinationErrors', props), 'LogDestinationErrors'],
  ['metricLogDestinationErrors', (configuration, props) => configuration.metricLogDestinationErrors(props), 'LogDestinationErrors'],
  ['metricLogDestinationAccessDeniedError', (configuration, props) => configuration.metricLogDestinationAccessDeniedError(props),
    'LogDestinationAccessDeniedError'],
  ['metricLogDestinationResourceNotFoundErrors', (configuration, props) => configuration.metricLogDestinationResourceNotFoundErrors(props),
    'LogDestinationResourceNotFoundErrors'],
];

function imported(stack: Stack) {
  return LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Imported', LOGGING_ARN);
}

function handler(stack: Stack): MessageReviewHandler {
  return new MessageReviewHandler(stack, 'Review', { handler: lambda.Function.fromFunctionArn(stack, 'Function', FUNCTION_ARN) });
}

const METRICS: [string, NewMetric, Expected][] = [
  ['ChatMetrics.concurrentChatConnections', (_, props) => ChatMetrics.concurrentChatConnections(props),
    { metricName: 'ConcurrentChatConnections', statistic: 'Maximum' }],
  ['ChatMetrics.concurrentChatConnectionsUsage', (_, props) => ChatMetrics.concurrentChatConnectionsUsage(props), {
    namespace: 'AWS/Usage',
    metricName: 'ResourceCount',
    statistic: 'Maximum',
    dimensions: { Service: 'IVS Chat', Class: 'None', Type: 'Resource', Resource: 'ConcurrentChatConnections' },
  }],
  ['ChatMetrics.messagingRequests', (_, props) => ChatMetrics.messagingRequests(props), { metricName: 'MessagingRequests', statistic: 'Sum' }],
  ['ChatMetrics.messagingDeliveries', (_, props) => ChatMetrics.messagingDeliveries(props), { metricName: 'MessagingDeliveries', statistic: 'Sum' }],
  ['ChatMetrics.requests', (_, props) => ChatMetrics.requests('SEND_MESSAGE', props),
    { metricName: 'Requests', statistic: 'Sum', dimensions: { Action: 'SEND_MESSAGE' } }],
  ['ChatMetrics.deliveries', (_, props) => ChatMetrics.deliveries('SEND_MESSAGE', props),
    { metricName: 'Deliveries', statistic: 'Sum', dimensions: { Action: 'SEND_MESSAGE' } }],
  ['MessageReviewHandler.metric', (stack, props) => handler(stack).metric('InvocationErrors', props),
    { metricName: 'InvocationErrors', statistic: 'Sum', dimensions: { Uri: FUNCTION_ARN } }],
  ['MessageReviewHandler.metricInvocationErrors', (stack, props) => handler(stack).metricInvocationErrors(props),
    { metricName: 'InvocationErrors', statistic: 'Sum', dimensions: { Uri: FUNCTION_ARN } }],
  ['MessageReviewHandler.metricResponseValidationErrors', (stack, props) => handler(stack).metricResponseValidationErrors(props),
    { metricName: 'ResponseValidationErrors', statistic: 'Sum', dimensions: { Uri: FUNCTION_ARN } }],
  ...OF_LOGGING.map(([name, newMetric, metricName]): [string, NewMetric, Expected] => [
    `LoggingConfiguration.${name} of an import`, (stack, props) => newMetric(imported(stack), props),
    { metricName, statistic: 'Sum', dimensions: { LoggingConfiguration: LOGGING_ARN } },
  ]),
];

describe.each(METRICS)('%s', (_, newMetric, expected) => {
  test('has the name, namespace and statistic of the service, over 5 minutes', () => {
    const metric = newMetric(newStack());

    expect({ namespace: metric.namespace, metricName: metric.metricName, statistic: metric.statistic, dimensions: metric.dimensions })
      .toEqual({ namespace: 'AWS/IVSChat', dimensions: undefined, ...expected });
    expect(metric.period.toSeconds()).toBe(300);
  });

  test('can be overridden with the options', () => {
    const metric = newMetric(newStack(), {
      statistic: 'Average', period: Duration.minutes(1), label: 'custom', unit: Unit.COUNT, dimensionsMap: { Custom: 'value' },
    });

    expect({ statistic: metric.statistic, period: metric.period.toSeconds(), label: metric.label, unit: metric.unit, dimensions: metric.dimensions })
      .toEqual({ statistic: 'Average', period: 60, label: 'custom', unit: 'Count', dimensions: { Custom: 'value' } });
    expect(metric.metricName).toBe(expected.metricName);
  });
});

test.each(OF_LOGGING)('LoggingConfiguration.%s has the ARN attribute as its dimension', (_, newMetric, metricName) => {
  const stack = newStack();
  const configuration = new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(new LogGroup(stack, 'Group')) });
  const metric = newMetric(configuration);

  expect({ namespace: metric.namespace, metricName: metric.metricName, statistic: metric.statistic })
    .toEqual({ namespace: 'AWS/IVSChat', metricName, statistic: 'Sum' });
  expect(stack.resolve(metric.dimensions)).toEqual({ LoggingConfiguration: stack.resolve(configuration.loggingConfigurationArn) });
});

test('an alarm in the same stack does not name an environment', () => {
  const stack = newStack(ENV);
  handler(stack).metricInvocationErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });

  const [alarm] = Object.values<any>(templateOf(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(alarm.Properties).toEqual({
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Dimensions: [{ Name: 'Uri', Value: FUNCTION_ARN }],
    EvaluationPeriods: 1,
    MetricName: 'InvocationErrors',
    Namespace: 'AWS/IVSChat',
    Period: 300,
    Statistic: 'Sum',
    Threshold: 1,
  });
});

test('an alarm in another region fails', () => {
  const stack = newStack(ENV);
  const metric = handler(stack).metricInvocationErrors();
  const elsewhere = new Stack(stack.node.scope!, 'Elsewhere', { env: { ...ENV, region: 'us-west-2' } });

  expect(metric.toMetricConfig().metricStat).toMatchObject(ENV);
  expect(() => metric.createAlarm(elsewhere, 'Alarm', { threshold: 1, evaluationPeriods: 1 })).toThrow(/us-east-1/);
});

test('a metric of an import has the environment of the import', () => {
  const configuration = LoggingConfiguration.fromLoggingConfigurationArn(newStack(ENV), 'Imported',
    'arn:aws:ivschat:us-west-2:444455556666:logging-configuration/AbCdEfGhIjKl');

  expect(configuration.metricLogDestinationErrors().toMetricConfig().metricStat).toMatchObject({ region: 'us-west-2', account: '444455556666' });
});
