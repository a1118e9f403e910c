import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import type { Construct, IConstruct } from 'constructs';
import { LOGGING_MANAGE, LOGGING_READ } from './private/actions';
import { formatArn } from './private/arns';
import { grantActions, grantOnEverything } from './private/grant';

/** The verbs that one logging configuration and all of them have in common. */
abstract class LoggingGrants {
  /**
   * Allows any actions, each with its prefix as in `ivschat:GetLoggingConfiguration`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a logging configuration that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public abstract actions(grantee: IGrantable, ...actions: string[]): Grant;

  /**
   * Allows `ivschat:ListTagsForResource`: to read the tags of the logging configuration.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListTagsForResource.html
   */
  public listTagsForResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:ListTagsForResource');
  }

  /**
   * Allows `ivschat:TagResource`: to add tags to the logging configuration and change them.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_TagResource.html
   */
  public tagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:TagResource');
  }

  /**
   * Allows `ivschat:UntagResource`: to remove tags of the logging configuration.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UntagResource.html
   */
  public untagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UntagResource');
  }

  /**
   * Allows `ivschat:GetLoggingConfiguration`.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_GetLoggingConfiguration.html
   */
  public getLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:GetLoggingConfiguration');
  }

  /**
   * Allows `ivschat:UpdateLoggingConfiguration`.
   *
   * Changing the destination takes permissions of CloudWatch Logs, Amazon S3 or Amazon Data Firehose as well.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateLoggingConfiguration.html
   */
  public updateLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UpdateLoggingConfiguration');
  }

  /**
   * Allows `ivschat:DeleteLoggingConfiguration`.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteLoggingConfiguration.html
   */
  public deleteLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteLoggingConfiguration');
  }

  /**
   * Allows to read a logging configuration and its tags: `ivschat:GetLoggingConfiguration`, `ivschat:ListTagsForResource`.
   *
   * @param grantee who is allowed
   */
  public read(grantee: IGrantable): Grant {
    return this.actions(grantee, ...LOGGING_READ);
  }

  /**
   * Allows to read, change, tag and delete a logging configuration: `ivschat:DeleteLoggingConfiguration`,
   * `ivschat:GetLoggingConfiguration`, `ivschat:ListTagsForResource`, `ivschat:TagResource`, `ivschat:UntagResource`,
   * `ivschat:UpdateLoggingConfiguration`.
   *
   * @param grantee who is allowed
   */
  public manage(grantee: IGrantable): Grant {
    return this.actions(grantee, ...LOGGING_MANAGE);
  }
}

/**
 * Grants on one logging configuration: an L2, an L1, or an import.
 */
export class LoggingConfigurationGrants extends LoggingGrants {
  /**
   * The grants of a logging configuration.
   *
   * @param loggingConfiguration the logging configuration
   */
  public static fromLoggingConfiguration(loggingConfiguration: ILoggingConfigurationRef): LoggingConfigurationGrants {
    return new LoggingConfigurationGrants(loggingConfiguration);
  }

  private constructor(private readonly loggingConfiguration: ILoggingConfigurationRef) {
    super();
  }

  /**
   * Allows any actions, each with its prefix as in `ivschat:GetLoggingConfiguration`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a logging configuration that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    const resourceArn = CfnLoggingConfiguration.arnForLoggingConfiguration(this.loggingConfiguration);
    return grantActions({ scope: this.loggingConfiguration, env: this.loggingConfiguration.env, resourceArn }, grantee, actions);
  }
}

/**
 * Grants on all logging configurations of an account and region.
 */
export class AllLoggingConfigurationsGrants extends LoggingGrants {
  /**
   * The grants on all logging configurations of the account and region of a scope.
   *
   * @param scope a construct of the stack whose account and region is meant
   */
  public static of(scope: Construct): AllLoggingConfigurationsGrants {
    return new AllLoggingConfigurationsGrants(scope);
  }

  private readonly stack: Stack;

  private constructor(private readonly scope: IConstruct) {
    super();
    this.stack = Stack.of(scope);
  }

  /**
   * Allows any actions, each with its prefix as in `ivschat:GetLoggingConfiguration`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a logging configuration that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    const resourceArn = formatArn(this.scope, 'logging-configuration', '*');
    return grantActions({ scope: this.scope, env: this.stack, resourceArn }, grantee, actions);
  }

  /**
   * Allows `ivschat:CreateLoggingConfiguration`, on `*`: a logging configuration has no ARN before it is created.
   *
   * Creating one takes permissions of CloudWatch Logs, Amazon S3 or Amazon Data Firehose as well.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateLoggingConfiguration.html
   */
  public createLoggingConfiguration(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, this.stack, grantee, 'ivschat:CreateLoggingConfiguration');
  }

  /**
   * Allows `ivschat:ListLoggingConfigurations`, on `*`.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListLoggingConfigurations.html
   */
  public listLoggingConfigurations(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, this.stack, grantee, 'ivschat:ListLoggingConfigurations');
  }
}
