import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, PhysicalResourceIdReference } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';

/** A room that is not an `AWS::IVSChat::Room`, like one an application creates at runtime. It is deleted with the stack. */
export class ExternalRoom extends AwsCustomResource {
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
        // A room that could not be created has no ARN.
        ignoreErrorCodesMatching: 'ValidationException',
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['ivschat:CreateRoom'], resources: ['*'] }),
        // Creating a room with tags requires the permission to tag.
        new PolicyStatement({
          actions: ['ivschat:DeleteRoom', 'ivschat:TagResource'],
          resources: [`arn:${partition}:ivschat:${region}:${account}:room/*`],
        }),
      ]),
    });
    this.roomArn = this.getResponseField('arn');
  }
}
