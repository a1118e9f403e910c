import { Annotations, App, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { AllChatRoomsGrants, ChatRoom, ChatRoomGrants, type IChatRoom } from '../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../support/grants';
import { ROOM_VERBS, methodsOf, rowsOf } from '../support/simulate';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
const OTHER_ACCOUNT = '444455556666';
const ALL_ROOMS_AGNOSTIC = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/*']],
};

function newRole(scope: Construct, id = 'Role'): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
}

function newFunction(scope: Construct, id = 'Moderator', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'), ...props,
  });
}

/** Returns the logical ID of an L1 or of the L1 in an L2. */
function idOf(construct: IConstruct): string {
  const resource = (CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild) as CfnResource;
  return Stack.of(construct).resolve(resource.logicalId);
}

describe('grants on one room', () => {
  test.each(rowsOf(ROOM_VERBS))('%s() allows its actions on this room only', (verb, actions) => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room');
    new ChatRoom(stack, 'Neighbour');
    const grant = room.grants[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(actions, { 'Fn::GetAtt': [idOf(room), 'Arn'] })]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(rowsOf(ROOM_VERBS))('the actions of %s() are sorted', (_, actions) => {
    expect(actions).toEqual([...actions].sort());
  });

  test('has no other methods', () => {
    expect(methodsOf(ChatRoomGrants)).toEqual([...Object.keys(ROOM_VERBS), 'actions'].sort());
  });

  test.each([
    ['ivschat:GetRoom'],
    ['ivschat:GetRoom', 'ivschat:SendEvent'],
    ['ivschat:*'],
    ['ivschat:Delete*'],
  ])('actions(%s, %s) allows the given actions', (...actions) => {
    const stack = newStack();
    const given = actions.filter(action => action !== undefined);
    const room = new ChatRoom(stack, 'Room');
    room.grants.actions(newRole(stack), ...given);

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(given, { 'Fn::GetAtt': [idOf(room), 'Arn'] })]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('actions() accepts a token', () => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room');
    room.grants.actions(newRole(stack), new CfnParameter(stack, 'Action').valueAsString);

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow({ Ref: 'Action' } as any, { 'Fn::GetAtt': [idOf(room), 'Arn'] })]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<['grantCreateChatToken' | 'grantModerate' | 'grantRead' | 'grantSendEvent', string[]]>([
    ['grantCreateChatToken', ['ivschat:CreateChatToken']],
    ['grantSendEvent', ['ivschat:SendEvent']],
    ['grantModerate', ['ivschat:DeleteMessage', 'ivschat:DisconnectUser']],
    ['grantRead', ['ivschat:GetRoom', 'ivschat:ListTagsForResource']],
  ])('%s() of a room and of an import', (method, actions) => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room');
    const imported: IChatRoom = ChatRoom.fromRoomArn(stack, 'Import', ROOM_ARN);
    const role = newRole(stack);

    expect([room[method](role).success, imported[method](role).success]).toEqual([true, true]);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([
      allow(actions, ROOM_ARN),
      allow(actions, { 'Fn::GetAtt': [idOf(room), 'Arn'] }),
    ]);
  });

  const idImport = (env: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...env]] });
  const agnostic = idImport([':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/AbCdEfGhIjKl']);
  const kinds: [string, (stack: Stack) => IRoomRef, unknown, unknown][] = [
    ['an L2', stack => new ChatRoom(stack, 'Room'), { 'Fn::GetAtt': [expect.stringMatching(/^Room/), 'Arn'] }, undefined],
    ['an L1', stack => new CfnRoom(stack, 'Room'), { Ref: 'Room' }, undefined],
    ['the L1 of an L2', stack => new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom, { Ref: expect.stringMatching(/^Room/) }, undefined],
    ['an import by a literal ARN', stack => ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN), ROOM_ARN, undefined],
    ['an import by the ARN in a parameter', stack => ChatRoom.fromRoomArn(stack, 'Room', new CfnParameter(stack, 'Arn').valueAsString), { Ref: 'Arn' }, undefined],
    ['an import by the ARN in an export', stack => ChatRoom.fromRoomArn(stack, 'Room', Fn.importValue('room')), { 'Fn::ImportValue': 'room' }, undefined],
    ['an import by its id', stack => ChatRoom.fromRoomId(stack, 'Room', 'AbCdEfGhIjKl'), agnostic, idImport([':ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl'])],
    ['a room of another library', stack => ({ node: stack.node, env: ENV, roomRef: { roomArn: ROOM_ARN } }) as IRoomRef, ROOM_ARN, undefined],
  ];

  test.each(kinds)('%s, in an environment-agnostic stack', (_, roomOf, resource) => {
    const stack = newStack();
    ChatRoomGrants.fromRoom(roomOf(stack)).sendEvent(newRole(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:SendEvent', resource)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(kinds)('%s, in a stack with an environment', (_, roomOf, resource, resourceInEnvironment) => {
    const stack = newStack(ENV);
    ChatRoomGrants.fromRoom(roomOf(stack)).sendEvent(newRole(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:SendEvent', resourceInEnvironment ?? resource)]);
    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('grants on all rooms', () => {
  test.each(rowsOf(ROOM_VERBS))('%s() allows its actions on all rooms of the account and region', (verb, actions) => {
    const stack = newStack();
    const grant = AllChatRoomsGrants.of(stack)[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(actions, ALL_ROOMS_AGNOSTIC)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each([['createRoom', 'ivschat:CreateRoom'], ['listRooms', 'ivschat:ListRooms']] as const)('%s() allows %s on *', (verb, action) => {
    const stack = newStack();
    const grant = AllChatRoomsGrants.of(stack)[verb](newRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(action, '*')]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('has no other methods', () => {
    expect(methodsOf(AllChatRoomsGrants)).toEqual([...Object.keys(ROOM_VERBS), 'actions', 'createRoom', 'listRooms'].sort());
  });

  test('use the account and region of the scope, not of the role', () => {
    const app = new App();
    const here = new Stack(app, 'Here', { env: ENV });
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-west-2' } });
    AllChatRoomsGrants.of(here).moderate(newRole(there));

    expect(statementsOf(templatesOf(app)['There.template.json'])).toEqual([
      allow([...ROOM_VERBS.moderate], { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:room/*']] }),
    ]);
  });

  test('accept any construct of the stack as the scope', () => {
    const stack = newStack();
    const role = newRole(stack);
    AllChatRoomsGrants.of(role).getRoom(role);

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow('ivschat:GetRoom', ALL_ROOMS_AGNOSTIC)]);
  });
});

const facades: [string, (stack: Stack) => { scope: string; grant: (grantee: iam.IGrantable) => iam.Grant }][] = [
  ['a room', stack => ({ scope: '/Stack/Room', grant: grantee => new ChatRoom(stack, 'Room').grants.sendEvent(grantee) })],
  ['all rooms', stack => ({ scope: '/Stack', grant: grantee => AllChatRoomsGrants.of(stack).sendEvent(grantee) })],
  ['a new room', stack => ({ scope: '/Stack', grant: grantee => AllChatRoomsGrants.of(stack).createRoom(grantee) })],
];

describe.each(facades)('a grant on %s', (_, facadeOf) => {
  test.each<[string, (stack: Stack) => iam.IGrantable, unknown]>([
    ['a role', stack => newRole(stack), { Roles: [{ Ref: expect.stringMatching(/^Role/) }] }],
    ['a user', stack => new iam.User(stack, 'User'), { Users: [{ Ref: expect.stringMatching(/^User/) }] }],
    ['a group', stack => new iam.Group(stack, 'Group'), { Groups: [{ Ref: expect.stringMatching(/^Group/) }] }],
    ['a function', stack => newFunction(stack), { Roles: [{ Ref: expect.stringMatching(/^ModeratorServiceRole/) }] }],
    ['an imported role of the account', stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/staff'), { Roles: ['staff'] }],
    ['an imported role by name', stack => iam.Role.fromRoleName(stack, 'Imported', 'staff'), { Roles: ['staff'] }],
    ['an imported function with a role', stack => lambda.Function.fromFunctionAttributes(stack, 'Imported', {
      functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:backend',
      role: iam.Role.fromRoleArn(stack, 'ImportedRole', 'arn:aws:iam::111122223333:role/backend'),
    }), { Roles: ['backend'] }],
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
  const withoutPolicy: [string, (stack: Stack) => iam.IGrantable, string][] = [
    ['a service', () => new iam.ServicePrincipal('ivs.amazonaws.com'), noPolicy],
    ['this account', () => new iam.AccountPrincipal(ENV.account), noPolicy],
    ['another account', () => new iam.AccountPrincipal(OTHER_ACCOUNT), otherAccount],
    ['a role by its ARN', () => new iam.ArnPrincipal('arn:aws:iam::111122223333:role/staff'), noPolicy],
    ['an imported role of another account', stack => iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${OTHER_ACCOUNT}:role/staff`), otherAccount],
  ];

  test.each(withoutPolicy)('to %s has no effect and warns', (__, granteeOf, reason) => {
    const stack = newStack(ENV);
    const { scope, grant } = facadeOf(stack);
    grant(granteeOf(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    const warnings = warningsOf(stack);
    expect(warnings).toEqual([[scope, expect.stringContaining(reason)]]);
    expect(warnings[0][1]).toMatch(/^The grant of ivschat:\w+ has no effect: .*\. Grant to a role or a user in this account\. \[ack: cdk-ivschat:grantWroteNothing\]$/);
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

test('a grant on a room that is imported from another account has no effect and warns', () => {
  const stack = newStack(ENV);
  const room = ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN.replace(ENV.account, OTHER_ACCOUNT));
  room.grantModerate(newRole(stack));

  expect(warningsOf(stack)).toEqual([
    ['/Stack/Room', expect.stringContaining('the principal is in account 111122223333 and the resource in 444455556666')],
  ]);
});

test('an unknown action is granted with a warning', () => {
  const stack = newStack();
  const room = new ChatRoom(stack, 'Room');
  room.grants.actions(newRole(stack), 'ivschat:GetRoom', 'ivschat:SendMessage');

  expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow(['ivschat:GetRoom', 'ivschat:SendMessage'], { 'Fn::GetAtt': [idOf(room), 'Arn'] })]);
  const warnings = warningsOf(stack);
  expect(warnings).toEqual([
    ['/Stack/Room', expect.stringContaining('actions contains "ivschat:SendMessage", which is not a known action of Amazon IVS Chat. IAM accepts it, but it might not allow anything.')],
  ]);
  expect(warnings[0][1]).toMatch(/Known actions: .*ivschat:SendEvent.* \[ack: cdk-ivschat:unknownAction\]$/);
});

describe('fails', () => {
  const onRooms: [string, (stack: Stack) => ChatRoomGrants | AllChatRoomsGrants][] = [
    ['a room', stack => new ChatRoom(stack, 'Room').grants],
    ['an L1 room', stack => ChatRoomGrants.fromRoom(new CfnRoom(stack, 'Room'))],
    ['an import', stack => ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN).grants],
    ['all rooms', stack => AllChatRoomsGrants.of(stack)],
  ];

  describe.each(onRooms)('for %s', (_, grantsOf) => {
    test('without an action', () => {
      const stack = newStack();

      expect(errorOf(() => grantsOf(stack).actions(newRole(stack)))).toEqual({
        code: 'NoActions',
        message: 'actions must have at least one element, got none: pass an action such as "ivschat:GetRoom"',
      });
    });

    test.each(['ivs:GetChannel', 'GetRoom', '*', 's3:*', ''])('with the action "%s"', action => {
      const stack = newStack();

      expect(errorOf(() => grantsOf(stack).actions(newRole(stack), 'ivschat:GetRoom', action))).toEqual({
        code: 'ActionOfOtherService',
        message: `actions must be actions of Amazon IVS Chat, which start with "ivschat:", got "${action}": grant actions of other services on the resources of those services`,
      });
      expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    });

    test.each([
      ['ivschat:CreateLoggingConfiguration', 'AllLoggingConfigurationsGrants.of(scope).createLoggingConfiguration()'],
      ['ivschat:ListLoggingConfigurations', 'AllLoggingConfigurationsGrants.of(scope).listLoggingConfigurations()'],
      ['ivschat:CreateRoom', 'AllChatRoomsGrants.of(scope).createRoom()'],
      ['IVSCHAT:createroom', 'AllChatRoomsGrants.of(scope).createRoom()'],
      ['ivschat:ListRooms', 'AllChatRoomsGrants.of(scope).listRooms()'],
    ])('with the action %s', (action, method) => {
      const stack = newStack();

      expect(errorOf(() => grantsOf(stack).actions(newRole(stack), 'ivschat:GetRoom', action))).toEqual({
        code: 'ActionHasNoResource',
        message: `actions must apply to existing resources, got "${action}": use ${method}`,
      });
      expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
    });
  });

  const agnosticRooms: [string, string, (stack: Stack) => ChatRoomGrants | AllChatRoomsGrants][] = [
    ['a room', 'Here/Room', stack => new ChatRoom(stack, 'Room').grants],
    ['an L1 room', 'Here/Room', stack => ChatRoomGrants.fromRoom(new CfnRoom(stack, 'Room'))],
    ['an import', 'Here/Room', stack => ChatRoom.fromRoomId(stack, 'Room', 'AbCdEfGhIjKl').grants],
    ['all rooms', 'Here', stack => AllChatRoomsGrants.of(stack)],
  ];

  test.each(agnosticRooms.flatMap(([name, path, grantsOf]) => [
    { name, path, grantsOf, part: 'account', value: ENV.account, env: ENV },
    { name, path, grantsOf, part: 'account', value: ENV.account, env: { account: ENV.account } },
    { name, path, grantsOf, part: 'region', value: 'us-west-2', env: { region: 'us-west-2' } },
  ]))('for $name in a stack without an environment and a role in a known $part', ({ path, grantsOf, part, value, env }) => {
    const app = new App();
    const here = new Stack(app, 'Here');
    const there = new Stack(app, 'There', { env });

    expect(errorOf(() => grantsOf(here).sendEvent(newRole(there)))).toEqual({
      code: 'GranteeInKnownEnvironment',
      message: `grantee must be in a stack without a known ${part}, as ${path} is, got a stack in ${part} ${value}: set env on both stacks, or the ARN in the policy would have the wrong ${part}`,
    });
    expect(statementsOf(templatesOf(app)['There.template.json'])).toEqual([]);
  });

  test.each([
    ['an import by a literal ARN', (stack: Stack, role: iam.Role) => ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN).grantRead(role), ROOM_ARN],
    ['a new room', (stack: Stack, role: iam.Role) => AllChatRoomsGrants.of(stack).createRoom(role), '*'],
  ])('not for %s, which does not depend on the environment', (_, grant, resource) => {
    const app = new App();
    const here = new Stack(app, 'Here');
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-west-2' } });
    grant(here, newRole(there));

    expect(statementsOf(templatesOf(app)['There.template.json'])).toEqual([allow(expect.anything(), resource)]);
  });
});

describe('a role in another stack', () => {
  test.each([['with an environment', ENV], ['without one', undefined]])('in the same environment, %s', (_, env) => {
    const app = new App();
    const rooms = new Stack(app, 'Rooms', { env });
    const backend = new Stack(app, 'Backend', { env });
    const room = new ChatRoom(rooms, 'Room');
    room.grantCreateChatToken(newRole(backend));

    const templates = templatesOf(app);
    const [statement] = statementsOf(templates['Backend.template.json']);
    expect(statement).toEqual(allow('ivschat:CreateChatToken', { 'Fn::ImportValue': expect.any(String) }));
    const output: any = Object.values(templates['Rooms.template.json'].Outputs).find((o: any) => o.Export.Name === statement.Resource['Fn::ImportValue']);
    expect(output.Value).toEqual({ 'Fn::GetAtt': [idOf(room), 'Arn'] });
    expect(statementsOf(templates['Rooms.template.json'])).toEqual([]);
  });

  /** Resolves a reference from `Backend` to a value in `Rooms`, in the form that this version of the CDK uses. */
  function follow(templates: Record<string, any>, value: any): unknown {
    const rooms = templates['Rooms.template.json'];
    const output = value['Fn::GetStackOutput'];
    if (output) {
      expect([output.StackName, output.Region]).toEqual(['Rooms', ENV.region]);
      return rooms.Outputs[output.OutputName].Value;
    }
    const [reader, key] = value['Fn::GetAtt'];
    expect(templates['Backend.template.json'].Resources[reader].Properties.ReaderProps.imports).toHaveProperty([key]);
    const [writer] = Object.values(resourcesOf(rooms, 'Custom::CrossRegionExportWriter'));
    return writer.Properties.WriterProps.exports[key];
  }

  test.each([
    ['region', { ...ENV, region: 'us-west-2' }],
    ['account', { ...ENV, account: OTHER_ACCOUNT }],
    ['account and region', { account: OTHER_ACCOUNT, region: 'us-west-2' }],
  ])('in another %s gets the ARN of the room, or synthesis fails', (_, env) => {
    const app = new App();
    const rooms = new Stack(app, 'Rooms', { env: ENV });
    const backend = new Stack(app, 'Backend', { env });
    const room = new ChatRoom(rooms, 'Room', { roomName: 'lobby' });
    room.grantModerate(newRole(backend));

    const outcome = ((): unknown => {
      try {
        const templates = templatesOf(app);
        const [statement] = statementsOf(templates['Backend.template.json']);
        // An ARN composed in this stack could only be wrong, because the service generates the ID.
        expect(JSON.stringify(statement)).not.toMatch(/ivschat:us-|room\/|lobby/);
        return follow(templates, statement.Resource);
      } catch (error) {
        if (!/^CrossRegion|^CrossAccount/.test((error as Error).name)) throw error;
        return (error as Error).message.split('.')[0];
      }
    })();
    expect([
      { 'Fn::GetAtt': [idOf(room), 'Arn'] },
      'Stack "Backend" cannot reference {Rooms/Room/Resource[Arn]} in stack "Rooms"',
    ]).toContainEqual(outcome);
  });

  test('in another region gets the unchanged ARN of an import', () => {
    const app = new App();
    const rooms = new Stack(app, 'Rooms', { env: ENV });
    const backend = new Stack(app, 'Backend', { env: { ...ENV, region: 'us-west-2' } });
    const role = newRole(backend);
    ChatRoom.fromRoomArn(rooms, 'ByArn', ROOM_ARN).grantSendEvent(role);
    ChatRoom.fromRoomId(rooms, 'ById', 'AbCdEfGhIjKl').grantSendEvent(role);

    expect(statementsOf(templatesOf(app)['Backend.template.json'])).toEqual([
      allow('ivschat:SendEvent', ROOM_ARN),
      allow('ivschat:SendEvent', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl']] }),
    ]);
  });
});
