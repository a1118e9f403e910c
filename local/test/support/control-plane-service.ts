import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ivschat } from '@aws-sdk/client-ivschat';
import type { AuthorizedCall } from '../../src/ivschat/api/authorization';
import { ControlPlane } from '../../src/ivschat/api/control-plane';
import { handleIvsChat } from '../../src/ivschat/api/http';
import type { FunctionInvoker, Messenger } from '../../src/ivschat/types';
import { LiveLog } from '../../src/live-log/live-log';

export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1' };
export const HANDLER = 'arn:aws:lambda:eu-west-1:111122223333:function:review';
export const OTHER_HANDLER = 'arn:aws:lambda:eu-west-1:111122223333:function:review:live';
export const MISSING_ROOM = 'arn:aws:ivschat:eu-west-1:111122223333:room/missing00000';
export const MISSING_CONFIGURATION = 'arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/missing00000';
export const LOG_GROUP = { cloudWatchLogs: { logGroupName: '/aws/vendedlogs/chat' } };

/** Only the two handlers have the service's permission. */
class Permissions implements FunctionInvoker {
  public readonly asked: [string, string][] = [];

  public mayInvoke(functionArn: string, sourceArn: string): boolean {
    this.asked.push([functionArn, sourceArn]);
    return [HANDLER, OTHER_HANDLER].includes(functionArn);
  }

  public async invoke(): Promise<never> {
    throw new Error('The control plane never invokes a function');
  }
}

class SentMessages implements Messenger {
  public readonly sent: unknown[][] = [];

  public sendEvent(...args: unknown[]): string {
    this.sent.push(['sendEvent', ...args]);
    return 'event0000001';
  }

  public deleteMessage(...args: unknown[]): string {
    this.sent.push(['deleteMessage', ...args]);
    return 'event0000002';
  }

  public disconnectUser(...args: unknown[]): void {
    this.sent.push(['disconnectUser', ...args]);
  }
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
  readonly json: any;
}

/** The control plane behind a loopback server, and the official client in front of it. */
export class Service {
  public static async start(options: { throttle?: boolean } = {}): Promise<Service> {
    const service = new Service(options.throttle ?? false);
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`;
    service.url = url;
    const { region } = ENVIRONMENT;
    service.client = new Ivschat({ endpoint: url, region, maxAttempts: 1, credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' } });
    return service;
  }

  public readonly liveLog = new LiveLog();
  public readonly permissions = new Permissions();
  public readonly messenger = new SentMessages();
  public readonly authorized: AuthorizedCall[] = [];
  public readonly controlPlane: ControlPlane;
  public now = Date.parse('2026-11-20T12:00:00.000Z');
  public url = '';
  public client!: Ivschat;
  /** What the next requests are refused with. */
  public refusal?: Error;
  private readonly server: http.Server;

  private constructor(throttle: boolean) {
    this.controlPlane = new ControlPlane({
      environment: ENVIRONMENT, liveLog: this.liveLog, functions: this.permissions, throttle, clock: () => this.now,
    });
    this.controlPlane.connect(this.messenger);
    const authorize = (_req: http.IncomingMessage, call: AuthorizedCall) => {
      this.authorized.push(call);
      if (this.refusal) throw this.refusal;
    };
    this.server = http.createServer((req, res) => void handleIvsChat(this.controlPlane, authorize, req, res));
  }

  public async close(): Promise<void> {
    this.client.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Everything that is stored. */
  public async state(): Promise<string> {
    const logging = await this.controlPlane.call('ListLoggingConfigurations', {}, { unthrottled: true });
    return JSON.stringify([this.controlPlane.listRooms(), logging.loggingConfigurations, this.messenger.sent]);
  }

  /** One request as given, without the client's help. */
  public async request(method: string, path: string, body?: string | Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // Node does not say the length for methods that usually have no body.
      const headers = { 'content-length': Buffer.byteLength(body ?? '') };
      const req = http.request(this.url, { method, path, headers, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const type = res.headers['x-amzn-errortype'] as string | undefined;
          resolve({ status: res.statusCode!, type, text, json: text ? JSON.parse(text) : undefined });
        });
      });
      req.on('error', reject);
      req.end(body);
    });
  }
}

/** The error a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(() => { throw new Error('This was expected to be refused'); }, (error) => error);
}
