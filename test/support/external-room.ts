import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, PhysicalResourceIdReference } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';

/** A room that CloudFormation knows nothing of, as an application makes it at run time. It goes with the stack. */
export class ForeignRoom extends AwsCustomResource {
  public readonly roomArn: string;

  constructor(scope: Construct, id: string, parameters: object) {
    const { partition, region, account } = Stack.of(scope);
    super(scope, id, {
      resourceType: 'Custom::ForeignRoom',
      installLatestAwsSdk: false,
      onCreate: { service: 'ivschat', action: 'CreateRoom', parameters, physicalResourceId: PhysicalResourceId.fromResponse('arn') },
      onDelete: {
        service: 'ivschat',
        action: 'DeleteRoom',
        parameters: { identifier: new PhysicalResourceIdReference() },
        // What could not be created has no ARN to delete.
        ignoreErrorCodesMatching: 'ValidationException',
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['ivschat:CreateRoom'], resources: ['*'] }),
        // To create a room with tags takes the permission to tag.
        new PolicyStatement({
          actions: ['ivschat:DeleteRoom', 'ivschat:TagResource'],
          resources: [`arn:${partition}:ivschat:${region}:${account}:room/*`],
        }),
      ]),
    });
    this.roomArn = this.getResponseField('arn');
  }
}
