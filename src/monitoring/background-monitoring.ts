import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmDefinition, LASTING, MAX_METRICS_OF_ALARM, PERIOD_MINUTES } from './alarm-definition';
import { deliveryErrorsOf, lambdaMetric, math, type NamedMetrics } from './expressions';
import { graph, type Graph } from './graphs';
import { pathOf } from './path-of';
import type { ChatBans } from '../tokens/chat-bans';

/** A construct that works while no user waits for it, and retries. */
export interface BackgroundTask {
  readonly path: string;
  /** Name of what it does, for graphs. */
  readonly title: string;
  /** Each value above 0 is a failure. */
  readonly failures: NamedMetrics;
  /** Name of the log group whose records it reads. */
  readonly chatLog?: string;
  /** For graphs only. */
  readonly others?: IMetric[];
}

export function taskOfBans(bans: ChatBans): BackgroundTask {
  return {
    path: pathOf(bans),
    title: 'Bans',
    failures: {
      errors: lambdaMetric(bans.function.functionName, 'Errors'),
      disconnects: bans.metricSecondDisconnectFailed(),
      deadLetters: bans.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum', label: 'Messages in the dead-letter queue', period: Duration.minutes(PERIOD_MINUTES),
      }),
    },
  };
}

/**
 * One alarm for all tasks, because they all retry. There are several if they have more metrics than an alarm can have, or different chat
 * logs, because an alarm has one query only.
 */
export function backgroundAlarms(tasks: readonly BackgroundTask[]): AlarmDefinition[] {
  return groupsOf(tasks).map(({ chatLog, members }, index) => {
    const failures: NamedMetrics = Object.fromEntries(members.flatMap((task, number) => (
      Object.entries(task.failures).map(([name, metric]) => [`${name}${number}`, metric])
    )));
    const sum = Object.keys(failures).join(' + ');
    return {
      id: `Background${index === 0 ? '' : index + 1}`,
      metric: chatLog === undefined
        ? math(sum, failures, 'Failures in the background')
        // Not an operator: a query that finds no metric can be an empty list.
        : math(`SUM([delivery, ${sum}])`, { ...failures, delivery: deliveryErrorsOf(chatLog) }, 'Failures in the background'),
      threshold: 1,
      datapointsToAlarm: LASTING,
      description: `Something that the chat does in the background keeps failing: ${members.map(({ path, title }) => `${title} (${path})`).join(', ')}. Find it in the graphs with these names, and read the log of its function. Messages in a dead-letter queue keep the alarm on until you handle them: correct the cause, then redrive or purge the queue.`,
      section: 'failures-in-the-background',
    };
  });
}

export function backgroundGraphs({ chatLog, failures, others = [], path, title }: BackgroundTask): Graph[] {
  const delivery = chatLog === undefined ? [] : [deliveryErrorsOf(chatLog)];
  return [graph(`${title}: ${path}`, [...Object.values(failures), ...delivery], others)];
}

interface Group {
  readonly members: BackgroundTask[];
  chatLog?: string;
  free: number;
}

/** The metrics of a task stay together, so that the group tells which tasks to look at. */
function groupsOf(tasks: readonly BackgroundTask[]): Group[] {
  const groups: Group[] = [];
  for (const task of tasks) {
    const count = Object.keys(task.failures).length;
    let group = groups.find(({ chatLog, free }) => {
      const isQueryShared = task.chatLog === undefined || chatLog === task.chatLog;
      return (isQueryShared || chatLog === undefined) && count + (isQueryShared ? 0 : 1) <= free;
    });
    if (!group) {
      group = { members: [], free: MAX_METRICS_OF_ALARM };
      groups.push(group);
    }
    if (task.chatLog !== undefined && group.chatLog === undefined) {
      group.chatLog = task.chatLog;
      group.free--;
    }
    group.free -= count;
    group.members.push(task);
  }
  return groups;
}
