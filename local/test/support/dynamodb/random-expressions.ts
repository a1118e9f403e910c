import type { Random } from './random';

type Value = Record<string, unknown>;

/** A random value of an attribute, never an empty string or binary value, and mostly valid. */
export function randomValue(random: Random, depth = 2): Value {
  const nested = depth === 0 ? 0 : 3;
  switch (random.below(9 + nested)) {
    case 0: case 1: return { S: random.pick(['a', 'ab', 'abc', 'z', '10']) };
    case 2: case 3: return { N: random.pick(['1', '2', '-3', '10', '1.50', '0', '-0', '1e3', '0.001', '12345678901234567890.123456789']) };
    case 4: return { BOOL: random.chance(0.5) };
    case 5: return random.chance(0.8) ? { NULL: true } : { NULL: false };
    case 6: return { SS: random.pick([['x'], ['x', 'y'], ['y', 'z', 'x'], ['x', 'x'], []]) };
    case 7: return { NS: random.pick([['1'], ['1', '2'], ['2.0', '3'], ['1', '1.0']]) };
    case 8: return random.pick([{ B: 'YWI=' }, { BS: ['YWI=', 'YQ=='] }, { BS: ['YQ==', 'YQ=='] }, { N: 'nan' }, { N: '' }, { N: '1e126' }, { N: '1e-131' }, {}, { S: 'a', N: '1' }]);
    case 9: return { L: Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1)) };
    default: return { M: { k: randomValue(random, depth - 1), ...random.chance(0.5) && { l: randomValue(random, depth - 1) } } };
  }
}

/** Names that an expression refers to with `#`. */
export const NAMES: Readonly<Record<string, string>> = { '#name': 'name', '#a': 'a', '#k': 'k', '#pk': 'pk' };

/** Collects the values of the expressions of one request, and tells which references they need. */
export class RandomExpressions {
  private readonly values = new Map<string, Value>();

  constructor(private readonly random: Random) {}

  /** The attributes of the expressions, with a mistake now and then. */
  public attributes(...expressions: (string | undefined)[]): object {
    const text = expressions.join(' ');
    const isUsed = (reference: string) => new RegExp(`${reference}\\b`).test(text);
    const names = Object.entries(NAMES).filter(([reference]) => isUsed(reference));
    const values = [...this.values].filter(([reference]) => isUsed(reference));
    const { random } = this;
    if (random.chance(0.01)) names.push(random.pick([['#unused', 'x'], ['bad', 'x']]) as [string, string]);
    if (random.chance(0.01)) values.push(random.pick([[':unused', { S: 'x' }], ['bad', { S: 'x' }]]) as [string, Value]);
    if (random.chance(0.01)) values.pop();
    if (random.chance(0.01)) names.pop();
    return {
      ...(names.length > 0 || random.chance(0.002)) && { ExpressionAttributeNames: Object.fromEntries(names) },
      ...(values.length > 0 || random.chance(0.002)) && { ExpressionAttributeValues: Object.fromEntries(values) },
    };
  }

  public value(value: Value): string {
    const reference = `:v${this.values.size}`;
    this.values.set(reference, value);
    return reference;
  }

  public condition(depth = 2): string {
    const { random } = this;
    if (depth > 0 && random.chance(0.3)) {
      const [one, other] = [this.condition(depth - 1), this.condition(depth - 1)];
      return random.pick([`(${one}) AND (${other})`, `${one} or ${other}`, `NOT (${one})`, `not (${one}) and ${other}`, `(${one} OR ${other}) AND ${one}`, `((${one}))`]);
    }
    return this.comparison();
  }

  public update(): string {
    const { random } = this;
    const sections = random.pick([['SET'], ['SET'], ['set', 'REMOVE'], ['REMOVE'], ['ADD'], ['DELETE'], ['SET', 'ADD'], ['REMOVE', 'SET', 'DELETE'], ['SET', 'SET']]);
    const paths = this.independentPaths();
    return sections.map(section => `${section} ${this.actions(section.toUpperCase(), paths)}`).join(' ');
  }

  public projection(): string {
    const { random } = this;
    return random.pick(['a', 'pk, sk', '#a, b', 'c.k', 'c[0], d', '#name', 'c.#k.l[1]', 'a, a', 'c, c.k', 'c.k, c[1]', 'pk.x', 'date', '#missing', 'a b', 'n, g']);
  }

  /** A condition on the keys of a table or index. */
  public keyCondition(hash: string, hashValue: Value, range: string | undefined, rangeValue: () => Value): string {
    const { random } = this;
    const equal = `${hash} = ${this.value(hashValue)}`;
    if (range === undefined || random.chance(0.3)) return random.chance(0.95) ? equal : `${hash} < ${this.value(hashValue)}`;
    const other = () => this.value(rangeValue());
    return random.pick<() => string>([
      () => `${equal} AND ${range} = ${other()}`,
      () => `${equal} and ${range} > ${other()}`,
      () => `${range} <= ${other()} AND ${equal}`,
      () => `${equal} AND ${other()} < ${range}`,
      () => `(${equal}) AND (${range} >= ${other()})`,
      () => `${equal} AND ${range} BETWEEN ${other()} AND ${other()}`,
      () => `${equal} AND ${range} BETWEEN ${other()} AND ${other()}`,
      () => `${equal} AND begins_with(${range}, ${other()})`,
      () => random.pick([
        `${equal} OR ${range} = ${other()}`, `${equal} AND ${range} <> ${other()}`, `${equal} AND a = ${other()}`, `${range} = ${other()}`,
        `${equal} AND attribute_exists(${range})`, `${equal} AND ${range}.x = ${other()}`, `${equal} AND ${equal}`, `${equal} AND size(${range}) > ${other()}`,
        `${equal} AND ${range} IN (${other()})`, `${equal} AND ${other()} BETWEEN ${range} AND ${other()}`,
      ]),
    ])();
  }

  private comparison(): string {
    const { random } = this;
    const path = this.path();
    const scalar = () => this.value(random.pick<Value>([{ S: 'ab' }, { S: 'b' }, { N: '1' }, { N: '1.5' }, { B: 'YWI=' }]));
    const equatable = () => this.value(random.pick<Value>([{ S: 'ab' }, { N: '1' }, { N: '1.5' }, { BOOL: true }, { NULL: true }, { SS: ['y', 'x'] }, { NS: ['1'] }]));
    return random.pick<() => string>([
      () => `attribute_exists(${path})`,
      () => `attribute_not_exists(${path})`,
      () => `attribute_type(${path}, ${this.value(random.pick<Value>([{ S: 'S' }, { S: 'N' }, { S: 'L' }, { S: 'M' }, { S: 'SS' }, { S: 'X' }, { N: '1' }]))})`,
      () => `begins_with(${path}, ${this.value(random.pick<Value>([{ S: 'a' }, { S: 'a' }, { B: 'YQ==' }, { N: '1' }]))})`,
      () => `contains(${path}, ${this.value(random.pick<Value>([{ S: 'x' }, { S: 'b' }, { N: '1' }, { B: 'YQ==' }]))})`,
      () => `size(${path}) ${random.pick(['=', '>', '<=', '<>'])} ${this.value({ N: String(random.below(4)) })}`,
      () => `${path} ${random.pick(['=', '<>'])} ${equatable()}`,
      () => `${path} ${random.pick(['<', '<=', '>', '>='])} ${scalar()}`,
      () => `${scalar()} ${random.pick(['<', '>='])} ${path}`,
      () => `${path} BETWEEN ${this.value({ N: String(random.below(3) - 1) })} AND ${this.value({ N: String(random.below(5)) })}`,
      () => `${path} between ${this.value({ S: 'a' })} and ${this.value(random.pick<Value>([{ S: 'b' }, { N: '1' }]))}`,
      () => `${path} IN (${equatable()}, ${equatable()})`,
      () => this.mistake(path, scalar),
    ])();
  }

  private mistake(path: string, scalar: () => string): string {
    const { random } = this;
    return random.pick([
      `${path} = ${path}`, `unknown(${path})`, `size(${path})`, `contains(${path})`, `attribute_exists(${scalar()})`, `date = ${scalar()}`,
      `#missing = ${scalar()}`, `${path} = :missing`, `${path} = contains(${path}, ${scalar()})`, `${path} ==`, `a = ${scalar()} AND`, `((${path})) = ${scalar()}`,
      `(${path}) = ${scalar()}`, `pk.x = ${scalar()}`, 'attribute_type(a, b)', `size(${this.value({ N: '1' })}) = ${scalar()}`,
    ]);
  }

  private path(): string {
    return this.random.pick(['a', 'b', 'c', 'd', '#name', '#a', 'c.k', 'c[0]', 'c[1].k', 'c.#k', 'd.k.l', 'n', 'g']);
  }

  /** Paths for one update, of which usually none is part of another one. */
  private independentPaths(): string[] {
    const { random } = this;
    const paths = ['a', 'b', 'd', '#name', random.pick(['c', 'c.k', 'c[0]', 'c[7]', 'c.k.l', 'c.#k']), random.pick(['n', 'g', 'x'])];
    if (random.chance(0.03)) paths.push(random.pick(['pk', '#pk', 'sk.x', 'date', '#missing', 'g.x', 'c.k', 'c[1]']));
    return paths.sort((one, other) => one < other ? -1 : 1).filter(() => random.chance(0.7));
  }

  private actions(section: string, paths: string[]): string {
    const { random } = this;
    const count = 1 + random.below(2);
    const chosen = Array.from({ length: count }, () => paths.splice(random.below(paths.length), 1)[0] ?? 'e');
    return chosen.map(path => this.action(section, path)).join(', ');
  }

  private action(section: string, path: string): string {
    const { random } = this;
    switch (section) {
      case 'REMOVE': return path;
      case 'ADD': return `${path} ${this.value(random.pick<Value>([{ N: '1' }, { N: '-2.5' }, { SS: ['x'] }, { SS: ['w', 'y'] }, { NS: ['2', '5'] }, { S: 'a' }]))}`;
      case 'DELETE': return `${path} ${this.value(random.pick<Value>([{ SS: ['x'] }, { SS: ['y', 'z'] }, { NS: ['1'] }, { N: '1' }]))}`;
      default: return `${path} = ${this.operand(path)}`;
    }
  }

  private operand(path: string): string {
    const { random } = this;
    const value = (fixed?: Value) => this.value(fixed ?? (path === 'g' ? { S: 'g1' } : path === 'n' ? { N: String(random.below(5)) } : randomValue(random)));
    return random.pick<() => string>([
      () => value(), () => value(), () => value(), () => value(),
      () => `if_not_exists(${path}, ${value()})`,
      () => `if_not_exists(a, ${value()})`,
      () => `${path} + ${value({ N: '1' })}`,
      () => `if_not_exists(n, ${value({ N: '0' })}) - ${value({ N: '0.5' })}`,
      () => `list_append(if_not_exists(c, ${value({ L: [] })}), ${value({ L: [{ S: 'q' }] })})`,
      () => `list_append(${value({ L: [{ N: '1' }] })}, c)`,
      () => random.pick(['a', 'b', 'c.k', 'c[0]']),
      () => random.pick([`unknown(a, ${value()})`, `if_not_exists(${value()}, ${value()})`, `list_append(${value({ S: 'a' })}, c)`, `a + ${value({ S: 'a' })}`, ':missing', 'a +', 'if_not_exists(a)']),
    ])();
  }
}
