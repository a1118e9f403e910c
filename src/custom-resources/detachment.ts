import { Lazy, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-ivschat';
import { CfnAlias, CfnFunction, CfnVersion, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { shortHash } from './logical-id';
import { ChatProvider, followRemovalPolicies } from './provider';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { appState } from '../private/app-state';
import { formatArn } from '../private/arns';
import { lit, validationError } from '../private/errors';
import { allow } from '../private/grants/statements';
import { referencedConstruct } from '../private/referenced-construct';

/** Properties of the custom resource. Exactly one is set. */
export interface DetachmentProperties {
  readonly MessageReviewHandlerUri?: string;
  readonly LoggingConfigurationArn?: string;
  /** The function with the tag, if there is a handler. */
  readonly FunctionArn?: string;
  /**
   * A tag that the function or the logging configuration has while `detachOnDelete` is set.
   *
   * CloudFormation also deletes the custom resource when the property is removed, or when the deployment that added it is
   * rolled back. It removes the tag first. If the function or the logging configuration is deleted, it still has the tag.
   *
   * @default - the template comes from a version of the library without tags
   */
  readonly TagKey?: string;
}

const TAG_KEY = 'cdk-ivschat:detach-on-delete';

/** A handler that can be detached before it is deleted. */
export interface DetachableHandler {
  /** The resource whose ARN the rooms have. */
  readonly subject: CfnAlias | CfnFunction;
  readonly fn: CfnFunction;
}

/**
 * Returns the resources of a handler with `detachOnDelete`.
 *
 * Throws unless it is a function or an alias in the same stack: the deletion of anything else is not an event of the stack.
 */
export function detachableHandler(scope: IConstruct, { functionRef: { functionArn } }: IFunctionRef): DetachableHandler {
  const referenced = referencedConstruct(functionArn);
  if (CfnVersion.isCfnVersion(referenced) || /:function:[^:]+:\d+$/.test(functionArn)) {
    throw validationError(scope, lit`DetachOnDeleteOfVersion`,
      'detachOnDelete must be used with a function or an alias, got a function version: pass the function or an alias, because each new version is another handler');
  }
  const alias = CfnAlias.isCfnAlias(referenced) ? referenced : undefined;
  const fn = alias ? referencedConstruct(alias.functionName) : referenced;
  if (!CfnFunction.isCfnFunction(fn)) {
    throw validationError(scope, lit`DetachOnDeleteOfImport`,
      'detachOnDelete must be used with a function that is defined in the same stack, got an imported function: remove detachOnDelete, because deleting the stack does not delete the function');
  }
  const subject = alias ?? fn;
  const other = [subject, fn].find(resource => Stack.of(resource) !== Stack.of(scope));
  if (other) {
    throw validationError(scope, lit`DetachOnDeleteOfOtherStack`,
      `detachOnDelete must be used with a function that is defined in the same stack, got ${other.node.path}: create the MessageReviewHandler in the stack of the function, which other stacks can share`);
  }
  return { subject, fn };
}

/** Detaches a review handler from all rooms before its function or alias is deleted. Handlers with the same function share this. */
export function detachHandlerOnDelete(scope: Construct, { subject, fn }: DetachableHandler, uri: string): void {
  if (appState(scope).detachments.has(subject)) return;
  // An alias has no tags.
  const tagKey = subject === fn ? TAG_KEY : `${TAG_KEY}:${hashOf(subject)}`;
  fn.tags.setTag(tagKey, 'true');
  addDetachment(scope, subject, { MessageReviewHandlerUri: uri, FunctionArn: fn.attrArn, TagKey: tagKey }, allow(['lambda:ListTags'], fn.attrArn));
}

/** Detaches a logging configuration from all rooms before it is deleted. */
export function detachLoggingConfigurationOnDelete(scope: Construct, resource: CfnLoggingConfiguration): void {
  resource.tags.setTag(TAG_KEY, 'true');
  addDetachment(scope, resource, { LoggingConfigurationArn: resource.attrArn, TagKey: TAG_KEY },
    allow(['ivschat:ListTagsForResource'], resource.attrArn));
}

function addDetachment(
  scope: Construct, subject: CfnAlias | CfnFunction | CfnLoggingConfiguration, properties: DetachmentProperties, statement: PolicyStatement,
): void {
  const provider = ChatProvider.of(scope);
  // The rooms are not known, because the application creates them at runtime.
  const sharedPolicy = provider.sharedPolicy('DetachmentPolicy', [
    allow(['ivschat:ListRooms'], '*'), allow(['ivschat:UpdateRoom'], formatArn(scope, 'room', '*')),
  ]);
  acknowledgeWildcard(sharedPolicy, '*', 'ListRooms applies to all rooms.');
  acknowledgeWildcard(sharedPolicy, anyRoom(scope), 'The application creates the rooms at runtime.');
  const resource = provider.addResource(scope, 'Detachment', {
    resourceType: 'Custom::IVSChatDetachment', properties: { ...properties }, subject, statements: [statement], sharedPolicy,
  });
  followRemovalPolicies(resource, subject);
  appState(scope).detachments.set(subject, resource);
}

/** Distinguishes the aliases of a function. At the end of synthesis, because the logical ID can be overridden later. */
function hashOf(alias: CfnAlias | CfnFunction): string {
  return Lazy.uncachedString({ produce: ({ resolve }) => shortHash(resolve(alias.logicalId)) });
}

/**
 * Returns the detachments that a room or its settings must depend on, given the ARNs of its handler or its logging
 * configurations. The room is then deleted before the detachments, which do not have to update it.
 *
 * Returns only those in the same stack, because the stacks could otherwise depend on each other.
 */
export function detachmentsByArn(arns: string[] | undefined, user: IConstruct): IConstruct[] {
  if (arns === undefined) return [];
  const { detachments } = appState(user);
  if (detachments.size === 0) return [];
  return arns.flatMap(arn => {
    const subject = referencedConstruct(arn);
    const detachment = subject && detachments.get(subject);
    return detachment && Stack.of(detachment) === Stack.of(user) ? [detachment] : [];
  });
}
