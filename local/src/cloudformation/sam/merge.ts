import { isObject } from '../template';

export type SamProperties = Readonly<Record<string, any>>;

/**
 * Merges the properties of a resource into those of `Globals`: maps by their keys, and lists after those of the globals.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
export function mergeGlobals(globals: unknown, own: unknown): any {
  if (globals === undefined) return own;
  if (own === undefined) return globals;
  if (Array.isArray(globals) && Array.isArray(own)) return [...globals as unknown[], ...own as unknown[]];
  if (!isObject(globals) || !isObject(own) || isIntrinsic(globals) || isIntrinsic(own)) return own;
  const names = [...new Set([...Object.keys(globals), ...Object.keys(own)])];
  return Object.fromEntries(names.map(name => [name, mergeGlobals(globals[name], own[name])]));
}

function isIntrinsic(value: Record<string, unknown>): boolean {
  const [name, ...more] = Object.keys(value);
  return more.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'));
}
