import type { ReplayOptions, ReplayResult } from '../replay/result';

/** The cloud assembly that `app.synth()` returns. */
export interface SynthesizedApp {
  /** The folder of the assembly. */
  readonly directory: string;
}

/** A `cdk.out` folder, a template file, a command that synthesizes the app, or what `app.synth()` returns. */
export type AppSource = string | SynthesizedApp;

export interface DeployOptions {
  /**
   * Path of a stack or a stage, such as `Chat`, `Prod` or `Prod/Chat`.
   * @default - all stacks outside of stages
   */
  readonly stack?: string;
  /**
   * Values for template parameters, by `NAME`, or by `STACK:NAME` for one stack.
   * @default - defaults of the template
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface IvsChatOptions extends DeployOptions {
  /**
   * What to deploy; `false` starts without stacks, for `deploy()`.
   * @default - `app` in cdk.json, else cdk.out
   */
  readonly app?: AppSource | false;
  /**
   * Folder of the app: of its cdk.json, of relative paths in `app`, and where commands run.
   * @default - the current folder
   */
  readonly appDirectory?: string;
  /**
   * Region for environment-agnostic stacks.
   * @default 'us-east-1'
   */
  readonly region?: string;
  /**
   * Port to listen on.
   * @default - any free port
   */
  readonly port?: number;
  /**
   * IP address to listen on besides the loopback address, such as that of this machine in a network, for a phone; `0.0.0.0` for all.
   * Everyone who can reach it has all permissions.
   * @default - only the loopback address
   */
  readonly host?: string;
  /**
   * Other names or addresses under which clients and web pages reach this machine, such as `10.0.2.2` in the Android emulator or
   * `host.docker.internal` in a container.
   * @default - loopback names, and the addresses of `host`
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Folder for chat logs, which are kept there.
   * @default - a temporary folder, deleted by `close()`
   */
  readonly dataDirectory?: string;
  /**
   * Whether to limit API calls to the documented rates.
   * @default true
   */
  readonly throttle?: boolean;
  /**
   * Time limit of reviews. Raise it where a busy machine makes them late.
   * @default 200 - the limit of the service
   */
  readonly reviewMilliseconds?: number;
  /**
   * Custom resources that are deployed at the same time, each in processes of its own.
   * @default 5
   */
  readonly parallelCustomResources?: number;
  /**
   * Whether to deliver messages in the order they were received. AWS does not document the order.
   * @default false - as soon as each review ends
   */
  readonly inOrder?: boolean;
  /**
   * Whether to reset the message rate to 10 when a room is updated whose template has no rate. AWS does not document it.
   * @default false
   */
  readonly roomUpdateResetsRate?: boolean;
  /**
   * Whether to detach the review handler or the logging configurations when they are removed from the template of a room. AWS does not
   * document it.
   * @default false
   */
  readonly removalClearsProperty?: boolean;
  /**
   * URLs of issuers of tokens that the runtime plays for functions besides the user pools of the app, such as `https://login.example.com` or
   * that of an existing user pool.
   * @default - none
   */
  readonly issuers?: readonly string[];
  /**
   * Whether to deliver events to functions twice where AWS delivers them at least once, to test that the functions are idempotent.
   * @default false
   */
  readonly deliverTwice?: boolean;
  /**
   * File with words, one in each line, that the stand-ins for Amazon Comprehend and Amazon Bedrock flag.
   * @default - they flag nothing
   */
  readonly flaggedWords?: string;
  /**
   * Receives the live log, starting with the deployment.
   * @default - no receiver; `liveLog` has the newest entries
   */
  readonly onLogEntry?: (entry: LogEntry) => void;
}

/** Addresses of the services, for the `endpoint` of SDK clients. */
export interface Endpoints {
  readonly dynamodb: string;
  readonly ivschat: string;
  readonly lambda: string;
  readonly sqs: string;
  readonly sts: string;
}

export type Capability = 'DELETE_MESSAGE' | 'DISCONNECT_USER' | 'SEND_MESSAGE';

export interface ChatTokenOptions {
  /** Construct path such as `Chat/Lobby`, name or ARN of a room. In a template written by hand, the path is `STACK/LOGICAL_ID`. */
  readonly room: string;
  readonly userId: string;
  /** @default - none: the user can only receive */
  readonly capabilities?: readonly Capability[];
  /** Attributes of the sender in each message of the user. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** @default 60 */
  readonly sessionDurationInMinutes?: number;
}

export interface ConnectOptions extends ChatTokenOptions {
  /** @default - all of them */
  readonly capabilities?: readonly Capability[];
}

export interface IssuedChatToken {
  readonly token: string;
  readonly tokenExpirationTime: Date;
  readonly sessionExpirationTime: Date;
}

/** A user to sign in. Users need not exist, and have no password. */
export interface SignInOptions {
  /**
   * Construct path such as `Auth/Users`, ID, name or ARN of a user pool.
   * @default - the only user pool
   */
  readonly pool?: string;
  /**
   * An issuer of the option `issuers`, instead of a user pool.
   * @default - a user pool
   */
  readonly issuer?: string;
  /**
   * Construct path such as `Auth/Users/Web`, ID or name of a client of the pool. For an issuer, the audience of the tokens, which is required.
   * @default - the only client of the pool
   */
  readonly client?: string;
  readonly username: string;
  /**
   * Groups of the user: the claim `cognito:groups`, or `groups` for an issuer.
   * @default - none
   */
  readonly groups?: readonly string[];
  /**
   * Claims of the ID token, such as `{ email: 'ada@example.com' }`. They replace those of the issuer: an `exp` in the past is an expired token,
   * and undefined removes a claim.
   * @default - those of the issuer only
   */
  readonly claims?: Readonly<Record<string, unknown>>;
  /**
   * The same for the access token.
   * @default - those of the issuer only
   */
  readonly accessTokenClaims?: Readonly<Record<string, unknown>>;
  /**
   * The claim `scope` of the access token.
   * @default - `aws.cognito.signin.user.admin` for a user pool, else none
   */
  readonly scopes?: readonly string[];
}

export interface UserTokens {
  readonly idToken: string;
  readonly accessToken: string;
  /** The claim `sub` of both tokens, the same for each sign-in of the user. */
  readonly sub: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
}

export interface ChatMessage {
  readonly id: string;
  readonly content: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sendTime: Date;
  readonly sender: { readonly userId: string; readonly attributes: Readonly<Record<string, string>> };
}

/** An event of the app, or one of the service such as `aws:DELETE_MESSAGE`. */
export interface ChatEvent {
  readonly id: string;
  readonly eventName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sendTime: Date;
}

/**
 * What a user has received and nothing has read yet, oldest first.
 *
 * As an async iterable, it waits for more, and ends when the connection is closed. Leaving the loop keeps the rest.
 */
export interface Inbox<T> extends AsyncIterable<T> {
  /**
   * Removes and returns the oldest item, waiting for one if there is none.
   *
   * Rejects if the connection is closed, or after the timeout.
   *
   * @param timeoutMilliseconds 5000 by default
   */
  take(timeoutMilliseconds?: number): Promise<T>;
}

/** A user in a room, with a WebSocket connection of their own. */
export interface ChatUser {
  readonly userId: string;
  /** All messages of the room since the user connected, including those of the user. */
  readonly messages: Inbox<ChatMessage>;
  /** All events of the room since the user connected. */
  readonly events: Inbox<ChatEvent>;
  /**
   * Sends a message and waits until it is delivered.
   *
   * Rejects with a `ChatError`: code 406 if the message was denied in review.
   */
  send(content: string, attributes?: Readonly<Record<string, string>>): Promise<ChatMessage>;
  /** Tells all clients of the room to delete the message. Rejects with a `ChatError`. */
  deleteMessage(messageId: string, reason?: string): Promise<ChatEvent>;
  /** Disconnects all connections of a user. Rejects with a `ChatError`. */
  disconnectUser(userId: string, reason?: string): Promise<ChatEvent>;
  /** Closes the connection. */
  close(): Promise<void>;
}

/** A room as it is now. */
export interface DeployedRoom {
  /** Construct path such as `Chat/Lobby`, or `STACK/LOGICAL_ID`; undefined for rooms created through the API. */
  readonly path?: string;
  readonly arn: string;
  readonly id: string;
  /** Empty if the room has no name. */
  readonly name: string;
  readonly maximumMessageLength: number;
  readonly maximumMessageRatePerSecond: number;
  readonly messageReviewHandler?: { readonly uri: string; readonly fallbackResult: 'ALLOW' | 'DENY' };
  readonly loggingConfigurationIdentifiers: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface DeployedResource {
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  /** Values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface DeployedStack {
  readonly name: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, DeployedResource>>;
}

/** An entry of the live log. */
export interface LogEntry {
  readonly id: number;
  /** ISO 8601. */
  readonly time: string;
  /** Such as `message`, `review`, `request`, `resource`, `function`, `iam`, `custom-resource`. */
  readonly kind: string;
  readonly level?: 'error' | 'info' | 'warning';
  /** One line for people. It can change in any release. */
  readonly text: string;
  /** The same for programs, such as `{ result: 'DENY', milliseconds: 12 }` of a review. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A record of a chat log, in the format of the service. */
export interface ChatLogRecord {
  readonly roomArn: string;
  readonly event_timestamp: string;
  readonly type: 'EVENT' | 'MESSAGE';
  readonly version: string;
  /** The message or event as clients receive it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A running local runtime. */
export interface IvsChat {
  readonly endpoints: Endpoints;
  /** Value for `regionOrUrl` of the official chat client. */
  readonly messagingUrl: string;
  readonly playgroundUrl: string;
  /** Where pages and other programs get tokens: they send the options of `signIn` in a POST request, with the ID or name of pool and client. */
  readonly signInUrl: string;
  /** Outputs of the deployed stacks, by stack name and output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Environment variables that point AWS SDKs, the AWS CLI and child processes to the runtime: `AWS_ENDPOINT_URL_IVSCHAT` and others,
   * `IVSCHAT_MESSAGING_URL`, the region, and the credentials of the developer, who has all permissions.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** All rooms, including those created through the API. */
  readonly rooms: readonly DeployedRoom[];
  /** The deployed stacks, including nested ones. */
  readonly stacks: readonly DeployedStack[];
  /** The newest 500 entries of the live log, oldest first. */
  readonly liveLog: readonly LogEntry[];
  /** Creates a chat token for the official chat client. Throws if the room does not exist. */
  createChatToken(options: ChatTokenOptions): Promise<IssuedChatToken>;
  /** Connects a user to a room. */
  connect(options: ConnectOptions): Promise<ChatUser>;
  /**
   * Calls an operation of the Amazon IVS Chat API such as `GetRoom`, as the developer, without the limit of its rate and without an entry in
   * the live log.
   *
   * Rejects with the service's error, whose `name` is that of SDK errors.
   */
  call(operation: string, input?: object): Promise<any>;
  /** Credentials of a role of the app, to test with its permissions. Throws if the role does not exist. */
  assumeRole(roleArn: string, sessionName?: string): RoleCredentials;
  /**
   * Issues an ID token and an access token that the functions of the app accept. Rejects if the user pool or the issuer does not exist, or if
   * `client` is missing and the pool does not have exactly one.
   */
  signIn(options: SignInOptions): Promise<UserTokens>;
  /** Deploys stacks, or updates those that exist. Rejects after the failed stack was rolled back. */
  deploy(app: AppSource, options?: DeployOptions): Promise<void>;
  /** Deletes a stack by its name. */
  destroy(stackName: string): Promise<void>;
  /** Writes the chat logs to their files, and returns the newest 500 records of all rooms, oldest first. */
  chatLog(): Promise<readonly ChatLogRecord[]>;
  /**
   * Sends the messages of chat logs, or labelled cases, to the review handler as it is now, and compares the results with the logs. No message
   * is delivered.
   *
   * Rejects if a log cannot be read or has no messages, or if `room` is missing and rooms use more than one review handler.
   *
   * @param logs files and folders, such as `.ivschat-local`
   */
  replay(logs: string | readonly string[], options?: ReplayOptions): Promise<ReplayResult>;
  /**
   * Calls the listener with each further entry of the live log.
   *
   * @returns a function that removes the listener
   */
  onLogEntry(listener: (entry: LogEntry) => void): () => void;
  /** Disconnects users, stops functions and deletes temporary files. */
  close(): Promise<void>;
}
