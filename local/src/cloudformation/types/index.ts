import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { SecretValues } from '../secret-values';
import { customResource, isCdkHelper } from './custom-resource';
import { iamTypes } from './iam';
import { ivsChatTypes } from './ivschat';
import { lambdaTypes } from './lambda';
import { destinationTypes } from './log-destinations';
import { nestedStack } from './nested-stack';
import { optionalTypes } from './optional-types';
import { standIn } from './stand-in';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** Form of a type name. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_TypeSummary.html */
const TYPE_NAME = /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?$/;

/** Form of the type of a custom resource. */
const CUSTOM_TYPE_NAME = /^Custom::[A-Za-z0-9_@-]+$/;

/**
 * Returns a function that finds the implementation of a resource type; for types of other services that is a stand-in.
 *
 * The function throws if the type cannot exist, such as one with a typing mistake.
 */
export function resourceTypes(options: TypeOptions): (type: string) => ResourceType {
  const destinations = destinationTypes(options);
  const custom = customResource(options);
  const other = standIn(options);
  const ivsChat = ivsChatTypes(options, destinations.exists);
  const chatTypes = Object.keys(ivsChat);
  const known = new Map<string, ResourceType>(Object.entries({
    ...destinations.types,
    ...iamTypes(options),
    ...ivsChat,
    ...lambdaTypes(options),
    'AWS::CloudFormation::Stack': nestedStack(options),
  }));
  const findOptional = optionalTypes({ options, other, logGroupExists: destinations.exists });
  const find = (type: string): ResourceType => {
    if (type === 'AWS::CloudFormation::CustomResource' || CUSTOM_TYPE_NAME.test(type)) return isCdkHelper(type) ? other : custom;
    const found = known.get(type) ?? findOptional(type);
    if (found) return found;
    if (!TYPE_NAME.test(type)) throw new ExpectedError(`Type must be a resource type such as AWS::IVSChat::Room, got ${type}: correct it.`);
    // Everything that Amazon IVS Chat has is implemented, so a stand-in would hide the mistake.
    if (type.startsWith('AWS::IVSChat::')) throw new ExpectedError(`Type must be ${chatTypes.join(' or ')}, got ${type}: correct it.`);
    return other;
  };
  const { secrets } = options;
  return type => secrets.isEmpty ? find(type) : withSecretValues(find(type), secrets);
}

/** Stacks keep dynamic references as they are, so that a new value of a secret changes no resource, as in AWS. */
function withSecretValues(type: ResourceType, secrets: SecretValues): ResourceType {
  const resolved = (request: ResourceRequest) => ({ ...request, properties: secrets.resolve(request.properties) });
  const { create, update } = type;
  const updateResolved = update && (async (request: ResourceRequest, state: ResourceState, old: Properties) => {
    return update(resolved(request), state, secrets.resolve(old));
  });
  return { ...type, create: async request => create(resolved(request)), update: updateResolved };
}
