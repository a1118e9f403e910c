import { CfnLoggingConfiguration, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import type { IConstruct } from 'constructs';
import { validateArn } from './arns';
import { lit, validationError } from './errors';
import { MAX_LOGGING_CONFIGURATIONS } from './limits';
import { referencedConstruct } from './referenced-construct';
import { validateSameEnvironment } from './validation';

/** The ARNs of a room's logging configurations, which must be few, distinct and near. */
export function loggingConfigurationArns(scope: IConstruct, configurations: ILoggingConfigurationRef[]): string[] {
  if (configurations.length > MAX_LOGGING_CONFIGURATIONS) {
    throw validationError(scope, lit`TooManyLoggingConfigurations`,
      `loggingConfigurations must be at most ${MAX_LOGGING_CONFIGURATIONS}, got ${configurations.length}: remove ${configurations.length - MAX_LOGGING_CONFIGURATIONS}`);
  }
  const arns = configurations.map(configuration => configuration.loggingConfigurationRef.loggingConfigurationArn);
  for (const [index, arn] of arns.entries()) {
    validateArn(scope, `loggingConfigurations[${index}]`, 'logging-configuration', arn);
    validateSameEnvironment(scope, `loggingConfigurations[${index}]`, configurations[index]);
  }
  if (arns.length < 2) return arns;
  // An L2 and its L1 have different tokens for the one ARN.
  const distinct = arns.map(loggingConfigurationOf);
  const index = distinct.findIndex((one, at) => distinct.indexOf(one) !== at);
  if (index >= 0) {
    throw validationError(scope, lit`DuplicateLoggingConfiguration`,
      `loggingConfigurations must have each logging configuration once, got ${configurations[index].node.path} at ${distinct.indexOf(distinct[index])} and ${index}: remove one`);
  }
  return arns;
}

/** The resource of an ARN, or the ARN where it is not of this app. */
function loggingConfigurationOf(arn: string): CfnLoggingConfiguration | string {
  const resource = referencedConstruct(arn);
  return CfnLoggingConfiguration.isCfnLoggingConfiguration(resource) ? resource : arn;
}
