import * as http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { ApiAddresses } from './api-gateway/addresses';
import { Deployment } from './cloudformation/deployments';
import type { LoadedStack } from './cloudformation/source';
import { DynamoDb } from './dynamodb/dynamodb';
import type { Environment } from './environment';
import { acceptHttp2 } from './http/http2-connections';
import { readHostName } from './http/loopback';
import { listen, networkAddresses, networkWarning, urlsOf } from './http/network-access';
import { onWebSocketUpgrade } from './http/websocket-upgrades';
import { HttpApis } from './http-apis/http-apis';
import { authorizer } from './iam/authorize';
import { Callers } from './iam/callers';
import { roleId } from './iam/identity';
import { Roles } from './iam/roles';
import { Sessions } from './iam/sessions';
import { ControlPlane } from './ivschat/api/control-plane';
import { ChatLogs } from './ivschat/chat-log/chat-logs';
import { Messaging } from './ivschat/messaging/messaging';
import { FlaggedWords } from './judges/flagged-words';
import { Guardrails } from './judges/guardrails';
import { explainFailure } from './lambda/execution/failure-messages';
import { functionLabel } from './lambda/function-arn';
import { Functions } from './lambda/functions';
import { FunctionConnections } from './lambda/network/function-connections';
import { LiveLog } from './live-log/live-log';
import { LogSubscriptions } from './log-subscriptions/subscriptions';
import { Playground } from './playground/playground';
import { RestApis } from './rest-apis/rest-apis';
import { Router } from './router';
import { queueDestination } from './sqs/event-destination';
import { EventSourceMappings } from './sqs/event-source-mappings';
import { Queues } from './sqs/queues';
import { readIssuerUrl } from './user-pools/issuer-url';
import { UserPools } from './user-pools/user-pools';
import { createWorkDirectory, deleteWorkDirectory } from './work-directory';

export interface LocalServerOptions {
  readonly environment: Environment;
  /** Folder for chat logs. */
  readonly dataDirectory: string;
  /** @default 0 - any free port */
  readonly port?: number;
  /** IP address to listen on besides the loopback address; `0.0.0.0` for all. @default - only the loopback address */
  readonly host?: string;
  /** Other host names under which clients and web pages reach this machine. @default - loopback names and the addresses of `host` */
  readonly allowedHosts?: readonly string[];
  /** Limit each operation to its documented rate. @default true */
  readonly throttle?: boolean;
  /** Deliver messages in the order they were received. @default false - as soon as each review ends */
  readonly inOrder?: boolean;
  /** Time limit of a review. @default 200 */
  readonly reviewMilliseconds?: number;
  /** Custom resources deployed at the same time, each in processes of its own. @default 5 */
  readonly parallelCustomResources?: number;
  /** Reset the rate when a room is updated whose template has no rate. @default false */
  readonly roomUpdateResetsRate?: boolean;
  /** Detach the review handler or the logging configurations when they are removed from a room's template. @default false */
  readonly removalClearsProperty?: boolean;
  /** Deliver events to functions twice where AWS delivers them at least once. @default false */
  readonly deliverTwice?: boolean;
  /** File with words that the stand-ins for Amazon Comprehend and Amazon Bedrock flag. @default - they flag nothing */
  readonly flaggedWords?: string;
  /** Addresses of services that functions call and others serve, such as `{ DYNAMODB: 'http://127.0.0.1:8000' }`. @default - none */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
  /** URLs of issuers of tokens that this server plays besides the deployed user pools. @default - none */
  readonly issuers?: readonly string[];
  /** The time, at which the sessions of assumed roles expire. @default Date.now */
  readonly clock?: () => number;
}

/** The local runtime: the deployed stacks, and one loopback port for all services. */
export class LocalServer {
  /**
   * Throws if the port is in use or not permitted, the host is not an address of this machine, an issuer is not an https URL, or the file of
   * flagged words cannot be read.
   */
  public static async start(options: LocalServerOptions): Promise<LocalServer> {
    const allowedHosts = [...options.allowedHosts ?? [], ...networkAddresses(options.host)].map(name => readHostName('allowedHosts', name));
    const issuers = options.issuers?.map(url => readIssuerUrl('issuers', url));
    const server = new LocalServer({ ...options, allowedHosts, issuers }, new FlaggedWords(options.flaggedWords));
    try {
      server.otherListener = await listen(server.http, options.port ?? 0, options.host);
    } catch (error) {
      deleteWorkDirectory(server.workDirectory);
      throw error;
    }
    server.warnOfNetwork();
    return server;
  }

  public readonly liveLog = new LiveLog();
  public readonly sessions: Sessions;
  public readonly controlPlane: ControlPlane;
  public readonly deployment: Deployment;
  public readonly functions: Functions;
  public readonly chatLogs: ChatLogs;
  public readonly userPools: UserPools;

  private readonly dynamoDb: DynamoDb;
  private readonly http: http.Server;
  private readonly closeHttp2: () => void;
  private readonly eventSourceMappings: EventSourceMappings;
  private otherListener?: Server;
  private readonly iam = new Roles();
  private readonly messaging: Messaging;
  private readonly playground: Playground;
  private readonly queues: Queues;
  // Outside of the project, so that functions cannot load packages that are missing in their asset.
  private readonly workDirectory = createWorkDirectory();

  private constructor(private readonly options: LocalServerOptions, flaggedWords: FlaggedWords) {
    const { liveLog } = this;
    const { dataDirectory, environment, inOrder, reviewMilliseconds, throttle = true } = options;
    const { deliverTwice, parallelCustomResources, removalClearsProperty, roomUpdateResetsRate } = options;
    const endpoint = () => this.url;
    this.sessions = new Sessions(options.clock);
    const authorize = authorizer(this.iam, liveLog);
    this.userPools = new UserPools({ environment, liveLog, issuers: options.issuers });
    const connections = new FunctionConnections({
      environment, liveLog, otherHosts: this.userPools.hosts, serviceEndpoints: options.serviceEndpoints,
    });
    this.queues = new Queues({ liveLog, endpoint, environment });
    this.functions = new Functions({
      connections,
      liveLog,
      endpoint,
      environment,
      sendToDestination: queueDestination(this.queues, authorize),
      serviceEndpoints: options.serviceEndpoints,
      sessions: this.sessions,
      workDirectory: this.workDirectory,
    });
    this.eventSourceMappings = new EventSourceMappings({ authorize, deliverTwice, functions: this.functions, liveLog, queues: this.queues });
    this.dynamoDb = new DynamoDb({ environment, liveLog });
    this.controlPlane = new ControlPlane({ liveLog, environment, functions: this.functions, throttle });
    const guardrails = new Guardrails(environment, flaggedWords);
    const subscriptions = new LogSubscriptions({ deliverTwice, environment, functions: this.functions, liveLog });
    this.chatLogs = new ChatLogs({
      liveLog, directory: dataDirectory, environment, configurations: arn => this.controlPlane.loggingConfiguration(arn), subscriptions,
    });
    this.messaging = new Messaging({
      liveLog, directory: this.controlPlane, functions: this.functions, inOrder, chatLog: this.chatLogs, reviewMilliseconds,
    });
    this.controlPlane.connect(this.messaging);
    const apiAddresses = new ApiAddresses({ endpoint, environment });
    const httpApis = new HttpApis(apiAddresses);
    const restApis = new RestApis(apiAddresses);
    this.deployment = new Deployment({
      apiAddresses,
      liveLog,
      controlPlane: this.controlPlane,
      endpoint,
      environment,
      eventSourceMappings: this.eventSourceMappings,
      explainFailure,
      functions: this.functions,
      guardrails,
      httpApis,
      iam: this.iam,
      parallelCustomResources,
      queues: this.queues,
      restApis,
      roleId,
      removalClearsProperty,
      roomUpdateResetsRate,
      subscriptions,
      tables: this.dynamoDb,
      userPools: this.userPools,
    });
    this.playground = new Playground({
      liveLog,
      chatLogs: this.chatLogs,
      controlPlane: this.controlPlane,
      deployment: this.deployment,
      environment,
      functions: this.functions,
      reviewMilliseconds,
      userPools: this.userPools,
    });

    const router = new Router({
      authorize,
      liveLog,
      allowedHosts: new Set(options.allowedHosts),
      callers: new Callers({ environment, liveLog, sessions: this.sessions }),
      connections,
      controlPlane: this.controlPlane,
      deployment: this.deployment,
      dynamoDb: this.dynamoDb,
      functions: this.functions,
      guardrails,
      httpApis,
      iam: this.iam,
      issuerKeys: issuer => this.userPools.keysOf(issuer),
      messaging: this.messaging,
      playground: this.playground,
      queues: this.queues,
      restApis,
      sessions: this.sessions,
      userPools: this.userPools,
    });
    const handleRequest = (req: http.IncomingMessage, res: http.ServerResponse) => void router.handleRequest(req, res);
    this.http = http.createServer(handleRequest);
    connections.attach(this.http);
    this.closeHttp2 = acceptHttp2(this.http, handleRequest);
    onWebSocketUpgrade(this.http, (req, socket, head) => router.handleUpgrade(req, socket, head));
  }

  /** Value for AWS_ENDPOINT_URL_IVSCHAT. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Value for `regionOrUrl` of chat clients. */
  public get messagingUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The URLs under which the network reaches this server, none without the option `host`. */
  public get networkUrls(): string[] {
    return urlsOf(networkAddresses(this.options.host), this.port);
  }

  /**
   * Creates or updates stacks one after the other, then starts one environment of each room's review handler, because a cold start can exceed
   * the 200 ms limit.
   *
   * @throws ExpectedError after the failed stack has been rolled back
   */
  public async deploy(stacks: readonly LoadedStack[]): Promise<void> {
    for (const stack of stacks) await this.deployment.deploy(stack);
    await this.warmReviewHandlers();
  }

  /** Disconnects clients, stops functions, and writes buffered chat logs. */
  public async close(): Promise<void> {
    this.playground.close();
    await this.messaging.close();
    this.eventSourceMappings.close();
    this.queues.close();
    await this.functions.close();
    await this.chatLogs.close();
    this.otherListener?.close();
    this.http.closeAllConnections();
    this.closeHttp2();
    await new Promise(resolve => this.http.close(resolve));
    deleteWorkDirectory(this.workDirectory);
  }

  private warnOfNetwork(): void {
    const urls = this.networkUrls;
    if (urls.length > 0) this.liveLog.record({ kind: 'notice', level: 'warning', text: networkWarning(urls), data: { event: 'network-access', urls } });
  }

  private async warmReviewHandlers(): Promise<void> {
    const handlers = new Set(this.controlPlane.listRooms().flatMap(({ messageReviewHandler }) => messageReviewHandler?.uri || []));
    for (const uri of handlers) {
      const name = functionLabel(this.functions.registry.parse(uri));
      try {
        await this.functions.warm(uri);
        this.liveLog.record({ kind: 'function', text: `${name}: started one environment, to avoid a cold start in the first review`, data: { event: 'warmed', functionName: name } });
      } catch (error) {
        const text = `${name}: could not start an environment of this review handler: ${(error as Error).message}`;
        this.liveLog.record({ kind: 'function', level: 'warning', text, data: { event: 'not-warmed', functionName: name, error: (error as Error).message } });
      }
    }
  }

  private get port(): number {
    return (this.http.address() as AddressInfo).port;
  }
}
