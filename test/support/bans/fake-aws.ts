import { createHash } from 'crypto';
import { createServer, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';

type Item = Record<string, { S?: string; N?: string; BOOL?: boolean }>;

const FAULTS = {
  throttled: { status: 429, code: 'ThrottlingException', message: 'Rate exceeded' },
  internal: { status: 500, code: 'InternalServerException', message: 'Internal failure' },
  denied: { status: 403, code: 'AccessDeniedException', message: 'User is not authorized to perform this' },
  notFound: { status: 404, code: 'ResourceNotFoundException', message: 'Resource does not exist' },
  /** The connection is closed before the request is processed. */
  lostRequest: undefined,
  /** The request is processed, and the connection closed before the response. */
  lostResponse: undefined,
  /** There is no response, and the connection stays open. */
  stalled: undefined,
};
export type Fault = keyof typeof FAULTS;

export interface QueuedMessage {
  readonly delay: number;
  readonly body: string;
}

class ServiceError extends Error {
  constructor(public readonly status: number, public readonly code: string, message: string, public readonly more: object = {}) {
    super(message);
  }
}

/** The requests of the function of the bans, and no others: any other call is an error that `expectOnlyKnownCalls` reports. */
export class FakeAws {
  public static async start(): Promise<FakeAws> {
    const fake = new FakeAws();
    await new Promise<void>(resolve => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  public disconnects: { room: string; userId: string; reason?: string }[] = [];
  public messages: QueuedMessage[] = [];
  public operations: string[] = [];

  private items = new Map<string, Item>();
  private unexpected: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk)).on('end', () => {
        const target = request.headers['x-amz-target'] as string | undefined;
        this.respond(target?.split('.')[1] ?? request.url!.slice(1), JSON.parse(Buffer.concat(chunks).toString('utf8')), response);
      });
    });
  }

  /** Decides whether a request fails. */
  public fault: (operation: string, input: any) => Fault | undefined = () => undefined;

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public reset(): void {
    [this.disconnects, this.messages, this.operations, this.unexpected] = [[], [], [], []];
    this.items = new Map();
    this.fault = () => undefined;
  }

  /** Lets an operation fail in these ways, one request after the other, and then succeed. */
  public failNext(operation: string, ...faults: Fault[]): void {
    this.fault = name => name === operation ? faults.shift() : undefined;
  }

  public expectOnlyKnownCalls(): void {
    expect(this.unexpected).toEqual([]);
  }

  public item(room: string, userId: string): Item | undefined {
    return this.items.get(keyOf({ room: { S: room }, userId: { S: userId } }));
  }

  public putItem(item: Item): void {
    this.items.set(keyOf(item), item);
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private respond(operation: string, input: any, response: ServerResponse): void {
    this.operations.push(operation);
    const fault = this.fault(operation, input);
    try {
      if (fault === 'stalled') return undefined;
      if (fault === 'lostRequest') return void response.destroy();
      const details = fault && FAULTS[fault];
      if (details) throw new ServiceError(details.status, details.code, details.message);
      const output = JSON.stringify(this.process(operation, input));
      if (fault === 'lostResponse') return void response.destroy();
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(output);
    } catch (error) {
      if (!(error instanceof ServiceError)) this.unexpected.push(`${operation} ${JSON.stringify(input)}: ${(error as Error).message}`);
      const { code = 'UnexpectedCall', message, more = {}, status = 400 } = error as Partial<ServiceError>;
      // Only Amazon SQS, whose clients need it, sends the second header.
      const headers = { 'x-amzn-errortype': code, ...operation === 'SendMessage' && { 'x-amzn-query-error': `${code};Sender` } };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
        .end(JSON.stringify({ __type: `com.amazonaws#${code}`, message, ...more }));
    }
    return undefined;
  }

  private process(operation: string, input: any): object {
    switch (operation) {
      case 'PutItem':
        this.checkCondition(this.items.get(keyOf(input.Item)), input);
        this.items.set(keyOf(input.Item), input.Item);
        return {};
      case 'DeleteItem': {
        const old = this.items.get(keyOf(input.Key));
        this.checkCondition(old, input);
        this.items.delete(keyOf(input.Key));
        return { Attributes: old };
      }
      case 'GetItem':
        if (input.ConsistentRead !== true) throw new Error('the read must be consistent');
        return { Item: this.items.get(keyOf(input.Key)) };
      case 'Query': return this.query(input);
      case 'SendMessage':
        this.messages.push({ delay: input.DelaySeconds, body: input.MessageBody });
        return { MessageId: String(this.messages.length), MD5OfMessageBody: createHash('md5').update(input.MessageBody).digest('hex') };
      case 'DisconnectUser':
        this.disconnects.push({ room: input.roomIdentifier, userId: input.userId, reason: input.reason });
        return {};
      default: throw new Error('the operation is not known');
    }
  }

  private query({ ConsistentRead, ExclusiveStartKey, ExpressionAttributeValues, KeyConditionExpression, Limit }: any): object {
    if (ConsistentRead !== true || KeyConditionExpression !== 'room = :room') throw new Error('the query is not known');
    const room = ExpressionAttributeValues[':room'].S;
    // DynamoDB sorts strings by their bytes in UTF-8.
    const bytes = (item: Item) => Buffer.from(item.userId.S!, 'utf8');
    const items = [...this.items.values()].filter(item => item.room.S === room).sort((one, other) => bytes(one).compare(bytes(other)))
      .filter(item => ExclusiveStartKey === undefined || bytes(item).compare(bytes(ExclusiveStartKey)) > 0);
    const page = items.slice(0, Limit);
    const last = page.at(-1);
    return { Items: page, ...items.length > Limit && last && { LastEvaluatedKey: { room: last.room, userId: last.userId } } };
  }

  private checkCondition(item: Item | undefined, input: any): void {
    const { ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {}, ReturnValuesOnConditionCheckFailure } = input;
    if (ConditionExpression === undefined) return;
    const attribute = (name: string) => item?.[ExpressionAttributeNames[name] ?? name];
    const isMet = (ConditionExpression as string).split(' OR ').some(term => {
      const [, fn, argument] = /^(attribute_exists|attribute_not_exists)\((\w+)\)$/.exec(term) ?? [];
      if (fn) return (attribute(argument) !== undefined) === (fn === 'attribute_exists');
      const [, name, operator, value] = /^(#?\w+) (<=?) (:\w+)$/.exec(term) ?? [];
      if (!operator) throw new Error(`the condition ${term} is not known`);
      const [actual, limit] = [attribute(name)?.N, ExpressionAttributeValues[value].N].map(Number);
      return operator === '<' ? actual < limit : actual <= limit;
    });
    if (isMet) return;
    throw new ServiceError(400, 'ConditionalCheckFailedException', 'The conditional request failed',
      ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: item } : {});
  }
}

function keyOf({ room, userId }: Item): string {
  return JSON.stringify([room.S, userId.S]);
}
