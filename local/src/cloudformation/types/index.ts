import type { ResourceType } from '../resource-type';
import { apiGatewayV2Types } from './api-gateway-v2';
import { customResource, isCdkHelper } from './custom-resource';
import { iamTypes } from './iam';
import { ivsChatTypes } from './ivschat';
import { lambdaTypes } from './lambda';
import { destinationTypes } from './log-destinations';
import { nestedStack } from './nested-stack';
import { standIn } from './stand-in';
import type { TypeOptions } from './type-options';

/** Returns a function that finds the implementation of a resource type; for unknown types that is a stand-in. */
export function resourceTypes(options: TypeOptions): (type: string) => ResourceType {
  const destinations = destinationTypes(options);
  const other = standIn(options);
  const known = new Map<string, ResourceType>(Object.entries({
    ...apiGatewayV2Types(options, other),
    ...destinations.types,
    ...iamTypes(options),
    ...ivsChatTypes(options, destinations.exists),
    ...lambdaTypes(options),
    'AWS::CloudFormation::Stack': nestedStack(options),
  }));
  const custom = customResource(options);
  return type => {
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) return isCdkHelper(type) ? other : custom;
    return known.get(type) ?? other;
  };
}
