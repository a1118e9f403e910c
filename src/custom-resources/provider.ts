import { ArnFormat, CfnDeletionPolicy, type CfnElement, type CfnResource, CustomResource, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { setLogicalIdBySubject, type Subject } from './logical-id';
import { handlerCode } from '../handler-code';
import { acknowledgeWildcard, anyResource } from '../private/acknowledge';
import { appState } from '../private/app-state';
import { formatArn } from '../private/arns';
import { warn } from '../private/errors';
import { MAX_ROLE_POLICY_CHARACTERS } from '../private/limits';

const ID = 'IVSChatCustomResources';

// Not of the class Duration, which takes some milliseconds to load with the library.

/** How long CloudFormation waits for a response. The default is an hour. */
const SERVICE_TIMEOUT_SECONDS = 300;
/** Leaves time for the provider framework and its cold start. */
const HANDLER_TIMEOUT_SECONDS = 270;

/**
 * Number of custom resources with a policy of their own. The longest policy has about 250 characters, and while an update
 * replaces the policies, the role has the old and the new ones.
 */
const MAX_CONCRETE_POLICIES = 17;

export interface ChatCustomResourceProps {
  /** `Custom::IVSChat…` */
  readonly resourceType: string;
  /** In PascalCase, as in a template. */
  readonly properties: Record<string, unknown>;
  /** Determines the logical ID. A stack has one custom resource for each kind and subject. */
  readonly subject: Subject;
  /** For this custom resource only. */
  readonly statements: PolicyStatement[];
  /** A policy that the custom resource shares with others. */
  readonly sharedPolicy?: Policy;
}

/** The function that handles all custom resources of a stack. Created with the first of them. */
export class ChatProvider extends Construct {
  public static of(scope: Construct): ChatProvider {
    // Throws if another version of the library, with a different provider, is part of the app.
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
    // If this feature flag is set, the CDK creates a log group with the same name and without a retention period.
    this.node.setContext(USE_CDK_MANAGED_LAMBDA_LOGGROUP, false);

    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const handler = new Function(this, 'Handler', {
      description: 'Custom resources of cdk-ivschat',
      code: handlerCode('functions'),
      handler: 'custom-resources/index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(HANDLER_TIMEOUT_SECONDS),
      role: this.role,
    });
    // The default name of Lambda, because the provider framework adds that name to the reason of a failure.
    const log = newLogGroup(this, 'Log', `/aws/lambda/${handler.functionName}`);
    // Not in the default policy of the role: the function depends on that policy, and the log group on the function.
    this.logPolicy = this.newPolicy(this, 'LogPolicy', [
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] }),
    ]);

    const frameworkLog = newLogGroup(this, 'FrameworkLog');
    // The role that the framework creates by default can write to all logs of the account.
    const frameworkRole = new Role(this, 'FrameworkRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    frameworkLog.grantWrite(frameworkRole);
    this.provider = new Provider(this, 'Framework', { onEventHandler: handler, frameworkOnEventRole: frameworkRole, logGroup: frameworkLog });
    acknowledgeWildcard(frameworkRole, `<${Stack.of(this).getLogicalId(handler.node.defaultChild as CfnElement)}.Arn>:*`,
      'The provider framework of the CDK invokes this function, in any version.');
  }

  /**
   * Adds a custom resource, and a policy with the permissions that the handler needs for it.
   *
   * With a shared policy, each custom resource would depend on the rooms of all others, which could be a circular
   * dependency. A custom resource that is removed would lose its permissions before it is deleted.
   *
   * @param kind the construct ID, and the end of the logical ID
   */
  public addResource(scope: Construct, kind: string, props: ChatCustomResourceProps): CustomResource {
    const resource = new CustomResource(scope, kind, {
      serviceToken: this.provider.serviceToken,
      serviceTimeout: Duration.seconds(SERVICE_TIMEOUT_SECONDS),
      resourceType: props.resourceType,
      properties: props.properties,
    });
    setLogicalIdBySubject(resource, kind, props.subject);
    resource.node.addDependency(this.policyFor(scope, `${kind}Policy`, props), this.logPolicy);
    if (props.sharedPolicy) resource.node.addDependency(props.sharedPolicy);
    return resource;
  }

  /** Returns the policy with an ID, for statements that do not depend on a custom resource. Created by the first caller. */
  public sharedPolicy(id: string, statements: PolicyStatement[]): Policy {
    return this.node.tryFindChild(id) as Policy ?? this.newPolicy(this, id, statements);
  }

  /**
   * Attaches the policy through the role: with `Role.customizeRoles()`, the role only reports it. The report has the
   * statements that the policy has at that time.
   */
  private newPolicy(scope: Construct, id: string, statements: PolicyStatement[]): Policy {
    const policy = new Policy(scope, id, { statements });
    this.role.attachInlinePolicy(policy);
    return policy;
  }

  private policyFor(scope: Construct, id: string, { statements, subject }: ChatCustomResourceProps): Policy {
    if (this.policies++ >= MAX_CONCRETE_POLICIES) return this.policyForAny(statements);
    const policy = this.newPolicy(scope, id, statements);
    setLogicalIdBySubject(policy, id, subject);
    return policy;
  }

  /** Returns the policy for custom resources beyond the limit, which allows its actions on all resources of the type. */
  private policyForAny(statements: PolicyStatement[]): Policy {
    const actions = [...new Set(statements.flatMap(statement => statement.actions))].sort();
    const { arn, kind, service, resource } = this.resourceTypeOf(actions[0]);
    const id = `Any${kind.replace(/^.| ./g, start => start.trim().toUpperCase())}${actions.map(action => action.split(':')[1]).join('')}`;
    const existing = this.node.tryFindChild(id) as Policy | undefined;
    if (existing) return existing;
    warn(this, 'anyRoomPolicy', `${Stack.of(this).node.path} has more than ${MAX_CONCRETE_POLICIES} custom resources of Amazon IVS Chat, whose policies do not fit into the ${MAX_ROLE_POLICY_CHARACTERS.toLocaleString('en-US')} characters that IAM allows for a role. The function that handles them therefore has permission for ${actions.join(', ')} on all ${kind}s of the account and region. Move ${kind}s to other stacks to limit its permissions to single ${kind}s, or acknowledge this warning.`);
    const policy = this.newPolicy(this, id, statements.map(statement => statement.copy({ resources: [arn] })));
    acknowledgeWildcard(policy, anyResource(this, service, resource), `The policies of more ${kind}s do not fit into one role. Those in other stacks have policies of their own.`);
    return policy;
  }

  private resourceTypeOf(action: string): { readonly kind: string; readonly arn: string; readonly service: string; readonly resource: string } {
    if (action === 'lambda:ListTags') {
      const arn = Stack.of(this).formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
      return { kind: 'function', arn, service: 'lambda', resource: 'function:*' };
    }
    const resource = action === 'ivschat:ListTagsForResource' ? 'logging-configuration' : 'room';
    return { kind: resource.replace('-', ' '), arn: formatArn(this, resource, '*'), service: 'ivschat', resource: `${resource}/*` };
  }
}

/**
 * Lets a custom resource follow the removal policies of its subject, including those that are applied later: a resource that
 * CloudFormation retains keeps what the custom resource has done.
 */
export function followRemovalPolicies(resource: CustomResource, subject: CfnResource): void {
  const { cfnOptions } = resource.node.defaultChild as CfnResource;
  const policy = (produce: () => CfnDeletionPolicy | undefined) =>
    Lazy.string({ produce: () => produce() ?? CfnDeletionPolicy.DELETE }) as CfnDeletionPolicy;
  cfnOptions.deletionPolicy = policy(() => {
    const { deletionPolicy } = subject.cfnOptions;
    // `Retain` also applies to the rollback of a deployment that added the custom resource to an existing resource.
    return deletionPolicy === CfnDeletionPolicy.RETAIN ? CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE : deletionPolicy;
  });
  cfnOptions.updateReplacePolicy = policy(() => subject.cfnOptions.updateReplacePolicy);
}

function newLogGroup(scope: Construct, id: string, logGroupName?: string): LogGroup {
  return new LogGroup(scope, id, { logGroupName, retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
}
