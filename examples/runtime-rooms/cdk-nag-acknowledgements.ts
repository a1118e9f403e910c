import type { IConstruct } from 'constructs';

const ALL_ROOMS = 'arn:<AWS::Partition>:ivschat:<AWS::Region>:<AWS::AccountId>:room/*';

/**
 * Acknowledges the cdk-nag finding for policies on all rooms of the account and region. Other wildcards are still reported.
 *
 * With aws-cdk-lib 2.257 or later, use `Validations.of(role).acknowledge({ id, reason })` instead.
 */
export function acknowledgeAllRooms(role: IConstruct, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM5[Resource::${ALL_ROOMS}]`, reason);
}

/** Acknowledges the cdk-nag finding for policies on `*`. Only create and list actions should be allowed on `*`. */
export function acknowledgeEverything(role: IConstruct, reason: string): void {
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', reason);
}

function acknowledge(construct: IConstruct, id: string, reason: string): void {
  construct.node.addMetadata('aws:cdk:acknowledged-rules', { [id]: reason });
}
