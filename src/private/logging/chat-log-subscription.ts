import { ArnFormat, AspectPriority, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-ivschat';
import { CfnFunction, CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, CfnSubscriptionFilter, type ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import { filtersOf, isLogGroup, type LogGroupKey } from './log-group-filters';
import { acknowledge } from '../acknowledge';
import { describeValue, validateType } from '../argument-types';
import { lit, validationError, warn } from '../errors';
import { MAX_SUBSCRIPTION_FILTERS } from '../limits';
import { l1Of, referencedConstructs } from '../referenced-construct';
import { validateSameEnvironment } from '../validation';

const CLASSES_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html';

/** Of subscription filters, in the validator of the CDK. cfn-lint has the current one. */
const EARLIER_MAXIMUM = 2;

/**
 * Sends the records of a chat log that match a pattern to a function.
 *
 * Throws, partly at synthesis, if the log group takes no subscription or another one, or is not a chat log. Warns if it keeps records
 * forever.
 *
 * @param scope the construct whose property `chatLog` is the log group
 * @param filterPattern of `chat-log-pattern.ts`
 */
export function subscribeToChatLog(scope: Construct, chatLog: ILogGroupRef, fn: IFunction, filterPattern: string): void {
  validateType(scope, 'chatLog', chatLog, 'logGroupRef', 'a log group', 'the log group that a LoggingConfiguration writes to');
  validateSameEnvironment(scope, 'chatLog', chatLog);
  const { logGroupName } = chatLog.logGroupRef;
  if (isFunctionLog(scope, logGroupName)) throw notAChatLog(scope, `${describeValue(logGroupName)}, the log of a function`);

  const permission = new CfnPermission(scope, 'SubscriptionPermission', {
    action: 'lambda:InvokeFunction',
    functionName: fn.functionArn,
    principal: 'logs.amazonaws.com',
    sourceAccount: Stack.of(scope).account,
    // Not the ARN of the construct: some end in `:*`, as CloudWatch Logs requires, and others do not.
    sourceArn: Stack.of(scope).formatArn({
      service: 'logs', resource: 'log-group', resourceName: `${logGroupName}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  });
  const filter = new CfnSubscriptionFilter(scope, 'Subscription', { logGroupName, destinationArn: fn.functionArn, filterPattern });
  // CloudWatch Logs tests whether it may invoke the function.
  filter.node.addDependency(permission);
  validateAtSynthesis(scope, chatLog);
}

/** Whether it is a default log group of Lambda, or `logGroup` of a function, whose retention a custom resource sets. */
function isFunctionLog(scope: Construct, logGroupName: string): boolean {
  return logGroupName.startsWith('/aws/lambda/') || referencedConstructs(scope, logGroupName)
    .some(construct => CfnResource.isCfnResource(construct) && construct.cfnResourceType === 'Custom::LogRetention');
}

/** Looks at the end of synthesis, because the log group, its filters and its logging configuration can be changed until then. */
function validateAtSynthesis(scope: Construct, chatLog: ILogGroupRef): void {
  const logGroup = l1Of(chatLog);
  const key: LogGroupKey = CfnLogGroup.isCfnLogGroup(logGroup) ? logGroup : chatLog.logGroupRef.logGroupName;
  scope.node.addValidation({
    validate: () => {
      validateCount(scope, key);
      if (typeof key !== 'string') validateLogGroup(scope, key);
      return [];
    },
  });
  const visit = (construct: IConstruct) => {
    if (construct !== scope) return;
    acknowledgeCount(scope, key);
    if (typeof key !== 'string') warnIfNeverExpires(scope, key);
  };
  Aspects.of(scope).add({ visit }, { priority: AspectPriority.READONLY });
}

function validateCount(scope: Construct, logGroup: LogGroupKey): void {
  const filters = subscriptionsOf(scope, logGroup);
  if (filters.length <= MAX_SUBSCRIPTION_FILTERS) return;
  const paths = filters.map(({ node }) => node.path).join(', ');
  throw validationError(scope, lit`TooManySubscriptions`,
    `chatLog must be a log group with at most ${MAX_SUBSCRIPTION_FILTERS} subscription filters, got ${filters.length} (${paths}): remove one, or add another logging configuration with another log group to the rooms`);
}

function validateLogGroup(scope: Construct, logGroup: CfnLogGroup): void {
  const { logGroupClass } = logGroup;
  if (logGroupClass === 'INFREQUENT_ACCESS' || logGroupClass === 'DELIVERY') {
    throw validationError(scope, lit`LogGroupClassWithoutSubscriptions`,
      `chatLog must be a log group of the class STANDARD, got ${logGroup.node.path} of the class ${logGroupClass}, which takes no subscription filters and cannot be changed: use another log group, see ${CLASSES_PAGE}`);
  }
  const constructs = logGroup.node.root.node.findAll();
  const fn = constructs.find(each => CfnFunction.isCfnFunction(each) && isLogGroup(logGroupOfFunction(each), logGroup));
  if (fn) throw notAChatLog(scope, `${logGroup.node.path}, to which the function ${fn.node.path} writes`);
  if (constructs.some(each => CfnLoggingConfiguration.isCfnLoggingConfiguration(each) && isLogGroup(logGroupOfConfiguration(each), logGroup))) return;
  throw notAChatLog(scope, `${logGroup.node.path}, to which no LoggingConfiguration of this app writes`);
}

function notAChatLog(scope: Construct, got: string): Error {
  return validationError(scope, lit`ChatLogExpected`,
    `chatLog must be a log group that a LoggingConfiguration writes to, and no function, got ${got}: pass the log group of LoggingDestination.cloudWatchLogs(), or import a chat log of another app with logs.LogGroup.fromLogGroupName(this, 'ChatLog', name)`);
}

function logGroupOfFunction(fn: CfnFunction): string | undefined {
  return (fn.loggingConfig as CfnFunction.LoggingConfigProperty | undefined)?.logGroup;
}

function logGroupOfConfiguration({ destinationConfiguration }: CfnLoggingConfiguration): string | undefined {
  const { cloudWatchLogs } = destinationConfiguration as CfnLoggingConfiguration.DestinationConfigurationProperty;
  return (cloudWatchLogs as CfnLoggingConfiguration.CloudWatchLogsDestinationConfigurationProperty | undefined)?.logGroupName;
}

function acknowledgeCount(scope: Construct, logGroup: LogGroupKey): void {
  const filters = subscriptionsOf(scope, logGroup);
  if (filters.length <= EARLIER_MAXIMUM || filters.length > MAX_SUBSCRIPTION_FILTERS) return;
  for (const filter of filters) acknowledge(filter, 'CloudFormation-Validate::E2529', `A log group takes ${MAX_SUBSCRIPTION_FILTERS} subscription filters.`);
}

function subscriptionsOf(scope: Construct, logGroup: LogGroupKey): CfnSubscriptionFilter[] {
  return filtersOf(scope, logGroup).filter((filter): filter is CfnSubscriptionFilter => CfnSubscriptionFilter.isCfnSubscriptionFilter(filter));
}

function warnIfNeverExpires(scope: Construct, logGroup: CfnLogGroup): void {
  if (logGroup.retentionInDays !== undefined) return;
  warn(scope, 'chatLogWithoutRetention',
    `The log group of the chat log, ${logGroup.node.path}, keeps messages forever, including deleted ones and those of users who want to be forgotten. Set its retention, or acknowledge this warning.`);
}
