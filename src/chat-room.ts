import { ContextProvider, type IResource, Resource, Stack, Token } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type ILoggingConfigurationRef, type IRoomRef, type RoomReference } from 'aws-cdk-lib/aws-ivschat';
import { type CcApiContextQuery, ContextProvider as ContextProviders } from 'aws-cdk-lib/cloud-assembly-schema';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { ChatRoomGrants } from './chat-room-grants';
import { detachmentsOfArns } from './custom-resources/detachment';
import { applyRoomRate } from './custom-resources/room-rate';
import type { IMessageReviewHandler } from './message-review-handler';
import { formatArn, resourceIdOf, validateArn, validateResourceId } from './private/arns';
import { lit, validationError } from './private/errors';
import { MAX_CLOUDFORMATION_MESSAGE_RATE } from './private/limits';
import { loggingConfigurationArns } from './private/logging-configuration-arns';
import { toCfnTags, validateTagsAtSynthesis } from './private/tags';
import { isLiteral, validateMessageLength, validateMessageRate, validateName, warnIfRegionHasNoService } from './private/validation';

/**
 * A chat room: of this app, or imported.
 */
export interface IChatRoom extends IResource, IRoomRef {
  /**
   * ARN of the room. It is what the API and the chat clients call the room's identifier.
   *
   * @attribute
   */
  readonly roomArn: string;

  /**
   * Id of the room: 12 letters and digits, given by the service.
   *
   * @attribute
   */
  readonly roomId: string;

  /**
   * Grants on this room, one for each action and a few for what people do.
   */
  readonly grants: ChatRoomGrants;

  /**
   * Allows to create chat tokens: to let a user into the room, as any user and with any capabilities.
   *
   * @param grantee who is allowed
   */
  grantCreateChatToken(grantee: IGrantable): Grant;

  /**
   * Allows to send events of the application to everyone in the room.
   *
   * @param grantee who is allowed
   */
  grantSendEvent(grantee: IGrantable): Grant;

  /**
   * Allows to moderate the chat: to delete messages and to disconnect users.
   *
   * @param grantee who is allowed
   */
  grantModerate(grantee: IGrantable): Grant;

  /**
   * Allows to read the settings of the room and its tags.
   *
   * @param grantee who is allowed
   */
  grantRead(grantee: IGrantable): Grant;
}

abstract class ChatRoomBase extends Resource implements IChatRoom {
  public abstract readonly roomArn: string;
  public abstract readonly roomId: string;

  public get grants(): ChatRoomGrants {
    return ChatRoomGrants.fromRoom(this);
  }

  public get roomRef(): RoomReference {
    return { roomArn: this.roomArn };
  }

  public grantCreateChatToken(grantee: IGrantable): Grant {
    return this.grants.createChatToken(grantee);
  }

  public grantSendEvent(grantee: IGrantable): Grant {
    return this.grants.sendEvent(grantee);
  }

  public grantModerate(grantee: IGrantable): Grant {
    return this.grants.moderate(grantee);
  }

  public grantRead(grantee: IGrantable): Grant {
    return this.grants.read(grantee);
  }
}

/**
 * Properties of a chat room.
 */
export interface ChatRoomProps {
  /**
   * Name of the room: up to 128 letters, digits, hyphens and underscores. Names need not be unique.
   *
   * @default - no name
   */
  readonly roomName?: string;

  /**
   * Longest message that may be sent, in characters: 1 to 500.
   *
   * @default - 500, the service's default
   */
  readonly maximumMessageLength?: number;

  /**
   * Messages that may be sent to the room in a second, by all users together: 1 to 100.
   *
   * CloudFormation takes 10 at most. A higher rate is applied through the API, by a custom resource: again whenever a
   * property of the room changes, and no longer, back to 10, when it is removed. A rate that is known only at deployment
   * goes to CloudFormation, and so may be 10 at most.
   *
   * @default - 10, the service's default
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
   */
  readonly maximumMessageRatePerSecond?: number;

  /**
   * Reviews every message before it is delivered.
   *
   * To take the handler off a room again use `MessageReviewHandler.none()` rather than leaving the property out.
   *
   * @default - messages are not reviewed
   */
  readonly messageReviewHandler?: IMessageReviewHandler;

  /**
   * Where the log of the chat goes: at most 3 logging configurations, each once.
   *
   * To take the last one off a room again pass an empty list rather than leaving the property out: CloudFormation does not
   * document that it then removes it.
   *
   * @default - the chat is not logged
   */
  readonly loggingConfigurations?: ILoggingConfigurationRef[];

  /**
   * Tags of the room: at most 50, with those of `Tags.of`; keys of 1 to 128 characters that do not begin with `aws:`,
   * values of 1 to 256.
   *
   * @default - no tags
   */
  readonly tags?: { [key: string]: string };
}

/**
 * Which room to look up.
 */
export interface ChatRoomLookupOptions {
  /**
   * Name of the room. Exactly one room of the stack's account and region must have it.
   */
  readonly roomName: string;
}

/**
 * A room in which users exchange messages, reviewed and logged as you say.
 *
 * Throws where a property breaks a limit of the service; a value that is known only at deployment is not checked.
 *
 * @example
 * declare const review: ivschat.MessageReviewHandler;
 * declare const backend: lambda.Function;
 *
 * const room = new ivschat.ChatRoom(this, 'Lobby', {
 *   maximumMessageLength: 300,
 *   messageReviewHandler: review,
 * });
 * room.grantCreateChatToken(backend);
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/getting-started-chat.html
 * @resource AWS::IVSChat::Room
 */
@propertyInjectable
export class ChatRoom extends ChatRoomBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatRoom';

  /**
   * A room that exists, from its ARN.
   *
   * Throws where the ARN is a literal and not that of a room.
   *
   * @param scope parent of the import
   * @param id id of the import
   * @param roomArn the ARN
   */
  public static fromRoomArn(scope: Construct, id: string, roomArn: string): IChatRoom {
    validateArn(scope, 'roomArn', 'room', roomArn);
    class Import extends ChatRoomBase {
      public readonly roomArn = roomArn;
      public readonly roomId = resourceIdOf(this, roomArn);
    }
    return new Import(scope, id, { environmentFromArn: roomArn });
  }

  /**
   * A room that exists in the account and region of the stack, from its id.
   *
   * Throws where the id is a literal and not 12 letters and digits.
   *
   * @param scope parent of the import
   * @param id id of the import
   * @param roomId the id
   */
  public static fromRoomId(scope: Construct, id: string, roomId: string): IChatRoom {
    validateResourceId(scope, 'roomId', 'room', roomId);
    return ChatRoom.fromRoomArn(scope, id, formatArn(scope, 'room', roomId));
  }

  /**
   * A room that exists in the account and region of the stack, from its name.
   *
   * The CDK CLI looks it up once, at synthesis, and remembers it in `cdk.context.json`: it needs credentials with
   * `cloudformation:ListResources`, `ivschat:ListRooms` and `ivschat:GetRoom`, and a stack with a known account and region.
   * Until it has, a dummy room with the id `dummyRoom123` stands in. After a room was created anew, run
   * `cdk context --reset`.
   *
   * Throws where no room or several have the name, or the name is not a literal.
   *
   * @param scope parent of the import
   * @param id id of the import
   * @param options which room
   * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
   */
  public static fromLookup(scope: Construct, id: string, options: ChatRoomLookupOptions): IChatRoom {
    return ChatRoom.fromRoomArn(scope, id, lookUpRoomArn(scope, options.roomName));
  }

  private readonly resource: CfnRoom;

  constructor(scope: Construct, id: string, props: ChatRoomProps = {}) {
    super(scope, id);
    validateName(this, 'roomName', props.roomName);
    validateMessageLength(this, props.maximumMessageLength);
    validateMessageRate(this, props.maximumMessageRatePerSecond);
    warnIfRegionHasNoService(this);
    const { loggingConfigurations, maximumMessageRatePerSecond: rate } = props;
    const loggingConfigurationIdentifiers = loggingConfigurations && loggingConfigurationArns(this, loggingConfigurations);
    // Last of the checks, because it may write a permission.
    const review = props.messageReviewHandler?.bind(this);

    const isRateForApi = isLiteral(rate) && rate > MAX_CLOUDFORMATION_MESSAGE_RATE;

    this.resource = new CfnRoom(this, 'Resource', {
      name: props.roomName,
      maximumMessageLength: props.maximumMessageLength,
      // Without a rate in the template CloudFormation has none to set it back to.
      maximumMessageRatePerSecond: isRateForApi ? undefined : rate,
      messageReviewHandler: review && { uri: review.handlerUri, fallbackResult: review.fallbackResult },
      loggingConfigurationIdentifiers,
      tags: toCfnTags(props.tags),
    });
    // The service refuses a room whose handler it may not invoke yet.
    this.resource.node.addDependency(...review?.dependables ?? []);
    this.resource.node.addDependency(...detachmentsOfArns(loggingConfigurationIdentifiers, this));
    validateTagsAtSynthesis(this.resource, 1);
    if (isRateForApi) applyRoomRate(this, this.resource, rate);
  }

  // A token is made when it is asked for: a stack has many rooms whose attributes nobody reads.
  public get roomArn(): string {
    return this.resource.attrArn;
  }

  public get roomId(): string {
    return this.resource.attrId;
  }
}

function lookUpRoomArn(scope: Construct, roomName: string): string {
  if (Token.isUnresolved(roomName)) {
    throw validationError(scope, lit`LookupNameIsToken`,
      'roomName must be known at synthesis to look a room up, got a value that is known only at deployment: write the name out, or use fromRoomArn');
  }
  if (roomName === '') {
    throw validationError(scope, lit`LookupNameEmpty`,
      'roomName must be the name of a room, got "": rooms without a name cannot be told apart, use fromRoomArn');
  }
  validateName(scope, 'roomName', roomName);
  const lookup = {
    provider: ContextProviders.CC_API_PROVIDER,
    props: {
      typeName: 'AWS::IVSChat::Room',
      propertyMatch: { Name: roomName },
      propertiesToReturn: ['Arn'],
      expectedMatchCount: 'exactly-one',
    } satisfies Partial<CcApiContextQuery>,
  };
  const { account, region } = Stack.of(scope);
  // The service is in no other partition, and the CLI is handed this as it stands, without tokens.
  const dummyValue = [{ Arn: `arn:aws:ivschat:${region}:${account}:room/dummyRoom123` }];
  const { value } = ContextProvider.getValue(scope, { ...lookup, dummyValue });
  // The CLI reports a failed look-up, and so a count other than one, in the place of the value.
  const stored = scope.node.tryGetContext(ContextProvider.getKey(scope, lookup).key);
  const failure = stored?.$providerError ?? (value.length === 1 ? undefined : `${value.length} rooms found`);
  if (failure !== undefined) {
    throw validationError(scope, lit`LookupFailed`,
      `roomName must be the name of exactly one room of account ${account} in ${region}, got ${JSON.stringify(roomName)} (${failure}): check the name and the environment, or use fromRoomArn where names are not unique`);
  }
  return value[0].Arn;
}
