import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function, type IDestination, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { lit, validationError } from './errors';
import { allow } from './grants/statements';
import { MAX_ENVIRONMENT_BYTES } from './limits';
import { bytesOfSettings } from './settings-size';

export interface ChatFunctionProps {
  readonly description: string;
  readonly code: Code;
  readonly handler: string;
  readonly timeout: Duration;
  readonly memorySize?: number;
  readonly reservedConcurrentExecutions?: number;
  readonly environment?: { [name: string]: string };
  readonly logGroup?: ILogGroup;
  /** Receives the events of asynchronous invocations that failed three times. */
  readonly onFailure?: IDestination;
  /** In addition to those that every function needs. */
  readonly statements?: PolicyStatement[];
}

/** A function of the library, with a role of its own that has one policy, and a log group that keeps events for a month. */
export class ChatFunction extends Construct {
  public readonly fn: Function;
  public readonly policy: Policy;

  constructor(scope: Construct, id: string, { memorySize = 256, statements = [], ...props }: ChatFunctionProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = props.logGroup ?? new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    this.fn = new Function(this, 'Function', { runtime: Runtime.NODEJS_24_X, architecture: Architecture.ARM_64, memorySize, ...props, role, logGroup });
    this.policy = new Policy(this, 'Policy', {
      statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn), ...statements],
    });
    // Through the role: with `Role.customizeRoles()`, the role only reports the policy.
    role.attachInlinePolicy(this.policy);
    this.fn.node.addDependency(this.policy);
  }
}

/** Returns the environment variable with the settings of a function as JSON, which can contain tokens. Throws if they are too large. */
export function settingsVariable(scope: Construct, name: string, settings: object): { [name: string]: string } {
  const bytes = name.length + bytesOfSettings(settings);
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw validationError(scope, lit`SettingsTooLarge`,
      `props must fit into the environment variables of a function, ${MAX_ENVIRONMENT_BYTES} bytes, got about ${bytes}: pass fewer rooms, roles or attributes, or shorter names and values`);
  }
  return { [name]: Stack.of(scope).toJsonString(settings) };
}
