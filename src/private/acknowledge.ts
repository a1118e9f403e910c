import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tells cdk-nag why a policy of ours has a wildcard. A user could say it too, but does not know the reason.
 *
 * This is what `Validations.of(construct).acknowledge` writes, which the oldest CDK supported here does not have.
 *
 * @param resource as cdk-nag spells it: a reference is `<LogicalId.Attribute>`
 */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  construct.node.addMetadata('aws:cdk:acknowledged-rules', { [`AwsSolutions-IAM5[Resource::${resource}]`]: reason });
}

/** All rooms of the account and region of a stack, as cdk-nag spells them. */
export function anyRoom(scope: IConstruct): string {
  const { account, region } = Stack.of(scope);
  const spell = (value: string, name: string) => Token.isUnresolved(value) ? `<AWS::${name}>` : value;
  return `arn:<AWS::Partition>:ivschat:${spell(region, 'Region')}:${spell(account, 'AccountId')}:room/*`;
}
