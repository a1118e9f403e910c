import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ChatRoom } from 'amazon-ivs-chat-messaging';
import { App, type Stack } from 'aws-cdk-lib';
import { WebSocket } from 'ws';
import { ENV } from '../synth';
import { type IvsChat, type IvsChatOptions, startIvsChat } from 'ivschat-local';

// Browsers and Node.js 22 or later have it built in.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

export type Outputs = Readonly<Record<string, string>>;

/** The local runtime with clients for tests: deploys apps, connects chat clients, and records API calls. */
export class LocalRuntime {
  public static async start(options: IvsChatOptions = {}): Promise<LocalRuntime> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'local-test-'));
    const dataDirectory = path.join(directory, 'data');
    return new LocalRuntime(directory, await startIvsChat({
      app: false,
      region: ENV.region,
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

  private readonly lambda: LambdaClient;
  private readonly clients: ChatRoom[] = [];

  private constructor(public readonly directory: string, public readonly local: IvsChat) {
    const developer = { region: ENV.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    this.chat = new IvschatClient({ ...developer, endpoint: local.endpoints.ivschat });
    this.lambda = new LambdaClient({ ...developer, endpoint: local.endpoints.lambda });
  }

  /** @returns the folder of the assembly, and the name of the stack */
  public synthesize(build: (app: App) => Stack): { directory: string; stackName: string } {
    // One folder for all apps, so that each asset is bundled once.
    const app = new App({ outdir: path.join(this.directory, 'cdk.out'), analyticsReporting: false });
    const { stackName } = build(app);
    return { directory: app.synth().directory, stackName };
  }

  /**
   * Creates or updates a stack and those it depends on.
   *
   * @returns its outputs
   */
  public async deploy(build: (app: App) => Stack): Promise<Outputs> {
    const { directory, stackName } = this.synthesize(build);
    await this.local.deploy({ directory }, { stack: stackName });
    return this.local.outputs[stackName];
  }

  /** Invokes a function as the developer. */
  public async invoke(functionName: string, payload: string): Promise<{ payload: string; functionError?: string }> {
    const { FunctionError: functionError, Payload } = await this.lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: payload }));
    return { payload: Payload!.transformToString(), functionError };
  }

  /** Connects the official chat client. It is disconnected when the runtime stops. */
  public async connect(newToken: () => Promise<string>): Promise<ChatRoom> {
    const client = new ChatRoom({
      regionOrUrl: this.local.messagingUrl,
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
    const stop = this.local.onLogEntry(({ data, kind }) => {
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
    return this.local.liveLog.filter(entry => entry.kind === kind).map(({ text }) => text);
  }

  public async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    this.chat.destroy();
    this.lambda.destroy();
    await this.local.close();
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
