import { notFound, throttled, unknownOperation } from './errors';
import { findOperation } from './model';
import { REQUESTS_PER_SECOND } from './model-overrides';
import { Throttle } from './throttle';
import { Environment } from '../../environment';
import { LiveLog } from '../../live-log/live-log';
import { ChatTokens } from '../resources/chat-tokens';
import { LoggingConfigurations } from '../resources/logging-configurations';
import { Rooms } from '../resources/rooms';
import { withoutTags, withTags } from '../resources/tags';
import { ChatToken, FunctionInvoker, LoggingConfiguration, Messenger, Room, RoomDirectory, StringMap } from '../types';
import { validateInput } from './validation';

export interface ControlPlaneOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  readonly functions: FunctionInvoker;
  readonly throttle: boolean;
  readonly clock?: () => number;
}

export interface CallOptions {
  /** Of the resource to be created: twelve letters and digits. */
  readonly id?: string;
  readonly unthrottled?: boolean;
}

/** Takes an input that has been validated. */
type Handler = (input: any, id?: string) => unknown;

/** The seventeen operations, whoever calls them: an SDK over HTTP, or a deployment in this process. */
export class ControlPlane implements RoomDirectory {
  public readonly environment: Environment;
  public readonly liveLog: LiveLog;
  private readonly rooms: Rooms;
  private readonly loggingConfigurations: LoggingConfigurations;
  private readonly tokens: ChatTokens;
  private readonly throttle?: Throttle;
  private messenger?: Messenger;
  private readonly handlers: ReadonlyMap<string, Handler>;

  constructor(options: ControlPlaneOptions) {
    const clock = options.clock ?? Date.now;
    this.environment = options.environment;
    this.liveLog = options.liveLog;
    this.rooms = new Rooms(options.environment, clock, options.functions, (arn) => this.loggingConfiguration(arn) !== undefined);
    this.loggingConfigurations = new LoggingConfigurations(options.environment, clock, (arn) => this.rooms.isLoggedTo(arn));
    this.tokens = new ChatTokens(clock);
    this.throttle = options.throttle ? new Throttle(REQUESTS_PER_SECOND, clock) : undefined;
    this.handlers = new Map(Object.entries(this.handlerTable()));
  }

  public connect(messenger: Messenger): void {
    this.messenger = messenger;
  }

  /** Everything that can be refused is refused before anything is changed, and nothing waits in between: an operation is atomic. */
  public async call(operation: string, input: unknown, options: CallOptions = {}): Promise<any> {
    if (!findOperation(operation)) throw unknownOperation();
    const checked = validateInput(operation, input);
    const limit = options.unthrottled ? undefined : this.throttle?.exceeded(operation);
    if (limit !== undefined) throw throttled(operation, targetOf(checked), this.environment.account, limit);
    // A copy, so that no caller holds the stored objects.
    return structuredClone(this.handlers.get(operation)!(checked, options.id));
  }

  public room(arn: string): Room | undefined {
    return this.rooms.all.get(arn);
  }

  public loggingConfiguration(arn: string): LoggingConfiguration | undefined {
    return this.loggingConfigurations.all.get(arn);
  }

  public redeemToken(token: string): ChatToken | undefined {
    return this.tokens.redeem(token);
  }

  public listRooms(): Room[] {
    return this.rooms.all.values();
  }

  private handlerTable(): Record<string, Handler> {
    const { rooms, loggingConfigurations, tokens } = this;
    return {
      CreateRoom: (input, id) => rooms.create(input, id),
      GetRoom: ({ identifier }) => rooms.get(identifier),
      UpdateRoom: (input) => rooms.update(input),
      DeleteRoom: ({ identifier }) => rooms.delete(identifier),
      ListRooms: (input) => rooms.list(input),
      CreateLoggingConfiguration: (input, id) => loggingConfigurations.create(input, id),
      GetLoggingConfiguration: ({ identifier }) => loggingConfigurations.get(identifier),
      UpdateLoggingConfiguration: (input) => loggingConfigurations.update(input),
      DeleteLoggingConfiguration: ({ identifier }) => loggingConfigurations.delete(identifier),
      ListLoggingConfigurations: (input) => loggingConfigurations.list(input),
      CreateChatToken: (input) => {
        rooms.get(input.roomIdentifier);
        return tokens.create(input);
      },
      SendEvent: ({ roomIdentifier, eventName, attributes = {} }) =>
        ({ id: this.messengerTo(roomIdentifier).sendEvent(roomIdentifier, eventName, attributes) }),
      DeleteMessage: ({ roomIdentifier, id, reason }) =>
        ({ id: this.messengerTo(roomIdentifier).deleteMessage(roomIdentifier, id, reason) }),
      DisconnectUser: ({ roomIdentifier, userId, reason }) => {
        this.messengerTo(roomIdentifier).disconnectUser(roomIdentifier, userId, reason);
        return {};
      },
      ListTagsForResource: ({ resourceArn }) => ({ tags: this.tagsOf(resourceArn) }),
      TagResource: ({ resourceArn, tags }) => this.setTags(resourceArn, withTags(this.tagsOf(resourceArn), tags)),
      UntagResource: ({ resourceArn, tagKeys }) => this.setTags(resourceArn, withoutTags(this.tagsOf(resourceArn), tagKeys)),
    };
  }

  private messengerTo(roomArn: string): Messenger {
    this.rooms.get(roomArn);
    if (!this.messenger) throw new Error('The control plane is not connected to the messaging side');
    return this.messenger;
  }

  private tagsOf(arn: string): StringMap {
    const resource = this.room(arn) ?? this.loggingConfiguration(arn);
    if (!resource) throw notFound(arn);
    return resource.tags;
  }

  /** Tags are no update of the resource: updateTime stays (a guess). */
  private setTags(arn: string, tags: StringMap): object {
    const room = this.room(arn);
    if (room) this.rooms.all.replace({ ...room, tags });
    const configuration = this.loggingConfiguration(arn);
    if (configuration) this.loggingConfigurations.all.replace({ ...configuration, tags });
    return {};
  }
}

/** The ARN a validated input is about; none for Create and List. */
export function targetOf(input: any): string | undefined {
  return input.identifier ?? input.roomIdentifier ?? input.resourceArn;
}
