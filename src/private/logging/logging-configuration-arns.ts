import { CfnLoggingConfiguration, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import type { IConstruct } from 'constructs';
import { validateLoggingConfigurations } from '../argument-types';
import { validateArn } from '../arns';
import { lit, validationError } from '../errors';
import { MAX_LOGGING_CONFIGURATIONS } from '../limits';
import { referencedConstruct } from '../referenced-construct';
import { validateSameEnvironment } from '../validation';

/** Validates the logging configurations of a room and returns their ARNs. */
export function loggingConfigurationArns(scope: IConstruct, configurations: ILoggingConfigurationRef[]): string[] {
  validateLoggingConfigurations(scope, configurations);
  if (configurations.length > MAX_LOGGING_CONFIGURATIONS) {
    throw validationError(scope, lit`TooManyLoggingConfigurations`,
      `loggingConfigurations must have at most ${MAX_LOGGING_CONFIGURATIONS} elements, got ${configurations.length}: remove ${configurations.length - MAX_LOGGING_CONFIGURATIONS}`);
  }
  const arns = configurations.map(configuration => configuration.loggingConfigurationRef.loggingConfigurationArn);
  for (const [index, arn] of arns.entries()) {
    validateArn(scope, `loggingConfigurations[${index}]`, 'logging-configuration', arn);
    validateSameEnvironment(scope, `loggingConfigurations[${index}]`, configurations[index]);
  }
  if (arns.length < 2) return arns;
  // An L2 and its L1 have different tokens for the same ARN.
  const distinct = arns.map(resourceOrArn);
  const index = distinct.findIndex((one, at) => distinct.indexOf(one) !== at);
  if (index >= 0) {
    throw validationError(scope, lit`DuplicateLoggingConfiguration`,
      `loggingConfigurations must not have duplicates, got ${configurations[index].node.path} at positions ${distinct.indexOf(distinct[index])} and ${index}: remove one`);
  }
  return arns;
}

/** Returns the resource of an ARN, or the ARN if the resource is not defined in this app. */
function resourceOrArn(arn: string): CfnLoggingConfiguration | string {
  const resource = referencedConstruct(arn);
  return CfnLoggingConfiguration.isCfnLoggingConfiguration(resource) ? resource : arn;
}
