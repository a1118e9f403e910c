import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as ivschat from '@aws-sdk/client-ivschat';
import { TestClock } from './test-clock';
import type { Authorize } from '../../src/iam/authorize';
import { Callers } from '../../src/iam/callers';
import type { AuthorizationRequest } from '../../src/iam/evaluator';
import { Sessions } from '../../src/iam/sessions';
import { ControlPlane } from '../../src/ivschat/api/control-plane';
import { handleIvsChat } from '../../src/ivschat/api/http';
import type { FunctionInvoker, Messenger } from '../../src/ivschat/types';
import { LiveLog } from '../../src/live-log/live-log';

export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1' };
export const HANDLER = 'arn:aws:lambda:eu-west-1:111122223333:function:review';
export const OTHER_HANDLER = 'arn:aws:lambda:eu-west-1:111122223333:function:review:live';
export const MISSING_ROOM = 'arn:aws:ivschat:eu-west-1:111122223333:room/missing00000';
export const MISSING_CONFIGURATION = 'arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/missing00000';
export const SIGNED = 'AWS4-HMAC-SHA256 Credential=local/20261120/eu-west-1/ivschat/aws4_request, SignedHeaders=host, Signature=0';
export const LOG_GROUP = { cloudWatchLogs: { logGroupName: '/aws/vendedlogs/chat' } };

/** Functions of which the service may invoke the two handlers only. */
class HandlerPermissions implements FunctionInvoker {
  /** Calls of mayInvoke. */
  public readonly checked: [string, string][] = [];

  public mayInvoke(functionArn: string, sourceArn: string): boolean {
    this.checked.push([functionArn, sourceArn]);
    return [HANDLER, OTHER_HANDLER].includes(functionArn);
  }

  public async invoke(): Promise<never> {
    throw new Error('The control plane never invokes a function');
  }
}

class RecordingMessenger implements Messenger {
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

interface Response {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
  readonly json: any;
}

/** The control plane behind a loopback server, with an SDK client. */
export class ControlPlaneService {
  public static async start(options: { throttle?: boolean } = {}): Promise<ControlPlaneService> {
    const service = new ControlPlaneService(options.throttle ?? false);
    await new Promise<void>(resolve => service.server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`;
    service.url = url;
    const { region } = ENVIRONMENT;
    service.client = new ivschat.Ivschat({ endpoint: url, region, maxAttempts: 1, credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' } });
    return service;
  }

  /** Starts a service with a room and a logging configuration. */
  public static async startWithResources(options: { throttle?: boolean } = {}): Promise<ControlPlaneService> {
    const service = await ControlPlaneService.start(options);
    const create = async (operation: string, input: object) => (await service.controlPlane.call(operation, input, { unthrottled: true })).arn;
    service.room = await create('CreateRoom', {});
    service.configuration = await create('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP });
    return service;
  }

  public readonly liveLog = new LiveLog();
  public readonly permissions = new HandlerPermissions();
  public readonly messenger = new RecordingMessenger();
  public readonly requiredPermissions: AuthorizationRequest[] = [];
  public readonly controlPlane: ControlPlane;
  public readonly clock = new TestClock(Date.parse('2026-11-20T12:00:00.000Z'));
  public url = '';
  /** ARN of the room that startWithResources creates. */
  public room = '';
  /** ARN of the logging configuration that startWithResources creates. */
  public configuration = '';
  public client!: ivschat.Ivschat;
  /** Error that authorization throws for the next requests. */
  public authorizationError?: Error;
  private readonly server: http.Server;

  private constructor(throttle: boolean) {
    this.controlPlane = new ControlPlane({
      environment: ENVIRONMENT, liveLog: this.liveLog, functions: this.permissions, throttle, clock: this.clock,
    });
    this.controlPlane.connect(this.messenger);
    const authorize: Authorize = (_caller, permission) => {
      this.requiredPermissions.push(permission);
      if (this.authorizationError) throw this.authorizationError;
    };
    const callers = new Callers({ environment: ENVIRONMENT, liveLog: new LiveLog(), sessions: new Sessions() });
    this.server = http.createServer((req, res) => void handleIvsChat(this.controlPlane, authorize, callers.resolve(req), req, res));
  }

  public async close(): Promise<void> {
    this.client.destroy();
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  /** Performs an operation with the SDK client. */
  public async send(operation: string, input: any): Promise<unknown> {
    const command = new (ivschat as any)[`${operation}Command`](input);
    return await (this.client as any).send(command);
  }

  /** Returns the error of an operation that must fail and change nothing. */
  public async failure(operation: string, input: any): Promise<any> {
    const before = await this.state();
    const error = await errorOf(this.send(operation, input));
    expect(await this.state()).toBe(before);
    return error;
  }

  /** An input that the operation accepts, after startWithResources. */
  public validInput(operation: string, target = operation.includes('LoggingConfiguration') ? this.configuration : this.room): any {
    switch (operation) {
      case 'CreateRoom': case 'ListRooms': case 'ListLoggingConfigurations': return {};
      case 'CreateLoggingConfiguration': return { destinationConfiguration: LOG_GROUP };
      case 'CreateChatToken': return { roomIdentifier: target, userId: 'alice' };
      case 'SendEvent': return { roomIdentifier: target, eventName: 'goal' };
      case 'DeleteMessage': return { roomIdentifier: target, id: 'message00001' };
      case 'DisconnectUser': return { roomIdentifier: target, userId: 'bob' };
      case 'TagResource': return { resourceArn: target, tags: { a: 'b' } };
      case 'UntagResource': return { resourceArn: target, tagKeys: ['a'] };
      case 'ListTagsForResource': return { resourceArn: target };
      default: return { identifier: target };
    }
  }

  /** All stored resources and sent messages, to compare. */
  public async state(): Promise<string> {
    const logging = await this.controlPlane.call('ListLoggingConfigurations', {}, { unthrottled: true });
    return JSON.stringify([this.controlPlane.listRooms(), logging.loggingConfigurations, this.messenger.sent]);
  }

  /** Sends a raw HTTP request, signed by the developer. */
  public async request(method: string, path: string, body?: string | Uint8Array): Promise<Response> {
    return new Promise((resolve, reject) => {
      // Node.js sends no length for methods that usually have no body.
      const headers = { 'content-length': Buffer.byteLength(body ?? ''), 'authorization': SIGNED };
      const req = http.request(this.url, { method, path, headers, agent: false }, res => {
        const chunks: Buffer[] = [];
        res.on('data', chunk => chunks.push(chunk));
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

/** Returns the error of a promise that must reject. */
export async function errorOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(() => { throw new Error('The call must fail'); }, error => error);
}
