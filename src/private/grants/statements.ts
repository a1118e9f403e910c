import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export function allow(actions: string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
}
