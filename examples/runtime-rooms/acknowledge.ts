import type { IConstruct } from 'constructs';

const ALL_ROOMS = 'arn:<AWS::Partition>:ivschat:<AWS::Region>:<AWS::AccountId>:room/*';

/**
 * Tells cdk-nag why the policies of a role name all rooms of the account and region. Any other wildcard is still a finding.
 *
 * From aws-cdk-lib 2.257 on, use `Validations.of(role).acknowledge({ id, reason })`, which does the same.
 */
export function acknowledgeAllRooms(role: IConstruct, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM5[Resource::${ALL_ROOMS}]`, reason);
}

/** The same for `*`, which only actions that create or list should be allowed on. */
export function acknowledgeEverything(role: IConstruct, reason: string): void {
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', reason);
}

function acknowledge(construct: IConstruct, id: string, reason: string): void {
  construct.node.addMetadata('aws:cdk:acknowledged-rules', { [id]: reason });
}
