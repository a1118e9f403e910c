import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request } from './random-requests';
import { createTableInput, TABLES } from './tables';
import { handleDynamoDb } from '../../../src/dynamodb/http';
import { Tables } from '../../../src/dynamodb/tables';
import { developerIdentity } from '../../../src/iam/identity';
import { LiveLog } from '../../../src/live-log/live-log';

const ENVIRONMENT = { account: '111122223333', region: 'us-east-1' };

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

interface Response {
  readonly status: number;
  readonly body: any;
}

interface Result {
  readonly status: number;
  readonly result: unknown;
}

/** A difference between the two implementations. */
export interface Difference {
  readonly request: Request;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface ComparisonResult {
  /** The first ones, which usually cause the others. */
  readonly differences: readonly Difference[];
  readonly succeeded: number;
  readonly failed: number;
  /** Those that succeeded. */
  readonly operations: ReadonlySet<string>;
}

/** Another implementation of DynamoDB, which listens on a port of this machine. */
export interface Implementation {
  readonly port: number;
  close(): Promise<void>;
}

const MAXIMUM_DIFFERENCES = 5;

/** Members without content that moto adds to responses. */
const MEASUREMENTS = ['ConsumedCapacity', 'ItemCollectionMetrics'];

/** Sends requests to ivschat-local and another implementation, one after the other, to tables that start empty. */
export async function compareRequests(requests: { next(): Request }, count: number, theirs: Implementation): Promise<ComparisonResult> {
  const comparison = await Comparison.start(theirs);
  const differences: Difference[] = [];
  const succeeded: string[] = [];
  let failed = 0;
  try {
    for (let index = 0; index < count && differences.length < MAXIMUM_DIFFERENCES; index++) {
      const request = requests.next();
      const [ours, other] = [await comparison.resultOfOurs(request), await comparison.resultOfTheirs(request)];
      if (other.status === 200) succeeded.push(request.operation);
      else failed++;
      if (JSON.stringify(ours) !== JSON.stringify(other)) differences.push({ request, ours, theirs: other });
    }
  } finally {
    await comparison.close();
  }
  return { differences, succeeded: succeeded.length, failed, operations: new Set(succeeded) };
}

/** ivschat-local and another implementation, with the same tables. */
class Comparison {
  public static async start(theirs: Implementation): Promise<Comparison> {
    const tables = new Tables(ENVIRONMENT);
    for (const table of TABLES) tables.create(table);
    const options = { authorize: () => undefined, liveLog: new LiveLog(), tables };
    const caller = { kind: 'developer', service: 'dynamodb', accessKeyId: 'local', identity: developerIdentity(ENVIRONMENT) } as const;
    const ours = http.createServer((req, res) => void handleDynamoDb(options, caller, req, res));
    await new Promise<void>(resolve => ours.listen(0, '127.0.0.1', resolve));
    const comparison = new Comparison(ours, theirs);
    await comparison.createTables();
    return comparison;
  }

  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(private readonly ours: http.Server, private readonly theirs: Implementation) {}

  /** The comparable part of the response to a request. */
  public async resultOfOurs(request: Request): Promise<Result> {
    return this.result((this.ours.address() as AddressInfo).port, request);
  }

  public async resultOfTheirs(request: Request): Promise<Result> {
    return this.result(this.theirs.port, request);
  }

  public async close(): Promise<void> {
    this.agent.destroy();
    await new Promise(resolve => this.ours.close(resolve));
    await this.theirs.close();
  }

  private async createTables(): Promise<void> {
    const { theirs: { port } } = this;
    for (const table of TABLES) await this.send(port, { operation: 'CreateTable', input: createTableInput(table) });
    // A table can become active in a later turn of the event loop.
    for (const { tableName: TableName } of TABLES) {
      while ((await this.send(port, { operation: 'DescribeTable', input: { TableName } })).body.Table.TableStatus !== 'ACTIVE') continue;
    }
  }

  /** Pages are read to the end, because the order of hash keys and of equal index keys is not defined. */
  private async result(port: number, request: Request): Promise<Result> {
    const first = await this.send(port, request);
    if (first.status !== 200) return { status: first.status, result: errorOf(first.body) };
    if (request.operation === 'DescribeTable') return { status: 200, result: canonical(describedTable(first.body.Table)) };
    if (!['Query', 'Scan'].includes(request.operation)) return { status: 200, result: canonical(first.body) };

    const pages = [first.body];
    while (pages.at(-1).LastEvaluatedKey) {
      const input = { ...request.input, ExclusiveStartKey: pages.at(-1).LastEvaluatedKey };
      pages.push((await this.send(port, { ...request, input })).body);
    }
    const isOrdered = request.operation === 'Query' && request.input.IndexName === undefined;
    return { status: 200, result: canonical(isOrdered ? pages : summary(pages, request)) };
  }

  private async send(port: number, { input, operation }: Request): Promise<Response> {
    const headers = {
      'authorization': AUTHORIZATION,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    return new Promise((resolve, reject) => {
      const request = http.request({ agent: this.agent, headers, host: '127.0.0.1', method: 'POST', port }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) }));
      });
      request.on('error', reject).end(JSON.stringify(input));
    });
  }
}

/** Items in any order, the range keys of an index in order, and the number of pages. */
function summary(pages: readonly any[], { input, operation }: Request): object {
  const items = pages.flatMap(page => page.Items ?? []);
  const table = TABLES.find(({ tableName }) => tableName === input.TableName)!;
  const range = table.indexes.find(({ indexName }) => indexName === input.IndexName)?.key.range?.name;
  return {
    pages: pages.length,
    Count: pages.reduce((sum, page) => sum + page.Count, 0),
    ScannedCount: pages.reduce((sum, page) => sum + page.ScannedCount, 0),
    Items: sorted(items),
    rangeKeys: operation === 'Query' && range !== undefined ? items.map(item => item[range] ?? null) : [],
  };
}

/** Each implementation explains a syntax error in its own words. SDKs use only the name of a type, and moto has other namespaces. */
function errorOf({ __type, CancellationReasons, Item, Message, message = Message }: any): unknown {
  return canonical({ CancellationReasons, Item, message: String(message).replace(/(Syntax error;).*/s, '$1'), type: String(__type).split('#').at(-1) });
}

/** The counts of capacity and bytes differ, and dynalite creates its tables at another time. */
function describedTable(table: any): object {
  const { AttributeDefinitions, GlobalSecondaryIndexes, KeySchema, LocalSecondaryIndexes, TableArn, TableName, TableStatus } = table;
  const describeIndex = ({ IndexArn, IndexName, KeySchema: key, Projection }: any) => ({ IndexArn: IndexArn.split('/').slice(1), IndexName, key, Projection });
  const byName = (one: any, other: any) => one.IndexName < other.IndexName ? -1 : 1;
  return {
    AttributeDefinitions: sorted(AttributeDefinitions),
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map(describeIndex).sort(byName),
    KeySchema,
    LocalSecondaryIndexes: LocalSecondaryIndexes?.map(describeIndex),
    TableArn: TableArn.split(':').at(-1),
    TableName,
    TableStatus,
  };
}

/** Sorts members, the elements of sets, and the items of a batch, whose order is not defined. */
function canonical(value: any): any {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).filter(name => !MEASUREMENTS.includes(name));
  return Object.fromEntries(names.sort().map(name => {
    if (['SS', 'NS', 'BS'].includes(name) && Array.isArray(value[name])) return [name, [...value[name]].sort()];
    if (name === 'Responses' && !Array.isArray(value[name])) return [name, Object.fromEntries(Object.entries<any[]>(value[name]).sort().map(([table, items]) => [table, sorted(items)]))];
    return [name, canonical(value[name])];
  }));
}

function sorted(items: readonly unknown[]): string[] {
  return items.map(item => JSON.stringify(canonical(item))).sort();
}
