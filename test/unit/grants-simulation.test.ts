import * as sdk from '@aws-sdk/client-ivschat';
import type { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  AllChatRoomsGrants, AllLoggingConfigurationsGrants, ChatRoom, ChatRoomGrants, ChatRoomSettings,
  LoggingConfiguration, LoggingConfigurationGrants, LoggingDestination, MessageReviewHandler,
} from '../../src';
import { ROLE } from '../support/custom-resources/template';
import { type Call, LOGGING_VERBS, methodsOf, policiesOf, type PolicyDocument, ROOM_VERBS, rowsOf, simulate } from '../support/simulate';
import { ENV, newStack, templateOf } from '../support/synth';

const OTHER_ACCOUNT = '444455556666';
const arn = (kind: string, id: string, env = ENV) => `arn:aws:ivschat:${env.region}:${env.account}:${kind}/${id}`;

const ROOM = arn('room', 'ThisOneRoom1');
const NEIGHBOUR_ROOM = arn('room', 'ThisOneRoom2');
const ROOM_OF_OTHER_ACCOUNT = arn('room', 'ThisOneRoom1', { ...ENV, account: OTHER_ACCOUNT });
const ROOM_OF_OTHER_REGION = arn('room', 'ThisOneRoom1', { ...ENV, region: 'us-west-2' });
const LOGGING = arn('logging-configuration', 'ThisOneRoom1');
const NEIGHBOUR_LOGGING = arn('logging-configuration', 'ThisOneRoom2');
const LOGGING_OF_OTHER_ACCOUNT = arn('logging-configuration', 'ThisOneRoom1', { ...ENV, account: OTHER_ACCOUNT });
const LOGGING_OF_OTHER_REGION = arn('logging-configuration', 'ThisOneRoom1', { ...ENV, region: 'us-west-2' });

const ROOMS = [ROOM, NEIGHBOUR_ROOM, ROOM_OF_OTHER_ACCOUNT, ROOM_OF_OTHER_REGION];
const LOGGINGS = [LOGGING, NEIGHBOUR_LOGGING, LOGGING_OF_OTHER_ACCOUNT, LOGGING_OF_OTHER_REGION];

const TAGGING = ['ivschat:ListTagsForResource', 'ivschat:TagResource', 'ivschat:UntagResource'];
const ON_ROOMS = [
  'ivschat:CreateChatToken', 'ivschat:DeleteMessage', 'ivschat:DeleteRoom', 'ivschat:DisconnectUser', 'ivschat:GetRoom', 'ivschat:SendEvent',
  'ivschat:UpdateRoom',
];
const ON_LOGGINGS = ['ivschat:DeleteLoggingConfiguration', 'ivschat:GetLoggingConfiguration', 'ivschat:UpdateLoggingConfiguration'];

/**
 * The simulator cannot tell which resource these actions need. It uses AWS's authorization reference, according to which a
 * policy on the ARN of a room is sufficient, but AWS's user guide requires `*`. It can tell that grants of other actions do
 * not allow them.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/security-iam.html
 */
const RESOURCE_UNDECIDED = ['ivschat:CreateLoggingConfiguration', 'ivschat:CreateRoom', 'ivschat:ListLoggingConfigurations', 'ivschat:ListRooms'];

/**
 * Calls that the simulator does not know, because AWS's authorization reference lists only rooms for the action. The API
 * supports them.
 */
const UNDECIDED: Call[] = LOGGINGS.map(resource => ({ action: 'ivschat:ListTagsForResource', resource }));

/** All calls of the API: on the granted resource, on another one, and on resources in other environments. */
const CALLS: Call[] = [
  ...[...ON_ROOMS, ...TAGGING].flatMap(action => ROOMS.map(resource => ({ action, resource }))),
  ...[...ON_LOGGINGS, ...TAGGING].flatMap(action => LOGGINGS.map(resource => ({ action, resource }))),
  ...RESOURCE_UNDECIDED.map(action => ({ action, resource: '*' })),
];
const isUndecided = (call: Call) => UNDECIDED.some(({ action, resource }) => action === call.action && resource === call.resource);
const DECIDED = CALLS.filter(call => !isUndecided(call));

const line = ({ action, resource }: Call) => `${action} on ${resource}`;
const lines = (actions: string[], resources: string[]) => actions.flatMap(action => resources.map(resource => line({ action, resource }))).sort();

/** Returns the calls that the policies allow. The simulator must decide all calls. */
async function allowedBy(policies: PolicyDocument[]): Promise<string[]> {
  const verdicts = await Promise.all(DECIDED.map(async call => ({ call, verdict: await simulate(policies, call) })));
  expect(verdicts.filter(({ verdict }) => verdict !== 'Allowed' && verdict !== 'ImplicitlyDenied')).toEqual([]);
  return verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ call }) => line(call)).sort();
}

/** Returns the resources of an action in the policies, for calls that the simulator does not decide. */
function resourcesFor(policies: PolicyDocument[], action: string): string[] {
  return policies.flatMap(policy => policy.Statement).filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource);
}

/** Grants permissions to a role in a stack with a room and a logging configuration, and returns the policies of the role. */
function policiesAfter(grant: (role: Role, stack: Stack) => void): PolicyDocument[] {
  const stack = newStack(ENV);
  const room = new CfnRoom(stack, 'L1Room');
  const loggingConfiguration = new CfnLoggingConfiguration(stack, 'L1Logging', { destinationConfiguration: {} });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  grant(role, stack);
  const id = (resource: CfnRoom | CfnLoggingConfiguration) => stack.resolve(resource.logicalId);
  return policiesOf(templateOf(stack).toJSON(), stack.resolve((role.node.defaultChild as CfnRoom).logicalId), {
    [id(room)]: ROOM, [id(loggingConfiguration)]: LOGGING,
  });
}

test('the calls cover all operations of the service', () => {
  const operations = Object.keys(sdk).filter(name => /^[A-Z]\w+Command$/.test(name)).map(name => `ivschat:${name.replace(/Command$/, '')}`);

  expect(new Set(CALLS.map(({ action }) => action))).toEqual(new Set(operations));
  expect(operations).toHaveLength(17);
});

describe('the simulator', () => {
  const policyOn = (resource: string): PolicyDocument[] => [{
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ivschat:*', Resource: resource }],
  }];

  test('decides all other calls', async () => {
    for (const call of DECIDED) expect([call, await simulate(policyOn('*'), call)]).toEqual([call, 'Allowed']);
    for (const call of DECIDED) expect([call, await simulate([], call)]).toEqual([call, 'ImplicitlyDenied']);
  });

  test.each(UNDECIDED)('does not decide $action on $resource', async call => {
    expect(await simulate(policyOn('*'), call)).toBe('error: no.resource.types');
  });

  test.each(RESOURCE_UNDECIDED)('accepts a policy on a single resource for %s, contrary to the user guide', async action => {
    const [one, all] = action.endsWith('LoggingConfiguration') || action.endsWith('LoggingConfigurations')
      ? [LOGGING, arn('logging-configuration', '*')]
      : [ROOM, arn('room', '*')];

    expect(await simulate(policyOn(one), { action, resource: '*' })).toBe('Allowed');
    expect(await simulate(policyOn(one), { action, resource: all })).toBe('Allowed');
  });

  test('denies all calls from another account, regardless of the policy', async () => {
    expect(await simulate(policyOn('*'), { action: 'ivschat:GetRoom', resource: ROOM_OF_OTHER_ACCOUNT }, ENV.account)).toBe('ImplicitlyDenied');
    expect(await simulate(policyOn('*'), { action: 'ivschat:GetRoom', resource: ROOM_OF_OTHER_ACCOUNT }, OTHER_ACCOUNT)).toBe('Allowed');
  });
});

describe('grants on a room allow only their actions on this room', () => {
  const rooms: [string, (stack: Stack) => ChatRoomGrants][] = [
    ['an import', stack => ChatRoom.fromRoomArn(stack, 'Room', ROOM).grants],
    ['a room of the stack', stack => ChatRoomGrants.fromRoom(stack.node.findChild('L1Room') as CfnRoom)],
  ];

  describe.each(rooms)('%s', (_, grantsOf) => {
    test.each(rowsOf(ROOM_VERBS))('%s', async (verb, actions) => {
      const policies = policiesAfter((role, stack) => grantsOf(stack)[verb](role));

      expect(await allowedBy(policies)).toEqual(lines(actions, [ROOM]));
    });

    test('actions', async () => {
      const policies = policiesAfter((role, stack) => grantsOf(stack).actions(role, ...ON_ROOMS, ...TAGGING));

      expect(await allowedBy(policies)).toEqual(lines([...ON_ROOMS, ...TAGGING], [ROOM]));
    });
  });

  test('all methods are covered', () => {
    expect(methodsOf(ChatRoomGrants)).toEqual([...Object.keys(ROOM_VERBS), 'actions'].sort());
  });

  test('for the function that reviews the room', async () => {
    const stack = newStack(ENV);
    const handler = new Function(stack, 'Moderator', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('-') });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler }) });
    room.grants.moderate(handler);

    const policies = policiesOf(templateOf(stack).toJSON(), stack.resolve((handler.role!.node.defaultChild as CfnRoom).logicalId), {
      [stack.resolve((room.node.defaultChild as CfnRoom).logicalId)]: ROOM,
    });
    expect(await allowedBy(policies)).toEqual(lines([...ROOM_VERBS.moderate], [ROOM]));
  });
});

describe('grants on all rooms allow only their actions on the rooms of the account and region', () => {
  test.each(rowsOf(ROOM_VERBS))('%s', async (verb, actions) => {
    const policies = policiesAfter((role, stack) => AllChatRoomsGrants.of(stack)[verb](role));

    expect(await allowedBy(policies)).toEqual(lines(actions, [ROOM, NEIGHBOUR_ROOM]));
  });

  test('actions', async () => {
    const policies = policiesAfter((role, stack) => AllChatRoomsGrants.of(stack).actions(role, ...ON_ROOMS, ...TAGGING));

    expect(await allowedBy(policies)).toEqual(lines([...ON_ROOMS, ...TAGGING], [ROOM, NEIGHBOUR_ROOM]));
  });

  test.each([['createRoom', 'ivschat:CreateRoom'], ['listRooms', 'ivschat:ListRooms']] as const)('%s, on *', async (verb, action) => {
    const policies = policiesAfter((role, stack) => AllChatRoomsGrants.of(stack)[verb](role));

    expect(await allowedBy(policies)).toEqual(lines([action], ['*']));
    expect(resourcesFor(policies, action)).toEqual(['*']);
  });

  test('all methods are covered', () => {
    expect(methodsOf(AllChatRoomsGrants)).toEqual([...Object.keys(ROOM_VERBS), 'actions', 'createRoom', 'listRooms'].sort());
  });
});

describe('grants on a logging configuration allow only their actions on this one', () => {
  const configurations: [string, (stack: Stack) => LoggingConfigurationGrants][] = [
    ['an import', stack => LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Logging', LOGGING).grants],
    ['one of the stack', stack => LoggingConfigurationGrants.fromLoggingConfiguration(stack.node.findChild('L1Logging') as CfnLoggingConfiguration)],
  ];
  const listTags = 'ivschat:ListTagsForResource';
  const decided = (actions: string[]) => actions.filter(action => action !== listTags);

  describe.each(configurations)('%s', (_, grantsOf) => {
    test.each(rowsOf(LOGGING_VERBS))('%s', async (verb, actions) => {
      const policies = policiesAfter((role, stack) => grantsOf(stack)[verb](role));

      expect(await allowedBy(policies)).toEqual(lines(decided(actions), [LOGGING]));
      expect(resourcesFor(policies, listTags)).toEqual(actions.includes(listTags) ? [LOGGING] : []);
    });

    test('actions', async () => {
      const policies = policiesAfter((role, stack) => grantsOf(stack).actions(role, ...ON_LOGGINGS, ...TAGGING));

      expect(await allowedBy(policies)).toEqual(lines(decided([...ON_LOGGINGS, ...TAGGING]), [LOGGING]));
      expect(resourcesFor(policies, listTags)).toEqual([LOGGING]);
    });
  });

  test('all methods are covered', () => {
    expect(methodsOf(LoggingConfigurationGrants)).toEqual([...Object.keys(LOGGING_VERBS), 'actions'].sort());
  });

  describe('all of them', () => {
    const all = arn('logging-configuration', '*');

    test.each(rowsOf(LOGGING_VERBS))('%s', async (verb, actions) => {
      const policies = policiesAfter((role, stack) => AllLoggingConfigurationsGrants.of(stack)[verb](role));

      expect(await allowedBy(policies)).toEqual(lines(decided(actions), [LOGGING, NEIGHBOUR_LOGGING]));
      expect(resourcesFor(policies, listTags)).toEqual(actions.includes(listTags) ? [all] : []);
    });

    test('actions', async () => {
      const policies = policiesAfter((role, stack) => AllLoggingConfigurationsGrants.of(stack).actions(role, ...ON_LOGGINGS, ...TAGGING));

      expect(await allowedBy(policies)).toEqual(lines(decided([...ON_LOGGINGS, ...TAGGING]), [LOGGING, NEIGHBOUR_LOGGING]));
      expect(resourcesFor(policies, listTags)).toEqual([all]);
    });

    test.each([
      ['createLoggingConfiguration', 'ivschat:CreateLoggingConfiguration'],
      ['listLoggingConfigurations', 'ivschat:ListLoggingConfigurations'],
    ] as const)('%s, on *', async (verb, action) => {
      const policies = policiesAfter((role, stack) => AllLoggingConfigurationsGrants.of(stack)[verb](role));

      expect(await allowedBy(policies)).toEqual(lines([action], ['*']));
      expect(resourcesFor(policies, action)).toEqual(['*']);
    });

    test('all methods are covered', () => {
      expect(methodsOf(AllLoggingConfigurationsGrants))
        .toEqual([...Object.keys(LOGGING_VERBS), 'actions', 'createLoggingConfiguration', 'listLoggingConfigurations'].sort());
    });
  });
});

describe('the policies of custom resources allow only what their handler calls', () => {
  /** Returns the policies of the role of the handler, with the ARNs that CloudFormation would resolve. */
  function handlerPolicies(add: (stack: Stack) => Record<string, string>): PolicyDocument[] {
    const stack = newStack(ENV);
    const arns = add(stack);
    const template = templateOf(stack).toJSON();
    // The log is not part of the API.
    const logId = Object.keys(template.Resources).find(id => /^IVSChatCustomResourcesLog[0-9A-F]{8}$/.test(id))!;
    return policiesOf(template, ROLE, { ...arns, [logId]: 'arn:aws:logs:us-east-1:111122223333:log-group:handler:*' });
  }
  const idOf = (stack: Stack, construct: { node: { defaultChild?: unknown } }) => stack.getLogicalId(construct.node.defaultChild as CfnRoom);

  test('a rate', async () => {
    const policies = handlerPolicies(stack => ({ [idOf(stack, new ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: 50 }))]: ROOM }));

    expect(await allowedBy(policies)).toEqual(lines(['ivschat:GetRoom', 'ivschat:UpdateRoom'], [ROOM]));
  });

  test('settings', async () => {
    const policies = handlerPolicies(stack => {
      new ChatRoomSettings(stack, 'Settings', { room: ChatRoom.fromRoomArn(stack, 'Room', ROOM), tags: { team: 'chat' } });
      return {};
    });

    expect(await allowedBy(policies)).toEqual(lines(['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'], [ROOM]));
  });

  test('detachment of a handler', async () => {
    const moderator = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';
    const policies = handlerPolicies(stack => {
      const handler = new Function(stack, 'Moderator', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('-') });
      new MessageReviewHandler(stack, 'Review', { handler, detachOnDelete: true });
      return { [idOf(stack, handler)]: moderator };
    });

    expect(await allowedBy(policies)).toEqual([...lines(['ivschat:ListRooms'], ['*']), ...lines(['ivschat:UpdateRoom'], [ROOM, NEIGHBOUR_ROOM])].sort());
    expect(await simulate(policies, { action: 'lambda:ListTags', resource: moderator })).toBe('Allowed');
    expect(await simulate(policies, { action: 'lambda:ListTags', resource: `${moderator}2` })).toBe('ImplicitlyDenied');
    expect(await simulate(policies, { action: 'lambda:InvokeFunction', resource: moderator })).toBe('ImplicitlyDenied');
  });

  test('detachment of a logging configuration', async () => {
    const policies = handlerPolicies(stack => {
      const logGroup = LogGroup.fromLogGroupName(stack, 'LogGroup', 'chat');
      const chatLog = new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup), detachOnDelete: true });
      return { [idOf(stack, chatLog)]: LOGGING };
    });

    expect(await allowedBy(policies)).toEqual([...lines(['ivschat:ListRooms'], ['*']), ...lines(['ivschat:UpdateRoom'], [ROOM, NEIGHBOUR_ROOM])].sort());
    expect(resourcesFor(policies, 'ivschat:ListTagsForResource')).toEqual([LOGGING]);
  });
});
