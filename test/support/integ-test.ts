import { type IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';

/** Regions that have the service and need no opt-in. */
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1'];

/** A stack that is deployed to an AWS account, checked by assertions, and deleted. */
export function integTest(feature: string): { stack: Stack; integ: IntegTest } {
  // Keeps the stored assembly small.
  const app = new App({ analyticsReporting: false, stackTraces: false, treeMetadata: false });
  // Environment-agnostic, so that the stored template is the same for every account.
  const stack = new Stack(app, `IvsChatInteg${feature}`);
  const integ = new IntegTest(app, `${feature}Test`, {
    testCases: [stack],
    regions: REGIONS,
    // That workflow first deploys the stored template, whose assets are not stored.
    stackUpdateWorkflow: false,
  });
  return { stack, integ };
}

/** Reads a room through the API. The assertion's function is granted the action. */
export function getRoom(integ: IntegTest, identifier: string): IApiCall {
  return integ.assertions.awsApiCall('ivschat', 'GetRoom', { identifier });
}
