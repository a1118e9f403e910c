import { Stack, Stage } from 'aws-cdk-lib';
import { type CfnLogGroup, CfnMetricFilter, CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { referencedConstruct } from '../referenced-construct';
import { isLiteral } from '../validation';

/** A log group of this app, or the name of one. */
export type LogGroupKey = CfnLogGroup | string;

/** Returns the subscription filters and metric filters of a log group in this app. */
export function filtersOf(scope: IConstruct, logGroup: LogGroupKey): (CfnMetricFilter | CfnSubscriptionFilter)[] {
  return scope.node.root.node.findAll()
    .filter((construct): construct is CfnMetricFilter | CfnSubscriptionFilter => (
      CfnSubscriptionFilter.isCfnSubscriptionFilter(construct) || CfnMetricFilter.isCfnMetricFilter(construct)))
    .filter(filter => isLogGroup(filter.logGroupName, logGroup) && isSameEnvironment(filter, typeof logGroup === 'string' ? scope : logGroup));
}

/** Returns whether a name, which can be a token, is that of a log group. */
export function isLogGroup(name: string | undefined, logGroup: LogGroupKey): boolean {
  if (typeof logGroup === 'string') return name === logGroup;
  return referencedConstruct(name) === logGroup || (isLiteral(name) && name === logGroup.logGroupName);
}

function isSameEnvironment(one: IConstruct, other: IConstruct): boolean {
  const [ours, theirs] = [Stack.of(one), Stack.of(other)];
  return Stage.of(ours) === Stage.of(theirs) && ours.account === theirs.account && ours.region === theirs.region;
}
