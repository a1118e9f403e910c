import { type CfnElement, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { handlerCode } from '../handler-code';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { appState } from '../private/app-state';
import { formatArn } from '../private/arns';
import { warn } from '../private/errors';
import { MAX_ROLE_POLICY_CHARACTERS } from '../private/limits';

const ID = 'IVSChatCustomResources';

/** CloudFormation waits no longer than this for an answer; its default is an hour. */
const SERVICE_TIMEOUT = Duration.minutes(5);
/** What is left is for the framework, which may have to start first. */
const HANDLER_TIMEOUT = Duration.seconds(270);

/**
 * What fits into a role. The longest policy of ours has about 250 characters, and an update that replaces all of them needs
 * room for the old and the new ones at once.
 */
const MAX_CONCRETE_POLICIES = 18;

export interface ChatCustomResourceProps {
  /** `Custom::IVSChat…` */
  readonly resourceType: string;
  /** In CloudFormation's spelling. */
  readonly properties: Record<string, unknown>;
  readonly statements: PolicyStatement[];
}

/** What carries out the custom resources of a stack: one function for all of them, and nothing in a stack that has none. */
export class ChatProvider extends Construct {
  public static of(scope: Construct): ChatProvider {
    // Refuses versions whose provider is not this one.
    appState(scope);
    const stack = Stack.of(scope);
    return stack.node.tryFindChild(ID) as ChatProvider ?? new ChatProvider(stack, ID);
  }

  private readonly role: Role;
  private readonly provider: Provider;
  private readonly logPolicy: Policy;
  private policies = 0;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    // With this flag of an application the function would make a log group of the same name as ours, kept for ever.
    this.node.setContext(USE_CDK_MANAGED_LAMBDA_LOGGROUP, false);

    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const handler = new Function(this, 'Handler', {
      description: 'Does what CloudFormation does not model of Amazon IVS Chat',
      code: handlerCode('custom-resources'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: HANDLER_TIMEOUT,
      role: this.role,
    });
    // Named as Lambda names it, because that is the name the framework adds to the reason of a failure.
    const log = newLogGroup(this, 'Log', `/aws/lambda/${handler.functionName}`);
    // Not in the role's own policy, on which the function would wait, and the log group waits for the function.
    this.logPolicy = new Policy(this, 'LogPolicy', {
      roles: [this.role],
      statements: [new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] })],
    });

    const frameworkLog = newLogGroup(this, 'FrameworkLog');
    // Without a role the framework gets one that may write to every log of the account.
    const frameworkRole = new Role(this, 'FrameworkRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    frameworkLog.grantWrite(frameworkRole);
    this.provider = new Provider(this, 'Framework', { onEventHandler: handler, frameworkOnEventRole: frameworkRole, logGroup: frameworkLog });
    acknowledgeWildcard(frameworkRole, `<${Stack.of(this).getLogicalId(handler.node.defaultChild as CfnElement)}.Arn>:*`,
      'The provider framework of the CDK may invoke this one function in any version.');
  }

  /**
   * A custom resource and what the handler may do for it.
   *
   * Its statements are a policy of its own. In a policy they share, each custom resource would wait for the rooms of all the
   * others, which may wait for it; and one that is removed would lose its permissions before it is deleted.
   */
  public addResource(scope: Construct, id: string, props: ChatCustomResourceProps): CustomResource {
    const resource = new CustomResource(scope, id, {
      serviceToken: this.provider.serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: props.resourceType,
      properties: props.properties,
    });
    resource.node.addDependency(this.policyFor(scope, `${id}Policy`, props.statements), this.logPolicy);
    return resource;
  }

  private policyFor(scope: Construct, id: string, statements: PolicyStatement[]): Policy {
    if (this.policies++ < MAX_CONCRETE_POLICIES) return new Policy(scope, id, { roles: [this.role], statements });
    return this.policyForAnyRoom(statements);
  }

  /** What more there is than fits into the role: one policy for all rooms of the account and region. */
  private policyForAnyRoom(statements: PolicyStatement[]): Policy {
    const actions = [...new Set(statements.flatMap(statement => statement.actions))].sort();
    const id = `AnyRoom${actions.map(action => action.split(':')[1]).join('')}`;
    const existing = this.node.tryFindChild(id) as Policy | undefined;
    if (existing) return existing;
    warn(this, 'anyRoomPolicy', `More than ${MAX_CONCRETE_POLICIES} custom resources of Amazon IVS Chat are in ${Stack.of(this).node.path}, and IAM lets a role have ${MAX_ROLE_POLICY_CHARACTERS.toLocaleString('en-US')} characters of policies: the function behind them may ${actions.join(', ')} for every room of the account and region. Put rooms into further stacks to keep its policies to single rooms, or acknowledge this warning.`);
    const policy = new Policy(this, id, {
      roles: [this.role],
      statements: statements.map(statement => statement.copy({
        resources: statement.resources.includes('*') ? ['*'] : [formatArn(this, 'room', '*')],
      })),
    });
    acknowledgeWildcard(policy, '*', 'Rooms cannot be listed one by one.');
    acknowledgeWildcard(policy, anyRoom(this), 'The policies of more rooms do not fit into one role. Rooms in further stacks have their own.');
    return policy;
  }
}

export function allow(actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] });
}

function newLogGroup(scope: Construct, id: string, logGroupName?: string): LogGroup {
  return new LogGroup(scope, id, { logGroupName, retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
}
