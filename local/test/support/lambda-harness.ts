import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionDefinition } from '../../src/contracts/function-definition';
import type { Authorize } from '../../src/iam/authorize';
import { Callers } from '../../src/iam/callers';
import { Sessions } from '../../src/iam/sessions';
import { Functions, type FunctionsOptions } from '../../src/lambda/functions';
import { handleLambda } from '../../src/lambda/http';
import { FunctionConnections } from '../../src/lambda/network/function-connections';
import { LiveLog } from '../../src/live-log/live-log';

export const ENVIRONMENT = { account: '123456789012', region: 'eu-west-1' };

export const ROLE = 'arn:aws:iam::123456789012:role/Role';

/** Functions behind a loopback server, as in `LocalServer`. */
export class LambdaHarness {
  public static async start(options: Partial<FunctionsOptions> = {}): Promise<LambdaHarness> {
    const harness = new LambdaHarness(options);
    harness.server.listen(0, '127.0.0.1');
    await once(harness.server, 'listening');
    return harness;
  }

  public readonly liveLog = new LiveLog();
  public readonly functions: Functions;
  /** Outside of this project. */
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'lambda-test-'));
  /** Records the calls in `authorized`. Replace it to refuse a call. */
  public authorize: Authorize;
  public readonly authorized: Parameters<Authorize>[1][] = [];
  public readonly sessions = new Sessions();
  /** Handles requests of functions to other services. Without it, `close()` fails for such a request. */
  public onRequest?: (req: http.IncomingMessage, res: http.ServerResponse) => void;

  private readonly connections = new FunctionConnections({ environment: ENVIRONMENT, liveLog: this.liveLog });
  private readonly unexpected: string[] = [];
  private readonly callers = new Callers({ environment: ENVIRONMENT, liveLog: this.liveLog, sessions: this.sessions });
  private readonly clients: LambdaClient[] = [];
  private readonly server: http.Server;

  private constructor(options: Partial<FunctionsOptions>) {
    this.authorize = (_caller, call) => void this.authorized.push(call);
    this.server = http.createServer((req, res) => void this.handle(req, res));
    this.connections.attach(this.server);
    this.functions = new Functions({
      connections: this.connections,
      environment: ENVIRONMENT,
      liveLog: this.liveLog,
      endpoint: () => this.endpoint,
      sessions: this.sessions,
      workDirectory: path.join(this.folder, 'work'),
      ...options,
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Creates a function from files or from inline code. */
  public async put(code: Record<string, string> | string, settings: Partial<FunctionDefinition> = {}): Promise<string> {
    return this.functions.put({
      functionName: 'Function',
      runtime: `nodejs${process.versions.node.split('.')[0]}.x`,
      handler: 'index.handler',
      code: typeof code === 'string' ? { zipFile: code } : { directory: this.write('asset', code) },
      environment: {},
      timeoutSeconds: 30,
      memorySize: 128,
      roleArn: ROLE,
      ...settings,
    });
  }

  public write(name: string, files: Record<string, string>): string {
    const directory = path.join(mkdtempSync(path.join(this.folder, 'asset-')), name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
      writeFileSync(path.join(directory, file), text, { mode: 0o755 });
    }
    return directory;
  }

  /** @returns the parsed payload, which describes the error if the function has failed */
  public async invoke(event: unknown = {}, name = 'Function'): Promise<any> {
    const { payload } = await this.functions.invoke(name, JSON.stringify(event));
    return JSON.parse(payload);
  }

  public client(accessKeyId = 'developer'): LambdaClient {
    const client = new LambdaClient({
      endpoint: this.endpoint, region: ENVIRONMENT.region, credentials: { accessKeyId, secretAccessKey: 'secret' }, maxAttempts: 1,
    });
    this.clients.push(client);
    return client;
  }

  public texts(kind = 'function'): string[] {
    return this.liveLog.recent.filter(entry => entry.kind === kind).map(entry => entry.text);
  }

  /** The data of the live log entries of a kind. */
  public data(kind = 'function'): unknown[] {
    return this.liveLog.recent.filter(entry => entry.kind === kind).map(entry => entry.data);
  }

  /** Resolves when the live log has a notice of this event. */
  public async untilNotice(event: string): Promise<void> {
    if (this.liveLog.recent.some(({ data }) => data?.event === event)) return;
    await new Promise<void>(resolve => {
      const stop = this.liveLog.listen(({ data }) => {
        if (data?.event !== event) return;
        stop();
        resolve();
      });
    });
  }

  public async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.functions.close();
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true, force: true });
    expect(this.unexpected).toEqual([]);
  }

  private async handle(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    if (await handleLambda(this.functions, (...args) => this.authorize(...args), this.callers.resolve(req), req, res)) return;
    if (this.onRequest) return this.onRequest(req, res);
    this.unexpected.push(`${req.method} ${req.url}`);
    res.writeHead(501).end();
  }
}
