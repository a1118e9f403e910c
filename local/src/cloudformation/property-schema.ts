import { isDeepStrictEqual } from 'node:util';
import { isObject } from './template';

/** As much of JSON schema as two resource types need. Objects take no other properties, arrays no item twice. */
export type Schema =
  | { readonly type: 'array'; readonly items: Schema; readonly maximum?: number }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'object'; readonly properties: Readonly<Record<string, Schema>>; readonly required?: readonly string[] }
  | { readonly type: 'string'; readonly minimum?: number; readonly maximum?: number; readonly pattern?: RegExp };

/**
 * @returns the value with texts and numbers made what the schema wants, as CloudFormation does
 * @throws a sentence that names the property
 */
export function checkProperties(value: unknown, schema: Schema, path = ''): unknown {
  const at = (key: number | string) => path ? `${path}.${key}` : String(key);
  const refuse = (what: string, where = path): never => {
    throw new Error(`CloudFormation does not accept its properties: ${where} ${what}.`);
  };

  switch (schema.type) {
    case 'object': {
      if (!isObject(value)) return refuse('has to be an object');
      const unknown = Object.keys(value).find(key => !Object.hasOwn(schema.properties, key));
      if (unknown) return refuse('is not one it knows', at(unknown));
      const missing = schema.required?.find(key => value[key] === undefined);
      if (missing) return refuse('is missing', at(missing));
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, checkProperties(item, schema.properties[key], at(key))]));
    }
    case 'array': {
      if (!Array.isArray(value)) return refuse('has to be a list');
      if (value.length > (schema.maximum ?? Infinity)) return refuse(`can have at most ${schema.maximum} items, not ${value.length}`);
      if (value.some((item, index) => value.slice(0, index).some(earlier => isDeepStrictEqual(earlier, item)))) return refuse('cannot have the same item twice');
      return value.map((item, index) => checkProperties(item, schema.items, at(index)));
    }
    case 'integer': {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      if (!Number.isInteger(number)) return refuse('has to be a whole number');
      const { minimum, maximum } = schema;
      return (number as number) < minimum || (number as number) > maximum ? refuse(`has to be from ${minimum} to ${maximum}, not ${number}`) : number;
    }
    case 'string': {
      if (typeof value === 'object' || value === undefined) return refuse('has to be a text');
      const text = String(value);
      const length = [...text].length;
      const { minimum = 0, maximum = Infinity, pattern } = schema;
      if (length < minimum || length > maximum) return refuse(`has to have ${minimum} to ${maximum} characters, not ${length}`);
      return pattern && !pattern.test(text) ? refuse(`does not match ${pattern.source}`) : text;
    }
  }
}
