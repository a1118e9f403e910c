import * as fs from 'node:fs';
import * as path from 'node:path';
import type {
  AppSource, ChatLogRecord, ChatTokenOptions, ConnectOptions, DeployedRoom, DeployOptions, Endpoints, IssuedChatToken, IvsChat, IvsChatOptions,
  LogEntry, RoleCredentials, SignInOptions, UserTokens,
} from './api';
import { type ConstructPaths, pathsOfResources, readConstructPaths } from './construct-paths';
import { WebSocketUser } from './web-socket-user';
import { loadAssembly } from '../app/assembly';
import { synthesize } from '../app/synthesize';
import type { LoadedStack } from '../cloudformation/source';
import { connectionDetails, outputsOf } from '../connection-details';
import { DEFAULT_ENVIRONMENT } from '../environment';
import { ExpectedError } from '../expected-error';
import { chooseReviewedRoom } from '../replay/choose-room';
import { evade, type Evasion, type EvasionResult } from '../replay/evasion/evade';
import type { WordsToTry } from '../replay/evasion/filter-words';
import { MessageLogs } from '../replay/chat-logs/message-logs';
import { type Replay, replay } from '../replay/replay';
import type { ReplayOptions, ReplayResult } from '../replay/result';
import { type ReviewedRoom, Reviewer } from '../replay/reviewer';
import { LocalServer } from '../server';
import { createWorkDirectory } from '../work-directory';

/** A server with what tests need: chat tokens, users, and what has been deployed. */
export class LocalIvsChat implements IvsChat {
  public static async start(options: CommandOptions): Promise<LocalIvsChat> {
    const {
      app, appDirectory = process.cwd(), context, dataDirectory, killOnExit, onLogEntry, parameters, region, stack, ...serverOptions
    } = options;
    const directory = createWorkDirectory();
    const output = path.join(directory, 'cdk.out');
    try {
      const source = app === false ? undefined : await load(app, { appDirectory, context, killOnExit, output, region, stack, parameters });
      const environment = source?.stacks[0]?.environment ?? { ...DEFAULT_ENVIRONMENT, ...region !== undefined && { region } };
      const server = await LocalServer.start({ ...serverOptions, environment, dataDirectory: path.resolve(dataDirectory ?? path.join(directory, 'data')) });
      const local = new LocalIvsChat(server, { appDirectory, output, region: environment.region }, directory, options.reviewMilliseconds);
      try {
        if (onLogEntry) local.onLogEntry(onLogEntry);
        if (source) await local.deployStacks(source);
        return local;
      } catch (error) {
        await server.close();
        throw error;
      }
    } catch (error) {
      fs.rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  public readonly endpoints: Endpoints;
  public readonly environment: Readonly<Record<string, string>>;
  public readonly messagingUrl: string;
  public readonly playgroundUrl: string;
  public readonly signInUrl: string;

  private readonly constructPaths = new Map<string, ConstructPaths>();
  private readonly users: WebSocketUser[] = [];
  private closing?: Promise<void>;

  private constructor(
    private readonly server: LocalServer, private readonly appOptions: AppOptions, private readonly directory: string,
    private readonly reviewMilliseconds?: number,
  ) {
    const { endpoints, environment, messagingUrl, playgroundUrl, signInUrl } = connectionDetails(server, appOptions.region!);
    this.endpoints = endpoints;
    this.environment = environment;
    this.messagingUrl = messagingUrl;
    this.playgroundUrl = playgroundUrl;
    this.signInUrl = signInUrl;
  }

  public get outputs() {
    return outputsOf(this.server.deployment);
  }

  public get stacks() {
    return this.server.deployment.describe();
  }

  public get liveLog(): readonly LogEntry[] {
    return [...this.server.liveLog.recent];
  }

  public get rooms(): readonly DeployedRoom[] {
    const paths = pathsOfResources('AWS::IVSChat::Room', this.stacks, this.constructPaths);
    return this.server.controlPlane.listRooms().map(({ createTime, updateTime, ...room }) =>
      ({ ...structuredClone(room), path: paths.get(room.arn) }));
  }

  public async createChatToken({ room, ...input }: ChatTokenOptions): Promise<IssuedChatToken> {
    return await this.call('CreateChatToken', { roomIdentifier: this.findRoom(room).arn, ...input }) as IssuedChatToken;
  }

  public async connect({ capabilities = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'], ...options }: ConnectOptions): Promise<WebSocketUser> {
    const { token } = await this.createChatToken({ capabilities, ...options });
    const user = await WebSocketUser.connect(options.userId, this.messagingUrl, token);
    this.users.push(user);
    return user;
  }

  public async call(operation: string, input: object = {}): Promise<any> {
    return this.server.controlPlane.call(operation, input, { unthrottled: true });
  }

  public assumeRole(roleArn: string, sessionName = 'test'): RoleCredentials {
    const roles = this.stacks.flatMap(({ resources }) => Object.values(resources))
      .filter(({ type }) => type === 'AWS::IAM::Role')
      .map(({ attributes }) => String(attributes.Arn));
    if (!roles.includes(roleArn)) throw new Error(`roleArn must be the ARN of a role of a deployed stack, got ${roleArn}: ${choice(roles, 'no stack has a role')}`);
    const { accessKeyId, secretAccessKey, sessionToken } = this.server.sessions.assume(roleArn, sessionName);
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  public async signIn({ client, pool, ...options }: SignInOptions): Promise<UserTokens> {
    return this.server.userPools.signIn({
      ...options, pool: this.physicalId('AWS::Cognito::UserPool', pool), client: this.physicalId('AWS::Cognito::UserPoolClient', client),
    });
  }

  public async deploy(app: AppSource, options: DeployOptions = {}): Promise<void> {
    await this.deployStacks(await load(app, { ...options, ...this.appOptions }));
  }

  public async destroy(stackName: string): Promise<void> {
    await this.server.deployment.destroy(stackName);
  }

  public async chatLog(): Promise<readonly ChatLogRecord[]> {
    await this.server.chatLogs.flush();
    return this.server.chatLogs.recent.map(({ roomArn, record }) => ({ roomArn, ...record, payload: { ...record.payload } }));
  }

  public async replay(logs: string | readonly string[], { room, ...options }: ReplayOptions = {}): Promise<ReplayResult> {
    return this.replayMessages(await MessageLogs.open([logs].flat()), room, options);
  }

  /** Replays logs that are open already. */
  public async replayMessages(logs: MessageLogs, room?: string, options: Omit<Replay, 'liveLog' | 'logs' | 'reviewer'> = {}): Promise<ReplayResult> {
    return replay({ ...options, logs, liveLog: this.server.liveLog, reviewer: this.reviewerOf(room) });
  }

  /** Sends disguised words to the review handler. @param readWords returns the words, given the folder with the code of the handler */
  public async evade(
    readWords: (codeFolder: string) => WordsToTry, room: string | undefined, options: Omit<Evasion, 'reviewer' | 'words'>,
  ): Promise<EvasionResult> {
    const reviewer = this.reviewerOf(room);
    const { registry } = this.server.functions;
    const { taskFolder } = registry.version(registry.parse(reviewer.room.messageReviewHandler.uri));
    return evade({ ...options, reviewer, words: readWords(taskFolder) });
  }

  public onLogEntry(listener: (entry: LogEntry) => void): () => void {
    return this.server.liveLog.listen(listener);
  }

  public async close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await Promise.all(this.users.map(async user => user.close()));
    await this.server.close();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async deployStacks({ constructPaths, stacks }: Source): Promise<void> {
    for (const [stackName, paths] of constructPaths) this.constructPaths.set(stackName, paths);
    await this.server.deploy(stacks);
  }

  /** The physical ID of a resource by its construct path. Anything else is returned unchanged. */
  private physicalId(type: string, identifier: string | undefined): string | undefined {
    const paths = identifier === undefined ? [] : pathsOfResources(type, this.stacks, this.constructPaths);
    return [...paths].find(([, constructPath]) => constructPath === identifier)?.[0] ?? identifier;
  }

  private reviewerOf(room?: string): Reviewer {
    const { arn } = chooseReviewedRoom(this.rooms, room === undefined ? undefined : this.findRoom(room));
    return new Reviewer(this.server.functions, this.server.controlPlane.room(arn) as ReviewedRoom, this.reviewMilliseconds);
  }

  private findRoom(room: string): DeployedRoom {
    const { rooms } = this;
    const found = rooms.filter(({ arn, path: constructPath }) => [arn, constructPath].includes(room));
    if (found.length === 0) found.push(...rooms.filter(({ name }) => name === room));
    if (found.length === 1) return found[0];
    const known = rooms.map(({ arn, name, path: constructPath }) => `${constructPath ?? arn}${name && ` (${name})`}`);
    throw new ExpectedError(found.length > 1
      ? `room must be the construct path, name or ARN of one room, got "${room}", the name of ${found.length} rooms: use a path or an ARN of ${known.join(', ')}.`
      : `room must be the construct path, name or ARN of a room, got "${room}": ${choice(known, 'there are no rooms')}`);
  }
}

/** What commands need besides the options of tests. */
export interface CommandOptions extends IvsChatOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly killOnExit?: boolean;
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
}

interface Source {
  readonly stacks: LoadedStack[];
  readonly constructPaths: ReadonlyMap<string, ConstructPaths>;
}

interface AppOptions {
  readonly appDirectory: string;
  /** Where commands write the assembly: not in the folder of the app, so that runtimes do not overwrite each other's. */
  readonly output: string;
  readonly region?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly killOnExit?: boolean;
}

async function load(app: AppSource | undefined, options: AppOptions & DeployOptions): Promise<Source> {
  const { appDirectory, context, killOnExit, output } = options;
  const synthesis = { context, killOnExit, output, quiet: true, region: options.region };
  const location = typeof app === 'object' ? app.directory : await synthesize(app, appDirectory, synthesis);
  return { stacks: loadAssembly(location, options), constructPaths: readConstructPaths(location) };
}

function choice(items: string[], otherwise: string): string {
  return items.length > 0 ? `choose one of ${items.join(', ')}.` : `${otherwise}.`;
}
