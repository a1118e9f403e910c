import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describeValue } from './argument-types';
import { lit, validationError } from './errors';
import { RESOURCE_ID } from './limits';

/** The resource types of the service, as in its ARNs. */
export type ResourceKind = 'room' | 'logging-configuration';

/** Builds the ARN of a resource in the environment of the scope. */
export function formatArn(scope: IConstruct, kind: ResourceKind, resourceId: string): string {
  return Stack.of(scope).formatArn({
    service: 'ivschat', resource: kind, resourceName: resourceId, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Returns the ID in an ARN, which can be a token. */
export function resourceIdOf(scope: IConstruct, arn: string): string {
  return Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

/** What error messages say about a resource type. */
const DESCRIPTIONS: Record<ResourceKind, { readonly name: string; readonly fromArn: string; readonly fromId: string }> = {
  'room': { name: 'room', fromArn: 'ChatRoom.fromRoomArn()', fromId: 'ChatRoom.fromRoomId()' },
  'logging-configuration': {
    name: 'logging configuration',
    fromArn: 'LoggingConfiguration.fromLoggingConfigurationArn()',
    fromId: 'LoggingConfiguration.fromLoggingConfigurationId()',
  },
};

export function validateArn(scope: IConstruct, property: string, kind: ResourceKind, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const got = describeValue(arn);
  const { name, fromId } = DESCRIPTIONS[kind];
  const example = `arn:aws:ivschat:us-east-1:111122223333:${kind}/AbCdEfGhIjKl`;
  const [prefix, partition, service, region, account, ...rest] = String(arn).split(':');
  const [resource, ...id] = rest.join(':').split('/');
  if (prefix !== 'arn' || rest.length === 0) {
    throw validationError(scope, lit`ArnExpected`,
      `${property} must be the ARN of a ${name}, such as ${example}, got ${got}: pass the ARN, or import an ID with ${fromId}`);
  }
  if (service !== 'ivschat' || resource !== kind) {
    throw validationError(scope, lit`ArnOfOtherResource`,
      `${property} must be the ARN of a ${name}, such as ${example}, got the ARN of another resource, ${got}: pass the ARN of a ${name}`);
  }
  if (!partition || !/^[a-z0-9-]+$/.test(region) || !/^[0-9]{12}$/.test(account) || !RESOURCE_ID.pattern.test(id.join('/'))) {
    throw validationError(scope, lit`ArnMalformed`,
      `${property} must have a region, an account of 12 digits and an ID of ${RESOURCE_ID.description}, such as ${example}, got ${got}: copy the complete ARN`);
  }
}

/** @param example an ARN, whose service and resource type the ARN must have */
export function validateArnOf(scope: IConstruct, property: string, arn: string, example: string): void {
  if (Token.isUnresolved(arn)) return;
  const typeOf = (value: unknown) => /^arn:[a-z-]+:([a-z]+):[a-z0-9-]+:[0-9]{12}:([a-z]+)[:/][^:/]+$/.exec(String(value))?.slice(1).join(':');
  if (typeOf(arn) === typeOf(example)) return;
  throw validationError(scope, lit`ArnOfTypeExpected`,
    `${property} must be an ARN such as ${example}, got ${describeValue(arn)}: pass the complete ARN, without a version or a path`);
}

export function validateResourceId(scope: IConstruct, property: string, kind: ResourceKind, id: string): void {
  if (Token.isUnresolved(id) || (typeof id === 'string' && RESOURCE_ID.pattern.test(id))) return;
  const { name, fromArn } = DESCRIPTIONS[kind];
  throw validationError(scope, lit`ResourceIdInvalid`,
    `${property} must be the ID of a ${name}, ${RESOURCE_ID.description}, got ${describeValue(id)}: pass only the ID, or import an ARN with ${fromArn}`);
}
