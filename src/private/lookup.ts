import { ContextProvider, Stack, Token } from 'aws-cdk-lib';
import { type CcApiContextQuery, ContextProvider as ContextProviders } from 'aws-cdk-lib/cloud-assembly-schema';
import type { IConstruct } from 'constructs';
import { validateString } from './argument-types';
import type { ResourceKind } from './arns';
import { lit, validationError } from './errors';
import { validateName } from './validation';

/** What a lookup needs to know about a resource type. */
interface LookupKind {
  readonly typeName: string;
  /** The option with the name of the resource. */
  readonly property: string;
  /** A name, for error messages. */
  readonly example: string;
  readonly name: string;
  readonly fromArn: string;
  /** A valid ID that no resource has. */
  readonly dummyId: string;
}

const KINDS: Record<ResourceKind, LookupKind> = {
  'room': {
    typeName: 'AWS::IVSChat::Room',
    property: 'roomName',
    example: 'lobby',
    name: 'room',
    fromArn: 'ChatRoom.fromRoomArn()',
    dummyId: 'dummyRoom123',
  },
  'logging-configuration': {
    typeName: 'AWS::IVSChat::LoggingConfiguration',
    property: 'loggingConfigurationName',
    example: 'chat-log',
    name: 'logging configuration',
    fromArn: 'LoggingConfiguration.fromLoggingConfigurationArn()',
    dummyId: 'dummyLog1234',
  },
};

/** Returns the ARN of the only resource with a name, which the CDK CLI looks up. Before the lookup, the ARN has a placeholder ID. */
export function lookUpArn(scope: IConstruct, kind: ResourceKind, resourceName: string | undefined): string {
  const { dummyId, example, fromArn, name, property, typeName } = KINDS[kind];
  validateString(scope, property, resourceName, `pass { ${property}: '${example}' }`);
  if (Token.isUnresolved(resourceName)) {
    throw validationError(scope, lit`LookupNameIsToken`,
      `${property} must be known at synthesis, got a token: pass a string, or use ${fromArn}`);
  }
  if (resourceName === '') {
    throw validationError(scope, lit`LookupNameEmpty`,
      `${property} must not be empty, got "": a ${name} without a name cannot be looked up, use ${fromArn}`);
  }
  validateName(scope, property, resourceName);
  const lookup = {
    provider: ContextProviders.CC_API_PROVIDER,
    props: {
      typeName,
      propertyMatch: { Name: resourceName },
      propertiesToReturn: ['Arn'],
      expectedMatchCount: 'exactly-one',
    } satisfies Partial<CcApiContextQuery>,
  };
  const { account, region } = Stack.of(scope);
  // The service exists in this partition only, and the CLI cannot resolve tokens.
  const dummyValue = [{ Arn: `arn:aws:ivschat:${region}:${account}:${kind}/${dummyId}` }];
  const { value } = ContextProvider.getValue(scope, { ...lookup, dummyValue });
  // The CLI stores an error instead of the value if the lookup fails, for example if it finds another number of resources.
  const stored = scope.node.tryGetContext(ContextProvider.getKey(scope, lookup).key);
  const failure = stored?.$providerError ?? (value.length === 1 ? undefined : `${value.length} ${name}s found`);
  if (failure !== undefined) {
    throw validationError(scope, lit`LookupFailed`,
      `${property} must be the name of exactly one ${name} in account ${account} and region ${region}, got ${JSON.stringify(resourceName)} (${failure}): check the name and the environment, or use ${fromArn} if the name is not unique`);
  }
  return value[0].Arn;
}
