import { attributeOf, type AttributeValue, type Item } from '../attribute-values';

/** Where a value is in an item: names of attributes and map members, and indexes of lists. */
export type Path = readonly (string | number)[];

/** The value at a path, or undefined. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const element of path) {
    value = typeof element === 'number' ? value?.L?.[element] : value?.M && attributeOf(value.M, element);
  }
  return value;
}

/** A path as error messages show it. */
export function formatPath(path: Path): string {
  return `[${path.map(element => typeof element === 'number' ? `[${element}]` : element).join(', ')}]`;
}

/** How two paths relate that must not meet: undefined if they are independent. */
export function relation(one: Path, other: Path): 'conflict' | 'overlap' | undefined {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    if (typeof one[at] !== typeof other[at]) return 'conflict';
    if (one[at] !== other[at]) return undefined;
  }
  return 'overlap';
}

/** The parts of an item at these paths. Lists have only the selected elements. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Selection = { members: new Map() };
  for (const path of paths) {
    if (valueAt(item, path) !== undefined) select(root, path);
  }
  return build({ M: item }, root).M!;
}

/** Selected members of a map or elements of a list; undefined for a whole value. */
interface Selection {
  readonly members: Map<string | number, Selection | undefined>;
}

function select({ members }: Selection, [element, ...rest]: Path): void {
  if (rest.length === 0) return void members.set(element, undefined);
  const inner = members.get(element) ?? { members: new Map() };
  members.set(element, inner);
  select(inner, rest);
}

function build(value: AttributeValue, selection: Selection | undefined): AttributeValue {
  if (!selection) return value;
  const { members } = selection;
  if (value.L) {
    return { L: [...members].sort(([one], [other]) => Number(one) - Number(other)).map(([index, inner]) => build(value.L![Number(index)], inner)) };
  }
  return { M: Object.fromEntries([...members].map(([name, inner]) => [name, build(value.M![name], inner)])) };
}
