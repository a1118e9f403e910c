import type { IncomingMessage, ServerResponse } from 'node:http';
import type { handleDynamoDb } from './http';
import type { Tables } from './tables';
import type { TableDefinition } from '../contracts/table-definition';
import type { Environment } from '../environment';
import type { Authorize } from '../iam/authorize';
import type { Caller } from '../iam/callers';
import type { LiveLog } from '../live-log/live-log';

export interface DynamoDbServiceOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
}

interface Loaded {
  readonly tables: Tables;
  readonly handle: typeof handleDynamoDb;
}

/** The tables and their API. Most apps have no table, so the code is loaded with the first table or request. */
export class DynamoDb {
  private loading?: Promise<Loaded>;

  constructor(private readonly options: DynamoDbServiceOptions) {}

  /** @see Tables.create */
  public async create(definition: TableDefinition): Promise<string> {
    return (await this.load()).tables.create(definition);
  }

  /** @see Tables.update */
  public async update(definition: TableDefinition): Promise<void> {
    (await this.load()).tables.update(definition);
  }

  /** @see Tables.delete */
  public async delete(tableName: string): Promise<void> {
    (await this.load()).tables.delete(tableName);
  }

  /** Responds to a request. */
  public async handle(authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { handle, tables } = await this.load();
    await handle({ authorize, liveLog: this.options.liveLog, tables }, caller, req, res);
  }

  private async load(): Promise<Loaded> {
    this.loading ??= this.loadModules();
    return this.loading;
  }

  private async loadModules(): Promise<Loaded> {
    const [http, tables] = await Promise.all([import('./http'), import('./tables')]);
    return { tables: new tables.Tables(this.options.environment), handle: http.handleDynamoDb };
  }
}
