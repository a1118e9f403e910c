import * as http from 'http';
import type { AddressInfo } from 'net';

export interface AwsCall {
  readonly operation: string;
  readonly input: any;
  /** Of Lambda. */
  readonly functionArn?: string;
  readonly invocationType?: string;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

type Responder = (call: AwsCall) => AwsAnswer | Promise<AwsAnswer>;

/** Answers calls of real SDK clients over a socket. A call that a test has not set up is an error. */
export class FakeAws {
  public readonly unexpected: string[] = [];
  private responders: Record<string, Responder> = {};
  private received: AwsCall[] = [];
  private readonly server = http.createServer((req, res) => void this.serve(req, res));

  public async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
    });
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  public reset(): void {
    this.responders = {};
    this.received = [];
    this.unexpected.length = 0;
  }

  /** @param operation `Invoke` for functions */
  public on(operation: string, responder: Responder): void {
    this.responders[operation] = responder;
  }

  public calls(operation: string): AwsCall[] {
    return this.received.filter(call => call.operation === operation);
  }

  private async serve(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const call = toCall(req, JSON.parse(Buffer.concat(chunks).toString()));
    this.received.push(call);
    const responder = this.responders[call.operation];
    if (!responder) this.unexpected.push(call.operation);
    const { body = {}, headers = {}, status = 200 } = responder ? await responder(call) : serviceError('UnexpectedCall', 400);
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

function toCall({ headers, url = '' }: http.IncomingMessage, input: unknown): AwsCall {
  const target = headers['x-amz-target'] as string | undefined;
  if (target) return { operation: target.split('.')[1], input };
  const functionArn = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(url)?.[1];
  if (functionArn === undefined) return { operation: url.slice(1), input };
  return { operation: 'Invoke', input, functionArn: decodeURIComponent(functionArn), invocationType: headers['x-amz-invocation-type'] as string | undefined };
}

export function serviceError(name: string, status: number, message = 'message of the service'): AwsAnswer {
  return { status, headers: { 'x-amzn-errortype': name }, body: { __type: name, message, Message: message } };
}

/** The answer of Lambda for a function that threw an error. */
export function functionError(errorType: string, errorMessage: string): AwsAnswer {
  return { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorType, errorMessage, trace: [] } };
}

/** An answer that comes after this time, in milliseconds. */
export async function after(milliseconds: number, answer: AwsAnswer = {}): Promise<AwsAnswer> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
  return answer;
}
