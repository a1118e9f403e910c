import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LoadedStack } from './app/assembly';
import { Deployment } from './cloudformation/deployments';
import type { Environment } from './environment';
import { refusalReason } from './http/loopback';
import { parseSignature } from './iam/callers';
import { Roles } from './iam/roles';
import { Sessions } from './iam/sessions';
import { handleSts } from './iam/sts';
import { ControlPlane } from './ivschat/api/control-plane';
import { ServiceError } from './ivschat/api/errors';
import { type Authorize, handleIvsChat, isIvsChatRequest } from './ivschat/api/http';
import { ChatLogs } from './ivschat/chat-log/chat-logs';
import { Messaging } from './ivschat/messaging/messaging';
import { rejectUpgrade } from './ivschat/messaging/websocket-upgrade';
import { Functions } from './lambda/functions';
import { handleLambda } from './lambda/http';
import { LiveLog } from './live-log/live-log';
import { Playground } from './playground/playground';

export interface LocalServerOptions {
  readonly environment: Environment;
  /** Where chat logs go. */
  readonly dataDirectory: string;
  /** @default 0 - any free port */
  readonly port?: number;
  /** Hold each operation to its documented rate. @default true */
  readonly throttle?: boolean;
  /** @default false - messages are delivered as their reviews end */
  readonly inOrder?: boolean;
  /** How long a review may take. @default 200 */
  readonly reviewMilliseconds?: number;
  /** How many custom resources work at the same time, each in processes of its own. @default 5 */
  readonly parallelCustomResources?: number;
  /** @default false */
  readonly roomUpdateResetsRate?: boolean;
  /** @default false */
  readonly removalClearsProperty?: boolean;
}

/** The account on this machine: one loopback port for every service, and all that is deployed. */
export class LocalServer {
  /** @throws a sentence where the port cannot be had */
  public static async start(options: LocalServerOptions): Promise<LocalServer> {
    const server = new LocalServer(options);
    const { port = 0 } = options;
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', (error: NodeJS.ErrnoException) => {
        fs.rmSync(server.workDirectory, { recursive: true, force: true });
        const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.message})`;
        reject(new Error(`Port ${port} ${why}: choose another one, or 0 for any that is free.`));
      });
      server.http.listen(port, '127.0.0.1', resolve);
    });
    return server;
  }

  public readonly liveLog = new LiveLog();
  public readonly sessions = new Sessions();
  public readonly controlPlane: ControlPlane;
  public readonly deployment: Deployment;
  public readonly functions: Functions;
  public readonly chatLogs: ChatLogs;

  private readonly http: http.Server;
  private readonly iam = new Roles();
  private readonly messaging: Messaging;
  private readonly playground: Playground;
  // Not below the project, where the code of a function would find what it did not bring along.
  private readonly workDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'ivschat-local-'));

  private constructor(options: LocalServerOptions) {
    const { liveLog } = this;
    const { dataDirectory, environment, inOrder, reviewMilliseconds, throttle = true } = options;
    const { parallelCustomResources, removalClearsProperty, roomUpdateResetsRate } = options;
    const endpoint = () => this.url;
    this.functions = new Functions({
      liveLog, endpoint, environment, workDirectory: this.workDirectory, identify: accessKeyId => this.sessions.identityOf(accessKeyId),
    });
    this.controlPlane = new ControlPlane({ liveLog, environment, functions: this.functions, throttle });
    this.chatLogs = new ChatLogs({
      liveLog, directory: dataDirectory, environment, configurations: arn => this.controlPlane.loggingConfiguration(arn),
    });
    this.messaging = new Messaging({
      liveLog, directory: this.controlPlane, functions: this.functions, inOrder, chatLog: this.chatLogs, reviewMilliseconds,
    });
    this.controlPlane.connect(this.messaging);
    this.deployment = new Deployment({
      liveLog,
      controlPlane: this.controlPlane,
      endpoint,
      environment,
      functions: this.functions,
      iam: this.iam,
      parallelCustomResources,
      removalClearsProperty,
      roomUpdateResetsRate,
    });
    this.playground = new Playground({
      liveLog, chatLogs: this.chatLogs, controlPlane: this.controlPlane, deployment: this.deployment, environment,
    });

    this.http = http.createServer((req, res) => void this.answer(req, res));
    this.http.on('upgrade', (req, socket, head) => {
      const refusal = refusalReason(req);
      if (refusal === undefined) this.messaging.handleUpgrade(req, socket, head);
      else rejectUpgrade(socket, 403, refusal);
    });
  }

  /** What to set AWS_ENDPOINT_URL_IVSCHAT to. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What chat clients take in the place of a region. */
  public get messagingUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /**
   * Creates or updates stacks, one after the other, and then starts an environment for each review handler of a room: a cold start
   * takes more of the 200 ms than most handlers leave.
   *
   * @throws DeploymentError after the stack at fault has been put back
   */
  public async deploy(stacks: readonly LoadedStack[]): Promise<void> {
    for (const stack of stacks) await this.deployment.deploy(stack);
    await this.warmReviewHandlers();
  }

  /** Ends everything that was started: clients, functions, and the logs that are not written yet. */
  public async close(): Promise<void> {
    this.playground.close();
    await this.messaging.close();
    await this.functions.close();
    await this.chatLogs.close();
    this.http.closeAllConnections();
    await new Promise(resolve => this.http.close(resolve));
    fs.rmSync(this.workDirectory, { recursive: true, force: true });
  }

  private async warmReviewHandlers(): Promise<void> {
    const handlers = new Set(this.controlPlane.listRooms().flatMap(({ messageReviewHandler }) => messageReviewHandler?.uri ?? []));
    for (const uri of handlers) {
      const name = uri.slice(uri.indexOf(':function:') + ':function:'.length);
      try {
        await this.functions.warm(uri);
        this.liveLog.record({ kind: 'function', text: `${name} reviews messages: one environment of it is started` });
      } catch (error) {
        const text = `${name} reviews messages and could not be started: ${(error as Error).message}`;
        this.liveLog.record({ kind: 'function', level: 'warning', text });
      }
    }
  }

  private get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** One port for everything: what a request is for is told by its path or by the service it is signed for. */
  private async answer(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    try {
      const refusal = refusalReason(req);
      if (refusal !== undefined) return respond(res, 403, { message: refusal });
      if (await this.deployment.handleResponse(req, res)) return;
      if (await handleLambda(this.functions, this.authorize, req, res)) return;
      if (isIvsChatRequest(req)) return await handleIvsChat(this.controlPlane, this.authorize, req, res);
      if (await this.playground.handle(req, res)) return;

      const signature = parseSignature(req.headers.authorization);
      if (signature?.service === 'sts') {
        const identity = () => this.functions.identityOf(signature.accessKeyId);
        return await handleSts(this.sessions, identity, arn => this.iam.has(arn), req, res, this.authorize);
      }
      if (signature) {
        const message = `ivschat-local has no ${signature.service}. It has Amazon IVS Chat, and of AWS Lambda and AWS STS what chat applications need.`;
        this.liveLog.record({ kind: 'notice', level: 'warning', text: message });
        return respond(res, 501, { message }, 'NotImplementedException');
      }
      respond(res, 404, { message: `There is nothing at ${req.url}. Requests of SDK clients are told apart by their signature.` });
    } catch (error) {
      this.liveLog.record({ kind: 'notice', level: 'error', text: `ivschat-local failed: ${String(error)}` });
      if (!res.headersSent) respond(res, 500, { message: 'Something went wrong in ivschat-local.' });
    }
  }

  /** The developer may do everything; functions and assumed roles what their policies say. */
  private readonly authorize: Authorize = (req, call) => {
    const accessKeyId = parseSignature(req.headers.authorization)?.accessKeyId ?? '';
    const roleArn = this.functions.roleOf(accessKeyId) ?? this.sessions.roleOf(accessKeyId);
    if (roleArn === undefined) return;
    const { allowed, explicitDeny, unsupported } = this.iam.authorize(roleArn, call);
    for (const what of unsupported) {
      this.liveLog.record({ kind: 'iam', level: 'warning', text: `${roleArn} has a policy with ${what}, which is not understood here and allows nothing` });
    }
    if (allowed) return;
    const { userArn } = this.functions.identityOf(accessKeyId);
    const why = explicitDeny ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${call.action} action`;
    this.liveLog.record({
      kind: 'iam', level: 'error', text: `denied: ${roleArn.slice(roleArn.indexOf('role/'))} may not ${call.action} on ${call.resource}`, data: { roleArn, ...call },
    });
    throw new ServiceError('AccessDeniedException', `User: ${userArn} is not authorized to perform: ${call.action} on resource: ${call.resource} ${why}`);
  };
}

function respond(res: http.ServerResponse, status: number, body: object, errorType?: string): void {
  res.writeHead(status, { 'content-type': 'application/json', ...errorType && { 'x-amzn-errortype': errorType } }).end(JSON.stringify(body));
}
