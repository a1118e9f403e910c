import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { lit, validationError } from './errors';
import { allow } from './grants/statements';
import { MAX_ENVIRONMENT_BYTES } from './limits';
import { bytesOfSettings } from './settings-size';
import { handlerCode } from '../handler-code';

export interface ChatFunctionProps {
  readonly description: string;
  /** Folder of the function in handlers/. */
  readonly entry: string;
  readonly timeout: Duration;
  readonly reservedConcurrentExecutions?: number;
  /** Name of the environment variable that contains the settings. */
  readonly settingsName: string;
  /** As JSON, which can contain tokens. */
  readonly settings: object;
  /** In addition to those that every function needs. */
  readonly statements: PolicyStatement[];
}

/** A function of the library, with a log group and a role of its own that has one policy. */
export class ChatFunction extends Construct {
  public readonly fn: Function;
  public readonly policy: Policy;

  constructor(scope: Construct, id: string, props: ChatFunctionProps) {
    super(scope, id);
    this.validateSize(props);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    this.fn = new Function(this, 'Function', {
      description: props.description,
      code: handlerCode('functions'),
      handler: `${props.entry}/index.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: props.timeout,
      role,
      logGroup,
      environment: { [props.settingsName]: Stack.of(this).toJsonString(props.settings) },
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
    });
    this.policy = new Policy(this, 'Policy', {
      statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn), ...props.statements],
    });
    // Through the role: with `Role.customizeRoles()`, the role only reports the policy.
    role.attachInlinePolicy(this.policy);
    this.fn.node.addDependency(this.policy);
  }

  private validateSize({ settings, settingsName }: ChatFunctionProps): void {
    const bytes = settingsName.length + bytesOfSettings(settings);
    if (bytes <= MAX_ENVIRONMENT_BYTES) return;
    throw validationError(this, lit`SettingsTooLarge`,
      `props must fit into the environment variables of a function, ${MAX_ENVIRONMENT_BYTES} bytes, got about ${bytes}: pass fewer rooms, roles or attributes, or shorter names and values`);
  }
}
