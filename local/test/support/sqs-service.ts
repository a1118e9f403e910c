import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDefinition } from '../../src/contracts/queue-definition';
import type { Authorize } from '../../src/iam/authorize';
import { Callers } from '../../src/iam/callers';
import { Sessions } from '../../src/iam/sessions';
import { LiveLog } from '../../src/live-log/live-log';
import { handleSqs } from '../../src/sqs/http';
import { Queues } from '../../src/sqs/queues';
import { isSqsRequest } from '../../src/sqs/requests';

const ENVIRONMENT = { account: '123456789012', region: 'eu-west-1' };

export const SIGNED = 'AWS4-HMAC-SHA256 Credential=local/20261120/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0';

export function definitionOf(properties: Partial<QueueDefinition> = {}): QueueDefinition {
  return {
    queueName: 'jobs', delaySeconds: 0, maximumMessageSize: 262_144, retentionSeconds: 345_600, waitSeconds: 0, visibilityTimeoutSeconds: 30, ...properties,
  };
}

/** Queues behind a loopback server, with an SDK client. */
export class SqsService {
  public static async start(): Promise<SqsService> {
    const service = new SqsService();
    service.server.listen(0, '127.0.0.1');
    await once(service.server, 'listening');
    service.client = new SQSClient({
      endpoint: service.url, region: ENVIRONMENT.region, maxAttempts: 1, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    return service;
  }

  public readonly liveLog = new LiveLog();
  public readonly queues = new Queues({ environment: ENVIRONMENT, liveLog: this.liveLog, endpoint: () => this.url });
  public readonly authorized: Parameters<Authorize>[1][] = [];
  /** Error of each authorization. */
  public authorizationError?: Error;
  public client!: SQSClient;
  private onAuthorize?: () => void;
  private readonly server: http.Server;

  private constructor() {
    const callers = new Callers({ environment: ENVIRONMENT, liveLog: this.liveLog, sessions: new Sessions() });
    const authorize: Authorize = (_caller, request) => {
      this.authorized.push(request);
      this.onAuthorize?.();
      if (this.authorizationError) throw this.authorizationError;
    };
    this.server = http.createServer((req, res) => {
      const caller = callers.resolve(req);
      if (isSqsRequest(req, caller)) void handleSqs(this.queues, authorize, caller, req, res);
      else res.writeHead(501).end();
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Creates a queue. @returns its URL */
  public create(properties: Partial<QueueDefinition> = {}): string {
    const definition = definitionOf(properties);
    this.queues.create(definition);
    return this.queues.urlOf(definition.queueName);
  }

  /** Sends a form of the query protocol. */
  public async query(form: Record<string, string>, path = '/'): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: { authorization: SIGNED } });
    return { status: response.status, text: await response.text() };
  }

  /** Resolves when a request has been authorized. */
  public async untilAuthorized(action: string): Promise<void> {
    while (!this.authorized.some(request => request.action === action)) await new Promise<void>(resolve => this.onAuthorize = resolve);
  }

  /** Resolves when a request has been handled. */
  public async untilLogged(operation: string): Promise<void> {
    const isLogged = () => this.liveLog.recent.some(({ data }) => data?.operation === operation);
    while (!isLogged()) await new Promise<unknown>(resolve => this.liveLog.listen(resolve));
  }

  public async close(): Promise<void> {
    this.client.destroy();
    this.queues.close();
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
