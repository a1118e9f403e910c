import type { Operand } from './operand';
import { valueAt, type Path } from './paths';
import type { UpdateAction } from './update-parser';
import { elementsOf, typeOf, type AttributeValue, type Item } from '../attribute-values';
import { addDecimals, formatDecimal, negate, parseDecimal } from '../decimal';
import { validationError } from '../errors';

/** A value of a copy that is changed in place. */
interface MutableValue {
  L?: (MutableValue | undefined)[];
  M?: Record<string, MutableValue>;
}

/**
 * Applies the actions of an update. All of them refer to the item before the update, whatever their order.
 *
 * Throws a ValidationException if a path does not exist or an operand has the wrong type.
 *
 * @param checkSet throws for a value that cannot be assigned to the path
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[], checkSet: (path: Path, value: AttributeValue) => void): Item {
  const values = new Map(actions.map(action => [action, action.kind === 'SET' ? evaluate(item, action.operand) : undefined]));
  const updated = structuredClone(item) as Record<string, MutableValue>;
  const lists = new Set<MutableValue>();
  for (const action of actions) {
    const { kind, path } = action;
    const parent = valueAt(updated as Item, path.slice(0, -1)) as MutableValue | undefined;
    const key = path[path.length - 1];
    if (!(typeof key === 'number' ? parent?.L : parent?.M)) {
      throw validationError('The document path provided in the update expression is invalid for update');
    }
    if (parent!.L) lists.add(parent!);
    if (kind === 'SET') checkSet(path, values.get(action)!);
    const value = kind === 'SET' ? values.get(action) : kind === 'REMOVE' ? undefined : changed(valueAt(item, path), action.kind, action.operand.value);
    assign(parent!, key, value && structuredClone(value) as MutableValue);
  }
  // Elements keep their positions until all actions have been applied: removed ones, and gaps before one that was set beyond the end.
  for (const list of lists) list.L = list.L!.filter(element => element !== undefined);
  return updated as Item;
}

function assign({ L, M }: MutableValue, key: number | string, value: MutableValue | undefined): void {
  if (M) {
    if (value) Object.defineProperty(M, key, { value, configurable: true, enumerable: true, writable: true });
    else delete M[key];
  } else if (value || Number(key) < L!.length) {
    L![Number(key)] = value;
  }
}

/** The result of ADD or DELETE; undefined if nothing is left of a set. */
function changed(existing: AttributeValue | undefined, kind: 'ADD' | 'DELETE', operand: AttributeValue): AttributeValue | undefined {
  const type = typeOf(operand);
  if (existing && typeOf(existing) !== type) throw validationError('An operand in the update expression has an incorrect data type');
  if (type === 'N') return sum(existing ?? { N: '0' }, operand, '+');
  const before = existing ? elementsOf(existing)! : [];
  const elements = elementsOf(operand)!;
  const after = kind === 'ADD' ? [...new Set([...before, ...elements])] : before.filter(element => !elements.includes(element));
  return after.length > 0 ? { [type]: after } : undefined;
}

function evaluate(item: Item, operand: Operand): AttributeValue {
  switch (operand.kind) {
    case 'value': return operand.value;
    case 'path': {
      const value = valueAt(item, operand.path);
      if (!value) throw validationError('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'function': return call(item, operand.name, operand.operands);
  }
}

function call(item: Item, name: string, [first, second]: readonly Operand[]): AttributeValue {
  const typed = (operand: Operand, type: 'L' | 'N') => {
    const value = evaluate(item, operand);
    if (value[type] === undefined) throw validationError('An operand in the update expression has an incorrect data type');
    return value;
  };
  switch (name) {
    case 'if_not_exists': return (first.kind === 'path' && valueAt(item, first.path)) || evaluate(item, second);
    case 'list_append': return { L: [...typed(first, 'L').L!, ...typed(second, 'L').L!] };
    default: return sum(typed(first, 'N'), typed(second, 'N'), name as '+' | '-');
  }
}

function sum(one: AttributeValue, other: AttributeValue, operator: '+' | '-'): AttributeValue {
  const addend = parseDecimal(other.N!);
  return { N: formatDecimal(addDecimals(parseDecimal(one.N!), operator === '+' ? addend : negate(addend))) };
}
