import { CompletedTransactions } from './completed-transactions';
import { tableNotFound } from './errors';
import { Table } from './table';
import type { TableDefinition } from '../contracts/table-definition';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';

/** The tables of the deployed stacks. Their items are in memory. */
export class Tables {
  public readonly completed = new CompletedTransactions();
  private readonly tables = new Map<string, Table>();

  constructor(private readonly environment: Environment) {}

  /** @returns the ARN of the table */
  public create(definition: TableDefinition): string {
    const { tableName } = definition;
    if (this.tables.has(tableName)) throw new HttpError('ResourceInUseException', 400, `Table already exists: ${tableName}`);
    this.tables.set(tableName, new Table(definition));
    return this.arn(tableName);
  }

  /** Changes everything but the key of the table. */
  public update(definition: TableDefinition): void {
    const table = this.tables.get(definition.tableName);
    if (!table) throw tableNotFound(definition.tableName);
    table.update(definition);
  }

  public delete(tableName: string): void {
    this.tables.delete(tableName);
  }

  public find(tableName: string): Table | undefined {
    return this.tables.get(tableName);
  }

  public arn(tableName: string): string {
    const { account, region } = this.environment;
    return `arn:aws:dynamodb:${region}:${account}:table/${tableName}`;
  }
}
