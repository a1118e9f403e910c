import { type IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';

/** Of the regions that have the service, those in which an account may deploy without opting in. */
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1'];

/** A stack that is deployed to a real account, what is asserted about it there, and that it can be deleted again. */
export function integTest(feature: string): { stack: Stack; integ: IntegTest } {
  // What nobody reads of a stored assembly is not stored.
  const app = new App({ analyticsReporting: false, stackTraces: false, treeMetadata: false });
  // Without env, the stored template is the same wherever it is deployed.
  const stack = new Stack(app, `IvsChatInteg${feature}`);
  const integ = new IntegTest(app, `${feature}Test`, {
    testCases: [stack],
    regions: REGIONS,
    // It would first deploy what is stored, which is without the assets.
    stackUpdateWorkflow: false,
  });
  return { stack, integ };
}

/** What the API says of a room. Its actions are granted to the function that asks. */
export function getRoom(integ: IntegTest, identifier: string): IApiCall {
  return integ.assertions.awsApiCall('ivschat', 'GetRoom', { identifier });
}
