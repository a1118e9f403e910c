import { Token, type IResource } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type IFunctionRef, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, Dependable, type IDependable } from 'constructs';
import { detachableHandler, detachHandlerOnDelete, detachmentsByArn } from './custom-resources/detachment';
import { validateBoolean, validateFallbackResult, validateFunction, validateProps } from './private/argument-types';
import { serviceMetric } from './private/chat-metric';
import { lit, validationError } from './private/errors';
import { registerReviewer } from './private/grants/reviewers';
import { warnIfArnIsTooLong } from './private/handler-arn';
import { functionKey, permissionForRoom, permissionOfHandler } from './private/invoke-permission';
import { HANDLER_URI_PATTERN, MAX_HANDLER_URI_LENGTH } from './private/limits';
import { l1Of } from './private/referenced-construct';
import { validateSameEnvironment } from './private/validation';

/**
 * Result for a message if the review handler fails, takes longer than 200 milliseconds, or returns an invalid response.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
export enum FallbackResult {
  /** Deliver the message without a review. Messages sent during a cold start of the function can pass without a review. */
  ALLOW = 'ALLOW',

  /** Reject the message with error 406. Messages sent during a cold start of the function can be rejected. */
  DENY = 'DENY',
}

/**
 * Configuration of a review handler that is bound to a room.
 */
export interface MessageReviewHandlerConfig {
  /**
   * ARN of the function, alias or version that reviews messages. Empty to detach the current handler.
   */
  readonly handlerUri: string;

  /**
   * Result for a message if the handler does not return a valid response in time.
   *
   * @default - not set on the room
   */
  readonly fallbackResult?: FallbackResult;

  /**
   * Constructs that the room must depend on, such as the permission to invoke the function.
   *
   * @default - none
   */
  readonly dependables?: IDependable[];
}

/**
 * A review handler for the messages of rooms: a `MessageReviewHandler` or `MessageReviewHandler.none()`.
 */
export interface IMessageReviewHandler {
  /**
   * Binds the handler to a room. Called by the room.
   *
   * @param room the room, or the settings of a room
   */
  bind(room: IResource): MessageReviewHandlerConfig;
}

/**
 * Properties of a message review handler.
 */
export interface MessageReviewHandlerProps {
  /**
   * The function, alias or version that reviews messages, either defined in this app or imported.
   *
   * It must be in the account and region of the rooms. It has 200 milliseconds to respond, including cold starts.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
   */
  readonly handler: IFunctionRef;

  /**
   * Result for a message if the handler does not return a valid response in time.
   *
   * @default FallbackResult.ALLOW
   */
  readonly fallbackResult?: FallbackResult;

  /**
   * Whether to detach the handler from all rooms of the account and region before it is deleted or replaced by another
   * function.
   *
   * Otherwise rooms that the application creates at runtime keep the deleted handler: with `FallbackResult.DENY` they
   * reject all messages, with `ALLOW` they deliver messages without a review. A custom resource detaches the handler, at
   * 5 rooms per second. Removing this property or the construct detaches nothing.
   *
   * The handler must be a function, or an alias of one, that is defined in the same stack.
   *
   * @default false
   */
  readonly detachOnDelete?: boolean;

  /**
   * Whether to write no permission for Amazon IVS Chat to invoke the function, because it is managed elsewhere, for example
   * by the team that owns the function.
   *
   * The resource policy of the function, alias or version must allow `lambda:InvokeFunction` to `ivschat.amazonaws.com`
   * before a room uses the handler. Otherwise the service rejects the room.
   *
   * @default false
   */
  readonly skipPermissions?: boolean;
}

/**
 * A Lambda function that reviews every message before it is delivered, and can allow, change or deny it.
 *
 * Grants Amazon IVS Chat permission to invoke the function for all rooms of the account and region, including those
 * created at runtime, unless `skipPermissions` is set. Any number of rooms, in this stack or in others, can share a handler.
 *
 * Throws if the service could never invoke the function: it is known to be in another account or region, it is the
 * version `$LATEST`, or its reserved concurrency is 0. Throws if `detachOnDelete` is set and the handler is not a function
 * or an alias of the same stack.
 *
 * @example
 * declare const moderator: lambda.Function;
 *
 * const review = new ivschat.MessageReviewHandler(this, 'Review', {
 *   handler: moderator,
 *   fallbackResult: ivschat.FallbackResult.DENY,
 * });
 * new ivschat.ChatRoom(this, 'Lobby', { messageReviewHandler: review });
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
@propertyInjectable
export class MessageReviewHandler extends Construct implements IMessageReviewHandler {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.MessageReviewHandler';

  /**
   * Returns a handler that detaches the current handler of a room, so that messages are not reviewed.
   *
   * CloudFormation does not document that removing the property detaches the handler. This sets an empty URI, which the
   * service documents for this purpose.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
   */
  public static none(): IMessageReviewHandler {
    return { bind: () => ({ handlerUri: '' }) };
  }

  /**
   * ARN of the function, alias or version that reviews messages. Rooms created at runtime need it.
   */
  public readonly handlerUri: string;

  /**
   * Result for a message if the handler does not return a valid response in time.
   */
  public readonly fallbackResult: FallbackResult;

  private readonly handler: IFunctionRef;
  private readonly functionKey: string;
  private readonly skipPermissions: boolean;

  constructor(scope: Construct, id: string, props: MessageReviewHandlerProps) {
    super(scope, id);
    validateProps(this, props, '{ handler: fn }');
    validateFunction(this, props.handler);
    validateFallbackResult(this, props.fallbackResult, Object.values(FallbackResult));
    validateBoolean(this, 'detachOnDelete', props.detachOnDelete);
    validateBoolean(this, 'skipPermissions', props.skipPermissions);
    this.handler = props.handler;
    this.handlerUri = props.handler.functionRef.functionArn;
    this.fallbackResult = props.fallbackResult ?? FallbackResult.ALLOW;
    this.validate();
    const detachable = props.detachOnDelete ? detachableHandler(this, props.handler) : undefined;

    registerReviewer(this, props.handler);
    this.functionKey = functionKey(props.handler);
    this.skipPermissions = props.skipPermissions ?? false;
    if (!this.skipPermissions) {
      const permission = permissionOfHandler(this, props.handler, this.functionKey);
      this.node.defaultChild = permission;
      // Dependents of this construct depend on the permission, even if another handler of the stack created it.
      Dependable.implement(this, { dependencyRoots: [permission] });
    }

    if (detachable) detachHandlerOnDelete(this, detachable, this.handlerUri);
  }

  /**
   * Binds the handler to a room. Called by the room.
   *
   * @param room the room, or the settings of a room
   */
  public bind(room: IResource): MessageReviewHandlerConfig {
    validateSameEnvironment(room, 'messageReviewHandler', this.handler);
    return {
      handlerUri: this.handlerUri,
      fallbackResult: this.fallbackResult,
      dependables: [
        ...this.skipPermissions ? [] : [permissionForRoom(room, this.handler, this.functionKey)],
        ...detachmentsByArn([this.handlerUri], room),
      ],
    };
  }

  /**
   * Returns the given metric of this handler, from the namespace `AWS/IVSChat`.
   *
   * The dimension `Uri` has the ARN of the handler as its value. AWS does not document the value, so check the metric in
   * CloudWatch before you rely on an alarm, and pass `dimensionsMap` to change it.
   *
   * @param metricName name of the metric
   * @param props options of the metric
   * @default - sum over 5 minutes
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
   */
  public metric(metricName: string, props?: MetricOptions): Metric {
    return serviceMetric(metricName, 'Sum', { Uri: this.handlerUri }, props).attachTo(this);
  }

  /**
   * Number of messages for which the invocation failed: the function or its permission is missing, or it timed out.
   *
   * Errors that the function throws are counted by its own `Errors` metric.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricInvocationErrors(props?: MetricOptions): Metric {
    return this.metric('InvocationErrors', props);
  }

  /**
   * Number of messages for which the function returned an invalid response or content that is too long for the room.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricResponseValidationErrors(props?: MetricOptions): Metric {
    return this.metric('ResponseValidationErrors', props);
  }

  /**
   * Name of the function, without an alias or a version. Metrics have it as a dimension.
   *
   * @internal
   */
  public get _functionName(): string {
    return functionOf(this.handler).functionRef.functionName;
  }

  private validate(): void {
    const uri = this.handlerUri;
    if (uri.endsWith(':$LATEST')) {
      throw validationError(this, lit`HandlerIsLatestVersion`,
        'handler must be a function, an alias or a published version, got the version $LATEST, to which Lambda cannot add a permission: pass the function itself');
    }
    if (!Token.isUnresolved(uri) && (uri.length > MAX_HANDLER_URI_LENGTH || !HANDLER_URI_PATTERN.test(uri))) {
      throw validationError(this, lit`HandlerUriInvalid`,
        `handler must have an ARN of at most ${MAX_HANDLER_URI_LENGTH} characters of the form arn:aws:lambda:<region>:<account>:function:<name>, got ${uri.length} characters (${JSON.stringify(uri)}): pass a Lambda function, alias or version in a region that has Amazon IVS Chat`);
    }
    if (reservedConcurrency(this.handler) === 0) {
      throw validationError(this, lit`HandlerNeverRuns`,
        'handler must be a function that Lambda can run, got one with reservedConcurrentExecutions of 0: remove the property or increase it');
    }
    validateSameEnvironment(this, 'handler', this.handler);
    warnIfArnIsTooLong(this, this.handler);
  }
}

/** Returns the reserved concurrency of a function or of the function of an alias or version, if it is defined in this app. */
function reservedConcurrency(handler: IFunctionRef): number | undefined {
  const resource = l1Of(functionOf(handler));
  return CfnFunction.isCfnFunction(resource) ? resource.reservedConcurrentExecutions : undefined;
}

/** Returns the function of an alias or a version, or the function that was passed. */
function functionOf(handler: IFunctionRef): IFunctionRef {
  return (handler as Partial<IVersion>).lambda ?? handler;
}
