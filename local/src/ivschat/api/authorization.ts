import { targetOf, type ControlPlane } from './control-plane';
import type { AuthorizationRequest } from '../../iam/evaluator';
import { loggingConfigurationArn, roomArn } from '../arns';
import type { StringMap } from '../types';

/** Permissions that the caller needs for a validated input, as in the service authorization reference. */
export function requiredPermissions(controlPlane: ControlPlane, operation: string, input: any): AuthorizationRequest[] {
  const target = targetOf(input);
  const context = contextOf(controlPlane, target, input);
  const permissions = [{ action: `ivschat:${operation}`, resource: target ?? '*', context }];
  if (operation.startsWith('Create') && Object.keys(input.tags ?? {}).length > 0) {
    // Documented: creating a tagged resource also needs TagResource. The wildcard is a guess, as the resource has no id yet.
    const arnOf = operation === 'CreateRoom' ? roomArn : loggingConfigurationArn;
    permissions.push({ action: 'ivschat:TagResource', resource: arnOf(controlPlane.environment, '*'), context });
  }
  return permissions;
}

function contextOf(controlPlane: ControlPlane, target: string | undefined, input: any): Record<string, string | string[]> {
  const resourceTags = target ? (controlPlane.room(target) ?? controlPlane.loggingConfiguration(target))?.tags : undefined;
  const tagKeys: string[] = input.tagKeys ?? Object.keys(input.tags ?? {});
  return {
    ...withPrefix('aws:RequestTag/', input.tags),
    ...withPrefix('aws:ResourceTag/', resourceTags),
    ...(tagKeys.length > 0 ? { 'aws:TagKeys': tagKeys } : {}),
  };
}

function withPrefix(prefix: string, tags: StringMap = {}): StringMap {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}
