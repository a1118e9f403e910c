import { encodeDecimal, formatDecimal, parseDecimal } from './decimal';
import { validationError } from './errors';

/** A value as the API has it: an object with one member, whose name is the type. Binary values are base64. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

export type AttributeType = keyof AttributeValue;

/** Values are never changed in place, so that items can share them. */
export type Item = Readonly<Record<string, AttributeValue>>;

const SETS = ['SS', 'NS', 'BS'] as const;
type SetType = typeof SETS[number];

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

export function isSetType(type: AttributeType): type is SetType {
  return (SETS as readonly string[]).includes(type);
}

/** The elements of a set, which is undefined for other types. */
export function elementsOf(value: AttributeValue): readonly string[] | undefined {
  return value.SS ?? value.NS ?? value.BS;
}

/** The type of the elements of a set. */
export function elementType(type: SetType): 'B' | 'N' | 'S' {
  return type[0] as 'B' | 'N' | 'S';
}

/** Checks all values of an item, and writes numbers in DynamoDB's form. Throws a ValidationException. */
export function normalizeItem(item: Item): Item {
  return mapItem(item, normalizeValue);
}

/** Throws a ValidationException if the value has no type or more than one, or is not valid for its type. */
export function normalizeValue(value: AttributeValue): AttributeValue {
  const types = Object.keys(value) as AttributeType[];
  if (types.length === 0) throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  const normalized = types.map(type => ({ [type]: NORMALIZERS[type]?.(value) ?? value[type] }));
  if (types.length > 1) {
    throw validationError('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  }
  return normalized[0];
}

const NORMALIZERS: { readonly [T in AttributeType]?: (value: AttributeValue) => AttributeValue[T] } = {
  N: ({ N }) => normalizeNumber(N!),
  NULL: ({ NULL }) => {
    if (!NULL) throw validationError('One or more parameter values were invalid: Null attribute value types must have the value of true');
    return true;
  },
  SS: ({ SS }) => {
    if (SS!.length === 0) throw validationError('One or more parameter values were invalid: An string set  may not be empty');
    if (hasDuplicates(SS!)) {
      throw validationError(`One or more parameter values were invalid: Input collection [${SS!.join(', ')}] contains duplicates.`);
    }
    return SS;
  },
  NS: ({ NS }) => {
    if (NS!.length === 0) throw validationError('One or more parameter values were invalid: An number set  may not be empty');
    const numbers = NS!.map(normalizeNumber);
    if (hasDuplicates(numbers)) throw validationError('Input collection contains duplicates');
    return numbers;
  },
  BS: ({ BS }) => {
    if (BS!.length === 0) throw validationError('One or more parameter values were invalid: Binary sets should not be empty');
    if (hasDuplicates(BS!)) {
      throw validationError(`One or more parameter values were invalid: Input collection [${BS!.join(', ')}]of type BS contains duplicates.`);
    }
    return BS;
  },
  L: ({ L }) => L!.map(normalizeValue),
  M: ({ M }) => mapItem(M!, normalizeValue),
};

function normalizeNumber(text: string): string {
  return formatDecimal(parseDecimal(text));
}

function hasDuplicates(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}

/** Without a prototype's members, so that an attribute can have any name. */
export function mapItem(item: Item, convert: (value: AttributeValue) => AttributeValue): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, convert(value)]));
}

/** The attribute of an item, or undefined. An attribute can have a name such as `constructor`. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Encodes a string, number or binary value so that encoded values of one type have the order of the values, and equal ones are equal. */
export function encodeScalar(value: AttributeValue): string {
  if (value.N !== undefined) return encodeDecimal(parseDecimal(value.N));
  // One character a byte: DynamoDB compares the bytes of UTF-8, JavaScript units of UTF-16.
  return (value.S !== undefined ? Buffer.from(value.S) : Buffer.from(value.B ?? '', 'base64')).toString('latin1');
}

export function isScalarType(type: AttributeType): type is 'B' | 'N' | 'S' {
  return type === 'S' || type === 'N' || type === 'B';
}

/** The order of two values, or undefined if they are not strings, numbers or binary values of the same type. */
export function compareValues(one: AttributeValue, other: AttributeValue): number | undefined {
  const type = typeOf(one);
  if (type !== typeOf(other) || !isScalarType(type)) return undefined;
  const [left, right] = [encodeScalar(one), encodeScalar(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Numbers are equal by value, sets whatever their order. */
export function areEqual(one: AttributeValue, other: AttributeValue): boolean {
  const type = typeOf(one);
  if (type !== typeOf(other)) return false;
  if (isSetType(type)) {
    const [left, right] = [elementsOf(one)!, elementsOf(other)!];
    return left.length === right.length && left.every(element => right.includes(element));
  }
  switch (type) {
    case 'L': return one.L!.length === other.L!.length && one.L!.every((value, index) => areEqual(value, other.L![index]));
    case 'M': {
      const names = Object.keys(one.M!);
      return names.length === Object.keys(other.M!).length
        && names.every(name => Object.hasOwn(other.M!, name) && areEqual(one.M![name], other.M![name]));
    }
    default: return one[type] === other[type];
  }
}

/** Size in bytes, as DynamoDB documents it for the limits of items and pages. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  const type = typeOf(value);
  if (isSetType(type)) return elementsOf(value)!.reduce((sum, element) => sum + valueSize({ [elementType(type)]: element }), 0);
  switch (type) {
    case 'S': return Buffer.byteLength(value.S!);
    case 'B': return Buffer.byteLength(value.B!, 'base64');
    case 'N': return Math.ceil(parseDecimal(value.N!).digits.length / 2) + 1;
    case 'L': return 3 + value.L!.reduce((sum, element) => sum + 1 + valueSize(element), 0);
    case 'M': return 3 + Object.keys(value.M!).length + itemSize(value.M!);
    default: return 1;
  }
}
