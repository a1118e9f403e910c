import * as http from 'http';
import * as http2 from 'http2';
import type { AddressInfo } from 'net';
import type { JudgeRequest } from '../../../src/moderation/judge-request';
import type { BanUserRequest } from '../../../src/tokens/ban-request';

export const BANS_FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Bans';
export const JUDGE_FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Judge';
export const GUARDRAIL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:guardrail/abc123';

const FAULTS = {
  throttled: { status: 429, code: 'ThrottlingException', message: 'Rate exceeded' },
  throttledByBedrock: { status: 400, code: 'ServiceQuotaExceededException', message: 'Your request exceeds the service quota for your account.' },
  internal: { status: 500, code: 'InternalServerException', message: 'Internal failure' },
  denied: { status: 403, code: 'AccessDeniedException', message: 'User is not authorized to perform this' },
  invalid: { status: 400, code: 'InvalidRequestException', message: 'The text "idiot" is not valid' },
  notFound: { status: 404, code: 'ResourceNotFoundException', message: 'Resource does not exist' },
  /** The connection is closed before the request is processed. */
  lostRequest: undefined,
  /** The request is processed, and the connection closed before the response. */
  lostResponse: undefined,
};
export type Fault = keyof typeof FAULTS;

type Item = Record<string, { S?: string; N?: string; SS?: string[] }>;

class ServiceError extends Error {
  constructor(public readonly status: number, public readonly code: string, message: string) {
    super(message);
  }
}

/** The requests of the function, and no others: any other call is an error that `expectOnlyKnownCalls` reports. */
export class FakeAws {
  public static async start(): Promise<FakeAws> {
    const fake = new FakeAws();
    for (const server of fake.servers) await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** Requests as `operation`, in their order. */
  public operations: string[] = [];
  public deletions: { id: string; reason?: string }[] = [];
  public disconnects: { userId: string; reason?: string }[] = [];
  public bans: BanUserRequest[] = [];
  /** The texts of each call of a judge, and when it came. */
  public judged: string[][] = [];
  public callTimes: number[] = [];
  public judgeRequests: JudgeRequest[] = [];

  private items = new Map<string, Item>();
  private unexpected: string[] = [];
  private readonly sessions = new Set<http2.ServerHttp2Session>();
  /** The client of Amazon Bedrock speaks HTTP/2. */
  private readonly servers: [http.Server, http2.Http2Server];

  private constructor() {
    const listener = (request: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk)).on('end', () => void this.respond(request, Buffer.concat(chunks).toString('utf8'), response));
    };
    const http2Server = http2.createServer(listener as unknown as (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void);
    http2Server.on('session', session => this.sessions.add(session));
    this.servers = [http.createServer(listener), http2Server];
  }

  /** Decides whether a request fails. */
  public fault: (operation: string, input: any) => Fault | undefined = () => undefined;
  /** Decides about a text. */
  public isToxic: (text: string) => boolean = text => text.includes('idiot');
  /** What the judge returns instead of its verdicts. */
  public answer: (operation: string, input: any) => unknown = () => undefined;
  /** Milliseconds until a response. */
  public delay: (operation: string) => number = () => 0;

  public get urls(): { http: string; http2: string } {
    const [first, second] = this.servers.map(server => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return { http: first, http2: second };
  }

  public reset(): void {
    [this.operations, this.deletions, this.disconnects, this.bans, this.judged, this.callTimes] = [[], [], [], [], [], []];
    [this.judgeRequests, this.unexpected] = [[], []];
    this.items = new Map();
    this.fault = () => undefined;
    this.isToxic = text => text.includes('idiot');
    this.answer = () => undefined;
    this.delay = () => 0;
  }

  /** Lets an operation fail in these ways, one request after the other, and then succeed. */
  public failNext(operation: string, ...faults: Fault[]): void {
    this.fault = name => name === operation ? faults.shift() : undefined;
  }

  public count(operation: string): number {
    return this.operations.filter(each => each === operation).length;
  }

  public get strikes(): Item[] {
    return [...this.items.values()];
  }

  public expectOnlyKnownCalls(): void {
    expect(this.unexpected).toEqual([]);
  }

  public async close(): Promise<void> {
    this.servers[0].closeAllConnections();
    for (const session of this.sessions) session.destroy();
    await Promise.all(this.servers.map(async server => new Promise(resolve => server.close(resolve))));
  }

  private async respond(request: http.IncomingMessage, body: string, response: http.ServerResponse): Promise<void> {
    const operation = operationOf(request);
    const input = JSON.parse(body || '{}');
    this.operations.push(operation);
    const delay = this.delay(operation);
    if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay));
    const fault = this.fault(operation, input);
    const contentType = { 'content-type': 'application/x-amz-json-1.0' };
    try {
      if (fault === 'lostRequest') return void request.socket.destroy();
      const details = fault && FAULTS[fault];
      if (details) throw new ServiceError(details.status, details.code, details.message);
      const { headers = {}, output } = this.process(operation, input);
      if (fault === 'lostResponse') return void request.socket.destroy();
      response.writeHead(200, { ...contentType, ...headers }).end(JSON.stringify(output));
    } catch (error) {
      const { code = 'UnexpectedCall', message, status = 400 } = error as Partial<ServiceError>;
      if (!(error instanceof ServiceError)) this.unexpected.push(`${operation} ${body}: ${message}`);
      response.writeHead(status, { ...contentType, 'x-amzn-errortype': code }).end(JSON.stringify({ __type: `com.amazonaws#${code}`, message }));
    }
    return undefined;
  }

  private process(operation: string, input: any): { output: unknown; headers?: Record<string, string> } {
    switch (operation) {
      case 'DetectToxicContent':
      case 'ApplyGuardrail':
      case 'Judge': return this.judge(operation, input);
      case 'Bans':
        this.bans.push(input);
        return { output: {} };
      case 'DeleteMessage':
        this.deletions.push({ id: input.id, reason: input.reason });
        return { output: { id: 'event' } };
      case 'DisconnectUser':
        this.disconnects.push({ userId: input.userId, reason: input.reason });
        return { output: {} };
      case 'UpdateItem': return { output: this.update(input) };
      case 'Query': return { output: this.query(input) };
      default: throw new Error('the operation is not known');
    }
  }

  private judge(operation: string, input: any): { output: unknown; headers?: Record<string, string> } {
    this.callTimes.push(performance.now());
    const answer = this.answer(operation, input);
    if (answer !== undefined) return answer instanceof Error ? { output: { errorType: answer.name, errorMessage: answer.message }, headers: { 'x-amz-function-error': 'Unhandled' } } : { output: answer };
    if (operation === 'Judge') {
      const { Messages } = input as JudgeRequest;
      this.judgeRequests.push(input);
      this.judged.push(Messages.map(({ Content }) => Content));
      return { output: { Verdicts: Messages.map(({ Content, Id }) => ({ Id, Flagged: this.isToxic(Content), Score: 0.9, Label: 'INSULT' })) } };
    }
    if (operation === 'ApplyGuardrail') {
      const texts: string[] = input.content.map((block: any) => block.text.text);
      this.judged.push(texts);
      const isToxic = texts.some(this.isToxic);
      return {
        output: {
          action: isToxic ? 'GUARDRAIL_INTERVENED' : 'NONE',
          assessments: isToxic ? [{ contentPolicy: { filters: [{ type: 'HATE', action: 'NONE' }, { type: 'INSULTS', action: 'BLOCKED' }] } }] : [],
          outputs: [],
        },
      };
    }
    const texts: string[] = input.TextSegments.map(({ Text }: any) => Text);
    this.judged.push(texts);
    if (texts.length > 10 || texts.some(text => text === '' || Buffer.byteLength(text) > 1_024)) throw new ServiceError(400, 'TextSizeLimitExceededException', 'Input text size exceeds limit.');
    return {
      output: {
        ResultList: texts.map(text => {
          const score = this.isToxic(text) ? 0.99 : 0.01;
          return { Toxicity: score, Labels: [{ Name: 'HATE_SPEECH', Score: 0.1 }, { Name: 'INSULT', Score: score }] };
        }),
      },
    };
  }

  private update({ ExpressionAttributeValues: values, Key, ReturnValues, UpdateExpression }: any): object {
    const key = JSON.stringify([Key.sender.S, Key.sentAt.S]);
    const item = { ...this.items.get(key), ...Key };
    if (UpdateExpression === 'SET expiresAt = :value') item.expiresAt = values[':value'];
    else if (UpdateExpression === 'ADD done :value') item.done = { SS: [...new Set([...item.done?.SS ?? [], ...values[':value'].SS])] };
    else throw new Error('the expression is not known');
    this.items.set(key, item);
    return ReturnValues === 'ALL_NEW' ? { Attributes: item } : {};
  }

  private query({ ConsistentRead, ExpressionAttributeValues: values, KeyConditionExpression, Limit, Select }: any): object {
    if (ConsistentRead !== true || Select !== 'COUNT' || KeyConditionExpression !== 'sender = :sender AND sentAt >= :start') throw new Error('the query is not known');
    const items = this.strikes.filter(({ sender, sentAt }) => sender.S === values[':sender'].S && sentAt.S! >= values[':start'].S);
    return { Count: Math.min(items.length, Limit), ScannedCount: Math.min(items.length, Limit) };
  }
}

function operationOf({ headers, url }: http.IncomingMessage): string {
  const target = headers['x-amz-target'] as string | undefined;
  if (target) return target.split('.')[1];
  const path = decodeURIComponent(url!);
  if (path === `/guardrail/${GUARDRAIL_ARN}/version/3/apply`) return 'ApplyGuardrail';
  if (path === `/2015-03-31/functions/${BANS_FUNCTION_ARN}/invocations`) return 'Bans';
  if (path === `/2015-03-31/functions/${JUDGE_FUNCTION_ARN}/invocations`) return 'Judge';
  return path.slice(1);
}
