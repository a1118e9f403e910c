import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalReason } from '../../http/loopback';
import { BodyTooLarge, readBody } from '../../http/read-body';
import { sendJson } from '../../http/send-json';

export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: string;
}

/** Answers a request for the next invocation. Must be called at most once. */
export type Deliver = (invocation: RuntimeInvocation, deadline: number) => void;

/** Receives the requests of a function's process. */
export interface RuntimeListener {
  /** The process is ready for an invocation. */
  onNext(deliver: Deliver): void;
  /** @returns false if the invocation is unknown */
  onResult(requestId: string, body: string, isError: boolean): boolean;
  onInitError(body: string): void;
}

/** The documented limit of 6 MB plus the overhead that Lambda allows. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Serves the Lambda Runtime API to one process, on a port of its own because AWS_LAMBDA_RUNTIME_API cannot contain a path. */
export class RuntimeApi {
  private readonly server: http.Server;

  constructor(private readonly listener: RuntimeListener) {
    // Waits for as long as it takes: a function may block its process between two requests.
    const withoutTimeouts = { headersTimeout: 0, keepAliveTimeout: 0, requestTimeout: 0 };
    this.server = http.createServer(withoutTimeouts, (req, res) => void this.handle(req, res).catch(() => res.destroy()));
  }

  /** @returns the value of AWS_LAMBDA_RUNTIME_API */
  public async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const refusal = refusalReason(req) ?? (isFromBrowser(req) ? 'Web pages must not call the Runtime API.' : undefined);
    if (refusal !== undefined) return sendJson(res, 403, { errorType: 'Forbidden', errorMessage: refusal });

    const path = /^\/2018-06-01\/runtime(\/.*)$/.exec(req.url ?? '')?.[1];
    if (req.method === 'GET' && path === '/invocation/next') return this.next(res);
    const [, requestId, kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path ?? '') ?? [];
    if (req.method !== 'POST' || !requestId && path !== '/init/error') {
      return sendJson(res, 404, { errorType: 'NotFound', errorMessage: `Unknown operation: ${req.method} ${req.url}` });
    }

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
    if (!requestId) {
      this.listener.onInitError(body);
    } else if (!this.listener.onResult(requestId, body, isError)) {
      return sendJson(res, 400, { errorType: 'InvalidRequestID', errorMessage: `Unknown invocation: ${requestId}` });
    }
    sendJson(res, 202, { status: 'OK' });
  }

  private next(res: http.ServerResponse): void {
    this.listener.onNext(({ requestId, payload, functionArn, traceId, clientContext }, deadline) => res.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': traceId,
      ...clientContext !== undefined && { 'Lambda-Runtime-Client-Context': clientContext },
    }).end(payload));
  }
}

/**
 * A web page in the developer's browser could find the port. A browser always sends one of these headers; `Sec-Fetch-Mode` is no sign of one,
 * because the fetch of Node.js sends it as well.
 */
function isFromBrowser({ headers }: http.IncomingMessage): boolean {
  return [headers.origin, headers['sec-fetch-site'], headers['sec-fetch-dest'], headers['sec-fetch-user']].some(value => value !== undefined);
}
