import { Annotations, App, CfnParameter, type CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import {
  AllLoggingConfigurationsGrants, ChatRoom, LoggingConfiguration, LoggingConfigurationGrants, LoggingDestination, MessageReviewHandler,
} from '../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../support/grants';
import { LOGGING_VERBS, methodsOf, rowsOf } from '../support/simulate';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';

const ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const OTHER_ACCOUNT = '444455556666';
const ALL_AGNOSTIC = {
  'Fn::Join': ['', [
    'arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':logging-configuration/*',
  ]],
};

function newRole(scope: Construct, id = 'Role'): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
}

function newFunction(scope: Construct): lambda.Function {
  return new lambda.Function(scope, 'Moderator', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('-') });
}

function newLogging(scope: Construct, id = 'ChatLog'): LoggingConfiguration {
  return new LoggingConfiguration(scope, id, { destination: LoggingDestination.cloudWatchLogs(new LogGroup(scope, `${id}Group`)) });
}

function newL1(scope: Construct): CfnLoggingConfiguration {
  return new CfnLoggingConfiguration(scope, 'ChatLog', { destinationConfiguration: { cloudWatchLogs: { logGroupName: 'chat' } } });
}

function idOf(construct: IConstruct): string {
  return Stack.of(construct).resolve((construct.node.defaultChild as CfnResource).logicalId);
}

describe('grants on one logging configuration', () => {
  test.each(rowsOf(LOGGING_VERBS))('%s() allows its actions on this one only', (verb, actions) => {
    const stack = newStack();
    const logging = newLogging(stack);
    newLogging(stack, 'Neighbour');
    const grant = logging.grants[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(actions, { 'Fn::GetAtt': [idOf(logging), 'Arn'] })]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(rowsOf(LOGGING_VERBS))('the actions of %s() are sorted', (_, actions) => {
    expect(actions).toEqual([...actions].sort());
  });

  test('has no other methods', () => {
    expect(methodsOf(LoggingConfigurationGrants)).toEqual([...Object.keys(LOGGING_VERBS), 'actions'].sort());
  });

  test('actions() allows the given actions', () => {
    const stack = newStack();
    const logging = newLogging(stack);
    logging.grants.actions(newRole(stack), 'ivschat:GetLoggingConfiguration', 'ivschat:Update*');

    expect(statementsOf(templateOf(stack).toJSON()))
      .toEqual([allow(['ivschat:GetLoggingConfiguration', 'ivschat:Update*'], { 'Fn::GetAtt': [idOf(logging), 'Arn'] })]);
    expect(warningsOf(stack)).toEqual([]);
  });

  const byId = (env: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...env]] });
  const agnostic = byId([':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':logging-configuration/AbCdEfGhIjKl']);
  const inEnvironment = byId([':ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl']);
  const { fromLoggingConfigurationArn, fromLoggingConfigurationId } = LoggingConfiguration;
  const configurations: [string, (stack: Stack) => ILoggingConfigurationRef, unknown, unknown][] = [
    ['an L2', stack => newLogging(stack), { 'Fn::GetAtt': [expect.stringMatching(/^ChatLog/), 'Arn'] }, undefined],
    ['an L1', newL1, { Ref: 'ChatLog' }, undefined],
    ['an import by a literal ARN', stack => fromLoggingConfigurationArn(stack, 'ChatLog', ARN), ARN, undefined],
    ['an import by the ARN in a parameter', stack => fromLoggingConfigurationArn(stack, 'ChatLog', new CfnParameter(stack, 'Arn').valueAsString), { Ref: 'Arn' }, undefined],
    ['an import by the ARN in an export', stack => fromLoggingConfigurationArn(stack, 'ChatLog', Fn.importValue('log')), { 'Fn::ImportValue': 'log' }, undefined],
    ['an import by its id', stack => fromLoggingConfigurationId(stack, 'ChatLog', 'AbCdEfGhIjKl'), agnostic, inEnvironment],
  ];

  test.each(configurations)('%s, in an environment-agnostic stack', (_, of, resource) => {
    const stack = newStack();
    LoggingConfigurationGrants.fromLoggingConfiguration(of(stack)).tagResource(newRole(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:TagResource', resource)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(configurations)('%s, in a stack with an environment', (_, of, resource, resourceInEnvironment) => {
    const stack = newStack(ENV);
    LoggingConfigurationGrants.fromLoggingConfiguration(of(stack)).tagResource(newRole(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:TagResource', resourceInEnvironment ?? resource)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('can be given to the function that reviews a room with this log', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    const logging = newLogging(stack);
    new ChatRoom(stack, 'Room', {
      loggingConfigurations: [logging], messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler }),
    });
    logging.grants.read(handler);

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow([...LOGGING_VERBS.read], { 'Fn::GetAtt': [idOf(logging), 'Arn'] })]);
  });
});

describe('grants on all logging configurations', () => {
  test.each(rowsOf(LOGGING_VERBS))('%s() allows its actions on all of the account and region', (verb, actions) => {
    const stack = newStack();
    const grant = AllLoggingConfigurationsGrants.of(stack)[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(actions, ALL_AGNOSTIC)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each([
    ['createLoggingConfiguration', 'ivschat:CreateLoggingConfiguration'],
    ['listLoggingConfigurations', 'ivschat:ListLoggingConfigurations'],
  ] as const)('%s() allows %s on *', (verb, action) => {
    const stack = newStack();
    const grant = AllLoggingConfigurationsGrants.of(stack)[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(action, '*')]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('has no other methods', () => {
    expect(methodsOf(AllLoggingConfigurationsGrants))
      .toEqual([...Object.keys(LOGGING_VERBS), 'actions', 'createLoggingConfiguration', 'listLoggingConfigurations'].sort());
  });

  test('use the account and region of the scope, not of the role', () => {
    const app = new App();
    const here = new Stack(app, 'Here', { env: ENV });
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-west-2' } });
    AllLoggingConfigurationsGrants.of(here).read(newRole(there));

    expect(statementsOf(templatesOf(app)['There.template.json'])).toEqual([
      allow([...LOGGING_VERBS.read], { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:logging-configuration/*']] }),
    ]);
  });
});

const facades: [string, (stack: Stack) => { scope: string; grant: (grantee: iam.IGrantable) => iam.Grant }][] = [
  ['a logging configuration', stack => ({ scope: '/Stack/ChatLog', grant: grantee => newLogging(stack).grants.read(grantee) })],
  ['all logging configurations', stack => ({ scope: '/Stack', grant: grantee => AllLoggingConfigurationsGrants.of(stack).read(grantee) })],
  ['a new one', stack => ({ scope: '/Stack', grant: grantee => AllLoggingConfigurationsGrants.of(stack).createLoggingConfiguration(grantee) })],
];

describe.each(facades)('a grant on %s', (_, facadeOf) => {
  test.each<[string, (stack: Stack) => iam.IGrantable, unknown]>([
    ['a role', stack => newRole(stack), { Roles: [{ Ref: expect.stringMatching(/^Role/) }] }],
    ['a user', stack => new iam.User(stack, 'User'), { Users: [{ Ref: expect.stringMatching(/^User/) }] }],
    ['a function', newFunction, { Roles: [{ Ref: expect.stringMatching(/^ModeratorServiceRole/) }] }],
    ['an imported role of the account', stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/staff'), { Roles: ['staff'] }],
  ])('to %s creates a policy', (__, granteeOf, attached) => {
    const stack = newStack(ENV);
    const grant = facadeOf(stack).grant(granteeOf(stack));

    expect(grant.success).toBe(true);
    expect(Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy'))).toEqual([
      { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: expect.anything(), PolicyName: expect.anything(), ...attached as object } },
    ]);
    expect(warningsOf(stack)).toEqual([]);
  });

  const otherAccount = 'the principal is in account 444455556666 and the resource in 111122223333, and Amazon IVS Chat has no resource policies for access from another account';
  const noPolicy = 'the principal has no policy that statements can be added to';
  test.each<[string, (stack: Stack) => iam.IGrantable, string]>([
    ['a service', () => new iam.ServicePrincipal('delivery.logs.amazonaws.com'), noPolicy],
    ['this account', () => new iam.AccountPrincipal(ENV.account), noPolicy],
    ['another account', () => new iam.AccountPrincipal(OTHER_ACCOUNT), otherAccount],
    ['an imported role of another account', stack => iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${OTHER_ACCOUNT}:role/staff`), otherAccount],
  ])('to %s has no effect and warns', (__, granteeOf, reason) => {
    const stack = newStack(ENV);
    const { scope, grant } = facadeOf(stack);
    grant(granteeOf(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    const warnings = warningsOf(stack);
    expect(warnings).toEqual([[scope, expect.stringContaining(reason)]]);
    expect(warnings[0][1]).toMatch(/^The grant of ivschat:.* has no effect: .*\. Grant to a role or a user in this account\. \[ack: cdk-ivschat:grantWroteNothing\]$/);
  });

  test('does not warn if acknowledged', () => {
    const stack = newStack(ENV);
    facadeOf(stack).grant(new iam.ServicePrincipal('ivs.amazonaws.com'));
    Annotations.of(stack).acknowledgeWarning('cdk-ivschat:grantWroteNothing');

    expect(warningsOf(stack)).toEqual([]);
  });

  test('to an imported function without a role has no effect, and the CDK warns', () => {
    const stack = newStack(ENV);
    facadeOf(stack).grant(lambda.Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:us-east-1:111122223333:function:backend'));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    const warnings = warningsOf(stack).filter(([path]) => path === '/Stack/Imported');
    expect(warnings).toEqual([['/Stack/Imported', expect.stringMatching(/^Add statement to this resource's role: .*"ivschat:\w+"/)]]);
  });
});

test('an unknown action is granted with a warning', () => {
  const stack = newStack();
  newLogging(stack).grants.actions(newRole(stack), 'ivschat:GetLogging');

  expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:GetLogging', { 'Fn::GetAtt': [expect.stringMatching(/^ChatLog/), 'Arn'] })]);
  expect(warningsOf(stack)).toEqual([['/Stack/ChatLog', expect.stringMatching(
    /^actions contains "ivschat:GetLogging", which is not a known action .*\. IAM accepts it, but it might not allow anything\. Known actions: .*ivschat:GetLoggingConfiguration.* \[ack: cdk-ivschat:unknownAction\]$/,
  )]]);
});

describe('fails', () => {
  const grantsOn: [string, (stack: Stack) => LoggingConfigurationGrants | AllLoggingConfigurationsGrants][] = [
    ['a logging configuration', stack => newLogging(stack).grants],
    ['an L1', stack => LoggingConfigurationGrants.fromLoggingConfiguration(newL1(stack))],
    ['all logging configurations', stack => AllLoggingConfigurationsGrants.of(stack)],
  ];

  describe.each(grantsOn)('for %s', (_, grantsOf) => {
    test.each<[string, string[], string, string]>([
      ['without an action', [], 'NoActions', 'actions must have at least one element, got none: pass an action such as "ivschat:'],
      ['with an action of another service', ['ivschat:TagResource', 'logs:CreateLogDelivery'], 'ActionOfOtherService',
        'actions must be actions of Amazon IVS Chat, which start with "ivschat:", got "logs:CreateLogDelivery": grant actions of other services on the resources of those services'],
      ...[
        ['ivschat:CreateLoggingConfiguration', 'AllLoggingConfigurationsGrants.of(scope).createLoggingConfiguration()'],
        ['ivschat:ListLoggingConfigurations', 'AllLoggingConfigurationsGrants.of(scope).listLoggingConfigurations()'],
        ['ivschat:CreateRoom', 'AllChatRoomsGrants.of(scope).createRoom()'],
        ['ivschat:ListRooms', 'AllChatRoomsGrants.of(scope).listRooms()'],
      ].map(([action, method]): [string, string[], string, string] => (
        [`with the action ${action}`, ['ivschat:TagResource', action], 'ActionHasNoResource',
          `actions must apply to existing resources, got "${action}": use ${method}`]
      )),
    ])('%s', (__, actions, code, message) => {
      const stack = newStack();

      expect(errorOf(() => grantsOf(stack).actions(newRole(stack), ...actions))).toEqual({ code, message: expect.stringContaining(message) });
      expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    });
  });

  const agnostic: [string, string, (stack: Stack) => LoggingConfigurationGrants | AllLoggingConfigurationsGrants][] = [
    ['a logging configuration', 'Here/ChatLog', stack => newLogging(stack).grants],
    ['an import', 'Here/ChatLog', stack => LoggingConfiguration.fromLoggingConfigurationId(stack, 'ChatLog', 'AbCdEfGhIjKl').grants],
    ['all logging configurations', 'Here', stack => AllLoggingConfigurationsGrants.of(stack)],
  ];

  test.each(agnostic.flatMap(([name, path, grantsOf]) => [
    { name, path, grantsOf, part: 'account', value: ENV.account, env: ENV },
    { name, path, grantsOf, part: 'region', value: 'us-west-2', env: { region: 'us-west-2' } },
  ]))('for $name in a stack without an environment and a role in a known $part', ({ path, grantsOf, part, value, env }) => {
    const app = new App();
    const here = new Stack(app, 'Here');
    const there = new Stack(app, 'There', { env });

    expect(errorOf(() => grantsOf(here).read(newRole(there)))).toEqual({
      code: 'GranteeInKnownEnvironment',
      message: `grantee must be in a stack without a known ${part}, as ${path} is, got a stack in ${part} ${value}: set env on both stacks, or the ARN in the policy would have the wrong ${part}`,
    });
    expect(statementsOf(templatesOf(app)['There.template.json'])).toEqual([]);
  });
});

describe('a role in another stack', () => {
  test.each([['with an environment', ENV], ['without one', undefined]])('in the same environment, %s', (_, env) => {
    const app = new App();
    const logs = new Stack(app, 'Logs', { env });
    const staff = new Stack(app, 'Staff', { env });
    const logging = newLogging(logs);
    logging.grants.read(newRole(staff));

    const templates = templatesOf(app);
    const [statement] = statementsOf(templates['Staff.template.json']);
    const output: any = Object.values(templates['Logs.template.json'].Outputs).find((o: any) => o.Export.Name === statement.Resource['Fn::ImportValue']);
    expect(statement).toEqual(allow([...LOGGING_VERBS.read], { 'Fn::ImportValue': expect.any(String) }));
    expect(output.Value).toEqual({ 'Fn::GetAtt': [idOf(logging), 'Arn'] });
  });
});
