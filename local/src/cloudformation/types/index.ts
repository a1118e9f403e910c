import type { ResourceType } from '../resource-type';
import { customResource, isHelper } from './custom-resource';
import { iamTypes } from './iam';
import { ivsChatTypes } from './ivschat';
import { lambdaTypes } from './lambda';
import { destinationTypes } from './log-destinations';
import { nestedStack } from './nested-stack';
import { standIn } from './stand-in';
import type { TypeOptions } from './type-options';

/** @returns what knows how to make a resource of a type; there is something for every type, if only a stand-in */
export function resourceTypes(options: TypeOptions): (type: string) => ResourceType {
  const destinations = destinationTypes(options);
  const known = new Map<string, ResourceType>(Object.entries({
    ...destinations.types,
    ...iamTypes(options),
    ...ivsChatTypes(options, destinations.exists),
    ...lambdaTypes(options),
    'AWS::CloudFormation::Stack': nestedStack(options),
  }));
  const custom = customResource(options);
  const other = standIn(options);
  return type => {
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) return isHelper(type) ? other : custom;
    return known.get(type) ?? other;
  };
}
