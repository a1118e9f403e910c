import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLarge, readBody } from '../../http/read-body';

export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: string;
}

/** What a function's process tells us. */
export interface RuntimeListener {
  /** It asks for work, and gets it whenever there is some. `give` is used at most once. */
  next(give: (invocation: RuntimeInvocation, deadline: number) => void): void;
  /** @returns false if there is no such invocation */
  result(requestId: string, body: string, isError: boolean): boolean;
  initError(body: string): void;
}

/** Documented: 6 MB, and a little more. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** The documented Lambda Runtime API, on a port of its own for each process: AWS_LAMBDA_RUNTIME_API is a host and a port, without a path. */
export class RuntimeApi {
  private readonly server = http.createServer((req, res) => void this.handle(req, res).catch(() => res.destroy()));

  constructor(private readonly listener: RuntimeListener) {}

  /** @returns host and port */
  public async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    // A web page of the developer's browser could find the port.
    if (req.headers.origin !== undefined) return answer(res, 403, 'Forbidden', 'Not for web pages');

    const path = /^\/2018-06-01\/runtime(\/.*)$/.exec(req.url ?? '')?.[1];
    if (req.method === 'GET' && path === '/invocation/next') return this.next(res);
    const [, requestId, kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path ?? '') ?? [];
    if (req.method !== 'POST' || !requestId && path !== '/init/error') return answer(res, 404, 'NotFound', `No ${req.method} ${req.url}`);

    let body: string;
    let isError = kind === 'error';
    try {
      body = (await readBody(req, MAX_RESPONSE_BYTES)).toString();
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      isError = true;
      body = JSON.stringify({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      });
    }
    if (!requestId) this.listener.initError(body);
    else if (!this.listener.result(requestId, body, isError)) return answer(res, 400, 'InvalidRequestID', `No invocation ${requestId}`);
    res.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  private next(res: http.ServerResponse): void {
    this.listener.next(({ requestId, payload, functionArn, traceId, clientContext }, deadline) => res.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': traceId,
      ...clientContext !== undefined && { 'Lambda-Runtime-Client-Context': clientContext },
    }).end(payload));
  }
}

function answer(res: http.ServerResponse, status: number, errorType: string, errorMessage: string): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errorMessage, errorType }));
}
