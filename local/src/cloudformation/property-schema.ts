import { isDeepStrictEqual } from 'node:util';
import { isObject, isScalar, quote } from './template';
import { ExpectedError } from '../expected-error';

export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Accept properties that are not listed. @default false */
  readonly open?: boolean;
}

/** The part of JSON schema that resource types need. */
export type Schema =
  | ObjectSchema
  | { readonly type: 'any' }
  | { readonly type: 'array'; readonly items: Schema; readonly maximum?: number; readonly unique?: boolean }
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum?: number }
  | { readonly type: 'map'; readonly values: Schema }
  | {
    readonly type: 'string';
    readonly minimum?: number;
    readonly maximum?: number;
    readonly pattern?: RegExp;
    readonly values?: readonly string[];
    /** What the string is, for the error message. */
    readonly description?: string;
  }
  /** One of several JSON types. */
  | { readonly type: 'union'; readonly options: readonly Schema[] };

export const ANY: Schema = { type: 'any' };
export const BOOLEAN: Schema = { type: 'boolean' };
export const STRING: Schema = { type: 'string' };
export const STRINGS: Schema = { type: 'array', items: STRING };

/** A value that is known only after another resource has been created or updated. */
export const UNKNOWN = Symbol('unknown');

/**
 * Validates the properties of a resource, and converts strings, numbers and booleans to the types of the schema, as CloudFormation does.
 *
 * Every schema accepts UNKNOWN. Throws an error that names the invalid property.
 */
export function checkProperties(value: unknown, schema: ObjectSchema): Record<string, unknown> {
  return check(value, schema, '') as Record<string, unknown>;
}

function check(value: unknown, schema: Schema, path: string): unknown {
  const at = (key: number | string) => path ? `${path}.${key}` : String(key);
  const refuse = (problem: string, where = path): never => {
    throw new ExpectedError(`Properties validation failed: ${where} ${problem}.`);
  };
  if (value === UNKNOWN) return value;

  switch (schema.type) {
    case 'any':
      return value;
    case 'array': {
      if (!Array.isArray(value)) return refuse(`must be a list, got ${quote(value)}`);
      if (value.length > (schema.maximum ?? Infinity)) return refuse(`must have at most ${schema.maximum} items, got ${value.length}`);
      const hasDuplicate = () => value.some((item, index) => value.slice(0, index).some(earlier => isDeepStrictEqual(earlier, item)));
      if (schema.unique && hasDuplicate()) return refuse('must not have duplicate items');
      return value.map((item, index) => check(item, schema.items, at(index)));
    }
    case 'boolean':
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : refuse(`must be true or false, got ${quote(value)}`);
    case 'integer': {
      const { minimum, maximum = Infinity } = schema;
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      if (typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum) return number;
      const range = maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
      return refuse(`must be a whole number ${range}, got ${quote(value)}`);
    }
    case 'map':
      if (!isObject(value)) return refuse(`must be a map, got ${quote(value)}`);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, check(item, schema.values, at(key))]));
    case 'object': {
      if (!isObject(value)) return refuse(`must be an object, got ${quote(value)}`);
      const unknown = Object.keys(value).find(key => !Object.hasOwn(schema.properties, key));
      if (unknown && !schema.open) return refuse('is not a property of this type', at(unknown));
      const missing = schema.required?.find(key => !Object.hasOwn(value, key));
      if (missing) return refuse('is missing', at(missing));
      return Object.fromEntries(Object.entries(value).map(([key, item]) => {
        return [key, Object.hasOwn(schema.properties, key) ? check(item, schema.properties[key], at(key)) : item];
      }));
    }
    case 'string': {
      if (!isScalar(value)) return refuse(`must be ${schema.description ?? 'a string'}, got ${quote(value)}`);
      const string = String(value);
      const length = [...string].length;
      const { description, minimum = 0, maximum = Infinity, pattern, values } = schema;
      if (length < minimum || length > maximum) return refuse(`must have ${minimum} to ${maximum} characters, got ${length}`);
      if (values && !values.includes(string)) return refuse(`must be ${values.join(' or ')}, got ${quote(value)}`);
      if (!pattern || pattern.test(string)) return string;
      return refuse(description ? `must be ${description}, got ${string}` : `must match ${pattern.source}`);
    }
    case 'union': {
      const option = schema.options.find(({ type }) => jsonType(value) === JSON_TYPES[type]);
      return option ? check(value, option, path) : refuse(`must be ${schema.options.map(({ type }) => NAMES[type]).join(' or ')}, got ${quote(value)}`);
    }
  }
}

type JsonType = 'array' | 'object' | 'scalar';

const JSON_TYPES: Record<Schema['type'], JsonType | undefined> = {
  any: undefined, array: 'array', boolean: 'scalar', integer: 'scalar', map: 'object', object: 'object', string: 'scalar', union: undefined,
};

const NAMES: Record<Schema['type'], string> = {
  any: 'a value', array: 'a list', boolean: 'true or false', integer: 'a whole number', map: 'a map', object: 'an object', string: 'a string', union: 'a value',
};

function jsonType(value: unknown): JsonType | undefined {
  return Array.isArray(value) ? 'array' : isObject(value) ? 'object' : isScalar(value) ? 'scalar' : undefined;
}
