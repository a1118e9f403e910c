import { functionOf, referencesIn, type Scope } from './intrinsics';
import { isObject } from './template';

/** A value that a deployment accepts, but which does not work as it does in AWS. */
export type UnusableValue =
  | { readonly kind: 'dead-address'; readonly path: string; readonly logicalId: string }
  | { readonly kind: 'dynamic-reference'; readonly path: string; readonly reference: string };

/** Hosts of AWS, and those of stand-ins. */
const HOST = /\.(amazonaws\.com|amazoncognito\.com|api\.aws|aws\.amazon\.com|cloudfront\.net|invalid|on\.aws)(?=[/:?#"'\s,]|$)/;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const DYNAMIC_REFERENCE = /\{\{resolve:[^{}]+\}\}/;

/**
 * Finds addresses that lead nowhere, and dynamic references.
 *
 * @param written the value in the template, with intrinsic functions
 * @param resolved the same value without them
 */
export function unusableValues(written: unknown, resolved: unknown, scope: Pick<Scope, 'hasDeadAddresses'>, path = ''): UnusableValue[] {
  if (typeof resolved === 'string') {
    const logicalId = HOST.test(resolved) ? [...referencesIn(written)].find(id => scope.hasDeadAddresses(id)) : undefined;
    const [reference] = DYNAMIC_REFERENCE.exec(resolved) ?? [];
    return [
      ...logicalId === undefined ? [] : [{ kind: 'dead-address', path, logicalId } as const],
      ...reference === undefined ? [] : [{ kind: 'dynamic-reference', path, reference } as const],
    ];
  }
  if (typeof resolved !== 'object' || resolved === null) return [];
  // The items of a list may have moved, because AWS::NoValue removes some.
  const part = (key: string) => isObject(written) && functionOf(written) === undefined ? written[key] : written;
  return Object.entries(resolved).flatMap(([key, value]) => unusableValues(part(key), value, scope, path ? `${path}.${key}` : key));
}
