import type { Item } from '../attribute-values';
import { resourceNotFound } from '../errors';
import type { StructureShape } from '../input-shape';
import type { Table } from '../table';
import type { Tables } from '../tables';

/** A permission that an operation needs. */
export interface Permission {
  /** Without the service, such as `GetItem`. */
  readonly action: string;
  readonly tableName: string;
  readonly indexName?: string;
  /** The items that the operation names, by their key or as a whole, for the condition key `dynamodb:LeadingKeys`. */
  readonly items?: readonly Item[];
}

/** An operation of the API. */
export interface Operation {
  readonly shape: StructureShape;
  permissions(input: any): readonly Permission[];
  /** Throws an HttpError. */
  run(tables: Tables, input: any): object;
}

/** Throws a ResourceNotFoundException if the table does not exist. */
export function requireTable(tables: Tables, tableName: string): Table {
  const table = tables.find(tableName);
  if (!table) throw resourceNotFound();
  return table;
}
