import type { Condition } from './condition-parser';
import { typeOf, type AttributeValue } from '../attribute-values';
import { validationError } from '../errors';

/** A condition on one key attribute, in the terms of the API. */
export interface KeyCondition {
  readonly operator: 'BEGINS_WITH' | 'BETWEEN' | 'EQ' | 'GE' | 'GT' | 'LE' | 'LT';
  readonly values: readonly AttributeValue[];
}

const OPERATORS = { '=': 'EQ', '<': 'LT', '<=': 'LE', '>': 'GT', '>=': 'GE' } as const;

/** The operator if the operands are exchanged. */
const EXCHANGED = { EQ: 'EQ', LT: 'GT', LE: 'GE', GT: 'LT', GE: 'LE' } as const;

const SCALARS = ['S', 'N', 'B'];
const SETS = ['SS', 'NS', 'BS'];

/** Converts the condition of a query to conditions by key attribute. Throws a ValidationException if it has another form. */
export function toKeyConditions(condition: Condition): ReadonlyMap<string, KeyCondition> {
  const conditions = new Map<string, KeyCondition>();
  collect(condition, conditions);
  for (const { operator, values } of conditions.values()) {
    const allowed = operator === 'EQ' ? [...SCALARS, ...SETS] : operator === 'BEGINS_WITH' ? ['S', 'B'] : SCALARS;
    const invalid = values.map(typeOf).find(type => !allowed.includes(type));
    if (invalid) {
      throw validationError(`One or more parameter values were invalid: ComparisonOperator ${operator} is not valid for ${invalid} AttributeValue type`);
    }
  }
  if (conditions.size > 2) throw validationError('Conditions can be of length 1 or 2 only');
  return conditions;
}

function collect(condition: Condition, conditions: Map<string, KeyCondition>): void {
  switch (condition.kind) {
    case 'and': return condition.conditions.forEach(each => collect(each, conditions));
    case 'or': case 'not': case 'in': throw invalidOperator(condition.kind.toUpperCase());
    case 'comparison': {
      const { comparator, operands } = condition;
      if (comparator === '<>') throw invalidOperator(comparator);
      const { name, position, values } = keyOf(operands);
      const operator = OPERATORS[comparator];
      return addCondition(conditions, name, { operator: position === 0 ? operator : EXCHANGED[operator], values });
    }
    case 'between': {
      if (condition.operands[0].kind !== 'path') throw notFirst('BETWEEN');
      const { name, values } = keyOf(condition.operands);
      return addCondition(conditions, name, { operator: 'BETWEEN', values });
    }
    case 'function': {
      if (condition.name !== 'begins_with') throw invalidOperator(condition.name);
      if (condition.operands[0].kind !== 'path') throw notFirst(condition.name);
      const { name, values } = keyOf(condition.operands);
      return addCondition(conditions, name, { operator: 'BEGINS_WITH', values });
    }
  }
}

/** The key attribute of a condition, its position among the operands, and the values it is compared with. */
function keyOf(operands: Extract<Condition, { kind: 'in' }>['operands']): { name: string; position: number; values: AttributeValue[] } {
  let key: { readonly name: string; readonly position: number } | undefined;
  const values: AttributeValue[] = [];
  operands.forEach((operand, position) => {
    switch (operand.kind) {
      case 'value': return void values.push(operand.value);
      case 'function': throw validationError('KeyConditionExpressions cannot contain nested operations');
      case 'path': {
        if (key) throw validationError('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
        if (operand.path.length > 1) throw validationError('KeyConditionExpressions cannot have conditions on nested attributes');
        key = { name: String(operand.path[0]), position };
      }
    }
  });
  if (!key) throw validationError('Invalid condition in KeyConditionExpression: No key attribute specified');
  return { ...key, values };
}

function addCondition(conditions: Map<string, KeyCondition>, name: string, condition: KeyCondition): void {
  if (conditions.has(name)) throw validationError('KeyConditionExpressions must only contain one condition per key');
  conditions.set(name, condition);
}

function invalidOperator(operator: string): Error {
  return validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function notFirst(operator: string): Error {
  return validationError(`Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`);
}
