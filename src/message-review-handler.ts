import { Token, type IResource } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, CfnVersion, type IFunctionRef, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, Dependable, type IDependable } from 'constructs';
import { detachmentOf, detachOnDelete } from './custom-resources/detachment';
import { serviceMetric } from './private/chat-metric';
import { lit, validationError, warn } from './private/errors';
import { functionKey, permissionForRoom, permissionOfHandler } from './private/invoke-permission';
import { HANDLER_URI_PATTERN, MAX_HANDLER_URI_LENGTH } from './private/limits';
import { referencedConstruct } from './private/referenced-construct';
import { addReviewer } from './private/reviewers';
import { validateSameEnvironment } from './private/validation';

/**
 * What happens to a message when the review handler gives no valid answer: it failed, it took longer than
 * 200 milliseconds, or its response could not be read.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
export enum FallbackResult {
  /** The message is delivered without a review. A cold start of the function lets messages through. */
  ALLOW = 'ALLOW',

  /** The message is refused and its sender gets error 406. A cold start of the function refuses messages. */
  DENY = 'DENY',
}

/**
 * What a room needs to know of its review handler.
 */
export interface MessageReviewHandlerConfig {
  /**
   * ARN of the function, alias or version that reviews messages. Empty for none.
   */
  readonly handlerUri: string;

  /**
   * What happens to a message when the handler gives no valid answer.
   *
   * @default - not part of the room's definition
   */
  readonly fallbackResult?: FallbackResult;

  /**
   * What must exist before the room: the permission of the service to invoke the function.
   *
   * @default - nothing
   */
  readonly dependables?: IDependable[];
}

/**
 * Reviews the messages of rooms before they are delivered: a `MessageReviewHandler`, or `MessageReviewHandler.none()`.
 */
export interface IMessageReviewHandler {
  /**
   * Called by a room that is given this handler.
   *
   * @param room the room
   */
  bind(room: IResource): MessageReviewHandlerConfig;
}

/**
 * Properties of a message review handler.
 */
export interface MessageReviewHandlerProps {
  /**
   * The function, alias or version that reviews messages: of this app, or imported.
   *
   * It must be in the account and region of the rooms and answer within 200 milliseconds, a cold start included.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
   */
  readonly handler: IFunctionRef;

  /**
   * What happens to a message when the handler gives no valid answer in time.
   *
   * @default FallbackResult.ALLOW
   */
  readonly fallbackResult?: FallbackResult;

  /**
   * Take the handler off all rooms of the account and region that have it before it is deleted, or replaced by another
   * function.
   *
   * Rooms that the application made at run time keep a handler that is deleted. With `FallbackResult.DENY` nobody can
   * write there any more, and with `ALLOW` nothing is reviewed. Detached, they go on without a review. It is done by a
   * custom resource, five rooms a second. Use it with a function or an alias: every new version is another handler.
   *
   * @default false
   */
  readonly detachOnDelete?: boolean;
}

/**
 * A Lambda function that reviews every message before it is delivered: it lets it through, changes it, or refuses it.
 *
 * Allows Amazon IVS Chat to invoke the function for all rooms of this account and region, those made at run time
 * included. Any number of rooms may share one handler, in this stack or in others.
 *
 * Throws where the function could never be invoked: it is known to be in another account or region, it is the
 * unqualified `$LATEST` version, or its reserved concurrency is 0.
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
   * No review: takes the handler off a room that has one.
   *
   * Leaving the property out of a room that had a handler is not the same: CloudFormation does not document that it then
   * removes the handler. This renders the empty URI that the service documents for it.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
   */
  public static none(): IMessageReviewHandler {
    return { bind: () => ({ handlerUri: '' }) };
  }

  /**
   * ARN of the function, alias or version, as rooms made at run time need it.
   */
  public readonly handlerUri: string;

  /**
   * What happens to a message when the handler gives no valid answer in time.
   */
  public readonly fallbackResult: FallbackResult;

  private readonly handler: IFunctionRef;
  private readonly functionKey: string;

  constructor(scope: Construct, id: string, props: MessageReviewHandlerProps) {
    super(scope, id);
    this.handler = props.handler;
    this.handlerUri = props.handler.functionRef.functionArn;
    this.fallbackResult = props.fallbackResult ?? FallbackResult.ALLOW;
    this.validate();

    addReviewer(this, props.handler);
    this.functionKey = functionKey(props.handler);
    const permission = permissionOfHandler(this, props.handler, this.functionKey);
    this.node.defaultChild = permission;
    // What waits for this construct waits for the permission, also where another handler of the stack has made it.
    Dependable.implement(this, { dependencyRoots: [permission] });

    if (props.detachOnDelete) {
      if (isVersion(props.handler)) {
        warn(this, 'detachOnDeleteOfVersion',
          'detachOnDelete takes the handler off all rooms whenever it is another one, as it is with each new version: pass the function or an alias, or acknowledge this warning');
      }
      detachOnDelete(this, this, { MessageReviewHandlerUri: this.handlerUri });
    }
  }

  /**
   * Called by a room that is given this handler.
   *
   * @param room the room
   */
  public bind(room: IResource): MessageReviewHandlerConfig {
    validateSameEnvironment(room, 'messageReviewHandler', this.handler);
    return {
      handlerUri: this.handlerUri,
      fallbackResult: this.fallbackResult,
      dependables: [permissionForRoom(room, this.handler, this.functionKey), ...detachmentOf(this, room)],
    };
  }

  /**
   * A metric of this handler, in the namespace `AWS/IVSChat`.
   *
   * The value of its dimension `Uri` is not documented; the ARN of the handler is used. Pass `dimensionsMap` to use
   * another, and look at the metric once in CloudWatch before you rely on an alarm.
   *
   * @param metricName name of the metric
   * @param props how to read it
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
   */
  public metric(metricName: string, props?: MetricOptions): Metric {
    return serviceMetric(metricName, 'Sum', { Uri: this.handlerUri }, props).attachTo(this);
  }

  /**
   * Messages for which the function could not be invoked: it is missing, took too long, or the permission is.
   *
   * Errors the function throws are in its own `Errors` metric.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public metricInvocationErrors(props?: MetricOptions): Metric {
    return this.metric('InvocationErrors', props);
  }

  /**
   * Messages for which the response of the function was not valid, or its content longer than the room allows.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public metricResponseValidationErrors(props?: MetricOptions): Metric {
    return this.metric('ResponseValidationErrors', props);
  }

  private validate(): void {
    const uri = this.handlerUri;
    if (uri.endsWith(':$LATEST')) {
      throw validationError(this, lit`HandlerIsLatestVersion`,
        'handler must be a function, an alias or a published version, got the version $LATEST, for which Lambda takes no permission: pass the function itself');
    }
    if (!Token.isUnresolved(uri) && (uri.length > MAX_HANDLER_URI_LENGTH || !HANDLER_URI_PATTERN.test(uri))) {
      throw validationError(this, lit`HandlerUriInvalid`,
        `handler must have an ARN of at most ${MAX_HANDLER_URI_LENGTH} characters of the form arn:aws:lambda:<region>:<account>:function:<name>, got ${uri.length} characters (${JSON.stringify(uri)}): pass a Lambda function, alias or version of a region that has Amazon IVS Chat`);
    }
    if (reservedConcurrency(this.handler) === 0) {
      throw validationError(this, lit`HandlerNeverRuns`,
        'handler must be a function that may run, got one with reservedConcurrentExecutions of 0, which Lambda never runs: remove the property or raise it');
    }
    validateSameEnvironment(this, 'handler', this.handler);
  }
}

function isVersion(handler: IFunctionRef): boolean {
  const { functionArn } = handler.functionRef;
  return CfnVersion.isCfnVersion(referencedConstruct(functionArn)) || /:function:[^:]+:\d+$/.test(functionArn);
}

/** The reserved concurrency of the function behind a function, alias or version, where the app declares it. */
function reservedConcurrency(handler: IFunctionRef): number | undefined {
  const fn = (handler as Partial<IVersion>).lambda ?? handler;
  const resource = CfnFunction.isCfnFunction(fn) ? fn : fn.node.defaultChild;
  return CfnFunction.isCfnFunction(resource) ? resource.reservedConcurrentExecutions : undefined;
}
