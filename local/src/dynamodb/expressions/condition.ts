import type { Comparator, Condition } from './condition-parser';
import type { FunctionCall, Operand } from './operand';
import { valueAt } from './paths';
import { areEqual, compareValues, elementsOf, elementType, isSetType, typeOf, type AttributeValue, type Item } from '../attribute-values';

/** Whether an item satisfies a condition. An item that does not exist is an empty one. */
export function satisfies(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and': return condition.conditions.every(each => satisfies(item, each));
    case 'or': return condition.conditions.some(each => satisfies(item, each));
    case 'not': return !satisfies(item, condition.condition);
    case 'comparison': {
      const [one, other] = condition.operands.map(operand => evaluate(item, operand));
      return compare(condition.comparator, one, other);
    }
    case 'between': {
      const [value, lower, upper] = condition.operands.map(operand => evaluate(item, operand));
      return compare('>=', value, lower) && compare('<=', value, upper);
    }
    case 'in': {
      const [value, ...candidates] = condition.operands.map(operand => evaluate(item, operand));
      return candidates.some(candidate => compare('=', value, candidate));
    }
    case 'function': return call(item, condition);
  }
}

/** Compares two values of an item or a request. One that is missing is different from every other one. */
export function compare(comparator: Comparator, one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (!one || !other) return comparator === '<>' && one !== other;
  if (comparator === '=') return areEqual(one, other);
  if (comparator === '<>') return !areEqual(one, other);
  const order = compareValues(one, other);
  if (order === undefined) return false;
  switch (comparator) {
    case '<': return order < 0;
    case '<=': return order <= 0;
    case '>': return order > 0;
    case '>=': return order >= 0;
  }
}

export function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  return value?.B !== undefined && prefix?.B !== undefined && bytes(value.B).startsWith(bytes(prefix.B));
}

function evaluate(item: Item, operand: Operand): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value': return operand.value;
    case 'path': return valueAt(item, operand.path);
    // The only function that can be an operand is `size`.
    case 'function': {
      const value = evaluate(item, operand.operands[0]);
      const size = value && sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

function call(item: Item, { name, operands }: FunctionCall): boolean {
  const [value, second] = operands.map(operand => evaluate(item, operand));
  switch (name) {
    case 'attribute_exists': return value !== undefined;
    case 'attribute_not_exists': return value === undefined;
    case 'attribute_type': return value !== undefined && typeOf(value) === second?.S;
    case 'begins_with': return beginsWith(value, second);
    default: return value !== undefined && second !== undefined && contains(value, second);
  }
}

function contains(value: AttributeValue, wanted: AttributeValue): boolean {
  const type = typeOf(value);
  if (isSetType(type)) {
    const element = wanted[elementType(type)];
    return element !== undefined && elementsOf(value)!.includes(element);
  }
  if (value.S !== undefined && wanted.S !== undefined) return value.S.includes(wanted.S);
  if (value.B !== undefined && wanted.B !== undefined) return bytes(value.B).includes(bytes(wanted.B));
  return value.L?.some(element => areEqual(element, wanted)) ?? false;
}

/** Numbers, booleans and null have no size. */
function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  return elementsOf(value)?.length ?? value.L?.length ?? (value.M && Object.keys(value.M).length);
}

/** One character a byte. */
function bytes(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
