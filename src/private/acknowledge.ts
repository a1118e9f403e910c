import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges a finding of cdk-nag about resources of this library, so that users do not have to.
 *
 * Writes the same metadata as `Validations.of(construct).acknowledge()`, which the oldest supported CDK does not have.
 *
 * @param rule such as `AwsSolutions-DDB3`
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  construct.node.addMetadata('aws:cdk:acknowledged-rules', { [rule]: reason });
}

/**
 * Acknowledges the finding of cdk-nag for a wildcard in a policy of this library.
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
