import { serializationError, unsupported, validationError } from './errors';

export interface Constraints {
  /** Smallest value, length or number of members. */
  readonly minimum?: number;
  /** Largest length or number of members. */
  readonly maximum?: number;
}

export interface StringConstraints extends Constraints {
  readonly values?: readonly string[];
  readonly pattern?: string;
}

/** The JSON types and the constraints of an input, as the model of the service has them. */
export type Shape =
  | { readonly type: 'binary' | 'boolean' }
  | { readonly type: 'integer' } & Constraints
  | { readonly type: 'list'; readonly member: Shape } & Constraints
  | { readonly type: 'map'; readonly value: Shape; readonly keys?: StringConstraints } & Constraints
  | { readonly type: 'string' } & StringConstraints
  | StructureShape;

export interface StructureShape {
  readonly type: 'structure';
  readonly members: () => Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** Members that ivschat-local does not support, and what to do instead. */
  readonly unsupported?: Readonly<Record<string, string>>;
}

/** A value can be nested 32 levels deep. Each is a structure and a list or a map, below up to eight levels of the request. */
const MAXIMUM_DEPTH = 2 * 32 + 8;

/** The validation errors that one response reports. */
const MAXIMUM_ERRORS = 10;

/**
 * Checks the input of an operation. Removes members that are null or not part of the API.
 *
 * Throws a SerializationException for another JSON type, and a ValidationException for a violated constraint or an unsupported member.
 */
export function readInput(input: unknown, shape: StructureShape): any {
  const read = readValue(input, shape);
  const errors = constraintErrors(read, shape, '').slice(0, MAXIMUM_ERRORS);
  if (errors.length === 0) return read;
  throw validationError(`${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: ${errors.join('; ')}`);
}

function readValue(value: any, shape: Shape, depth = 0): unknown {
  if (depth > MAXIMUM_DEPTH) throw validationError('Nesting Levels have exceeded supported limits');
  switch (shape.type) {
    case 'binary': return readBinary(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw typeof value === 'string' ? serializationError('Unexpected token received from parser') : mismatch(value, 'Boolean');
    case 'integer':
      if (typeof value === 'number') return Math.floor(value);
      throw mismatch(value, 'Integer');
    case 'string':
      if (typeof value === 'string') return value;
      throw mismatch(value, 'String');
    case 'list':
      if (Array.isArray(value)) return value.map(item => readValue(item, shape.member, depth + 1));
      throw serializationError(isObject(value) ? 'Start of structure or map found where not expected' : 'Unexpected field type');
    case 'map':
      if (!isObject(value)) throw serializationError('Unexpected field type');
      return Object.fromEntries(presentMembers(value).map(([name, item]) => [name, readValue(item, shape.value, depth + 1)]));
    case 'structure': return readStructure(value, shape, depth + 1);
  }
}

function readStructure(value: unknown, shape: StructureShape, depth: number): object {
  if (!isObject(value)) throw serializationError('Unexpected value type in payload');
  const members = shape.members();
  const present = presentMembers(value);
  for (const [name] of present) {
    const instead = shape.unsupported?.[name];
    if (instead !== undefined) throw unsupported(name, instead);
  }
  const known = present.filter(([name]) => Object.hasOwn(members, name));
  return Object.fromEntries(known.map(([name, member]) => [name, readValue(member, members[name], depth)]));
}

function readBinary(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') throw serializationError('only base-64-encoded strings are convertible to bytes');
  if (typeof value !== 'string') throw mismatch(value, 'Blob');
  if (value.length % 4 !== 0) throw serializationError(`Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`);
  if (Buffer.from(value, 'base64').toString('base64') !== value) throw serializationError('Invalid last non-pad Base64 character dectected');
  return value;
}

function mismatch(value: unknown, type: string): Error {
  switch (typeof value) {
    case 'boolean': return serializationError(`${value ? 'TRUE' : 'FALSE'}_VALUE cannot be converted to ${type}`);
    case 'number': return serializationError(`${Number.isInteger(value) ? 'NUMBER' : 'DECIMAL'}_VALUE cannot be converted to ${type}`);
    case 'string': return serializationError(`STRING_VALUE cannot be converted to ${type}`);
    default: return serializationError(Array.isArray(value)
      ? `Unrecognized collection type class ${type === 'Blob' ? 'java.nio.ByteBuffer' : `java.lang.${type}`}`
      : 'Start of structure or map found where not expected');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function presentMembers(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== null);
}

function constraintErrors(value: any, shape: Shape, path: string): string[] {
  const describe = (problems: readonly string[]) => problems.map(problem => violation(value, path, problem));
  switch (shape.type) {
    case 'integer': return describe(value < (shape.minimum ?? -Infinity) ? [`Member must have value greater than or equal to ${shape.minimum}`] : []);
    case 'string': return describe(stringProblems(value, shape));
    case 'list': return [
      ...describe(lengthProblems(value.length, shape)),
      ...value.flatMap((item: unknown, index: number) => constraintErrors(item, shape.member, `${path}.${index + 1}.member`)),
    ];
    case 'map': {
      const names = Object.keys(value);
      const { keys } = shape;
      const keyProblems = keys && names.some(name => stringProblems(name, keys).length > 0) ? [describeKeys(keys)] : [];
      return [...describe([...lengthProblems(names.length, shape), ...keyProblems]), ...names.flatMap(name => constraintErrors(value[name], shape.value, `${path}.${name}.member`))];
    }
    case 'structure': {
      const members = shape.members();
      const prefix = path && `${path}.`;
      const at = (name: string) => `${prefix}${name[0].toLowerCase()}${name.slice(1)}`;
      return Object.keys(members).flatMap(name => {
        if (Object.hasOwn(value, name)) return constraintErrors(value[name], members[name], at(name));
        return shape.required?.includes(name) ? [violation(null, at(name), 'Member must not be null')] : [];
      });
    }
    default: return [];
  }
}

function stringProblems(value: string, { pattern, values, ...lengths }: StringConstraints): string[] {
  return [
    ...values && !values.includes(value) ? [`Member must satisfy enum value set: [${values.join(', ')}]`] : [],
    ...pattern !== undefined && !new RegExp(`^${pattern}$`).test(value) ? [`Member must satisfy regular expression pattern: ${pattern}`] : [],
    ...lengthProblems(value.length, lengths),
  ];
}

function lengthProblems(length: number, { maximum = Infinity, minimum = 0 }: Constraints): string[] {
  if (length < minimum) return [`Member must have length greater than or equal to ${minimum}`];
  return length > maximum ? [`Member must have length less than or equal to ${maximum}`] : [];
}

function describeKeys({ maximum, minimum, pattern }: StringConstraints): string {
  const constraints = [
    `Member must have length less than or equal to ${maximum}`,
    `Member must have length greater than or equal to ${minimum}`,
    `Member must satisfy regular expression pattern: ${pattern}`,
  ];
  return `Map keys must satisfy constraint: [${constraints.join(', ')}]`;
}

function violation(value: unknown, path: string, problem: string): string {
  return `Value ${value === null ? 'null' : `'${format(value)}'`} at '${path}' failed to satisfy constraint: ${problem}`;
}

function format(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(format).join(', ')}]`;
  return isObject(value) ? JSON.stringify(value) : String(value);
}
