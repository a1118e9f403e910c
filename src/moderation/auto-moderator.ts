import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnRoom, IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDestination, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import type { AutoModeratorSettings, JudgeSettings, ResponseKind } from './auto-moderator-settings';
import type { ChatJudge } from './chat-judge';
import { warnAboutExemptSenders } from './exempt-senders';
import type { ModerationResponse } from './moderation-response';
import type { SenderMatch } from './sender-match';
import { handlerCode } from '../handler-code';
import { acknowledge, acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { describeValue, validateBoolean, validateListOf, validateProps, validateType } from '../private/argument-types';
import { ChatFunction, settingsVariable } from '../private/chat-function';
import { functionMetric } from '../private/chat-metric';
import { durationIn } from '../private/durations';
import { lit, validationError } from '../private/errors';
import { validateReviewersAtSynthesis } from '../private/grants/reviewer-cycles';
import { allow } from '../private/grants/statements';
import { MESSAGES } from '../private/logging/chat-log-pattern';
import { subscribeToChatLog } from '../private/logging/chat-log-subscription';
import { validateEncryptionAtSynthesis, validateFailureDestination } from '../private/moderation/failure-destination';
import { validateResponses } from '../private/moderation/response-validation';
import { roomKey } from '../private/room-ids';
import { type RoomList, roomListOf } from '../private/room-list';
import { validateRemovalPolicy, warnIfRegionHasNoService } from '../private/validation';

/** The maximum that Lambda accepts: a flood is judged at the pace of the judge. */
const TIMEOUT = Duration.minutes(15);
/** In addition to the first. */
const RETRIES = 2;

/** In seconds. Lambda keeps an event for one minute to six hours. */
const MIN_EVENT_AGE = 60;
const MAX_EVENT_AGE = 21_600;
/** How much later than a message its event can be: about ten seconds, as documented, and a reserve. */
const LOG_DELAY = 60;

const MIN_WINDOW_SECONDS = 60;
const MAX_WINDOW_SECONDS = 365 * 86_400;

const METRICS = ['Judged', 'Flagged', 'Deleted', 'Disconnected', 'Banned', 'Skipped', 'Failed', 'Unreadable'];
const ACTIONS: Record<ResponseKind, string | undefined> = { deleteMessage: 'ivschat:DeleteMessage', disconnectUser: 'ivschat:DisconnectUser', ban: undefined };

/**
 * Properties of an automatic moderator.
 */
export interface AutoModeratorProps {
  /**
   * Log group of the chat log: the destination of a `LoggingConfiguration` of the rooms, with the class `STANDARD`.
   */
  readonly chatLog: ILogGroupRef;

  /**
   * Decides which messages are flagged.
   */
  readonly judge: ChatJudge;

  /**
   * What happens to flagged messages and their senders, in ascending order of `afterStrikes`.
   *
   * @default - flagged messages are only logged and counted
   */
  readonly responses?: ModerationResponse[];

  /**
   * Whether responses are only logged. Strikes of a dry run do not count afterwards.
   *
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * The rooms whose messages are judged: up to 140. Messages of other rooms in the chat log are not sent to the judge.
   *
   * @default - all rooms in the chat log, including rooms created at runtime
   */
  readonly rooms?: IRoomRef[];

  /**
   * Senders whose messages are not judged.
   *
   * @default - the messages of all senders are judged
   */
  readonly exempt?: SenderMatch[];

  /**
   * How long a flagged message counts as a strike.
   *
   * @default Duration.hours(24)
   */
  readonly strikeWindow?: Duration;

  /**
   * Messages older than this are skipped, so that a flood does not delay the moderation of later messages: 2 minutes to 6 hours.
   *
   * @default Duration.minutes(10)
   */
  readonly maximumAge?: Duration;

  /**
   * Destination of events with messages that could not be moderated in three attempts.
   *
   * It receives the text of messages, so a queue or topic must be encrypted.
   *
   * @default - they are dropped, which `metricFailed()` and the log show
   */
  readonly onFailure?: IDestination;

  /**
   * Customer managed key of the table of the strikes.
   *
   * @default - the table has a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the strikes if the construct is removed or the table is replaced.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Log group of the function, which is the decision log. It contains user IDs, but no text of messages.
   *
   * @default - a new log group that keeps its events for a month and is deleted with the stack
   */
  readonly logGroup?: ILogGroup;
}

/**
 * Judges messages after their delivery, about 10 seconds after they were sent, and responds to those that are flagged.
 *
 * It reads the chat log, which users cannot forge. Every message is judged at least once; a repeated delivery changes nothing.
 *
 * Throws if responses are not in order or cannot take effect, if bans do not apply to all rooms, or if `onFailure` is not encrypted.
 *
 * @example
 * declare const chatLog: logs.LogGroup;
 * declare const bans: ivschat.ChatBans;
 *
 * new ivschat.AutoModerator(this, 'Moderator', {
 *   chatLog,
 *   judge: ivschat.ChatJudge.comprehendToxicity(), // English only
 *   responses: [
 *     ivschat.ModerationResponse.deleteMessage(),
 *     ivschat.ModerationResponse.ban(bans, { afterStrikes: 3, duration: Duration.minutes(10) }),
 *   ],
 *   exempt: [ivschat.SenderMatch.role(ivschat.ChatRole.moderator())],
 *   dryRun: true, // until the decisions in the log are right
 * });
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/auto-moderator.md
 */
@propertyInjectable
export class AutoModerator extends Construct {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.AutoModerator';

  /**
   * The function that judges messages and responds.
   */
  public readonly function: IFunction;

  /**
   * Table of the strikes. Not set without responses.
   */
  public readonly strikesTable?: ITable;

  constructor(scope: Construct, id: string, props: AutoModeratorProps) {
    super(scope, id);
    validateProps(this, props, '{ chatLog, judge }');
    const { exempt = [], responses = [] } = props;
    const rooms = roomListOf(this, props.rooms);
    this.validate(props, rooms);
    const judge = props.judge._bind(this);
    warnIfRegionHasNoService(this);

    if (responses.length > 0) this.strikesTable = this.newTable(props);
    const { fn, policy } = new ChatFunction(this, 'Function', {
      description: 'Moderates the messages of a chat log',
      code: handlerCode('runtime-sdk'),
      handler: 'auto-moderator/index.handler',
      timeout: TIMEOUT,
      logGroup: props.logGroup,
      environment: settingsVariable(this, 'AUTO_MODERATOR', this.settings(props, judge.settings, rooms)),
      statements: [judge.statement, ...this.statements(props, rooms)],
    });
    this.function = fn;
    fn.configureAsyncInvoke({
      maxEventAge: Duration.seconds(maximumAgeOf(this, props) - LOG_DELAY),
      retryAttempts: RETRIES,
      onFailure: props.onFailure,
    });
    subscribeToChatLog(this, props.chatLog, fn, MESSAGES);
    validateEncryptionAtSynthesis(this, fn);
    acknowledgeWildcard(policy, '*', 'Toxicity detection has no resources.');
    if (rooms.isAllRooms) acknowledgeWildcard(policy, anyRoom(this), 'The chat log can contain rooms that the application creates at runtime.');
    validateReviewersAtSynthesis(this, rooms.keys, [fn], 'omit the property rooms, or remove the environment variable');
    if (exempt.length > 0) {
      const isModerated = (room: CfnRoom) => rooms.isAllRooms || rooms.keys.has(roomKey(this, room));
      warnAboutExemptSenders(this, isModerated, exempt.map(({ _condition }) => _condition.attribute));
    }
  }

  /**
   * Number of messages in an outcome: `Judged`, `Flagged`, `Deleted`, `Disconnected`, `Banned`, `Skipped`, `Failed` or `Unreadable`.
   *
   * @param metricName the outcome
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metric(metricName: string, props?: MetricOptions): Metric {
    if (!METRICS.includes(metricName)) {
      throw validationError(this, lit`MetricUnknown`,
        `metricName must be one of ${METRICS.join(', ')}, got ${describeValue(metricName)}: pass one of them`);
    }
    return functionMetric(metricName, this.function.functionName, props).attachTo(this);
  }

  /**
   * Number of messages that could not be judged, or not responded to, in one of three attempts.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: MetricOptions): Metric {
    return this.metric('Failed', props);
  }

  private validate(props: AutoModeratorProps, rooms: RoomList): void {
    const { dryRun, encryptionKey, exempt = [], judge, logGroup, onFailure, removalPolicy, responses = [] } = props;
    validateType(this, 'judge', judge, '_bind', 'a ChatJudge', 'ChatJudge.comprehendToxicity()');
    validateResponses(this, responses, rooms);
    validateBoolean(this, 'dryRun', dryRun);
    if (!Array.isArray(exempt) || exempt.length > 0) {
      validateListOf(this, 'exempt', exempt, '_condition', 'a SenderMatch', 'SenderMatch.role(ChatRole.moderator())');
    }
    validateFailureDestination(this, onFailure);
    if (encryptionKey !== undefined) validateType(this, 'encryptionKey', encryptionKey, 'keyArn', 'a key of AWS KMS', 'new kms.Key(this, \'Key\')');
    if (removalPolicy !== undefined) validateRemovalPolicy(this, removalPolicy);
    if (logGroup !== undefined) validateType(this, 'logGroup', logGroup, 'logGroupArn', 'a log group', 'new logs.LogGroup(this, \'Log\')');
  }

  private newTable({ encryptionKey, removalPolicy = RemovalPolicy.DESTROY }: AutoModeratorProps): Table {
    const table = new Table(this, 'Strikes', {
      partitionKey: { name: 'sender', type: AttributeType.STRING },
      sortKey: { name: 'sentAt', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: encryptionKey ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
      encryptionKey,
      removalPolicy,
    });
    acknowledge(table, 'AwsSolutions-DDB3', 'Strikes expire after the strike window. An earlier state would not be restored.');
    return table;
  }

  private settings(props: AutoModeratorProps, judge: JudgeSettings, rooms: RoomList): AutoModeratorSettings {
    const { dryRun, exempt = [], responses = [], strikeWindow = Duration.hours(24) } = props;
    const windowSeconds = durationIn('seconds', this, 'strikeWindow', strikeWindow, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
    return {
      roomIds: rooms.ids,
      judge,
      responses: responses.map(({ _response }) => _response),
      strikes: this.strikesTable && { tableName: this.strikesTable.tableName, windowSeconds },
      exempt: exempt.map(({ _condition }) => _condition),
      dryRun: dryRun ? true : undefined,
      maximumAgeSeconds: maximumAgeOf(this, props),
    };
  }

  private statements({ dryRun, encryptionKey, responses = [] }: AutoModeratorProps, rooms: RoomList): PolicyStatement[] {
    const statements: PolicyStatement[] = [];
    if (this.strikesTable) statements.push(allow(['dynamodb:Query', 'dynamodb:UpdateItem'], this.strikesTable.tableArn));
    if (this.strikesTable && encryptionKey) statements.push(allow(['kms:Decrypt', 'kms:GenerateDataKey'], encryptionKey.keyArn));
    if (dryRun) return statements;
    const actions = [...new Set(responses.flatMap(({ _response: { kind } }) => ACTIONS[kind] ?? []))].sort();
    if (actions.length > 0) statements.push(allow(actions, ...rooms.arns));
    const banFunctions = [...new Set(responses.flatMap(({ _bans }) => _bans?.banFunctionArn ?? []))];
    if (banFunctions.length > 0) statements.push(allow(['lambda:InvokeFunction'], ...banFunctions));
    return statements;
  }
}

function maximumAgeOf(scope: Construct, { maximumAge = Duration.minutes(10) }: AutoModeratorProps): number {
  return durationIn('seconds', scope, 'maximumAge', maximumAge, MIN_EVENT_AGE + LOG_DELAY, MAX_EVENT_AGE);
}
