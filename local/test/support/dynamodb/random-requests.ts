import { Random } from './random';
import { RandomExpressions, randomValue } from './random-expressions';
import { TABLES } from './tables';
import type { KeyAttribute, TableDefinition } from '../../../src/contracts/table-definition';

type Value = Record<string, unknown>;

export interface Request {
  readonly operation: string;
  readonly input: Record<string, any>;
}

const KEYS: Readonly<Record<KeyAttribute['type'], readonly string[]>> = {
  S: ['r1', 'r2', 'r10', 'é', 'z', '\u{1F600}'],
  N: ['1', '2', '10', '-1', '-1.5', '0', '1.50', '123456789012345678901234567890.5', '1e2'],
  B: ['YQ==', 'YWI=', 'YWJj', 'eg=='],
};

/** Creates random requests of the operations that ivschat-local and the other implementation have. */
export class RandomRequests {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  public next(): Request {
    const { random } = this;
    const table = random.pick([...TABLES, TABLES[0]]);
    const request = random.pick<(table: TableDefinition) => Request>([
      each => this.put(each), each => this.put(each), each => this.put(each), each => this.update(each), each => this.update(each),
      each => this.delete(each), each => this.get(each), each => this.query(each), each => this.query(each), each => this.scan(each),
      each => this.batchGet(each), each => this.batchWrite(each), each => this.describe(each),
    ])(table);
    return random.chance(0.03) ? this.spoil(request) : request;
  }

  private put(table: TableDefinition): Request {
    return this.conditional('PutItem', table, { Item: this.item(table), ReturnValues: this.random.pick([undefined, 'NONE', 'ALL_OLD', 'ALL_OLD']) });
  }

  private delete(table: TableDefinition): Request {
    return this.conditional('DeleteItem', table, { Key: this.key(table), ReturnValues: this.random.pick([undefined, 'ALL_OLD']) });
  }

  private update(table: TableDefinition): Request {
    const { random } = this;
    const expressions = new RandomExpressions(random);
    const UpdateExpression = random.chance(0.97) ? expressions.update() : undefined;
    const ReturnValues = random.pick([undefined, 'ALL_NEW', 'ALL_OLD', 'UPDATED_NEW', 'UPDATED_OLD', 'ALL_NEW']);
    return this.conditional('UpdateItem', table, { Key: this.key(table), UpdateExpression, ReturnValues }, expressions);
  }

  private get(table: TableDefinition): Request {
    const expressions = new RandomExpressions(this.random);
    const ProjectionExpression = this.random.chance(0.4) ? expressions.projection() : undefined;
    const names = this.names(expressions, ProjectionExpression);
    return this.request('GetItem', table, { Key: this.key(table), ProjectionExpression, ConsistentRead: this.random.chance(0.5), ...names });
  }

  private query(table: TableDefinition): Request {
    const { random } = this;
    const index = random.chance(0.4) ? random.pick([...table.indexes, undefined]) : undefined;
    const { hash, range } = index?.key ?? table.key;
    const expressions = new RandomExpressions(random);
    const KeyConditionExpression = expressions.keyCondition(hash.name, this.keyValue(hash), range?.name, () => range ? this.keyValue(range) : { S: 'x' });
    return this.select('Query', table, expressions, {
      KeyConditionExpression, IndexName: index?.indexName, ScanIndexForward: random.pick([undefined, true, false]),
    });
  }

  private scan(table: TableDefinition): Request {
    const { random } = this;
    const index = random.chance(0.3) ? random.pick([...table.indexes, undefined]) : undefined;
    return this.select('Scan', table, new RandomExpressions(random), { IndexName: index?.indexName }, 20);
  }

  private select(
    operation: string, table: TableDefinition, expressions: RandomExpressions, input: Record<string, any>, maximumLimit = 5,
  ): Request {
    const { random } = this;
    const FilterExpression = random.chance(0.3) ? expressions.condition(1) : undefined;
    const ProjectionExpression = random.chance(0.15) ? expressions.projection() : undefined;
    return this.request(operation, table, {
      ...input,
      FilterExpression,
      ProjectionExpression,
      Limit: random.chance(0.4) ? 1 + random.below(maximumLimit) : undefined,
      Select: random.pick([undefined, undefined, undefined, undefined, 'COUNT', 'ALL_ATTRIBUTES']),
      // dynalite ignores it in a scan.
      ConsistentRead: operation === 'Query' && random.chance(0.3) ? true : undefined,
      ...expressions.attributes(input.KeyConditionExpression, FilterExpression, ProjectionExpression),
    });
  }

  private batchGet(table: TableDefinition): Request {
    const { random } = this;
    const tables = random.chance(0.3) ? [table, random.pick(TABLES)] : [table];
    const entries = tables.map(each => {
      const expressions = new RandomExpressions(random);
      const ProjectionExpression = random.chance(0.2) ? expressions.projection() : undefined;
      const names = this.names(expressions, ProjectionExpression);
      return [each.tableName, { Keys: this.distinct(() => this.key(each), 4), ProjectionExpression, ...names }];
    });
    return { operation: 'BatchGetItem', input: { RequestItems: Object.fromEntries(entries) } };
  }

  private batchWrite(table: TableDefinition): Request {
    const { random } = this;
    const keys = this.distinct(() => this.key(table), 3);
    const requests = keys.map(Key => random.chance(0.6) ? { PutRequest: { Item: { ...this.item(table), ...Key } } } : { DeleteRequest: { Key } });
    return { operation: 'BatchWriteItem', input: { RequestItems: { [table.tableName]: requests } } };
  }

  private describe(table: TableDefinition): Request {
    return { operation: 'DescribeTable', input: { TableName: this.random.chance(0.8) ? table.tableName : 'Missing' } };
  }

  private conditional(
    operation: string, table: TableDefinition, input: Record<string, any>, expressions = new RandomExpressions(this.random),
  ): Request {
    const ConditionExpression = this.random.chance(0.4) ? expressions.condition() : undefined;
    return this.request(operation, table, { ...input, ConditionExpression, ...expressions.attributes(input.UpdateExpression, ConditionExpression) });
  }

  private request(operation: string, { tableName }: TableDefinition, input: Record<string, any>): Request {
    return { operation, input: { TableName: tableName, ...input } };
  }

  /** Projections have no values. */
  private names(expressions: RandomExpressions, expression?: string): object {
    const { ExpressionAttributeValues, ...names } = expressions.attributes(expression) as Record<string, unknown>;
    return names;
  }

  private item(table: TableDefinition): Record<string, Value> {
    const { random } = this;
    const optional = (name: string, value: () => Value) => random.chance(0.5) ? { [name]: value() } : {};
    return {
      ...this.key(table),
      ...optional('a', () => randomValue(random)),
      ...optional('b', () => randomValue(random)),
      ...optional('c', () => random.chance(0.7)
        ? random.pick<Value>([{ L: [{ S: 'a' }, { M: { k: { N: '1' } } }] }, { M: { k: { N: '1' } } }, { M: { k: { M: { l: { S: 'x' } } } } }])
        : randomValue(random)),
      ...optional('d', () => randomValue(random)),
      ...optional('name', () => randomValue(random, 0)),
      ...optional('g', () => random.chance(0.97) ? { S: random.pick(['g1', 'g2']) } : { N: '1' }),
      ...optional('n', () => random.chance(0.97) ? { N: random.pick(['1', '2', '2.5', '-4', '30']) } : { S: 'x' }),
      ...optional('x', () => ({ B: random.pick(['YQ==', 'YWI=']) })),
    };
  }

  private key({ key: { hash, range } }: TableDefinition): Record<string, Value> {
    return { [hash.name]: this.keyValue(hash), ...range && { [range.name]: this.keyValue(range) } };
  }

  /** A value of a key attribute, now and then of a wrong type. */
  private keyValue({ name, type }: KeyAttribute): Value {
    const { random } = this;
    if (random.chance(0.01)) return random.pick<Value>([{ S: 'x' }, { N: '5' }, { B: 'eA==' }, { BOOL: true }]);
    if (name === 'g') return { S: random.pick(['g1', 'g2']) };
    if (name === 'n') return { N: random.pick(['1', '2', '2.5', '-4', '30']) };
    return { [type]: random.pick(KEYS[type]) };
  }

  private distinct<T>(create: () => T, maximum: number): T[] {
    const created = Array.from({ length: 1 + this.random.below(maximum) }, create);
    if (this.random.chance(0.1)) return created;
    return [...new Map(created.map(each => [JSON.stringify(each), each])).values()];
  }

  /** Changes a request so that it is likely to fail. */
  private spoil({ input, operation }: Request): Request {
    const { random } = this;
    const changed = structuredClone(input);
    const isBatch = changed.RequestItems !== undefined;
    random.pick<() => void>([
      () => isBatch ? changed.RequestItems = {} : changed.TableName = 'Missing',
      () => isBatch ? changed.RequestItems = { Missing: Object.values(changed.RequestItems)[0] } : changed.TableName = 'x',
      () => delete changed[isBatch ? 'RequestItems' : random.pick(['Key', 'Item', 'TableName'])],
      // dynalite does not check it in DeleteItem.
      () => { changed.ReturnValues = operation === 'PutItem' ? random.pick(['ALL_NEW', 'SOME']) : 'SOME'; },
      () => { changed.IndexName = random.pick(['missing', 'x']); },
      () => { changed.Limit = 0; },
      () => { (changed.Key ?? changed.Item ?? {}).extra = { S: 'x' }; },
      () => { changed.ConditionExpression = ''; },
      () => { changed.Key = { pk: { S: '' } }; },
      () => { changed.Limit = 'x'; },
      () => { changed.Key = { pk: { N: 5 } }; },
    ])();
    return { operation, input: changed };
  }
}
