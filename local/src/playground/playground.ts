import type { IncomingMessage, ServerResponse } from 'node:http';
import { LiveLogStream } from './live-log-stream';
import { answer, type ApiResponse, callService, isApiPath } from './page-api';
import { PageFiles } from './page-files';
import { pageState, type PageStateSources } from './page-state';
import { reviewAgain, type ReviewAgainOptions } from './review-again';
import { sendJson } from '../http/send-json';
import type { ChatLogs } from '../ivschat/chat-log/chat-logs';
import type { LiveLog } from '../live-log/live-log';

export interface PlaygroundOptions extends PageStateSources, ReviewAgainOptions {
  readonly liveLog: LiveLog;
  readonly chatLogs: ChatLogs;
}

const NOT_STORED = { 'cache-control': 'no-store' };

/** Web page to chat in the rooms and to follow reviews and logs. */
export class Playground {
  private readonly files = new PageFiles();
  private readonly stream: LiveLogStream;

  constructor(private readonly options: PlaygroundOptions) {
    this.stream = new LiveLogStream(options.liveLog, options.chatLogs);
  }

  /**
   * @param isSigned whether the request has an AWS signature
   * @returns false if the request is not for the playground
   */
  public async handle(req: IncomingMessage, res: ServerResponse, isSigned: boolean): Promise<boolean> {
    const path = (req.url ?? '').split('?')[0];
    // SDK clients of other services use this path as well, with a signature.
    const isPage = path === '/' && !isSigned && isRead(req);
    if (!isPage && !path.startsWith('/playground/')) return false;

    for (const [name, value] of Object.entries(securityHeaders(req))) res.setHeader(name, value);
    if (this.files.has(path)) await this.sendFile(req, res, path);
    else if (path === '/playground/state') this.sendState(req, res);
    else if (path === '/playground/live-log') this.openStream(req, res);
    else if (isApiPath(path)) await this.call(req, res, async () => callService(this.options.controlPlane, path, req));
    else if (path === '/playground/reviews') await this.call(req, res, async () => answer(req, async input => reviewAgain(this.options, input)));
    else sendJson(res, 404, { message: `The playground has nothing at ${path}.` }, NOT_STORED);
    return true;
  }

  /** Ends the streams of open pages. */
  public close(): void {
    this.stream.close();
  }

  private async sendFile(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (!isRead(req)) return sendMethodNotAllowed(res, 'GET, HEAD');
    const { type, content } = await this.files.read(path);
    res.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', 'content-length': Buffer.byteLength(content) });
    res.end(req.method === 'HEAD' ? undefined : content);
  }

  private sendState(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') return sendMethodNotAllowed(res, 'GET');
    sendJson(res, 200, pageState(this.options), NOT_STORED);
  }

  private openStream(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') return sendMethodNotAllowed(res, 'GET');
    this.stream.open(req, res);
  }

  private async call(req: IncomingMessage, res: ServerResponse, respond: () => Promise<ApiResponse>): Promise<void> {
    if (req.method !== 'POST') return sendMethodNotAllowed(res, 'POST');
    const { status, body } = await respond();
    sendJson(res, status, body, NOT_STORED);
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function sendMethodNotAllowed(res: ServerResponse, allow: string): void {
  res.setHeader('allow', allow);
  sendJson(res, 405, { message: `This path accepts ${allow} only.` }, NOT_STORED);
}

/** Restricts the page to its own files and this server, and forbids other pages to embed it. */
function securityHeaders(req: IncomingMessage): Record<string, string> {
  const { host } = new URL(`http://${req.headers.host}`);
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
