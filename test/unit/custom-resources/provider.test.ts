import * as fs from 'fs';
import * as path from 'path';
import { Annotations, App, NestedStack, Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { ChatRoom, ChatRoomSettings, MessageReviewHandler } from '../../../src';
import { MAX_ROLE_POLICY_CHARACTERS, SERVICE_REGIONS } from '../../../src/private/limits';
import {
  agnosticArn, statementsFor, customResourcesOf, FRAMEWORK, HANDLER, LOG, LOG_POLICY, logicalId, newFunction, newLoggingConfiguration, ROLE,
} from '../../support/custom-resources/template';
import { allow, warningsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const FRAMEWORK_ROLE = 'IVSChatCustomResourcesFrameworkRole39CB36B1';
const FRAMEWORK_LOG = 'IVSChatCustomResourcesFrameworkLog9A56054F';

function newRooms(scope: Construct, count: number, first = 0): ChatRoom[] {
  return Array.from({ length: count }, (_, index) => new ChatRoom(scope, `Room${first + index}`, { maximumMessageRatePerSecond: 50 }));
}

/** Creates settings for imported rooms. */
function newSettings(scope: Construct, count: number): void {
  for (let index = 0; index < count; index++) {
    const room = ChatRoom.fromRoomId(scope, `Imported${index}`, `AbCdEfGhI${100 + index}`);
    new ChatRoomSettings(scope, `Settings${index}`, { room, maximumMessageLength: 300 });
  }
}

function newDetachments(scope: Construct, count: number): void {
  for (let index = 0; index < count; index++) newLoggingConfiguration(scope, true, `ChatLog${index}`);
}

const lambdaRole = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }], Version: '2012-10-17',
    },
  },
};
const monthOfLogs = { RetentionInDays: 30 };
const deleted = { UpdateReplacePolicy: 'Delete', DeletionPolicy: 'Delete' };
const writeLog = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const asset = { S3Bucket: expect.anything(), S3Key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) };
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const policy = (name: string, role: string, statements: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Statement: statements, Version: '2012-10-17' }, PolicyName: name, Roles: [{ Ref: role }] },
});

describe('the provider', () => {
  test('consists of these resources', () => {
    const stack = newStack();
    newRooms(stack, 1);

    const { Resources: resources } = templateOf(stack).toJSON();
    const ofProvider = Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('IVSChatCustomResources')));
    expect(ofProvider).toEqual({
      [ROLE]: lambdaRole,
      [HANDLER]: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Architectures: ['arm64'],
          Code: asset,
          Description: 'Custom resources of cdk-ivschat',
          Handler: 'custom-resources/index.handler',
          MemorySize: 256,
          Role: arnOf(ROLE),
          Runtime: 'nodejs24.x',
          Timeout: 270,
        },
        DependsOn: [ROLE],
      },
      [LOG]: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: { 'Fn::Join': ['', ['/aws/lambda/', { Ref: HANDLER }]] }, ...monthOfLogs },
        ...deleted,
      },
      [LOG_POLICY]: policy(LOG_POLICY, ROLE, [allow(writeLog, arnOf(LOG))]),
      [FRAMEWORK_LOG]: { Type: 'AWS::Logs::LogGroup', Properties: monthOfLogs, ...deleted },
      [FRAMEWORK_ROLE]: lambdaRole,
      IVSChatCustomResourcesFrameworkRoleDefaultPolicyEEDB0053: policy('IVSChatCustomResourcesFrameworkRoleDefaultPolicyEEDB0053', FRAMEWORK_ROLE, [
        allow(writeLog, arnOf(FRAMEWORK_LOG)),
        allow('lambda:InvokeFunction', [arnOf(HANDLER), { 'Fn::Join': ['', [arnOf(HANDLER), ':*']] }]),
        allow('lambda:GetFunction', arnOf(HANDLER)),
      ]),
      [FRAMEWORK]: expect.objectContaining({ Type: 'AWS::Lambda::Function' }),
    });
    expect(resources[FRAMEWORK].Properties).toMatchObject({
      Code: asset, Handler: 'framework.onEvent', LoggingConfig: { LogGroup: { Ref: FRAMEWORK_LOG } }, Role: arnOf(FRAMEWORK_ROLE),
    });
  });

  test('is shared by all custom resources of a stack', () => {
    const stack = newStack();
    newRooms(stack, 2);
    newSettings(stack, 2);
    newDetachments(stack, 2);

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.resourceCountIs('AWS::IAM::Role', 2);
    template.resourceCountIs('AWS::Logs::LogGroup', 2);
    const resources = Object.values<any>(customResourcesOf(template.toJSON()));
    expect(resources).toHaveLength(6);
    for (const { Properties } of resources) expect(Properties).toMatchObject({ ServiceToken: arnOf(FRAMEWORK), ServiceTimeout: '300' });
  });

  test('has a timeout between that of the handler and that of CloudFormation', () => {
    const stack = newStack();
    newRooms(stack, 1);

    const template = templateOf(stack).toJSON();
    const { ServiceTimeout } = Object.values<any>(customResourcesOf(template))[0].Properties;
    const timeoutOf = (id: string) => template.Resources[id].Properties.Timeout;
    expect(timeoutOf(HANDLER)).toBeLessThan(Number(ServiceTimeout));
    expect(timeoutOf(HANDLER)).toBeLessThan(timeoutOf(FRAMEWORK));
  });

  test('has no managed policy, which would allow it to write to all logs', () => {
    const stack = newStack();
    newRooms(stack, 1);

    expect(JSON.stringify(templateOf(stack).toJSON())).not.toContain('AWSLambdaBasicExecutionRole');
  });

  test('is not created without custom resources', () => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', {
      maximumMessageRatePerSecond: 10,
      messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack), detachOnDelete: false }),
      loggingConfigurations: [newLoggingConfiguration(stack, false)],
    });
    ChatRoom.fromRoomId(stack, 'Imported', 'AbCdEfGhIjKl');

    const { Resources: resources } = templateOf(stack).toJSON();
    expect(Object.values<any>(resources).map(({ Type }) => Type).sort()).toEqual([
      'AWS::IAM::Role', 'AWS::IVSChat::LoggingConfiguration', 'AWS::IVSChat::Room', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
    ]);
  });

  test('does not depend on the feature flag for log groups of functions', () => {
    const templates = [true, false, undefined].map(flag => {
      const app = new App({ context: flag === undefined ? {} : { [USE_CDK_MANAGED_LAMBDA_LOGGROUP]: flag } });
      const stack = new Stack(app, 'Stack');
      newRooms(stack, 1);
      return templateOf(stack).toJSON();
    });

    expect(templates[0]).toEqual(templates[1]);
    expect(templates[2]).toEqual(templates[1]);
  });

  test('does not change the feature flag for other functions', () => {
    const stack = new Stack(new App({ context: { [USE_CDK_MANAGED_LAMBDA_LOGGROUP]: true } }), 'Stack');
    newRooms(stack, 1);
    newFunction(stack);

    templateOf(stack).resourceCountIs('AWS::Logs::LogGroup', 3);
  });
});

describe('stacks', () => {
  test('have a provider only if they need it', () => {
    const app = new App();
    const [one, two, none] = ['One', 'Two', 'None'].map(id => new Stack(app, id, { env: ENV }));
    newRooms(one, 1);
    newSettings(two, 1);
    new ChatRoom(none, 'Room');

    const templates = templatesOf(app);
    for (const [name, count] of [['One', 2], ['Two', 2], ['None', 0]] as const) {
      expect(Object.keys(resourcesOf(templates[`${name}.template.json`], 'AWS::Lambda::Function'))).toHaveLength(count);
    }
    expect([one, two, none].flatMap(stack => stack.dependencies)).toEqual([]);
  });

  test('that are nested have their own provider', () => {
    const app = new App();
    const parent = new Stack(app, 'Parent');
    const nested = ['One', 'Two'].map(id => new NestedStack(parent, id));
    nested.forEach(stack => newRooms(stack, 1));

    const templates = Object.entries(templatesOf(app));
    expect(templates).toHaveLength(3);
    for (const [file, template] of templates) {
      expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toHaveLength(file.includes('.nested.') ? 2 : 0);
    }
  });

  test('of the same name in two apps do not share a provider', () => {
    for (const stack of [newStack(), newStack()]) {
      newRooms(stack, 1);
      templateOf(stack).resourceCountIs('AWS::Lambda::Function', 2);
    }
  });
});

describe('more custom resources than fit into the policies of a role', () => {
  const anyRoom = agnosticArn('room/*');

  /** Returns the logical IDs of the policies for all rooms. */
  function sharedPoliciesOf(template: any): string[] {
    return Object.keys(resourcesOf(template, 'AWS::IAM::Policy')).filter(id => id.startsWith('IVSChatCustomResourcesAny'));
  }

  function warningOf(actions: string, resources = 'rooms'): [string, string] {
    return ['/Stack/IVSChatCustomResources',
      'Stack has more than 17 custom resources of Amazon IVS Chat, whose policies do not fit into the 10,240 characters that IAM allows for a '
      + `role. The function that handles them therefore has permission for ${actions} on all ${resources} of the account and region. Move `
      + `${resources} to other stacks to limit its permissions to single ${resources}, or acknowledge this warning. [ack: cdk-ivschat:anyRoomPolicy]`];
  }

  test('the first 17 have a policy for their room', () => {
    const stack = newStack();
    const rooms = newRooms(stack, 17);

    const template = templateOf(stack).toJSON();
    expect(Object.values<any>(customResourcesOf(template)).map(resource => statementsFor(template, resource)[0].Resource))
      .toEqual(rooms.map(room => arnOf(logicalId(room))));
    expect(sharedPoliciesOf(template)).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('the others share a policy for all rooms, with one warning', () => {
    const stack = newStack();
    newRooms(stack, 40);

    const template = templateOf(stack).toJSON();
    const resources = Object.values<any>(customResourcesOf(template));
    const [shared] = sharedPoliciesOf(template);
    expect(sharedPoliciesOf(template)).toHaveLength(1);
    expect(resources.filter(({ DependsOn }) => DependsOn.includes(shared))).toEqual(resources.slice(17));
    const statement = allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], anyRoom);
    for (const resource of resources.slice(17)) expect(statementsFor(template, resource)).toEqual([statement]);
    for (const resource of resources.slice(0, 17)) expect(statementsFor(template, resource)[0].Resource).not.toEqual(anyRoom);
    expect(warningsOf(stack)).toEqual([warningOf('ivschat:GetRoom, ivschat:UpdateRoom')]);
  });

  test('all kinds count, and each kind has only the permissions it needs', () => {
    const stack = newStack();
    newRooms(stack, 17);
    newSettings(stack, 2);
    newDetachments(stack, 2);
    newRooms(stack, 2, 17);

    const template = templateOf(stack).toJSON();
    const settingsActions = ['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'];
    const allowed = (type: string) => Object.values(resourcesOf(template, type)).map(resource => statementsFor(template, resource));
    expect(allowed('Custom::IVSChatRoomSettings')).toEqual(Array(2).fill([allow(settingsActions, anyRoom)]));
    expect(allowed('Custom::IVSChatDetachment')).toEqual(Array(2).fill([allow('ivschat:ListTagsForResource', agnosticArn('logging-configuration/*'))]));
    expect(allowed('Custom::IVSChatRoomRate').slice(17)).toEqual(Array(2).fill([allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], anyRoom)]));
    expect(sharedPoliciesOf(template)).toHaveLength(3);
    expect(warningsOf(stack)).toEqual([
      warningOf(settingsActions.join(', ')), warningOf('ivschat:ListTagsForResource', 'logging configurations'), warningOf('ivschat:GetRoom, ivschat:UpdateRoom'),
    ]);
  });

  test('each stack counts its own', () => {
    const app = new App();
    const stacks = ['One', 'Two'].map(id => new Stack(app, id));
    stacks.forEach(stack => newRooms(stack, 15));

    for (const template of Object.values(templatesOf(app))) expect(sharedPoliciesOf(template)).toEqual([]);
    expect(stacks.flatMap(warningsOf)).toEqual([]);
  });

  test('does not warn if acknowledged', () => {
    const stack = newStack();
    newRooms(stack, 18);
    Annotations.of(stack).acknowledgeWarning('cdk-ivschat:anyRoomPolicy');

    expect(warningsOf(stack)).toEqual([]);
  });

  const longestRegion = [...SERVICE_REGIONS].sort((a, b) => b.length - a.length)[0];
  const arnPrefix = (service: string) => `arn:aws:${service}:${longestRegion}:111122223333:`;

  // The name of a function has up to 64 characters.
  const logArn = `${arnPrefix('logs')}log-group:/aws/lambda/${'f'.repeat(64)}:*`;

  function longestArn(id: string): string {
    if (id === LOG) return logArn;
    if (id.startsWith('Moderator')) return `${arnPrefix('lambda')}function:${'f'.repeat(64)}`;
    return `${arnPrefix('ivschat')}${id.startsWith('ChatLog') ? 'logging-configuration' : 'room'}/AbCdEfGhIjKl`;
  }

  /** Resolves a value of a template to its maximum length. */
  function longest(value: any): any {
    if (Array.isArray(value)) return value.map(longest);
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return { 'AWS::Partition': 'aws', 'AWS::Region': longestRegion, 'AWS::AccountId': '111122223333' }[value.Ref as string];
    if ('Fn::Join' in value) return longest(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
    if ('Fn::GetAtt' in value) return longestArn(value['Fn::GetAtt'][0]);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, longest(inner)]));
  }

  /** Returns the number of characters that IAM counts: all inline policies of the role, without white space. */
  function inlineCharactersOf(template: any): number {
    const documents = Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
      .filter(({ Properties }) => Properties.Roles.some((role: any) => role.Ref === ROLE))
      .map(({ Properties }) => JSON.stringify(longest(Properties.PolicyDocument)));
    for (const document of documents) expect(document).not.toMatch(/undefined|Ref|Fn::/);
    return documents.join('').replace(/\s/g, '').length;
  }

  test.each<[string, (stack: Stack) => void]>([
    ['100 rooms', stack => newRooms(stack, 100)],
    ['the settings of 100 rooms', stack => newSettings(stack, 100)],
    ['the detachments of 100 logging configurations', stack => newDetachments(stack, 100)],
    ['the detachments of 60 handlers', stack => {
      for (let index = 0; index < 60; index++) {
        new MessageReviewHandler(stack, `Review${index}`, { handler: newFunction(stack, `Moderator${index}`), detachOnDelete: true });
      }
    }],
    ['17 settings, and then some of each kind', stack => {
      newSettings(stack, 38);
      newDetachments(stack, 2);
      newRooms(stack, 2);
    }],
    ['17 detachments, and then some of each kind', stack => {
      newDetachments(stack, 38);
      newSettings(stack, 2);
      newRooms(stack, 2);
    }],
  ])('%s: the policies fit into the role twice', (_, add) => {
    const stack = newStack();
    add(stack);

    const characters = inlineCharactersOf(templateOf(stack).toJSON());
    expect(characters).toBeGreaterThan(3_500);
    // While an update replaces the policies, the role has the old and the new ones.
    expect(2 * characters).toBeLessThanOrEqual(MAX_ROLE_POLICY_CHARACTERS);
  });
});

test('the warning in a nested stack contains no token', () => {
  const app = new App();
  const nested = new NestedStack(new Stack(app, 'Parent'), 'Nested');
  newRooms(nested, 18);

  const messages = app.synth().getStackByName('Parent').messages.filter(({ id }) => id === '/Parent/Nested/IVSChatCustomResources');
  expect(messages.map(({ entry }) => String(entry.data))).toEqual([
    expect.stringMatching(/^[A-Za-z \/-]+ has more than 17 custom resources of Amazon IVS Chat, whose policies do not fit into/),
  ]);
});

describe('with Role.customizeRoles()', () => {
  const ROLES = ['IVSChatCustomResources/Role', 'IVSChatCustomResources/FrameworkRole'];

  /** Creates all kinds of custom resources, and returns the template and the report of roles. */
  function synthesizeWith(preventSynthesis: boolean): { template: any; statements: Record<string, any[]> } {
    const app = new App();
    Role.customizeRoles(app, { preventSynthesis, usePrecreatedRoles: Object.fromEntries(ROLES.map(role => [`Stack/${role}`, role.split('/')[1]])) });
    const stack = new Stack(app, 'Stack');
    newRooms(stack, 18);
    newSettings(stack, 1);
    newDetachments(stack, 1);
    const { directory } = app.synth();
    const { roles } = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf8'));
    return {
      template: templatesOf(app)['Stack.template.json'],
      statements: Object.fromEntries(roles.map((role: any) => [role.roleConstructPath, role.identityPolicyStatements])),
    };
  }

  const expected = [
    allow(writeLog, '(Stack/IVSChatCustomResources/Log/Resource.Arn)'),
    allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], '(Stack/Room0/Resource.Arn)'),
    allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], 'arn:(PARTITION):ivschat:(REGION):(ACCOUNT):room/*'),
    allow('ivschat:ListRooms', '*'),
    allow('ivschat:UpdateRoom', 'arn:(PARTITION):ivschat:(REGION):(ACCOUNT):room/*'),
  ];

  // If synthesis is not prevented, the CDK adds the roles to the template, but their statements to the report only.
  test.each([[true, 0], [false, 2]])('all policies are in the report, and none is in the template (preventSynthesis: %s)', (preventSynthesis, roles) => {
    const { template, statements } = synthesizeWith(preventSynthesis);

    expect(statements['Stack/IVSChatCustomResources/Role']).toEqual(expect.arrayContaining(expected));
    expect(statements['Stack/IVSChatCustomResources/FrameworkRole'])
      .toContainEqual(allow(writeLog, '(Stack/IVSChatCustomResources/FrameworkLog/Resource.Arn)'));
    for (const type of ['Policy', 'ManagedPolicy']) expect(resourcesOf(template, `AWS::IAM::${type}`)).toEqual({});
    expect(Object.keys(resourcesOf(template, 'AWS::IAM::Role'))).toHaveLength(roles);
    const dependencies = Object.values<any>(template.Resources).flatMap(({ DependsOn = [] }) => DependsOn);
    expect(Object.keys(template.Resources)).toEqual(expect.arrayContaining(dependencies));
  });
});
