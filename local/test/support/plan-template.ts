import { ENVIRONMENT, stackOf } from './deployment-harness';
import { resolve } from '../../src/cloudformation/intrinsics';
import { planStack, type Plan } from '../../src/cloudformation/plan';

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Chat/1';

/** Plans a template, by default with one resource. */
export function plan(template: Record<string, any>, parameters: Record<string, string> = {}): Plan {
  return planStack(stackOf({ One: { Type: 'Test::One' } }, template, { parameters }), STACK_ID, ENVIRONMENT);
}

/** Resolves a property of the only resource of a template. */
export function valueOf(written: unknown, template: Record<string, any> = {}, parameters: Record<string, string> = {}): unknown {
  const { resources, scope } = plan({ ...template, Resources: { It: { Type: 'Test::It', Properties: { Value: written } } } }, parameters);
  return (resolve(resources.get('It')!.properties, scope) as any).Value;
}
