import { invalidFields, type FieldError } from './errors';
import { findOperation, shapeOf, type Shape } from './model';

/** An input may have a megabyte of invalid values: the error lists the first few. */
const MAXIMUM_REPORTED_ERRORS = 10;

/**
 * Validates an input against the API model.
 *
 * Throws a ValidationException that lists the invalid fields.
 *
 * @returns a copy that has the members of the model only; null counts as absent, as in every REST-JSON service
 */
export function validateInput(operation: string, input: unknown): any {
  const errors: FieldError[] = [];
  const checked = check(findOperation(operation)!.input, input ?? {}, '', errors);
  if (errors.length > 0) throw invalidFields(errors);
  return checked;
}

function check(shapeName: string, value: unknown, path: string, errors: FieldError[]): unknown {
  const shape = shapeOf(shapeName);
  switch (shape.type) {
    case 'structure': return checkStructure(shape, value, path, errors);
    case 'list': return checkList(shape, value, path, errors);
    case 'map': return checkMap(shape, value, path, errors);
    case 'integer': return checkInteger(shape, value, path, errors);
    default: return checkString(shape, value, path, errors);
  }
}

function checkStructure(shape: Shape, value: unknown, path: string, errors: FieldError[]): unknown {
  if (!isObject(value)) return fail(errors, path || 'body', 'must be an object');
  const given = Object.entries(shape.members ?? {}).filter(([name]) => Object.hasOwn(value, name) && (value[name] ?? undefined) !== undefined);
  for (const name of shape.required ?? []) {
    if (!given.some(([givenName]) => givenName === name)) fail(errors, join(path, name), 'is required');
  }
  if (shape.union && given.length !== 1) {
    return fail(errors, path, `must have exactly one of ${Object.keys(shape.members ?? {}).join(', ')}`);
  }
  return Object.fromEntries(given.map(([name, member]) => [name, check(member.shape, value[name], join(path, name), errors)]));
}

function checkList(shape: Shape, value: unknown, path: string, errors: FieldError[]): unknown {
  if (!Array.isArray(value)) return fail(errors, path, 'must be a list');
  if (!checkRange(shape, value.length, 'items', path, errors)) return undefined;
  return value.map((item, index) => check(shape.member!.shape, item, `${path}[${index}]`, errors));
}

function checkMap(shape: Shape, value: unknown, path: string, errors: FieldError[]): unknown {
  if (!isObject(value)) return fail(errors, path, 'must be a map');
  const entries = Object.entries(value);
  if (!checkRange(shape, entries.length, 'entries', path, errors)) return undefined;
  for (const [key, item] of entries) {
    // Keys are user input, so they are not part of the path.
    check(shape.key!.shape, key, path, errors);
    check(shape.value!.shape, item, path, errors);
  }
  const bytes = entries.reduce((sum, [key, item]) => sum + Buffer.byteLength(key) + (typeof item === 'string' ? Buffer.byteLength(item) : 0), 0);
  if (shape.maxBytes !== undefined && bytes > shape.maxBytes) return fail(errors, path, `must be at most ${shape.maxBytes} bytes in total`);
  // fromEntries keeps a key such as `__proto__`.
  return Object.fromEntries(entries);
}

function checkInteger(shape: Shape, value: unknown, path: string, errors: FieldError[]): unknown {
  if (!Number.isInteger(value)) return fail(errors, path, 'must be an integer');
  checkRange(shape, value as number, '', path, errors);
  return value;
}

function checkString(shape: Shape, value: unknown, path: string, errors: FieldError[]): unknown {
  if (typeof value !== 'string') return fail(errors, path, 'must be a string');
  if (shape.enum && !shape.enum.includes(value)) return fail(errors, path, `must be one of ${shape.enum.join(', ')}`);
  // The service counts code points, JavaScript's length counts UTF-16 units.
  const length = shape.max === undefined ? value.length : [...value].length;
  if (!checkRange(shape, length, 'characters', path, errors)) return undefined;
  if (shape.pattern !== undefined && !matchesEntirely(shape.pattern, value)) return fail(errors, path, `must match ${shape.pattern}`);
  return value;
}

function checkRange({ min = -Infinity, max = Infinity }: Shape, actual: number, unit: string, path: string, errors: FieldError[]): boolean {
  if (actual >= min && actual <= max) return true;
  fail(errors, path, `must be between ${min} and ${max} ${unit}`.trim());
  return false;
}

const patterns = new Map<string, RegExp>();

/** Needs the group: the pattern of LambdaArn begins with `$|`, which matches any string unless both halves are anchored. */
function matchesEntirely(pattern: string, value: string): boolean {
  let expression = patterns.get(pattern);
  if (!expression) patterns.set(pattern, expression = new RegExp(`^(?:${pattern})$`));
  return expression.test(value);
}

function fail(errors: FieldError[], name: string, message: string): undefined {
  const isReported = errors.some(error => error.name === name && error.message === message);
  if (!isReported && errors.length < MAXIMUM_REPORTED_ERRORS) errors.push({ name, message });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
