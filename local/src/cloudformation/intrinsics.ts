import { attributePath } from './attribute-path';
import { availabilityZones } from './availability-zones';
import { splitCidr } from './cidr';
import { isObject, isScalar, quote } from './template';
import { ExpectedError } from '../expected-error';
import { inSubject } from '../faults';

/** Values that intrinsic functions look up. Each method throws if the value does not exist. */
export interface Scope {
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  importValue(name: string): unknown;
  mapping(name: string, topLevelKey: string, secondLevelKey: string): unknown;
  /** Whether the attributes of the resource are made up, so that they may not have the form a function expects. */
  isStandIn(logicalId: string): boolean;
  /** Whether addresses of the resource lead nowhere. */
  hasDeadAddresses(logicalId: string): boolean;
}

/** Value of `Ref: AWS::NoValue`: removes the property or the list element. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const CONDITION_FUNCTIONS: Record<string, Intrinsic> = {
  'Condition': (argument, scope) => scope.condition(nameIn(argument, 'Condition')),
  'Fn::And': (argument, scope) => list(argument, scope, 'Fn::And', 2, 10).every(isTrue),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope, 'Fn::Equals', 2);
    return JSON.stringify(left) === JSON.stringify(right) || isScalar(left) && isScalar(right) && String(left) === String(right);
  },
  'Fn::Not': (argument, scope) => !isTrue(list(argument, scope, 'Fn::Not', 1)[0]),
  'Fn::Or': (argument, scope) => list(argument, scope, 'Fn::Or', 2, 10).some(isTrue),
};

const FUNCTIONS: Record<string, Intrinsic> = {
  'Ref': (argument, scope) => scope.ref(nameIn(argument, 'Ref')),
  'Fn::Base64': (argument, scope) => Buffer.from(stringOf(argument, scope, 'Fn::Base64')).toString('base64'),
  'Fn::Cidr': (argument, scope) => {
    const [block, count, bits] = list(argument, scope, 'Fn::Cidr', 2, 3).map(item => scalar(item, 'Fn::Cidr'));
    return splitCidr(block, Number(count), bits === undefined ? undefined : Number(bits));
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = list(argument, scope, 'Fn::FindInMap', 3, 4);
    if (keys.length > 3) throw new ExpectedError('The default value of Fn::FindInMap is not supported.');
    const [name, topLevelKey, secondLevelKey] = keys.map(key => scalar(key, 'Fn::FindInMap'));
    return scope.mapping(name, topLevelKey, secondLevelKey);
  },
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = attributeReference(argument);
    return scope.attribute(logicalId, stringOf(attribute, scope, 'Fn::GetAtt'));
  },
  'Fn::GetAZs': (argument, scope) => availabilityZones(stringOf(argument, scope, 'Fn::GetAZs') || String(scope.ref('AWS::Region'))),
  'Fn::If': (argument, scope) => resolveAny(chosenBranch(argument, scope.condition), scope),
  'Fn::ImportValue': (argument, scope) => scope.importValue(stringOf(argument, scope, 'Fn::ImportValue')),
  'Fn::Join': (argument, scope) => {
    const [delimiter, values] = list(argument, scope, 'Fn::Join', 2);
    if (!Array.isArray(values) && standInIn(argument, scope) === undefined) throw new ExpectedError('Fn::Join must have a delimiter and a list.');
    return [values].flat().map(value => scalar(value, 'Fn::Join')).join(scalar(delimiter, 'Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, values] = list(argument, scope, 'Fn::Select', 2);
    const value = Array.isArray(values) ? values[Number(scalar(index, 'Fn::Select'))] : undefined;
    if (value !== undefined) return value;
    const standIn = standInIn(argument, scope);
    if (standIn === undefined) throw new ExpectedError(`Fn::Select has no element at index ${String(index)}.`);
    return `unknown-${standIn}-${String(index)}`;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, value] = list(argument, scope, 'Fn::Split', 2);
    return scalar(value, 'Fn::Split').split(scalar(delimiter, 'Fn::Split'));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = substitution(argument);
    return template.replace(PLACEHOLDER, (whole, literal: string | undefined, name: string) => {
      if (literal) return whole.replace('!', '');
      if (Object.hasOwn(variables, name)) return scalar(resolve(variables[name], scope), 'Fn::Sub');
      return scalar(name.includes('.') ? scope.attribute(...attributePath(name)) : scope.ref(name), 'Fn::Sub');
    });
  },
};

/** `${Name}`, `${Resource.Attribute}`, or `${!Literal}`, which becomes `${Literal}`. */
const PLACEHOLDER = /\$\{(!?)\s*([^{}!]+?)\s*\}/g;

/** Replaces every intrinsic function by its value. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Resolves each property of a resource. Errors name the property. */
export function resolveProperties(properties: Readonly<Record<string, unknown>>, scope: Scope, resolveOne = resolve): Record<string, unknown> {
  const resolved = Object.entries(properties).map(([name, value]) => [name, inSubject(name, () => resolveOne(value, scope))]);
  return Object.fromEntries(resolved.filter(([, value]) => value !== undefined));
}

/** Evaluates an entry of the template's Conditions. */
export function resolveCondition(value: unknown, scope: Scope): boolean {
  const name = isObject(value) ? functionOf(value, CONDITION_FUNCTIONS) : undefined;
  if (name === undefined) throw new ExpectedError(`must be a condition function such as Fn::Equals, got ${quote(value)}.`);
  return isTrue(resolveAny(value, scope, { ...FUNCTIONS, ...CONDITION_FUNCTIONS }));
}

/**
 * Replaces every `Fn::If` by the branch it selects, so that the other branch adds no dependency.
 *
 * Throws if a function is not supported, so that the deployment fails before it creates anything.
 */
export function takeBranches(value: unknown, condition: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map(item => takeBranches(item, condition));
  if (!isObject(value)) return value;
  const name = functionOf(value);
  if (name === 'Fn::If') return takeBranches(chosenBranch(value[name], condition), condition);
  if (name && !(name in FUNCTIONS)) throw new ExpectedError(unsupported(name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, takeBranches(item, condition)]));
}

/** Returns the names of the resources, parameters and pseudo parameters a value refers to. */
export function referencesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (item: unknown): void => {
    if (Array.isArray(item)) return item.forEach(visit);
    if (!isObject(item)) return undefined;
    const name = functionOf(item);
    if (name === 'Ref') names.add(nameIn(item.Ref, 'Ref'));
    if (name === 'Fn::GetAtt') names.add(attributeReference(item[name])[0]);
    if (name === 'Fn::Sub') {
      const [template, variables] = substitution(item[name]);
      for (const [, literal, placeholder] of template.matchAll(PLACEHOLDER)) {
        if (!literal && !Object.hasOwn(variables, placeholder)) names.add(placeholder.includes('.') ? attributePath(placeholder)[0] : placeholder);
      }
    }
    return Object.values(item).forEach(visit);
  };
  visit(value);
  return names;
}

/** The first stand-in that a value refers to. */
export function standInIn(value: unknown, scope: Scope): string | undefined {
  return [...referencesIn(value)].find(name => scope.isStandIn(name));
}

function resolveAny(value: unknown, scope: Scope, functions = FUNCTIONS): unknown {
  if (Array.isArray(value)) return value.map(item => resolveAny(item, scope, functions)).filter(item => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const name = functionOf(value, functions);
  if (name === undefined) {
    const entries = Object.entries(value).map(([key, item]) => [key, resolveAny(item, scope, functions)]);
    return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
  }
  if (!(name in functions)) throw new ExpectedError(unsupported(name));
  // Conditions can be nested, so their arguments may have condition functions.
  const argument = name in CONDITION_FUNCTIONS && name !== 'Condition' ? resolveAny(value[name], scope, functions) : value[name];
  return functions[name](argument, scope);
}

/** `{ Condition: name }` is a function only in the Conditions of a template, because policy statements also have a Condition. */
export function functionOf(value: Record<string, unknown>, functions = FUNCTIONS): string | undefined {
  const keys = Object.keys(value);
  const name = keys.find(key => key.startsWith('Fn::') || keys.length === 1 && (key === 'Ref' || Object.hasOwn(functions, key)));
  if (name !== undefined && keys.length > 1) throw new ExpectedError(`${name} must be the only key of its object, got also ${keys.filter(key => key !== name).join(', ')}.`);
  return name;
}

function unsupported(name: string): string {
  return name in CONDITION_FUNCTIONS
    ? `${name} must be in the Conditions of the template, not in resources or outputs.`
    : `${name} is not supported.`;
}

function chosenBranch(argument: unknown, condition: (name: string) => boolean): unknown {
  if (!Array.isArray(argument) || argument.length !== 3) throw new ExpectedError('Fn::If must have a condition and two values.');
  return argument[condition(nameIn(argument[0], 'Fn::If')) ? 1 : 2];
}

function substitution(argument: unknown): [string, Record<string, unknown>] {
  const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
  if (typeof template !== 'string' || !isObject(variables)) throw new ExpectedError('Fn::Sub must have a string, or a string and a map.');
  return [template, variables];
}

function list(argument: unknown, scope: Scope, name: string, minimum: number, maximum = minimum): unknown[] {
  const resolved = resolve(argument, scope);
  if (!Array.isArray(resolved) || resolved.length < minimum || resolved.length > maximum) {
    throw new ExpectedError(`${name} must have a list of ${minimum === maximum ? minimum : `${minimum} to ${maximum}`}, got ${quote(resolved)}.`);
  }
  return resolved;
}

/** The name of a resource, parameter or condition. */
function nameIn(argument: unknown, name: string): string {
  if (typeof argument !== 'string') throw new ExpectedError(`${name} must have a name, got ${quote(argument)}.`);
  return argument;
}

/** The logical id and the attribute of `Fn::GetAtt`. The attribute may be an intrinsic function. */
function attributeReference(argument: unknown): [string, unknown] {
  if (typeof argument === 'string') return attributePath(argument);
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string') return [argument[0], argument[1]];
  throw new ExpectedError(`Fn::GetAtt must have a logical id and an attribute, got ${quote(argument)}.`);
}

function stringOf(argument: unknown, scope: Scope, name: string): string {
  return scalar(resolve(argument, scope), name);
}

function scalar(value: unknown, name: string): string {
  if (!isScalar(value)) throw new ExpectedError(`${name} must have strings, got ${quote(value)}.`);
  return String(value);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
