import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const ACKNOWLEDGED_RULES = 'aws:cdk:acknowledged-rules';

/**
 * Acknowledges a finding about a resource of this library, so that users do not have to.
 *
 * Writes the same metadata as `Validations.of(construct).acknowledge()`, which the oldest supported CDK does not have.
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  if (isAcknowledged(construct, rule)) return;
  construct.node.addMetadata(ACKNOWLEDGED_RULES, { [rule]: reason });
}

function isAcknowledged(construct: IConstruct, rule: string): boolean {
  return construct.node.metadata.some(({ data, type }) => type === ACKNOWLEDGED_RULES && rule in data);
}

/**
 * Acknowledges the finding of cdk-nag for a wildcard in a policy.
 *
 * @param resource in the notation of cdk-nag, where a reference is `<LogicalId.Attribute>`
 */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
}

/** Returns the ARN of all rooms of the account and region, in the notation of cdk-nag. */
export function anyRoom(scope: IConstruct): string {
  return anyResource(scope, 'ivschat', 'room/*');
}

/** Returns the ARN of a resource in the account and region, in the notation of cdk-nag. */
export function anyResource(scope: IConstruct, service: string, resource: string): string {
  const { account, region } = Stack.of(scope);
  const notation = (value: string, name: string) => Token.isUnresolved(value) ? `<AWS::${name}>` : value;
  return `arn:<AWS::Partition>:${service}:${notation(region, 'Region')}:${notation(account, 'AccountId')}:${resource}`;
}
