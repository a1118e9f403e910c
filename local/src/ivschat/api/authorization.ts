import * as http from 'node:http';
import { ControlPlane, targetOf } from './control-plane';
import { StringMap } from '../types';

export interface AuthorizedCall {
  /** Such as `ivschat:GetRoom`. */
  readonly action: string;
  /** An ARN, or `*` where there is none yet. */
  readonly resource: string;
  readonly context: Record<string, string | string[]>;
}

/** Throws a ServiceError (AccessDeniedException) if the caller may not. */
export type Authorize = (req: http.IncomingMessage, call: AuthorizedCall) => void;

/** What a caller needs for a validated input, as the service authorization reference has it. */
export function authorizedCalls(controlPlane: ControlPlane, operation: string, input: any): AuthorizedCall[] {
  const target = targetOf(input);
  const context = contextOf(controlPlane, target, input);
  const calls = [{ action: `ivschat:${operation}`, resource: target ?? '*', context }];
  if (operation.startsWith('Create') && Object.keys(input.tags ?? {}).length > 0) {
    // Documented: creating also authorizes TagResource. That it is on all resources of the type, the id being unknown, is a guess.
    const { account, region } = controlPlane.environment;
    const type = operation === 'CreateRoom' ? 'room' : 'logging-configuration';
    calls.push({ action: 'ivschat:TagResource', resource: `arn:aws:ivschat:${region}:${account}:${type}/*`, context });
  }
  return calls;
}

function contextOf(controlPlane: ControlPlane, target: string | undefined, input: any): Record<string, string | string[]> {
  const resourceTags = target ? (controlPlane.room(target) ?? controlPlane.loggingConfiguration(target))?.tags : undefined;
  const tagKeys: string[] = input.tagKeys ?? Object.keys(input.tags ?? {});
  return {
    ...prefixed('aws:RequestTag/', input.tags),
    ...prefixed('aws:ResourceTag/', resourceTags),
    ...(tagKeys.length > 0 ? { 'aws:TagKeys': tagKeys } : {}),
  };
}

function prefixed(prefix: string, tags: StringMap = {}): StringMap {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}
