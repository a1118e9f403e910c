import { Duration, type IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import type { BansFunctionSettings } from './bans-function-settings';
import { handlerCode } from '../handler-code';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { validateProps, validateType } from '../private/argument-types';
import { validateArnOf } from '../private/arns';
import { ChatFunction, settingsVariable } from '../private/chat-function';
import { functionMetric } from '../private/chat-metric';
import { grantOnFunction } from '../private/grants/function-grants';
import { validateReviewersAtSynthesis } from '../private/grants/reviewer-cycles';
import { allow } from '../private/grants/statements';
import { type RoomList, roomListOf } from '../private/room-list';
import { validateRemovalPolicy, warnIfRegionHasNoService } from '../private/validation';

/** Six times as long is the visibility timeout of the queue, as Lambda recommends. */
const TIMEOUT_SECONDS = 30;

/**
 * The banned users of chat rooms, either defined in this app or imported.
 */
export interface IChatBans extends IResource {
  /**
   * ARN of the table of the bans. Its items are not an API: read and change bans with the function.
   *
   * @attribute
   */
  readonly tableArn: string;

  /**
   * ARN of the function that bans users, lifts bans and lists them.
   *
   * @attribute
   */
  readonly banFunctionArn: string;

  /**
   * The customer managed key of the table and the queues.
   *
   * @default - the table has a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * Grants permission to ban users, including moderators, to lift bans and to list them, by invoking the function.
   *
   * @param grantee the principal to grant permission to
   */
  grantBan(grantee: IGrantable): Grant;
}

abstract class ChatBansBase extends Resource implements IChatBans {
  public abstract readonly tableArn: string;
  public abstract readonly banFunctionArn: string;
  public abstract readonly encryptionKey?: IKey;

  public grantBan(grantee: IGrantable): Grant {
    return grantOnFunction(this, grantee, [{ action: 'lambda:InvokeFunction', functionArn: this.banFunctionArn }]);
  }
}

/**
 * Properties of bans.
 */
export interface ChatBansProps {
  /**
   * The rooms from which the function can disconnect users: up to 140.
   *
   * A function that reviews the messages of one of these rooms cannot have the ARN of the function that bans users in an
   * environment variable, because that is a circular dependency.
   *
   * @default - all rooms of the account and region, including rooms created at runtime
   */
  readonly rooms?: IRoomRef[];

  /**
   * Customer managed key of the table and the queues.
   *
   * The functions get permission to use it. The key policy must allow permissions by IAM policies, as it does by default.
   *
   * @default - the table has a key that AWS owns, and Amazon SQS manages the keys of the queues
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the bans if the construct is removed or the table is replaced.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Attributes of existing bans.
 */
export interface ChatBansAttributes {
  /**
   * ARN of the table: `ChatBans.tableArn`.
   */
  readonly tableArn: string;

  /**
   * ARN of the function: `ChatBans.banFunctionArn`.
   */
  readonly functionArn: string;

  /**
   * ARN of the customer managed key of the table.
   *
   * @default - the table has no customer managed key
   */
  readonly encryptionKeyArn?: string;
}

/**
 * Users who get no chat tokens, for a time or forever, for one room or for all rooms.
 *
 * A function writes a ban, disconnects the user, and disconnects them again as soon as all chat tokens that were issued before
 * the ban have expired. Token endpoints invoke it for moderators. Backends and functions that review messages can invoke it
 * with `grantBan()`.
 *
 * A ban only affects users who get their chat tokens from a `ChatTokenEndpoint` with these bans.
 *
 * Throws if there are more than 140 rooms, or if a room is known to be in another account or region.
 *
 * @example
 * declare const backend: lambda.Function;
 *
 * const bans = new ivschat.ChatBans(this, 'Bans');
 * bans.grantBan(backend);
 * backend.addEnvironment('BAN_FUNCTION', bans.banFunctionArn);
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DisconnectUser.html
 */
@propertyInjectable
export class ChatBans extends ChatBansBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatBans';

  /**
   * Imports existing bans. They must be in the account and region of the token endpoints that use them.
   *
   * Throws if an ARN is not a token and not the ARN of a resource of its type.
   *
   * @param scope the parent construct
   * @param id the construct ID
   * @param attributes the ARNs
   */
  public static fromChatBansAttributes(scope: Construct, id: string, attributes: ChatBansAttributes): IChatBans {
    validateProps(scope, attributes, '{ tableArn, functionArn }');
    const { encryptionKeyArn, functionArn, tableArn } = attributes;
    validateArnOf(scope, 'tableArn', tableArn, 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans');
    validateArnOf(scope, 'functionArn', functionArn, 'arn:aws:lambda:us-east-1:111122223333:function:Bans');
    if (encryptionKeyArn !== undefined) validateArnOf(scope, 'encryptionKeyArn', encryptionKeyArn, 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d');
    class Import extends ChatBansBase {
      public readonly tableArn = tableArn;
      public readonly banFunctionArn = functionArn;
      public readonly encryptionKey = encryptionKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', encryptionKeyArn);
    }
    return new Import(scope, id, { environmentFromArn: tableArn });
  }

  /**
   * The function that bans users. Its requests are documented.
   *
   * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/tokens.md#ban-users-from-a-backend
   */
  public readonly function: IFunction;

  /**
   * Queue of the second disconnects that failed five times. Messages stay there for 14 days.
   */
  public readonly deadLetterQueue: IQueue;

  public readonly encryptionKey?: IKey;

  /**
   * The `RoomKey` of each room. Empty if the function can disconnect users from all rooms.
   *
   * @internal
   */
  public readonly _rooms: ReadonlySet<unknown>;

  private readonly table: Table;

  constructor(scope: Construct, id: string, props: ChatBansProps = {}) {
    super(scope, id);
    validateProps(this, props, '{ rooms: [room] }');
    const { encryptionKey, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (encryptionKey !== undefined) validateType(this, 'encryptionKey', encryptionKey, 'keyArn', 'a key of AWS KMS', 'new kms.Key(this, \'Key\')');
    validateRemovalPolicy(this, removalPolicy);
    const rooms = roomListOf(this, props.rooms);
    warnIfRegionHasNoService(this);

    this._rooms = rooms.keys;
    this.encryptionKey = encryptionKey;
    this.table = this.newTable(removalPolicy);
    this.node.defaultChild = this.table.node.defaultChild;
    this.deadLetterQueue = this.newQueue('DeadLetterQueue', { retentionPeriod: Duration.days(14) });
    const queue = this.newQueue('SecondDisconnects', {
      visibilityTimeout: Duration.seconds(6 * TIMEOUT_SECONDS),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 5 },
    });
    this.function = this.newFunction(rooms, queue);
    new EventSourceMapping(this, 'SecondDisconnectMapping', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      // The minimum: bans of many users must not take the concurrency of the functions that review messages.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    validateReviewersAtSynthesis(this, rooms.keys, [this.function], 'omit the property rooms, or remove the environment variable');
  }

  public get tableArn(): string {
    return this.table.tableArn;
  }

  public get banFunctionArn(): string {
    return this.function.functionArn;
  }

  /**
   * Number of users who could not be disconnected again after a ban, in one of five attempts.
   *
   * Users who connected with a chat token that was issued before the ban stay connected until their session ends.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricSecondDisconnectFailed(props?: MetricOptions): Metric {
    return functionMetric('SecondDisconnectFailed', this.function.functionName, props).attachTo(this);
  }

  private newTable(removalPolicy: RemovalPolicy): Table {
    return new Table(this, 'Table', {
      partitionKey: { name: 'room', type: AttributeType.STRING },
      sortKey: { name: 'userId', type: AttributeType.STRING },
      timeToLiveAttribute: 'until',
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: this.encryptionKey ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
      encryptionKey: this.encryptionKey,
      removalPolicy,
    });
  }

  private newQueue(id: string, props: object): Queue {
    return new Queue(this, id, {
      encryption: this.encryptionKey ? QueueEncryption.KMS : QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: this.encryptionKey,
      enforceSSL: true,
      ...props,
    });
  }

  private newFunction(rooms: RoomList, queue: Queue): IFunction {
    const settings: BansFunctionSettings = { tableName: this.table.tableName, queueUrl: queue.queueUrl, roomIds: rooms.ids };
    const { fn, policy } = new ChatFunction(this, 'Bans', {
      description: 'Bans of chat users',
      code: handlerCode('functions'),
      handler: 'bans/index.handler',
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      environment: settingsVariable(this, 'BANS', settings),
      statements: this.statements(rooms, queue),
    });
    if (rooms.isAllRooms) acknowledgeWildcard(policy, anyRoom(this), 'Requests name the room, which the application can create at runtime.');
    return fn;
  }

  private statements(rooms: RoomList, queue: Queue): PolicyStatement[] {
    return [
      allow(['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], this.table.tableArn),
      allow(['ivschat:DisconnectUser'], ...rooms.arns),
      allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'], queue.queueArn),
      ...this.encryptionKey ? [allow(['kms:Decrypt', 'kms:GenerateDataKey'], this.encryptionKey.keyArn)] : [],
    ];
  }
}
