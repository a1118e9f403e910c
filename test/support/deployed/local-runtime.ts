import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { ChatRoom } from 'amazon-ivs-chat-messaging';
import { App, type Stack } from 'aws-cdk-lib';
import { WebSocket } from 'ws';
import { loadAssembly } from '../../../local/src/app/assembly';
import type { LoadedStack } from '../../../local/src/cloudformation/source';
import { LocalServer, type LocalServerOptions } from '../../../local/src/server';
import { ENV } from '../synth';

// Browsers and Node.js 22 or later have it built in.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

export type Outputs = Record<string, string>;

/** The local runtime with clients for tests: deploys apps, connects chat clients, and records API calls. */
export class LocalRuntime {
  public static async start(options: Partial<LocalServerOptions> = {}): Promise<LocalRuntime> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'local-test-'));
    const dataDirectory = path.join(directory, 'data');
    return new LocalRuntime(directory, await LocalServer.start({
      environment: ENV,
      dataDirectory,
      // Tests poll rooms more often than five times a second.
      throttle: false,
      // More than the service's 200 ms, so that the handler decides on a busy machine as well.
      reviewMilliseconds: 2_000,
      // Each needs two processes, and starting them is most of the work.
      parallelCustomResources: 3,
      ...options,
    }));
  }

  /** The developer's client, which may call everything. */
  public readonly chat: IvschatClient;

  private readonly clients: ChatRoom[] = [];

  private constructor(public readonly directory: string, public readonly server: LocalServer) {
    this.chat = new IvschatClient({
      region: ENV.region, endpoint: server.url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  }

  /** @returns the stack, preceded by those it depends on */
  public synthesize(build: (app: App) => Stack): LoadedStack[] {
    // One folder for all apps, so that each asset is bundled once.
    const app = new App({ outdir: path.join(this.directory, 'cdk.out'), analyticsReporting: false });
    const { stackName } = build(app);
    return loadAssembly(app.synth().directory, { stack: stackName });
  }

  /**
   * Creates or updates a stack and those it depends on.
   *
   * @returns its outputs, after each review handler has been warmed up, because a cold one may time out
   */
  public async deploy(build: (app: App) => Stack): Promise<Outputs> {
    const { controlPlane, deployment, functions } = this.server;
    let outputs: Outputs = {};
    for (const stack of this.synthesize(build)) ({ outputs } = await deployment.deploy(stack));
    const handlers = controlPlane.listRooms().flatMap(room => room.messageReviewHandler?.uri || []);
    await Promise.all(handlers.map(async arn => functions.warm(arn)));
    return outputs;
  }

  /** Connects the official chat client. It is disconnected when the runtime stops. */
  public async connect(newToken: () => Promise<string>): Promise<ChatRoom> {
    const client = new ChatRoom({
      regionOrUrl: this.server.messagingUrl,
      tokenProvider: async () => ({ token: await newToken() }),
      maxReconnectAttempts: 0,
    });
    const silent = () => undefined;
    client.logger = { debug: silent, info: silent, error: silent };
    this.clients.push(client);
    const connected = new Promise<void>((resolve, reject) => {
      client.addListener('connect', () => resolve());
      client.addListener('disconnect', reason => reject(new Error(`The client was disconnected: ${reason}`)));
    });
    client.connect();
    await connected;
    return client;
  }

  /**
   * Records the API calls made meanwhile, by room and in order: `{ 'arn:…': ['GetRoom', 'UpdateRoom'] }`. Excludes
   * CloudFormation's own calls and throttled attempts.
   */
  public async callsDuring(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
    const calls: Record<string, string[]> = {};
    const stop = this.server.liveLog.listen(({ data, kind }) => {
      const { error, operation, target = 'all rooms' } = data as { error?: string; operation: string; target?: string } ?? {};
      if (kind !== 'request' || error === 'ThrottlingException' || operation.startsWith('lambda:')) return;
      (calls[target] ??= []).push(operation);
    });
    try {
      await work();
    } finally {
      stop();
    }
    return calls;
  }

  /** Lines of the live log, oldest first. */
  public lines(kind: string): string[] {
    return this.server.liveLog.recent.filter(entry => entry.kind === kind).map(({ text }) => text);
  }

  public async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    this.chat.destroy();
    await this.server.close();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for the client's next event of a type. */
export async function next<T>(client: ChatRoom, event: 'disconnect' | 'event' | 'message' | 'messageDelete' | 'userDisconnect'): Promise<T> {
  return new Promise(resolve => {
    const stop = client.addListener(event as 'event', (value: unknown) => {
      stop();
      resolve(value as T);
    });
  });
}
