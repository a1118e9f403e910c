import { batchGetItem, batchWriteItem } from './batches';
import { describeTable } from './describe-table';
import { deleteItem, getItem, putItem, updateItem } from './items';
import type { Operation } from './operation';
import { query } from './query';
import { scan } from './scan';
import { transactGetItems, transactWriteItems } from './transactions';

/** The operations that applications use. Those that manage tables belong to CloudFormation. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  DeleteItem: deleteItem,
  DescribeTable: describeTable,
  GetItem: getItem,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
};
