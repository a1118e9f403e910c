import { type IResource, Resource, Token } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnLoggingConfiguration, type ILoggingConfigurationRef, type LoggingConfigurationReference } from 'aws-cdk-lib/aws-ivschat';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { detachOnDelete } from './custom-resources/detachment';
import { LoggingConfigurationGrants } from './logging-configuration-grants';
import type { LoggingDestination } from './logging-destination';
import { formatArn, resourceIdOf, validateArn, validateResourceId } from './private/arns';
import { serviceMetric } from './private/chat-metric';
import { toCfnTags, validateTagsAtSynthesis } from './private/tags';
import { validateName, warnIfRegionHasNoService } from './private/validation';

/**
 * A logging configuration of Amazon IVS Chat: of this app, or imported.
 */
export interface ILoggingConfiguration extends IResource, ILoggingConfigurationRef {
  /**
   * ARN of the logging configuration.
   *
   * @attribute
   */
  readonly loggingConfigurationArn: string;

  /**
   * Id of the logging configuration, given by the service.
   *
   * @attribute
   */
  readonly loggingConfigurationId: string;

  /**
   * Grants on this logging configuration.
   */
  readonly grants: LoggingConfigurationGrants;

  /**
   * A metric of this logging configuration, in the namespace `AWS/IVSChat`.
   *
   * The value of its dimension `LoggingConfiguration` is not documented; the ARN is used. Pass `dimensionsMap` to use
   * another, and look at the metric once in CloudWatch before you rely on an alarm.
   *
   * @param metricName name of the metric
   * @param props how to read it
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
   */
  metric(metricName: string, props?: MetricOptions): Metric;

  /**
   * Log records that could not be delivered, for whatever reason.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  metricLogDestinationErrors(props?: MetricOptions): Metric;

  /**
   * Log records that could not be delivered because access to the destination was denied.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  metricLogDestinationAccessDeniedError(props?: MetricOptions): Metric;

  /**
   * Log records that could not be delivered because the destination does not exist.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  metricLogDestinationResourceNotFoundErrors(props?: MetricOptions): Metric;
}

abstract class LoggingConfigurationBase extends Resource implements ILoggingConfiguration {
  public abstract readonly loggingConfigurationArn: string;
  public abstract readonly loggingConfigurationId: string;

  public get grants(): LoggingConfigurationGrants {
    return LoggingConfigurationGrants.fromLoggingConfiguration(this);
  }

  public get loggingConfigurationRef(): LoggingConfigurationReference {
    return { loggingConfigurationArn: this.loggingConfigurationArn };
  }

  public metric(metricName: string, props?: MetricOptions): Metric {
    // An import may be elsewhere than its stack, and its metrics are where it is.
    const { account, region } = this.env;
    return serviceMetric(metricName, 'Sum', { LoggingConfiguration: this.loggingConfigurationArn }, {
      account: Token.isUnresolved(account) ? undefined : account,
      region: Token.isUnresolved(region) ? undefined : region,
      ...props,
    });
  }

  public metricLogDestinationErrors(props?: MetricOptions): Metric {
    return this.metric('LogDestinationErrors', props);
  }

  public metricLogDestinationAccessDeniedError(props?: MetricOptions): Metric {
    return this.metric('LogDestinationAccessDeniedError', props);
  }

  public metricLogDestinationResourceNotFoundErrors(props?: MetricOptions): Metric {
    return this.metric('LogDestinationResourceNotFoundErrors', props);
  }
}

/**
 * Properties of a logging configuration.
 */
export interface LoggingConfigurationProps {
  /**
   * Where the chat log goes. It can be changed later.
   */
  readonly destination: LoggingDestination;

  /**
   * Name of the logging configuration: up to 128 letters, digits, hyphens and underscores. Names need not be unique.
   *
   * @default - no name
   */
  readonly loggingConfigurationName?: string;

  /**
   * Tags of the logging configuration: at most 50, with those of `Tags.of`; keys of 1 to 128 characters that do not begin
   * with `aws:`, values of up to 256.
   *
   * @default - no tags
   */
  readonly tags?: { [key: string]: string };

  /**
   * Take the logging configuration off all rooms of the account and region that have it before it is deleted.
   *
   * The service does not delete one that a room has, such as a room the application made at run time: the deletion of the
   * stack would fail. It is done by a custom resource, five rooms a second. They go on without this log.
   *
   * @default false
   */
  readonly detachOnDelete?: boolean;
}

/**
 * Keeps a log of what is said in the rooms that refer to it: every message and event that clients receive.
 *
 * One logging configuration serves any number of rooms; an account has 10 in a region unless the quota is raised. It can
 * be deleted only when no room refers to it any more, rooms made at run time included.
 *
 * Throws where the name or the destination breaks a limit of the service, or the destination is known to be in another
 * account or region.
 *
 * @example
 * const chatLog = new ivschat.LoggingConfiguration(this, 'ChatLog', {
 *   destination: ivschat.LoggingDestination.cloudWatchLogs(new logs.LogGroup(this, 'LogGroup')),
 * });
 * new ivschat.ChatRoom(this, 'Lobby', { loggingConfigurations: [chatLog] });
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-logging.html
 * @resource AWS::IVSChat::LoggingConfiguration
 */
@propertyInjectable
export class LoggingConfiguration extends LoggingConfigurationBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.LoggingConfiguration';

  /**
   * A logging configuration that exists, from its ARN.
   *
   * Throws where the ARN is a literal and not that of a logging configuration.
   *
   * @param scope parent of the import
   * @param id id of the import
   * @param loggingConfigurationArn the ARN
   */
  public static fromLoggingConfigurationArn(scope: Construct, id: string, loggingConfigurationArn: string): ILoggingConfiguration {
    validateArn(scope, 'loggingConfigurationArn', 'logging-configuration', loggingConfigurationArn);
    class Import extends LoggingConfigurationBase {
      public readonly loggingConfigurationArn = loggingConfigurationArn;
      public readonly loggingConfigurationId = resourceIdOf(this, loggingConfigurationArn);
    }
    return new Import(scope, id, { environmentFromArn: loggingConfigurationArn });
  }

  /**
   * A logging configuration that exists in the account and region of the stack, from its id.
   *
   * Throws where the id is a literal and not 12 letters and digits.
   *
   * @param scope parent of the import
   * @param id id of the import
   * @param loggingConfigurationId the id
   */
  public static fromLoggingConfigurationId(scope: Construct, id: string, loggingConfigurationId: string): ILoggingConfiguration {
    validateResourceId(scope, 'loggingConfigurationId', 'logging-configuration', loggingConfigurationId);
    return LoggingConfiguration.fromLoggingConfigurationArn(scope, id, formatArn(scope, 'logging-configuration', loggingConfigurationId));
  }

  private readonly resource: CfnLoggingConfiguration;

  constructor(scope: Construct, id: string, props: LoggingConfigurationProps) {
    super(scope, id);
    validateName(this, 'loggingConfigurationName', props.loggingConfigurationName);
    warnIfRegionHasNoService(this);
    const { bucketName, deliveryStreamName, dependables, logGroupName } = props.destination._bind(this);

    this.resource = new CfnLoggingConfiguration(this, 'Resource', {
      name: props.loggingConfigurationName,
      destinationConfiguration: {
        cloudWatchLogs: logGroupName === undefined ? undefined : { logGroupName },
        firehose: deliveryStreamName === undefined ? undefined : { deliveryStreamName },
        s3: bucketName === undefined ? undefined : { bucketName },
      },
      tags: toCfnTags(props.tags),
    });
    this.resource.node.addDependency(...dependables ?? []);
    validateTagsAtSynthesis(this.resource, 0);
    if (props.detachOnDelete) detachOnDelete(this, this.resource, { LoggingConfigurationArn: this.loggingConfigurationArn });
  }

  public get loggingConfigurationArn(): string {
    return this.resource.attrArn;
  }

  public get loggingConfigurationId(): string {
    return this.resource.attrId;
  }

  /**
   * State of the logging configuration at the end of the deployment: `ACTIVE`, or what became of it.
   *
   * @attribute
   */
  public get loggingConfigurationState(): string {
    return this.resource.attrState;
  }
}
