import type { CustomResourceResponse, CustomResourceEvent } from '../custom-resource-calls';
import { generatedName } from '../generated-names';
import type { ObjectSchema } from '../property-schema';
import { IncompleteError, type Properties, type ResourceRequest, type ResourceState, type ResourceType } from '../resource-type';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** Custom resources of the CDK that call services without a local implementation. `Custom::AWS` (AwsCustomResource) is not among them. */
const CDK_HELPERS = [
  /^Custom::AWSCDK/, /^Custom::CDK/, /^Custom::CrossRegion/, /^Custom::LogRetention$/, /^Custom::S3AutoDeleteObjects$/, /^Custom::S3BucketNotifications$/,
  /^Custom::VpcRestrictDefaultSG$/,
];

/** CloudFormation's maximum and default for ServiceTimeout. */
const DEFAULT_TIMEOUT_SECONDS = 3600;

const SCHEMA: ObjectSchema = {
  type: 'object',
  open: true,
  required: ['ServiceToken'],
  properties: {
    ServiceToken: { type: 'string', pattern: /^arn:[^:]+:lambda:/, description: 'the ARN of a Lambda function' },
    ServiceTimeout: { type: 'integer', minimum: 1, maximum: DEFAULT_TIMEOUT_SECONDS },
  },
};

export function isCdkHelper(type: string): boolean {
  return CDK_HELPERS.some(pattern => pattern.test(type));
}

export function customResource({ calls }: TypeOptions): ResourceType {
  const send = async (
    requestType: CustomResourceEvent['RequestType'],
    { properties, stackId, logicalId, type }: ResourceRequest,
    physicalId?: string,
    old?: Properties,
  ): Promise<CustomResourceResponse> => {
    return calls.call({
      RequestType: requestType,
      ServiceToken: properties.ServiceToken,
      StackId: stackId,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      ResourceProperties: withStrings(properties) as Properties,
      OldResourceProperties: old && withStrings(old) as Properties,
    }, properties.ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
  };

  return {
    schema: SCHEMA,
    updateMayReplace: true,
    create: async request => {
      const response = await send('Create', request);
      if (response.status === 'SUCCESS') return stateOf(response);
      // The Delete that follows needs an id. CloudFormation generates one if the response has none.
      const physicalId = response.physicalId ?? generatedName(request.stackName, request.logicalId, request.seed, 1024);
      throw new IncompleteError(new ExpectedError(response.reason), { physicalId, attributes: {} });
    },
    checkUpdate: (properties, old) => {
      if (old.ServiceToken !== properties.ServiceToken) throw new ExpectedError('The ServiceToken of a custom resource cannot be changed: give the resource another logical id.');
    },
    update: async (request, state, old) => {
      const response = await send('Update', request, state.physicalId, old);
      if (response.status === 'SUCCESS') return stateOf(response);
      // As observed: the resource takes the physical id of the response even if the Update failed.
      throw new IncompleteError(new ExpectedError(response.reason), { ...state, physicalId: response.physicalId ?? state.physicalId });
    },
    delete: async (request, state) => {
      const response = await send('Delete', request, state.physicalId);
      if (response.status === 'FAILED') throw new ExpectedError(response.reason);
    },
  };
}

function stateOf({ physicalId, data, noEcho }: CustomResourceResponse): ResourceState {
  return { physicalId: physicalId!, attributes: data, noEcho };
}

/** CloudFormation sends numbers and booleans as strings. */
function withStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrings);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withStrings(item)]));
  return value === null ? value : String(value);
}
