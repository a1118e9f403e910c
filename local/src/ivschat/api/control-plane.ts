import { notFound, throttled, unknownOperation } from './errors';
import { findOperation } from './model';
import { REQUESTS_PER_SECOND } from './quotas';
import { Throttle } from './throttle';
import type { Environment } from '../../environment';
import type { LiveLog } from '../../live-log/live-log';
import { SYSTEM_CLOCK, type Clock } from '../clock';
import { ChatTokens } from '../resources/chat-tokens';
import { LoggingConfigurations } from '../resources/logging-configurations';
import { Rooms } from '../resources/rooms';
import { withoutTags, withTags } from '../resources/tags';
import type { ChatToken, FunctionInvoker, LoggingConfiguration, Messenger, Room, RoomDirectory, StringMap } from '../types';
import { validateInput } from './validation';

export interface ControlPlaneOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  readonly functions: FunctionInvoker;
  /** Whether to hold each operation to its documented rate. */
  readonly throttle: boolean;
  /** @default - the clock of the machine */
  readonly clock?: Clock;
}

export interface CallOptions {
  /**
   * Id of the resource to create: 12 letters and digits.
   * @default - random
   */
  readonly id?: string;
  /**
   * Whether to ignore the rate of the operation.
   * @default false
   */
  readonly unthrottled?: boolean;
}

/** Performs an operation with a validated input. */
type Handler = (input: any, id?: string) => unknown;

/** The operations of the API, called by SDKs over HTTP and by deployments in this process. */
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
    const clock = options.clock ?? SYSTEM_CLOCK;
    this.environment = options.environment;
    this.liveLog = options.liveLog;
    this.rooms = new Rooms(options.environment, clock, options.functions, arn => this.loggingConfiguration(arn) !== undefined);
    this.loggingConfigurations = new LoggingConfigurations(options.environment, clock, arn => this.rooms.isLoggedTo(arn));
    this.tokens = new ChatTokens(clock);
    this.throttle = options.throttle ? new Throttle(REQUESTS_PER_SECOND, clock) : undefined;
    this.handlers = new Map(Object.entries(this.handlerTable()));
  }

  /** Sets the receiver of SendEvent, DeleteMessage and DisconnectUser. */
  public connect(messenger: Messenger): void {
    this.messenger = messenger;
  }

  /**
   * Performs an operation, atomically: it validates everything before it changes anything, and does not wait in between.
   *
   * Rejects with a ServiceError if the service would return an error.
   */
  public async call(operation: string, input: unknown, options: CallOptions = {}): Promise<any> {
    if (!findOperation(operation)) throw unknownOperation();
    const checked = validateInput(operation, input);
    const limit = options.unthrottled ? undefined : this.throttle?.exceededRate(operation);
    if (limit !== undefined) throw throttled(operation, targetOf(checked), this.environment.account, limit);
    // A copy, so that callers cannot change the stored objects.
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
      UpdateRoom: input => rooms.update(input),
      DeleteRoom: ({ identifier }) => rooms.delete(identifier),
      ListRooms: input => rooms.list(input),
      CreateLoggingConfiguration: (input, id) => loggingConfigurations.create(input, id),
      GetLoggingConfiguration: ({ identifier }) => loggingConfigurations.get(identifier),
      UpdateLoggingConfiguration: input => loggingConfigurations.update(input),
      DeleteLoggingConfiguration: ({ identifier }) => loggingConfigurations.delete(identifier),
      ListLoggingConfigurations: input => loggingConfigurations.list(input),
      CreateChatToken: input => {
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
    if (!this.messenger) throw new Error('The control plane has no messenger: call connect() first');
    return this.messenger;
  }

  private tagsOf(arn: string): StringMap {
    const resource = this.room(arn) ?? this.loggingConfiguration(arn);
    if (!resource) throw notFound(arn);
    return resource.tags;
  }

  /** Keeps updateTime, as tagging is not an update of the resource (guess). */
  private setTags(arn: string, tags: StringMap): object {
    const room = this.room(arn);
    if (room) this.rooms.all.replace({ ...room, tags });
    const configuration = this.loggingConfiguration(arn);
    if (configuration) this.loggingConfigurations.all.replace({ ...configuration, tags });
    return {};
  }
}

/** ARN of the resource that an input names, undefined for Create and List. */
export function targetOf(input: any): string | undefined {
  return input.identifier ?? input.roomIdentifier ?? input.resourceArn;
}
