import { Duration, type IResource, Token } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Alias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { warnAboutExemptSenders } from './exempt-senders';
import type { FilterFile } from './filter/filter-file';
import { filterCode } from './filter-code';
import { FilterRule } from './filter-rule';
import type { SenderMatch } from './sender-match';
import { FallbackResult, type IMessageReviewHandler, MessageReviewHandler, type MessageReviewHandlerConfig } from '../message-review-handler';
import { describeValue, validateListOf, validateProps, validateTexts, validateType } from '../private/argument-types';
import { ChatFunction } from '../private/chat-function';
import { functionMetric } from '../private/chat-metric';
import { lit, validationError, warn } from '../private/errors';
import { handlerUri } from '../private/grants/reviewers';
import { MAX_FILTER_BYTES, MAX_LAMBDA_MEMORY, MIN_LAMBDA_MEMORY } from '../private/limits';
import { isLiteral, validateWholeNumber } from '../private/validation';

/** The service stops waiting after 200 ms. */
const TIMEOUT_SECONDS = 3;
const ALIAS_NAME = 'live';

/**
 * Properties of a message filter.
 */
export interface MessageFilterProps {
  /**
   * The rules: at least one, each with another name. Rules that deny a message decide before those that mask it, in any order.
   *
   * @default - links and repetition are denied, contact details are masked
   */
  readonly rules?: FilterRule[];

  /**
   * Senders whose messages are not reviewed.
   *
   * @default - the messages of all senders are reviewed
   */
  readonly exempt?: SenderMatch[];

  /**
   * Names of message attributes that the rules do not read because applications do not display them, such as IDs.
   *
   * @default - the rules read the values of all attributes of a message
   */
  readonly ignoredAttributes?: string[];

  /**
   * Result for a message if the function does not respond in time, for example because of a cold start.
   *
   * @default FallbackResult.DENY
   */
  readonly fallbackResult?: FallbackResult;

  /**
   * Number of instances that are always ready. Two are enough for a room with 100 messages per second.
   *
   * @default - none: the first message after a quiet time is too late, and the fallback result decides
   * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/message-filter.md#cost
   */
  readonly provisionedConcurrentExecutions?: number;

  /**
   * Memory of the function in MB. Lambda allocates CPU in proportion to it.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Log group of the function. It contains metrics and errors, but no messages.
   *
   * @default - a new log group that keeps its events for a month and is deleted with the stack
   */
  readonly logGroup?: ILogGroup;

  /**
   * Whether to detach the filter from all rooms of the account and region before it is deleted.
   *
   * Otherwise rooms that the application creates at runtime keep the deleted function: with `FallbackResult.DENY` they reject all
   * messages.
   *
   * @default false
   */
  readonly detachOnDelete?: boolean;
}

/**
 * A review handler that finds words, links, contact details, patterns and spam in messages, and masks or denies them.
 *
 * The function needs no other service and responds within a few milliseconds. It has a version and the alias `live`, so that the ARN
 * of the handler stays the same when the rules or the provisioned concurrency change.
 *
 * Throws if there are no rules, two rules with the same name, or more words and patterns than the function can load quickly.
 *
 * @example
 * const filter = new ivschat.MessageFilter(this, 'Filter', {
 *   rules: [
 *     ivschat.FilterRule.words(ivschat.WordList.of('darn', 'idiot*'), { action: ivschat.FilterAction.DENY, reason: 'Please stay friendly.' }),
 *     ivschat.FilterRule.contactDetails(),
 *     ivschat.FilterRule.links({ allowedDomains: ['example.com'] }),
 *   ],
 *   exempt: [ivschat.SenderMatch.role(ivschat.ChatRole.moderator())],
 *   provisionedConcurrentExecutions: 2,
 * });
 * new ivschat.ChatRoom(this, 'Lobby', { messageReviewHandler: filter });
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/message-filter.md
 */
@propertyInjectable
export class MessageFilter extends Construct implements IMessageReviewHandler {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.MessageFilter';

  /**
   * The function that reviews messages.
   */
  public readonly function: IFunction;

  /**
   * ARN of the alias that reviews messages. Rooms created at runtime need it.
   */
  public readonly handlerUri: string;

  /**
   * Result for a message if the function does not respond in time.
   */
  public readonly fallbackResult: FallbackResult;

  private readonly handler: MessageReviewHandler;
  private readonly ruleNames: readonly string[];

  constructor(scope: Construct, id: string, props: MessageFilterProps = {}) {
    super(scope, id);
    validateProps(this, props, '{ rules: [FilterRule.links()] }');
    const { detachOnDelete, exempt = [], fallbackResult = FallbackResult.DENY, provisionedConcurrentExecutions } = props;
    const rules = props.rules ?? [FilterRule.links(), FilterRule.contactDetails(), FilterRule.repetition()];
    this.validate(props, rules, exempt);
    this.ruleNames = rules.map(({ ruleName }) => ruleName);

    const { fn } = new ChatFunction(this, 'Function', {
      description: 'Filters chat messages',
      code: filterCode(this, this.render(rules, exempt, props.ignoredAttributes ?? [])),
      handler: 'index.handler',
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      memorySize: props.memorySize ?? 512,
      logGroup: props.logGroup,
    });
    const alias = new Alias(this, 'Alias', { aliasName: ALIAS_NAME, version: fn.currentVersion, provisionedConcurrentExecutions });
    this.function = fn;
    this.handler = new MessageReviewHandler(this, 'Review', { handler: alias, fallbackResult, detachOnDelete });
    this.handlerUri = this.handler.handlerUri;
    this.fallbackResult = this.handler.fallbackResult;

    if (provisionedConcurrentExecutions === undefined) this.warnAboutColdStarts();
    if (exempt.length > 0) {
      // The ARN is a token with the same string for all rooms.
      warnAboutExemptSenders(this, room => handlerUri(room) === this.handlerUri, exempt.map(({ _condition }) => _condition.attribute));
    }
  }

  /**
   * Binds the filter to a room. Called by the room.
   *
   * @param room the room, or the settings of a room
   */
  public bind(room: IResource): MessageReviewHandlerConfig {
    return this.handler.bind(room);
  }

  /**
   * Number of messages that a rule denied. A message is counted for the first rule that denies it.
   *
   * @param rule name of the rule
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricDenied(rule: string, props?: MetricOptions): Metric {
    return this.metricOfRule('Denied', rule, props);
  }

  /**
   * Number of messages in which a rule masked something.
   *
   * @param rule name of the rule
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricMasked(rule: string, props?: MetricOptions): Metric {
    return this.metricOfRule('Masked', rule, props);
  }

  /**
   * Number of messages in which a rule with `FilterAction.COUNT` found something.
   *
   * @param rule name of the rule
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricCounted(rule: string, props?: MetricOptions): Metric {
    return this.metricOfRule('Counted', rule, props);
  }

  /**
   * Number of messages whose review took more than 120 ms, without the time of a cold start and the network.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricLate(props?: MetricOptions): Metric {
    return this.metricOfFunction('Late', props);
  }

  /**
   * Number of messages that were denied because the review failed.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: MetricOptions): Metric {
    return this.metricOfFunction('Failed', props);
  }

  /**
   * Number of messages that had to wait for a cold start, for which the fallback result decides.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricCold(props?: MetricOptions): Metric {
    return this.metricOfFunction('Cold', props);
  }

  /**
   * Number of messages for which the invocation failed, including those for which it timed out.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricInvocationErrors(props?: MetricOptions): Metric {
    return this.handler.metricInvocationErrors(props);
  }

  /** @internal */
  public get _functionName(): string {
    return this.handler._functionName;
  }

  private metricOfFunction(metricName: string, props?: MetricOptions): Metric {
    return functionMetric(metricName, this.function.functionName, props).attachTo(this);
  }

  private metricOfRule(metricName: string, rule: string, props?: MetricOptions): Metric {
    if (!this.ruleNames.includes(rule)) {
      throw validationError(this, lit`RuleUnknown`,
        `rule must be the name of a rule of this filter, got ${describeValue(rule)}: pass one of ${this.ruleNames.join(', ')}`);
    }
    return this.metricOfFunction(metricName, { dimensionsMap: { FunctionName: this.function.functionName, Rule: rule }, ...props });
  }

  private validate(props: MessageFilterProps, rules: FilterRule[], exempt: SenderMatch[]): void {
    const { ignoredAttributes, logGroup, memorySize, provisionedConcurrentExecutions } = props;
    validateListOf(this, 'rules', rules, '_rule', 'a FilterRule', 'FilterRule.links()');
    const names = rules.map(({ ruleName }) => ruleName);
    const repeated = names.find((name, index) => names.indexOf(name) < index);
    if (repeated !== undefined) {
      throw validationError(this, lit`RuleNameRepeated`,
        `rules must have different names, got two named ${JSON.stringify(repeated)}: set ruleName on one of them`);
    }
    if (!Array.isArray(exempt) || exempt.length > 0) {
      validateListOf(this, 'exempt', exempt, '_condition', 'a SenderMatch', 'SenderMatch.role(ChatRole.moderator())');
    }
    if (ignoredAttributes !== undefined) validateTexts(this, 'ignoredAttributes', ignoredAttributes, '\'replyTo\'');
    if (logGroup !== undefined) validateType(this, 'logGroup', logGroup, 'logGroupArn', 'a log group', 'new logs.LogGroup(this, \'Log\')');
    if (isLiteral(memorySize)) validateWholeNumber(this, 'memorySize', memorySize, MIN_LAMBDA_MEMORY, MAX_LAMBDA_MEMORY);
    if (isLiteral(provisionedConcurrentExecutions)) {
      validateWholeNumber(this, 'provisionedConcurrentExecutions', provisionedConcurrentExecutions, 1, Number.MAX_SAFE_INTEGER);
    }
  }

  private render(rules: FilterRule[], exempt: SenderMatch[], ignoredAttributes: string[]): string {
    const json = JSON.stringify({
      version: 1,
      exempt: exempt.map(({ _condition }) => _condition),
      ignoredAttributes,
      rules: rules.map(({ _rule }) => _rule),
    } satisfies FilterFile);
    if (Token.isUnresolved(json)) {
      throw validationError(this, lit`TokenInFilter`,
        'exempt and ignoredAttributes must be known at synthesis, got a token: pass the values themselves');
    }
    const bytes = Buffer.byteLength(json);
    if (bytes <= MAX_FILTER_BYTES) return json;
    throw validationError(this, lit`FilterTooLarge`,
      `rules must have at most ${MAX_FILTER_BYTES} bytes when compiled, so that the function loads quickly, got ${bytes}: remove words that are rarely found`);
  }

  private warnAboutColdStarts(): void {
    const effect = this.fallbackResult === FallbackResult.ALLOW
      ? 'the first message after a quiet time is delivered without a review'
      : 'the first message after a quiet time is rejected';
    warn(this, 'filterColdStart',
      `Without provisionedConcurrentExecutions, the function starts too late for the 200 ms of a review: ${effect}. Set provisionedConcurrentExecutions: 2, which costs about $9 a month with 512 MB, or acknowledge this warning if you accept that.`);
  }
}
