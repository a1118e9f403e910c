import type { CustomResourceAnswer, CustomResourceEvent } from '../custom-resource-calls';
import { generatedName } from '../generated-names';
import { IncompleteError } from '../resource-type';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { TypeOptions } from './type-options';

/** Custom resources the CDK adds by itself, which call services that are not here. `Custom::AWS` (AwsCustomResource) is not one of them. */
const HELPERS = [
  /^Custom::AWSCDK/, /^Custom::CDK/, /^Custom::CrossRegion/, /^Custom::LogRetention$/, /^Custom::S3AutoDeleteObjects$/, /^Custom::S3BucketNotifications$/,
  /^Custom::VpcRestrictDefaultSG$/,
];

/** Documented: an hour, unless ServiceTimeout says otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 3600;

export function isHelper(type: string): boolean {
  return HELPERS.some(pattern => pattern.test(type));
}

export function customResource({ calls }: TypeOptions): ResourceType {
  const send = async (
    requestType: CustomResourceEvent['RequestType'],
    { properties, stackId, logicalId, type }: ResourceRequest,
    physicalId?: string,
    old?: Properties,
  ): Promise<CustomResourceAnswer> => {
    return calls.call({
      RequestType: requestType,
      ServiceToken: serviceToken(properties),
      StackId: stackId,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      ResourceProperties: withTexts(properties) as Properties,
      OldResourceProperties: old && withTexts(old) as Properties,
    }, serviceTimeout(properties));
  };

  return {
    create: async request => {
      const answer = await send('Create', request);
      if (answer.status === 'SUCCESS') return stateOf(answer);
      // The Delete that follows needs an id. CloudFormation invents one if the function has named none.
      const physicalId = answer.physicalId ?? generatedName(request.stackName, request.logicalId, request.seed, 1024);
      throw new IncompleteError(answer.reason, { physicalId, attributes: {} });
    },
    update: async (request, state, old) => {
      if (old.ServiceToken !== request.properties.ServiceToken) throw new Error('The ServiceToken of a custom resource cannot be changed.');
      const answer = await send('Update', request, state.physicalId, old);
      if (answer.status === 'SUCCESS') return stateOf(answer);
      // Seen: the id in the answer to a failed Update becomes the resource's.
      throw new IncompleteError(answer.reason, { ...state, physicalId: answer.physicalId ?? state.physicalId });
    },
    delete: async (request, state) => {
      const answer = await send('Delete', request, state.physicalId);
      if (answer.status === 'FAILED') throw new Error(answer.reason);
    },
  };
}

function serviceToken({ ServiceToken: token }: Properties): string {
  if (typeof token !== 'string') throw new Error('A custom resource needs a ServiceToken.');
  if (!/^arn:[^:]+:lambda:/.test(token)) throw new Error(`Its ServiceToken is ${token}: only Lambda functions are supported here.`);
  return token;
}

/** Documented: 1 to 3600. */
function serviceTimeout({ ServiceTimeout: timeout = DEFAULT_TIMEOUT_SECONDS }: Properties): number {
  const seconds = Number(timeout);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new Error(`Its ServiceTimeout has to be from 1 to 3600 seconds, not ${JSON.stringify(timeout)}.`);
}

function stateOf({ physicalId, data, noEcho }: CustomResourceAnswer): ResourceState {
  return { physicalId: physicalId!, attributes: data, noEcho };
}

/** CloudFormation sends numbers and booleans as texts. */
function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item)]));
  return value === null ? value : String(value);
}
