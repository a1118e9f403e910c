import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as Http from './http';
import type * as TablesModule from './tables';
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
  readonly tables: TablesModule.Tables;
  readonly handle: typeof Http.handleDynamoDb;
}

/** The tables and their API. Most apps have no table, so the code is loaded with the first table or request. */
export class DynamoDb {
  private loaded?: Loaded;

  constructor(private readonly options: DynamoDbServiceOptions) {}

  /** @see Tables.create */
  public async create(definition: TableDefinition): Promise<string> {
    return this.load().tables.create(definition);
  }

  /** @see Tables.update */
  public async update(definition: TableDefinition): Promise<void> {
    this.load().tables.update(definition);
  }

  /** @see Tables.delete */
  public async delete(tableName: string): Promise<void> {
    this.load().tables.delete(tableName);
  }

  /** Responds to a request. */
  public async handle(authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { handle, tables } = this.load();
    await handle({ authorize, liveLog: this.options.liveLog, tables }, caller, req, res);
  }

  private load(): Loaded {
    if (this.loaded === undefined) {
      // Not `import()`: Jest has none without an option of Node.js.
      /* eslint-disable @typescript-eslint/no-require-imports */
      const { handleDynamoDb } = require('./http') as typeof Http;
      const { Tables } = require('./tables') as typeof TablesModule;
      /* eslint-enable @typescript-eslint/no-require-imports */
      this.loaded = { tables: new Tables(this.options.environment), handle: handleDynamoDb };
    }
    return this.loaded;
  }
}
