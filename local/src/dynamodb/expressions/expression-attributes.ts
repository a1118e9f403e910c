import { HttpError } from '../../http/http-error';
import { normalizeValue, type AttributeValue, type Item } from '../attribute-values';
import { validationError } from '../errors';

export interface ExpressionAttributesInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** The names and values that the expressions of a request refer to. */
export class ExpressionAttributes {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, AttributeValue>;
  private readonly unusedNames: Set<string>;
  private readonly unusedValues: Set<string>;

  /** Throws a ValidationException for a key or value that is not valid. */
  constructor({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: ExpressionAttributesInput) {
    if (names) checkKeys('ExpressionAttributeNames', names, /^#[0-9a-zA-Z_]+$/);
    if (values) checkKeys('ExpressionAttributeValues', values, /^:[0-9a-zA-Z_]+$/);
    this.names = new Map(Object.entries(names ?? {}));
    this.values = new Map(Object.entries(values ?? {}).map(([key, value]) => [key, checkValue(key, value)]));
    this.unusedNames = new Set(this.names.keys());
    this.unusedValues = new Set(this.values.keys());
  }

  public name(reference: string): string | undefined {
    this.unusedNames.delete(reference);
    return this.names.get(reference);
  }

  public value(reference: string): AttributeValue | undefined {
    this.unusedValues.delete(reference);
    return this.values.get(reference);
  }

  /** Throws a ValidationException if no expression refers to one of the names and values. */
  public checkAllUsed(): void {
    checkUnused('ExpressionAttributeNames', this.unusedNames);
    checkUnused('ExpressionAttributeValues', this.unusedValues);
  }
}

/** Throws if there are names or values, but no expression that can refer to them. */
export function checkExpressionParameters(input: ExpressionAttributesInput & object, expressions: readonly string[]): void {
  const has = (name: string) => (input as Record<string, unknown>)[name] !== undefined;
  if (input.ExpressionAttributeNames && !expressions.some(has)) {
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = expressions.filter(name => name !== 'ProjectionExpression');
  if (withValues.length > 0 && input.ExpressionAttributeValues && !withValues.some(has)) {
    const verb = withValues.length > 1 ? 'are' : 'is';
    throw validationError(`ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${verb} null`);
  }
}

function checkKeys(parameter: string, entries: object, pattern: RegExp): void {
  const keys = Object.keys(entries);
  if (keys.length === 0) throw validationError(`${parameter} must not be empty`);
  const invalid = keys.find(key => !pattern.test(key));
  if (invalid !== undefined) throw validationError(`${parameter} contains invalid key: Syntax error; key: "${invalid}"`);
}

function checkValue(key: string, value: AttributeValue): AttributeValue {
  try {
    return normalizeValue(value);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw validationError(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}

function checkUnused(parameter: string, unused: ReadonlySet<string>): void {
  if (unused.size > 0) throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`);
}
