import type { TableDefinition } from '../../../src/contracts/table-definition';
import { readInput } from '../../../src/dynamodb/input-shape';
import { OPERATIONS } from '../../../src/dynamodb/operations';
import { Tables } from '../../../src/dynamodb/tables';

/** A table `Items` with string keys `pk` and `sk`. */
export const ITEMS: TableDefinition = {
  tableName: 'Items',
  billingMode: 'PAY_PER_REQUEST',
  key: { hash: { name: 'pk', type: 'S' }, range: { name: 'sk', type: 'S' } },
  indexes: [],
};

export interface Service {
  readonly tables: Tables;
  /** Runs an operation on the table `Items`, unless the input names another one, as it is run for a request. */
  call(operation: string, input?: object): any;
}

/** Operations on tables, without HTTP and permissions. */
export function createService(...definitions: TableDefinition[]): Service {
  const tables = new Tables({ account: '111122223333', region: 'us-east-1' });
  for (const definition of definitions) tables.create(definition);
  return {
    tables,
    call: (operation, input = {}) => {
      const { run, shape } = OPERATIONS[operation];
      const request: unknown = JSON.parse(JSON.stringify({ TableName: 'Items', ...input }));
      return run(tables, readInput(request, shape));
    },
  };
}
