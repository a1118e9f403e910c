import type { ResourceType } from '../resource-type';
import { bedrockTypes } from './bedrock';
import { customResource, isCdkHelper } from './custom-resource';
import { iamTypes } from './iam';
import { ivsChatTypes } from './ivschat';
import { lambdaTypes } from './lambda';
import { lambdaEventTypes } from './lambda-events';
import { destinationTypes } from './log-destinations';
import { logTypes } from './logs';
import { nestedStack } from './nested-stack';
import { sqsTypes } from './sqs';
import { standIn } from './stand-in';
import type { TypeOptions } from './type-options';

/** Returns a function that finds the implementation of a resource type; for unknown types that is a stand-in. */
export function resourceTypes(options: TypeOptions): (type: string) => ResourceType {
  const destinations = destinationTypes(options);
  const custom = customResource(options);
  const other = standIn(options);
  const known = new Map<string, ResourceType>(Object.entries({
    ...destinations.types,
    ...bedrockTypes(options),
    ...iamTypes(options),
    ...ivsChatTypes(options, destinations.exists),
    ...lambdaTypes(options),
    ...lambdaEventTypes(options, other),
    ...logTypes(options, destinations.exists),
    ...sqsTypes(options),
    'AWS::CloudFormation::Stack': nestedStack(options),
  }));
  return type => {
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) return isCdkHelper(type) ? other : custom;
    return known.get(type) ?? other;
  };
}
