import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { InvocationFailure } from './invoke';
import { ApiRefusal } from './refusal';
import { BodyTooLarge, readBody } from '../http/read-body';
import type { UrlResponse } from '../lambda/url/response';
import type { LiveLog } from '../live-log/live-log';
import { oneLine } from '../live-log/one-line';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A request to an API of this runtime. */
export interface ApiCallRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly apiId: string;
  /** With the stage. */
  readonly rawPath: string;
  readonly rawQueryString: string;
}

/**
 * Reads which API a request is for.
 *
 * @returns undefined if the path is not `/execute-api/<id>/…`
 */
export function readApiRequest(req: IncomingMessage, res: ServerResponse): ApiCallRequest | undefined {
  const [path, rawQueryString = ''] = (req.url ?? '').split(/\?(.*)/s);
  const [, apiId, rawPath] = /^\/execute-api\/([0-9a-z]+)(\/.*|)$/s.exec(path) ?? [];
  return apiId === undefined ? undefined : { req, res, apiId, rawPath: rawPath || '/', rawQueryString };
}

/** Responds to one request, and records it in the live log. */
export abstract class ApiCall {
  protected readonly requestId = randomUUID();
  /** What the live log says about a response. */
  protected notice?: string;
  protected abstract readonly liveLog: LiveLog;
  /** The name of the API. */
  protected abstract readonly name: string;
  /** For programs that read the live log. */
  protected abstract readonly operation: string;
  /** Headers of each response. */
  protected abstract readonly headers: OutgoingHttpHeaders;

  constructor(protected readonly request: ApiCallRequest) {}

  public async handle(): Promise<void> {
    const { req, res } = this.request;
    try {
      const { body, headers, status } = await this.respond();
      res.writeHead(status, { ...headers, ...this.headers }).end(body);
      this.record(status, this.notice);
    } catch (error) {
      if (req.destroyed && !req.complete) return; // the caller has disconnected
      this.refuse(this.refusalOf(error));
    }
  }

  /** @throws ApiRefusal, InvocationFailure or BodyTooLarge instead of a response */
  protected abstract respond(): Promise<UrlResponse>;
  protected abstract refusalOfFailure(failure: InvocationFailure): ApiRefusal;
  protected abstract refusalOfLargeBody(): ApiRefusal;

  /** The refusal as the API changes it. */
  protected customized(refusal: ApiRefusal): ApiRefusal {
    return refusal;
  }

  protected async readBody(): Promise<Buffer> {
    return readBody(this.request.req, MAX_BODY_BYTES);
  }

  private refuse({ headers, reason, status, text }: ApiRefusal): void {
    const { req, res } = this.request;
    req.resume();
    res.writeHead(status, { 'content-type': 'application/json', ...headers, ...this.headers }).end(text);
    this.record(status, reason);
  }

  private refusalOf(error: unknown): ApiRefusal {
    if (error instanceof ApiRefusal) return this.customized(error);
    if (error instanceof InvocationFailure) return this.customized(this.refusalOfFailure(error));
    if (error instanceof BodyTooLarge) return this.customized(this.refusalOfLargeBody());
    throw error;
  }

  /** Leaves out the query string, which may contain secrets. */
  private record(status: number, reason?: string): void {
    const { apiId, rawPath, req: { method } } = this.request;
    const path = oneLine(rawPath);
    this.liveLog.record({
      kind: 'request',
      level: status >= 400 ? 'warning' : 'info',
      text: `${method} ${path} on ${this.name} → ${status}${reason === undefined ? '' : `: ${reason}`}`,
      data: { operation: this.operation, method, path, target: apiId, status, reason },
    });
  }
}
