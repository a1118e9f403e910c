import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { resourcesOf } from './synth';

/** Returns all statements of all policies in a template. */
export function statementsOf(template: any): any[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(policy => policy.Properties.PolicyDocument.Statement);
}

export function allow(actions: string | string[], resource: unknown) {
  return { Action: Array.isArray(actions) && actions.length === 1 ? actions[0] : actions, Effect: 'Allow', Resource: resource };
}

/** Returns the warnings of a stack, with the paths of their constructs. */
export function warningsOf(stack: Stack): [string, string][] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, String(entry.data)]);
}

/** Returns the code and the message of the error that a call throws. */
export function errorOf(call: () => unknown): { code: string; message: string } | undefined {
  try {
    call();
  } catch (error) {
    const { name, message } = error as Error;
    return { code: name, message };
  }
  return undefined;
}
