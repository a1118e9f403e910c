import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import type { BackgroundTask } from './background-monitoring';
import { lambdaMetric } from './expressions';
import { pathOf } from './path-of';
import type { ChatHistory } from '../history/chat-history';
import type { AutoModerator } from '../moderation/auto-moderator';

const OUTCOMES = ['Judged', 'Flagged', 'Deleted', 'Disconnected', 'Banned', 'Skipped'];

/** A construct with a function that reads a chat log. */
interface ChatLogReader extends IConstruct {
  readonly function: IFunction;
  metricFailed(props?: MetricOptions): Metric;
}

export function taskOfAutoModerator(moderator: AutoModerator): BackgroundTask {
  return { ...taskOf('Moderation', moderator), others: OUTCOMES.map(name => moderator.metric(name)) };
}

export function taskOfHistory(history: ChatHistory): BackgroundTask {
  const pages = lambdaMetric(history.pageFunction.functionName, 'Errors', 'Sum', 'Errors of pages');
  return { ...taskOf('History', history), others: [history.metricUnreadable(), pages] };
}

/** Lambda drops events that failed in all attempts, or that waited too long because it had no instance for them. */
function taskOf(title: string, reader: ChatLogReader): BackgroundTask {
  const { functionName } = reader.function;
  return {
    path: pathOf(reader),
    title,
    failures: {
      failed: reader.metricFailed(),
      errors: lambdaMetric(functionName, 'Errors'),
      dropped: lambdaMetric(functionName, 'AsyncEventsDropped', 'Sum', 'Dropped events'),
    },
    chatLog: reader.node.children.find(CfnSubscriptionFilter.isCfnSubscriptionFilter)?.logGroupName,
  };
}
