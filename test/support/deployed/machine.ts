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

// What browsers and newer versions of Node.js have.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

export type Outputs = Record<string, string>;

/** This machine as an account, to which apps are deployed and in which everything they make can be asked. */
export class Machine {
  public static async start(options: Partial<LocalServerOptions> = {}): Promise<Machine> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'local-test-'));
    const dataDirectory = path.join(directory, 'data');
    return new Machine(directory, await LocalServer.start({
      environment: ENV,
      dataDirectory,
      // Tests ask more often than five times a second what has become of a room.
      throttle: false,
      // What a handler says is to be seen on a busy machine too.
      reviewMilliseconds: 2_000,
      // Two processes each, of which to start is most of the work.
      parallelCustomResources: 3,
      ...options,
    }));
  }

  /** As the developer, who may do everything. */
  public readonly chat: IvschatClient;

  private readonly clients: ChatRoom[] = [];

  private constructor(public readonly directory: string, public readonly server: LocalServer) {
    this.chat = new IvschatClient({
      region: ENV.region, endpoint: server.url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  }

  /** @returns the stack after those it depends on, ready to be deployed */
  public synthesize(build: (app: App) => Stack): LoadedStack[] {
    // One folder for all: what is bundled is bundled once.
    const app = new App({ outdir: path.join(this.directory, 'cdk.out'), analyticsReporting: false });
    const { stackName } = build(app);
    return loadAssembly(app.synth().directory, { stack: stackName });
  }

  /**
   * Deploys a stack, anew or as an update, and those it depends on.
   *
   * @returns its outputs, once a process of each review handler could work: what a cold one says nobody knows
   */
  public async deploy(build: (app: App) => Stack): Promise<Outputs> {
    const { controlPlane, deployment, functions } = this.server;
    let outputs: Outputs = {};
    for (const stack of this.synthesize(build)) ({ outputs } = await deployment.deploy(stack));
    const handlers = controlPlane.listRooms().flatMap(room => room.messageReviewHandler?.uri || []);
    await Promise.all(handlers.map(async arn => functions.warm(arn)));
    return outputs;
  }

  /** The official client, connected with a token. It is disconnected with the machine. */
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
   * What is asked of Amazon IVS Chat while something is done, by room and in order: `{ 'arn:…': ['GetRoom', 'UpdateRoom'] }`.
   * CloudFormation's own calls are none of them, nor are tries that were throttled.
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

  /** Of the live log, oldest first. */
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

/** The next event of a kind that a chat client gets. */
export async function next<T>(client: ChatRoom, event: 'disconnect' | 'event' | 'message' | 'messageDelete' | 'userDisconnect'): Promise<T> {
  return new Promise(resolve => {
    const stop = client.addListener(event as 'event', (value: unknown) => {
      stop();
      resolve(value as T);
    });
  });
}
