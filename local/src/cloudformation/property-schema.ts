import { isDeepStrictEqual } from 'node:util';
import { isObject } from './template';
import { ExpectedError } from '../expected-error';

/** The part of JSON schema that the IVS Chat types need. Objects allow no additional properties, and items of arrays are unique. */
export type Schema =
  | { readonly type: 'array'; readonly items: Schema; readonly maximum?: number }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'object'; readonly properties: Readonly<Record<string, Schema>>; readonly required?: readonly string[] }
  | { readonly type: 'string'; readonly minimum?: number; readonly maximum?: number; readonly pattern?: RegExp };

/**
 * Validates a value, and converts strings and numbers to the types of the schema, as CloudFormation does.
 *
 * Throws an error that names the invalid property.
 */
export function checkProperties(value: unknown, schema: Schema, path = ''): unknown {
  const at = (key: number | string) => path ? `${path}.${key}` : String(key);
  const refuse = (problem: string, where = path): never => {
    throw new ExpectedError(`Properties validation failed: ${where} ${problem}.`);
  };

  switch (schema.type) {
    case 'object': {
      if (!isObject(value)) return refuse('must be an object');
      const unknown = Object.keys(value).find(key => !Object.hasOwn(schema.properties, key));
      if (unknown) return refuse('is not a property of this type', at(unknown));
      const missing = schema.required?.find(key => value[key] === undefined);
      if (missing) return refuse('is missing', at(missing));
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, checkProperties(item, schema.properties[key], at(key))]));
    }
    case 'array': {
      if (!Array.isArray(value)) return refuse('must be a list');
      if (value.length > (schema.maximum ?? Infinity)) return refuse(`must have at most ${schema.maximum} items, got ${value.length}`);
      if (value.some((item, index) => value.slice(0, index).some(earlier => isDeepStrictEqual(earlier, item)))) return refuse('must not have duplicate items');
      return value.map((item, index) => checkProperties(item, schema.items, at(index)));
    }
    case 'integer': {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      if (!Number.isInteger(number)) return refuse('must be a whole number');
      const { minimum, maximum } = schema;
      return (number as number) < minimum || (number as number) > maximum ? refuse(`must be from ${minimum} to ${maximum}, got ${number}`) : number;
    }
    case 'string': {
      if (typeof value === 'object' || value === undefined) return refuse('must be a string');
      const string = String(value);
      const length = [...string].length;
      const { minimum = 0, maximum = Infinity, pattern } = schema;
      if (length < minimum || length > maximum) return refuse(`must have ${minimum} to ${maximum} characters, got ${length}`);
      return pattern && !pattern.test(string) ? refuse(`must match ${pattern.source}`) : string;
    }
  }
}
