import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import type { Construct } from 'constructs';
import { validateLoggingConfiguration } from './private/argument-types';
import { formatArn } from './private/arns';
import { LOGGING_MANAGE, LOGGING_READ } from './private/grants/actions';
import { grantActions, grantOnEverything } from './private/grants/grant';
import { ResourceGrants } from './resource-grants';

/** The grants that one logging configuration and all of them have in common. */
abstract class LoggingGrants extends ResourceGrants {
  /**
   * Grants permission to read a logging configuration (`ivschat:GetLoggingConfiguration`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_GetLoggingConfiguration.html
   */
  public getLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:GetLoggingConfiguration');
  }

  /**
   * Grants permission to update a logging configuration (`ivschat:UpdateLoggingConfiguration`).
   *
   * To change the destination, the principal also needs permissions of CloudWatch Logs, Amazon S3 or Amazon Data Firehose.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateLoggingConfiguration.html
   */
  public updateLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UpdateLoggingConfiguration');
  }

  /**
   * Grants permission to delete a logging configuration (`ivschat:DeleteLoggingConfiguration`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteLoggingConfiguration.html
   */
  public deleteLoggingConfiguration(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteLoggingConfiguration');
  }

  /**
   * Grants permission to read a logging configuration and its tags (`ivschat:GetLoggingConfiguration`,
   * `ivschat:ListTagsForResource`).
   *
   * @param grantee the principal to grant permission to
   */
  public read(grantee: IGrantable): Grant {
    return this.actions(grantee, ...LOGGING_READ);
  }

  /**
   * Grants permission to read, update, tag and delete a logging configuration (`ivschat:DeleteLoggingConfiguration`,
   * `ivschat:GetLoggingConfiguration`, `ivschat:ListTagsForResource`, `ivschat:TagResource`, `ivschat:UntagResource`,
   * `ivschat:UpdateLoggingConfiguration`).
   *
   * @param grantee the principal to grant permission to
   */
  public manage(grantee: IGrantable): Grant {
    return this.actions(grantee, ...LOGGING_MANAGE);
  }
}

/**
 * Grants on one logging configuration, which can be an L2, an L1 or an import.
 */
export class LoggingConfigurationGrants extends LoggingGrants {
  /**
   * Returns the grants of a logging configuration.
   *
   * @param loggingConfiguration the logging configuration
   */
  public static fromLoggingConfiguration(loggingConfiguration: ILoggingConfigurationRef): LoggingConfigurationGrants {
    validateLoggingConfiguration(undefined, 'loggingConfiguration', loggingConfiguration);
    return new LoggingConfigurationGrants(loggingConfiguration);
  }

  private constructor(loggingConfiguration: ILoggingConfigurationRef) {
    super((grantee, actions) => {
      const resourceArn = CfnLoggingConfiguration.arnForLoggingConfiguration(loggingConfiguration);
      return grantActions({ scope: loggingConfiguration, env: loggingConfiguration.env, resourceArn }, grantee, actions);
    });
  }
}

/**
 * Grants on all logging configurations of an account and region.
 */
export class AllLoggingConfigurationsGrants extends LoggingGrants {
  /**
   * Returns the grants on all logging configurations of the account and region of a stack.
   *
   * @param scope the stack, or any construct in it
   */
  public static of(scope: Construct): AllLoggingConfigurationsGrants {
    return new AllLoggingConfigurationsGrants(scope);
  }

  private constructor(private readonly scope: Construct) {
    super((grantee, actions) => (
      grantActions({ scope, env: Stack.of(scope), resourceArn: formatArn(scope, 'logging-configuration', '*') }, grantee, actions)
    ));
  }

  /**
   * Grants permission to create logging configurations (`ivschat:CreateLoggingConfiguration`), on `*`.
   *
   * The principal also needs permissions of CloudWatch Logs, Amazon S3 or Amazon Data Firehose, depending on the destination.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateLoggingConfiguration.html
   */
  public createLoggingConfiguration(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, grantee, 'ivschat:CreateLoggingConfiguration');
  }

  /**
   * Grants permission to list logging configurations (`ivschat:ListLoggingConfigurations`), on `*`.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListLoggingConfigurations.html
   */
  public listLoggingConfigurations(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, grantee, 'ivschat:ListLoggingConfigurations');
  }
}
