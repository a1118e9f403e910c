import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deployment } from '../cloudformation/deployments';
import type { Environment } from '../environment';
import { LiveFeed } from './live-log-stream';
import { answerPageCall, isPageCall } from './page-api';
import { PageFiles } from './page-files';
import { pageState } from './page-state';
import type { ControlPlane } from '../ivschat/api/control-plane';
import type { ChatLogs } from '../ivschat/chat-log/chat-logs';
import type { LiveLog } from '../live-log/live-log';

export interface PlaygroundOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  readonly chatLogs: ChatLogs;
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
}

/** The web page that shows the rooms, lets people chat in them, and says what happens. */
export class Playground {
  private readonly files = new PageFiles();
  private readonly feed: LiveFeed;

  constructor(private readonly options: PlaygroundOptions) {
    this.feed = new LiveFeed(options.liveLog, options.chatLogs);
  }

  /** @returns false for a request to something else */
  public async handle(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const path = (req.url ?? '').split('?')[0];
    // SDK clients of other services send theirs to this path too.
    const isPage = path === '/' && req.headers.authorization === undefined && isRead(req);
    if (!isPage && !path.startsWith('/playground/')) return false;

    for (const [name, value] of Object.entries(securityHeaders(req))) res.setHeader(name, value);
    if (this.files.has(path)) await this.sendFile(req, res, path);
    else if (path === '/playground/state') this.sendState(req, res);
    else if (path === '/playground/live') this.openFeed(req, res);
    else if (isPageCall(path)) await this.call(req, res, path);
    else sendJson(res, 404, { message: `The playground has nothing at ${path}.` });
    return true;
  }

  /** Ends the live logs of open pages. */
  public close(): void {
    this.feed.close();
  }

  private async sendFile(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (!isRead(req)) return refuseMethod(res, 'GET, HEAD');
    const { type, content } = await this.files.read(path);
    res.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', 'content-length': Buffer.byteLength(content) });
    res.end(req.method === 'HEAD' ? undefined : content);
  }

  private sendState(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') return refuseMethod(res, 'GET');
    sendJson(res, 200, pageState(this.options));
  }

  private openFeed(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') return refuseMethod(res, 'GET');
    this.feed.open(req, res);
  }

  private async call(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (req.method !== 'POST') return refuseMethod(res, 'POST');
    const { status, body } = await answerPageCall(this.options.controlPlane, path, req);
    sendJson(res, status, body);
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

function refuseMethod(res: ServerResponse, allow: string): void {
  res.setHeader('allow', allow);
  sendJson(res, 405, { message: `This path takes ${allow} only.` });
}

/** The page gets nothing from elsewhere, runs no script but its own files, and is shown in no other page. */
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
