import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { lit, validationError } from './errors';
import { RESOURCE_ID } from './limits';

/** The two kinds of resource the service has, as they stand in its ARNs. */
export type ResourceKind = 'room' | 'logging-configuration';

/** Builds the ARN of a resource from its id, in the environment of the scope. */
export function formatArn(scope: IConstruct, kind: ResourceKind, resourceId: string): string {
  return Stack.of(scope).formatArn({
    service: 'ivschat', resource: kind, resourceName: resourceId, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** The id in an ARN, also of one that is a token. */
export function resourceIdOf(scope: IConstruct, arn: string): string {
  return Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

export function validateArn(scope: IConstruct, property: string, kind: ResourceKind, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const got = JSON.stringify(arn);
  const example = `arn:aws:ivschat:us-east-1:111122223333:${kind}/AbCdEfGhIjKl`;
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  const [resource, ...id] = rest.join(':').split('/');
  if (prefix !== 'arn' || rest.length === 0) {
    throw validationError(scope, lit`ArnExpected`,
      `${property} must be the ARN of a ${kind}, such as ${example}, got ${got}: pass the whole ARN, or import an id with the function made for ids`);
  }
  if (service !== 'ivschat' || resource !== kind) {
    throw validationError(scope, lit`ArnOfOtherResource`,
      `${property} must be the ARN of a ${kind}, such as ${example}, got ${got}: that is another kind of resource, pass the ARN of a ${kind}`);
  }
  if (!partition || !/^[a-z0-9-]+$/.test(region) || !/^[0-9]{12}$/.test(account) || !RESOURCE_ID.pattern.test(id.join('/'))) {
    throw validationError(scope, lit`ArnMalformed`,
      `${property} must have a region, an account of 12 digits and an id of ${RESOURCE_ID.description}, as in ${example}, got ${got}: copy the ARN whole`);
  }
}

export function validateResourceId(scope: IConstruct, property: string, kind: ResourceKind, id: string): void {
  if (Token.isUnresolved(id) || RESOURCE_ID.pattern.test(id)) return;
  throw validationError(scope, lit`ResourceIdInvalid`,
    `${property} must be the id of a ${kind}, ${RESOURCE_ID.description}, got ${JSON.stringify(id)}: pass the id alone, or import an ARN with the function made for ARNs`);
}
