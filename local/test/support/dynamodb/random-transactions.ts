import { Random } from './random';
import type { Request } from './random-requests';

type Value = Record<string, unknown>;

const TABLES = ['Strings', 'Hash'];

/** Creates random transactions, and reads that show their effect. */
export class RandomTransactions {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  public next(): Request {
    const { random } = this;
    if (random.chance(0.25)) return this.read();
    const TransactItems = Array.from({ length: 1 + random.below(4) }, () => this.write());
    return { operation: 'TransactWriteItems', input: { TransactItems } };
  }

  private read(): Request {
    const gets = Array.from({ length: 1 + this.random.below(5) }, () => {
      const TableName = this.random.pick(TABLES);
      return { TableName, Key: this.key(TableName) };
    });
    // moto accepts the same item twice, and ignores projections.
    const distinct = new Map(gets.map(get => [JSON.stringify([get.TableName, get.Key]), get]));
    return { operation: 'TransactGetItems', input: { TransactItems: [...distinct.values()].map(Get => ({ Get })) } };
  }

  private write(): object {
    const { random } = this;
    const TableName = random.pick(TABLES);
    const Key = this.key(TableName);
    const ReturnValuesOnConditionCheckFailure = random.pick([undefined, 'ALL_OLD', 'NONE']);
    const condition = random.chance(0.4) ? this.condition() : {};
    switch (random.below(4)) {
      case 0: return { Put: { TableName, Item: { ...Key, ...this.attributes() }, ...condition, ReturnValuesOnConditionCheckFailure } };
      case 1: return { Delete: { TableName, Key, ...condition, ReturnValuesOnConditionCheckFailure } };
      case 2: return { ConditionCheck: { TableName, Key, ...this.condition(), ReturnValuesOnConditionCheckFailure } };
      default: return { Update: { TableName, Key, ...this.update(), ReturnValuesOnConditionCheckFailure } };
    }
  }

  private key(tableName: string): Record<string, Value> {
    const { random } = this;
    const text = () => ({ S: random.pick(['1', '2', '3']) });
    return { pk: text(), ...tableName !== 'Hash' && { sk: text() } };
  }

  private attributes(): Record<string, Value> {
    const { random } = this;
    return {
      ...random.chance(0.6) && { a: random.pick<Value>([{ N: '1' }, { N: '2' }, { S: 'x' }, { L: [{ N: '1' }] }, { M: { k: { S: 'x' } } }]) },
      ...random.chance(0.4) && { b: random.pick<Value>([{ SS: ['x', 'y'] }, { BOOL: true }]) },
    };
  }

  private condition(): object {
    const value = this.random.pick<Value>([{ N: '1' }, { S: 'x' }, { L: [{ N: '1' }] }, { M: { k: { S: 'x' } } }]);
    return this.random.pick<object>([
      { ConditionExpression: 'attribute_exists(pk)' },
      { ConditionExpression: 'attribute_not_exists(pk)' },
      { ConditionExpression: 'attribute_exists(a) OR attribute_exists(b)' },
      { ConditionExpression: 'a = :v', ExpressionAttributeValues: { ':v': value } },
      { ConditionExpression: 'NOT a = :v AND attribute_exists(pk)', ExpressionAttributeValues: { ':v': value } },
    ]);
  }

  private update(): object {
    const { random } = this;
    const set = (UpdateExpression: string, value: Value) => ({ UpdateExpression, ExpressionAttributeValues: { ':u': value } });
    const update = random.pick<any>([
      set('SET a = :u', random.pick<Value>([{ N: '5' }, { S: 'x' }])),
      set('SET a = if_not_exists(a, :u)', { N: '1' }),
      set('ADD c :u', { N: '1' }),
      set('SET b = :u REMOVE a', { BOOL: false }),
      { UpdateExpression: 'REMOVE a' },
    ]);
    return random.chance(0.3) ? { ...update, ConditionExpression: random.pick(['attribute_exists(pk)', 'attribute_not_exists(a)']) } : update;
  }
}
