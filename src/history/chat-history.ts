import { Duration, type IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IDestination, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import type { HistorySettings } from './history-settings';
import { handlerCode } from '../handler-code';
import { acknowledge } from '../private/acknowledge';
import { validateGrantee, validateProps, validateType } from '../private/argument-types';
import { validateArnOf } from '../private/arns';
import { ChatFunction, type ChatFunctionProps, settingsVariable } from '../private/chat-function';
import { functionMetric } from '../private/chat-metric';
import { grantOnFunction, warnIfNothingGranted } from '../private/grants/function-grants';
import { allow } from '../private/grants/statements';
import { retentionSecondsOf } from '../private/history/retention';
import { messagesDeletionsAndEvents } from '../private/logging/chat-log-pattern';
import { subscribeToChatLog } from '../private/logging/chat-log-subscription';
import { validateRemovalPolicy, warnIfRegionHasNoService } from '../private/validation';

/** To find a deleted message, the function reads up to all newer ones of the room. */
const TIMEOUT_MINUTES = 5;
const PAGE_TIMEOUT_SECONDS = 10;
/** The share of the CPU depends on it. */
const MEMORY_MB = 512;

const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:Query'];

/**
 * The newest messages of chat rooms, either defined in this app or imported.
 */
export interface IChatHistory extends IResource {
  /**
   * ARN of the table.
   *
   * @attribute
   */
  readonly tableArn: string;

  /**
   * ARN of the function that returns pages of messages.
   *
   * @attribute
   */
  readonly pageFunctionArn: string;

  /**
   * The customer managed key of the table.
   *
   * @default - the table has a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * Grants permission to read pages of messages, by invoking the function. It never returns deleted or expired text.
   *
   * @param grantee the principal to grant permission to
   */
  grantReadPages(grantee: IGrantable): Grant;

  /**
   * Grants permission to read the raw table, with `dynamodb:Query` and `dynamodb:BatchGetItem`: including expired messages that
   * DynamoDB has not removed yet, and deleted ones for the seconds until they are erased. Prefer `grantReadPages()`.
   *
   * @param grantee the principal to grant permission to
   */
  grantRead(grantee: IGrantable): Grant;
}

abstract class ChatHistoryBase extends Resource implements IChatHistory {
  public abstract readonly tableArn: string;
  public abstract readonly pageFunctionArn: string;
  public abstract readonly encryptionKey?: IKey;

  public grantReadPages(grantee: IGrantable): Grant {
    return grantOnFunction(this, grantee, [{ action: 'lambda:InvokeFunction', functionArn: this.pageFunctionArn }]);
  }

  public grantRead(grantee: IGrantable): Grant {
    validateGrantee(this, grantee);
    const grant = Grant.addToPrincipal({ grantee, actions: READ_ACTIONS, resourceArns: [this.tableArn] });
    warnIfNothingGranted(this, grant, READ_ACTIONS);
    return this.encryptionKey ? grant.combine(this.encryptionKey.grantDecrypt(grantee)) : grant;
  }
}

/**
 * Properties of a history.
 */
export interface ChatHistoryProps {
  /**
   * The log group that a `LoggingConfiguration` of the rooms writes to, of the class `STANDARD`. Nothing else may write to it.
   */
  readonly chatLog: ILogGroupRef;

  /**
   * How long messages can be read after they were sent: 1 hour to 365 days.
   *
   * @default Duration.days(7)
   */
  readonly retention?: Duration;

  /**
   * Names of events of the application to store like messages, for example `poll`. With all names, the filter pattern of the
   * subscription must have at most 1,024 characters.
   *
   * @default - only messages
   */
  readonly eventNames?: string[];

  /**
   * Destination of the log events that could not be stored in three attempts. They contain chat messages: encrypt the destination.
   *
   * @default - they are missing from the history
   */
  readonly onFailure?: IDestination;

  /**
   * Customer managed key of the table. The key policy must allow permissions by IAM policies, as it does by default.
   *
   * @default - the table has a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the table if the construct is removed or the table is replaced. The chat log still contains the messages.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Attributes of an existing history.
 */
export interface ChatHistoryAttributes {
  /**
   * ARN of the table: `ChatHistory.tableArn`.
   */
  readonly tableArn: string;

  /**
   * ARN of the page function: `ChatHistory.pageFunctionArn`.
   */
  readonly pageFunctionArn: string;

  /**
   * ARN of the customer managed key of the table.
   *
   * @default - the table has no customer managed key
   */
  readonly encryptionKeyArn?: string;
}

/**
 * The newest messages of chat rooms, for users who join late: the service itself stores none.
 *
 * A function reads the chat log and writes a DynamoDB table. Messages appear within about 10 seconds. If a message is deleted, its
 * text is erased, whatever the order in which the function receives both. Users read the history with a `ChatTokenEndpoint`, and
 * applications with `grantReadPages()`.
 *
 * Throws, partly at synthesis, if the log group is not a chat log, if it takes no more subscription filters, or if another property
 * is invalid.
 *
 * @example
 * declare const logGroup: logs.LogGroup; // of the LoggingConfiguration of the rooms
 * declare const backend: lambda.Function;
 *
 * const history = new ivschat.ChatHistory(this, 'History', { chatLog: logGroup });
 * history.grantReadPages(backend);
 * backend.addEnvironment('HISTORY_FUNCTION', history.pageFunctionArn);
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/history.md
 */
@propertyInjectable
export class ChatHistory extends ChatHistoryBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatHistory';

  /**
   * Imports an existing history. It must be in the account and region of the token endpoints that use it.
   *
   * Throws if an ARN is not a token and not the ARN of a resource of its type.
   *
   * @param scope the parent construct
   * @param id the construct ID
   * @param attributes the ARNs
   */
  public static fromChatHistoryAttributes(scope: Construct, id: string, attributes: ChatHistoryAttributes): IChatHistory {
    validateProps(scope, attributes, '{ tableArn, pageFunctionArn }');
    const { encryptionKeyArn, pageFunctionArn, tableArn } = attributes;
    validateArnOf(scope, 'tableArn', tableArn, 'arn:aws:dynamodb:us-east-1:111122223333:table/History');
    validateArnOf(scope, 'pageFunctionArn', pageFunctionArn, 'arn:aws:lambda:us-east-1:111122223333:function:Pages');
    if (encryptionKeyArn !== undefined) validateArnOf(scope, 'encryptionKeyArn', encryptionKeyArn, 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d');
    class Import extends ChatHistoryBase {
      public readonly tableArn = tableArn;
      public readonly pageFunctionArn = pageFunctionArn;
      public readonly encryptionKey = encryptionKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', encryptionKeyArn);
    }
    return new Import(scope, id, { environmentFromArn: tableArn });
  }

  /**
   * The table. Its keys are `room`, the ID of the room, and `at`; `frame` is the message as clients received it.
   */
  public readonly table: ITable;

  /**
   * The function that writes the table.
   */
  public readonly function: IFunction;

  /**
   * The function that returns pages of messages. Its requests are documented.
   *
   * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/history.md#read-pages-in-a-backend
   */
  public readonly pageFunction: IFunction;

  public readonly encryptionKey?: IKey;

  constructor(scope: Construct, id: string, props: ChatHistoryProps) {
    super(scope, id);
    validateProps(this, props, '{ chatLog: logGroup }');
    const { chatLog, encryptionKey, eventNames = [], onFailure, removalPolicy = RemovalPolicy.DESTROY, retention = Duration.days(7) } = props;
    const filterPattern = messagesDeletionsAndEvents(this, eventNames);
    const retentionSeconds = retentionSecondsOf(this, retention);
    if (encryptionKey !== undefined) validateType(this, 'encryptionKey', encryptionKey, 'keyArn', 'a key of AWS KMS', 'new kms.Key(this, \'Key\')');
    if (onFailure !== undefined) validateType(this, 'onFailure', onFailure, 'bind', 'a destination of AWS Lambda', 'new SqsDestination(queue)');
    validateRemovalPolicy(this, removalPolicy);
    warnIfRegionHasNoService(this);

    this.encryptionKey = encryptionKey;
    this.table = this.newTable(removalPolicy);
    this.node.defaultChild = this.table.node.defaultChild;
    const { tableName } = this.table;
    this.function = this.newFunction('History', { tableName, retentionSeconds, eventNames }, {
      description: 'Stores the messages of a chat log',
      handler: 'chat-history/index.handler',
      timeout: Duration.minutes(TIMEOUT_MINUTES),
      statements: this.statements(['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query'], ['kms:Decrypt', 'kms:GenerateDataKey']),
      onFailure,
    });
    this.pageFunction = this.newFunction('Pages', { tableName, retentionSeconds }, {
      description: 'Returns pages of chat messages',
      handler: 'chat-history-pages/index.handler',
      timeout: Duration.seconds(PAGE_TIMEOUT_SECONDS),
      statements: this.statements(READ_ACTIONS, ['kms:Decrypt']),
    });
    subscribeToChatLog(this, chatLog, this.function, filterPattern);
  }

  public get tableArn(): string {
    return this.table.tableArn;
  }

  public get pageFunctionArn(): string {
    return this.pageFunction.functionArn;
  }

  /**
   * Number of times that log events could not be stored, in one of three attempts.
   *
   * After the third, they are missing from the history, or sent to `onFailure`.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: MetricOptions): Metric {
    return this.metric('Failed', props);
  }

  /**
   * Number of records of the chat log that the function did not understand and left out.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricUnreadable(props?: MetricOptions): Metric {
    return this.metric('Unreadable', props);
  }

  private metric(metricName: string, props?: MetricOptions): Metric {
    return functionMetric(metricName, this.function.functionName, props).attachTo(this);
  }

  private newTable(removalPolicy: RemovalPolicy): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'room', type: AttributeType.STRING },
      sortKey: { name: 'at', type: AttributeType.STRING },
      timeToLiveAttribute: 'ttl',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: this.encryptionKey ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
      encryptionKey: this.encryptionKey,
      removalPolicy,
    });
    acknowledge(table, 'AwsSolutions-DDB3', 'Backups would keep deleted messages. The chat log contains the messages.');
    return table;
  }

  private newFunction(id: string, settings: HistorySettings, props: Omit<ChatFunctionProps, 'code'>): IFunction {
    return new ChatFunction(this, id, {
      ...props, code: handlerCode('runtime-sdk'), memorySize: MEMORY_MB, environment: settingsVariable(this, 'CHAT_HISTORY', settings),
    }).fn;
  }

  private statements(actions: string[], keyActions: string[]): PolicyStatement[] {
    return [allow(actions, this.table.tableArn), ...this.encryptionKey ? [allow(keyActions, this.encryptionKey.keyArn)] : []];
  }
}
