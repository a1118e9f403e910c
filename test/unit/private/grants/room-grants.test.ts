/**
 * A room depends on the function that reviews its messages. The policies of the function must therefore not depend on rooms,
 * in whichever order the function, the rooms, the handler and the grants are defined.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App, Aspects, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ASPECT_STABILIZATION } from 'aws-cdk-lib/cx-api';
import type { Construct, IConstruct } from 'constructs';
import { AllChatRoomsGrants, ChatRoom, ChatRoomGrants, MessageReviewHandler } from '../../../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../../../support/grants';
import { ROOM_VERBS } from '../../../support/simulate';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../../support/synth';

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
const ALL_ROOMS_AGNOSTIC = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/*']],
};

function newRole(scope: Construct, id = 'Role'): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

function newFunction(scope: Construct, id = 'Moderator', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'), ...props,
  });
}

function newCfnFunction(scope: Construct, role: string): lambda.CfnFunction {
  return new lambda.CfnFunction(scope, 'Moderator', { code: { zipFile: 'exports.handler = async () => ({})' }, handler: 'index.handler', runtime: 'nodejs24.x', role });
}

function newReviewedRoom(scope: Construct, id: string, handler: lambda.IFunctionRef): ChatRoom {
  return new ChatRoom(scope, id, { messageReviewHandler: new MessageReviewHandler(scope, `${id}Review`, { handler }) });
}

/** Returns the logical ID of an L1 or of the L1 in an L2. */
function idOf(construct: IConstruct): string {
  const resource = (CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild) as CfnResource;
  return Stack.of(construct).resolve(resource.logicalId);
}

function arnOf(room: IConstruct): object {
  return { 'Fn::GetAtt': [idOf(room), 'Arn'] };
}

/** Returns the policy for reviewers in the stack of a room, if there is one reviewer. */
const reviewerPolicyIn = (room: IRoomRef) => Stack.of(room).node.findChild('MessageReviewerPolicies').node.children[0];

/** Returns the policy for reviewers in the stack of a room. No other policy must refer to the room. */
function reviewerPolicyOf(template: any, room: IRoomRef): { Roles: unknown; Statement: unknown } {
  const policies = resourcesOf(template, 'AWS::IAM::Policy');
  const id = idOf(reviewerPolicyIn(room));
  for (const [otherId, other] of Object.entries(policies)) {
    if (otherId !== id) expect(JSON.stringify(other)).not.toContain(`"${idOf(room)}"`);
  }
  const { PolicyDocument: { Statement }, Roles } = policies[id].Properties;
  return { Roles, Statement };
}

const handlers: [string, (fn: lambda.Function) => lambda.IFunction][] = [
  ['function', fn => fn],
  ['alias', fn => new lambda.Alias(fn, 'Live', { aliasName: 'live', version: fn.currentVersion })],
  ['version', fn => fn.currentVersion],
];
const reviewedRooms: [string, (stack: Stack, handler: lambda.IFunction) => IRoomRef][] = [
  ['a room', (stack, handler) => newReviewedRoom(stack, 'Room', handler)],
  ['an L1 room', (stack, handler) => new CfnRoom(stack, 'Room', { messageReviewHandler: { uri: handler.functionArn } })],
  ['an L1 room whose handler is set later', (stack, handler) => {
    const room = new CfnRoom(stack, 'Room');
    room.messageReviewHandler = { uri: handler.functionArn, fallbackResult: 'DENY' };
    return room;
  }],
];
const grantees: [string, (fn: lambda.Function, handler: lambda.IFunction) => iam.IGrantable][] = [
  ['the function', fn => fn],
  ['its role', fn => fn.role!],
  ['the handler', (_, handler) => handler],
  ['another alias', fn => new lambda.Alias(fn, 'Other', { aliasName: 'other', version: fn.currentVersion })],
];
const cases = handlers.flatMap(([handlerName, handlerOf]) => reviewedRooms.flatMap(([roomName, roomOf]) => (
  grantees.map(([granteeName, granteeOf]) => ({ handlerName, handlerOf, roomName, roomOf, granteeName, granteeOf }))
)));

test.each(cases)('$roomName with a $handlerName as its handler, granted to $granteeName', ({ handlerOf, roomOf, granteeOf }) => {
  const stack = newStack();
  const fn = newFunction(stack);
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['comprehend:DetectToxicContent'], resources: ['*'] }));
  const handler = handlerOf(fn);
  const room = roomOf(stack, handler);
  const grant = ChatRoomGrants.fromRoom(room).moderate(granteeOf(fn, handler));

  expect(grant.success).toBe(true);
  const template = templateOf(stack).toJSON();
  expect(reviewerPolicyOf(template, room)).toEqual({
    Roles: [{ Ref: idOf(fn.role!) }],
    Statement: [allow([...ROOM_VERBS.moderate], arnOf(room))],
  });
  expect(statementsOf(template)).toContainEqual(allow('comprehend:DetectToxicContent', '*'));
  expect(Object.keys(resourcesOf(template, 'AWS::IAM::Policy'))).toHaveLength(2);
  expect(warningsOf(stack)).toEqual([]);
});

test('can have a custom or an imported role', () => {
  const stack = newStack(ENV);
  const role = newRole(stack);
  const imported = iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/moderator');
  const given = newReviewedRoom(stack, 'Given', newFunction(stack, 'One', { role }));
  const other = newReviewedRoom(stack, 'Other', newFunction(stack, 'Two', { role: imported }));
  given.grantModerate(role);
  other.grantModerate(imported);

  const policies = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy')).map(({ Properties }) => Properties);
  expect(policies.map(({ Roles, PolicyDocument: { Statement } }) => [Roles, Statement])).toEqual([
    [[{ Ref: idOf(role) }], [allow([...ROOM_VERBS.moderate], arnOf(given))]],
    [['moderator'], [allow([...ROOM_VERBS.moderate], arnOf(other))]],
  ]);
});

test('gets no permission if its role is immutable', () => {
  const stack = newStack(ENV);
  const role = iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/moderator', { mutable: false });
  const handler = newFunction(stack, 'Moderator', { role });
  newReviewedRoom(stack, 'Room', handler).grantModerate(handler);

  expect(statementsOf(templateOf(stack).toJSON())).toEqual([]);
});

test('has its default policy for an imported room, as have other functions for a room that it reviews', () => {
  const stack = newStack();
  const handler = newFunction(stack);
  const reviewed = newReviewedRoom(stack, 'Reviewed', handler);
  const imported = ChatRoom.fromRoomArn(stack, 'Imported', ROOM_ARN);
  const backend = newFunction(stack, 'Backend');
  imported.grantModerate(handler);
  reviewed.grantModerate(backend);

  const template = templateOf(stack).toJSON();
  const policyOf = (fn: lambda.Function) => template.Resources[idOf(fn.role!.node.findChild('DefaultPolicy'))].Properties.PolicyDocument.Statement;
  expect(policyOf(handler)).toEqual([allow([...ROOM_VERBS.moderate], ROOM_ARN)]);
  expect(policyOf(backend)).toEqual([allow([...ROOM_VERBS.moderate], { 'Fn::GetAtt': [idOf(reviewed), 'Arn'] })]);
  expect(Object.keys(resourcesOf(template, 'AWS::IAM::Policy'))).toHaveLength(2);
});

test('gets no permission, and the CDK warns, if it is imported without its role', () => {
  const stack = newStack(ENV);
  const handler = lambda.Function.fromFunctionArn(stack, 'Imported', `arn:aws:lambda:${ENV.region}:${ENV.account}:function:moderator`);
  newReviewedRoom(stack, 'Room', handler).grantModerate(handler);

  templateOf(stack).resourceCountIs('AWS::IAM::Policy', 0);
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Add statement to this resource'));
});

test('can be granted permission on an L1 room before it becomes its handler', () => {
  const stack = newStack();
  const handler = newFunction(stack);
  const review = new MessageReviewHandler(stack, 'Review', { handler });
  const room = new CfnRoom(stack, 'Room');
  ChatRoomGrants.fromRoom(room).moderate(handler);
  room.messageReviewHandler = { uri: review.handlerUri };

  expect(statementsOf(templateOf(stack).toJSON())).toHaveLength(1);
});

test('gets its permissions on all rooms of a stack in one policy, with equal statements merged', () => {
  const stack = newStack();
  const handler = newFunction(stack);
  const rooms = ['One', 'Two', 'Three'].map(id => newReviewedRoom(stack, id, handler));
  for (const room of rooms) room.grantModerate(handler);
  rooms[0].grants.sendEvent(handler.role!);
  rooms[0].grantModerate(handler);
  ChatRoomGrants.fromRoom(rooms[1].node.defaultChild as CfnRoom).disconnectUser(handler);

  const template = templateOf(stack).toJSON();
  expect(reviewerPolicyOf(template, rooms[0]).Statement).toEqual([
    allow([...ROOM_VERBS.moderate, 'ivschat:SendEvent'], arnOf(rooms[0])),
    allow([...ROOM_VERBS.moderate], [arnOf(rooms[1]), arnOf(rooms[2])]),
  ]);
  expect(Object.keys(resourcesOf(template, 'AWS::IAM::Policy'))).toHaveLength(1);
});

test('has its default policy for all rooms', () => {
  const stack = newStack();
  const handler = newFunction(stack);
  newReviewedRoom(stack, 'Room', handler);
  AllChatRoomsGrants.of(stack).moderate(handler);

  expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow([...ROOM_VERBS.moderate], ALL_ROOMS_AGNOSTIC)]);
});

test('can be granted permission on the room of another reviewer, and the other way around', () => {
  const stack = newStack();
  const strict = newFunction(stack, 'Strict');
  const lenient = newFunction(stack, 'Lenient');
  const rooms = [newReviewedRoom(stack, 'One', strict), newReviewedRoom(stack, 'Two', lenient)];
  for (const room of rooms) for (const fn of [strict, lenient]) room.grantModerate(fn);

  const both = allow([...ROOM_VERBS.moderate], rooms.map(arnOf));
  expect(statementsOf(templateOf(stack).toJSON())).toEqual([both, both]);
});

test('returns a grant that other resources can depend on', () => {
  const stack = newStack();
  const handler = newFunction(stack);
  const room = newReviewedRoom(stack, 'Room', handler);
  const waiting = new CfnResource(stack, 'Waiting', { type: 'Test::Resource' });
  room.grantModerate(handler).applyBefore(waiting);

  expect(templateOf(stack).toJSON().Resources.Waiting.DependsOn).toEqual([idOf(reviewerPolicyIn(room))]);
});

type Place = { app: Stage; functions: Stack; rooms: Stack };
const places: [string, () => Place][] = [
  ['another stack', () => {
    const app = new App();
    return { app, functions: new Stack(app, 'Functions'), rooms: new Stack(app, 'Rooms') };
  }],
  ['another stack, with an environment', () => {
    const app = new App();
    return { app, functions: new Stack(app, 'Functions', { env: ENV }), rooms: new Stack(app, 'Rooms', { env: ENV }) };
  }],
  ['another stack of a stage', () => {
    const app = new Stage(new App(), 'Prod', { env: ENV });
    return { app, functions: new Stack(app, 'Functions'), rooms: new Stack(app, 'Rooms') };
  }],
  ['a nested stack', () => {
    const app = new App();
    const rooms = new Stack(app, 'Rooms');
    return { app, functions: new NestedStack(rooms, 'Functions'), rooms };
  }],
  ['the parent of the room\'s nested stack', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions');
    return { app, functions, rooms: new NestedStack(functions, 'Rooms') };
  }],
];

test.each(places.flatMap(([place, build]) => [
  { place, build, kind: 'a room', handlerIn: 'functions' as const },
  { place, build, kind: 'a room with the MessageReviewHandler in its stack', handlerIn: 'rooms' as const },
  { place, build, kind: 'an L1 room', handlerIn: undefined },
]))('in $place, of $kind', ({ build, handlerIn }) => {
  const { app, functions, rooms: roomStack } = build();
  const handler = newFunction(functions);
  handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['comprehend:DetectToxicContent'], resources: ['*'] }));
  const room = handlerIn === undefined
    ? new CfnRoom(roomStack, 'Room', { messageReviewHandler: { uri: handler.functionArn } })
    : new ChatRoom(roomStack, 'Room', {
      messageReviewHandler: new MessageReviewHandler({ functions, rooms: roomStack }[handlerIn], 'Review', { handler }),
    });
  ChatRoomGrants.fromRoom(room).moderate(handler);

  const templates = templatesOf(app);
  const withRoom = Object.values(templates).filter(template => idOf(room) in template.Resources && resourcesOf(template, 'AWS::IVSChat::Room')[idOf(room)]);
  expect(withRoom).toHaveLength(1);
  expect(reviewerPolicyOf(withRoom[0], room).Statement)
    .toEqual([allow([...ROOM_VERBS.moderate], arnOf(room))]);
  const elsewhere = Object.values(templates).filter(template => template !== withRoom[0]).flatMap(statementsOf);
  expect(elsewhere).toEqual([allow('comprehend:DetectToxicContent', '*')]);
  // The stacks do not depend on each other.
  if (Stack.of(room).nestedStackParent === undefined && functions.nestedStackParent === undefined) {
    expect(functions.dependencies).toEqual([]);
    expect(roomStack.dependencies).toEqual([functions]);
  }
});

describe('in every order', () => {
  /** A function that reviews messages, as a handler of L2 rooms, as the URI of L1 rooms, and with its role. */
  interface Reviewer { readonly handler: lambda.IFunctionRef; readonly uri: string; readonly role: iam.IRole }
  const l2 = (fn: lambda.Function): Reviewer => ({ handler: fn, uri: fn.functionArn, role: fn.role! });
  const reviewers: Record<string, (scope: Stack) => Reviewer> = {
    'a function': scope => l2(newFunction(scope)),
    'a function with a given role': scope => l2(newFunction(scope, 'Moderator', { role: newRole(scope) })),
    'a function with a role without policy updates': scope => {
      const role = newRole(scope);
      return { ...l2(newFunction(scope, 'Moderator', { role: role.withoutPolicyUpdates() })), role };
    },
    'a function with a lazy role': scope => l2(newFunction(scope, 'Moderator', {
      role: new iam.LazyRole(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    })),
    'a function with an imported role': scope => l2(newFunction(scope, 'Moderator', {
      role: iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111122223333:role/moderator'),
    })),
    'an alias': scope => {
      const fn = newFunction(scope);
      const alias = new lambda.Alias(scope, 'Live', { aliasName: 'live', version: fn.currentVersion });
      return { handler: alias, uri: alias.functionArn, role: fn.role! };
    },
    'a version': scope => {
      const fn = newFunction(scope);
      return { handler: fn.currentVersion, uri: fn.currentVersion.functionArn, role: fn.role! };
    },
    'an L1 function with an L2 role': scope => {
      const role = newRole(scope);
      const fn = newCfnFunction(scope, role.roleArn);
      return { handler: fn, uri: fn.attrArn, role };
    },
    'an L1 alias with an L2 role': scope => {
      const role = newRole(scope);
      const fn = newCfnFunction(scope, role.roleArn);
      const { attrVersion: functionVersion } = new lambda.CfnVersion(scope, 'Version', { functionName: fn.ref });
      const alias = new lambda.CfnAlias(scope, 'Live', { name: 'live', functionName: fn.ref, functionVersion });
      return { handler: fn, uri: alias.ref, role };
    },
    'an L1 function with an L1 role': scope => {
      const role = new iam.CfnRole(scope, 'Role', { assumeRolePolicyDocument: {} });
      const fn = newCfnFunction(scope, role.attrArn);
      return { handler: fn, uri: fn.attrArn, role: iam.Role.fromRoleArn(scope, 'ImportedRole', role.attrArn) };
    },
  };
  const granteesOf: Record<string, (reviewer: Reviewer, scope: Stack) => iam.IGrantable> = {
    'the role': ({ role }) => role,
    'the role with conditions': ({ role }) => new iam.PrincipalWithConditions(role, { Bool: { 'aws:SecureTransport': 'true' } }),
    'the role with session tags': ({ role }) => new iam.SessionTagsPrincipal(new iam.PrincipalWithConditions(role, {})),
    'an import of the role': ({ role }, scope) => iam.Role.fromRoleArn(scope, 'OtherImport', role.roleArn),
  };

  interface Stacks { readonly app: Stage; readonly functions: Stack; readonly rooms: Stack }
  const twoStacks = (app: Stage, env?: object): Stacks => ({ app, functions: new Stack(app, 'Functions', { env }), rooms: new Stack(app, 'Rooms', { env }) });
  const stabilized = { context: { [ASPECT_STABILIZATION]: true } };
  const layouts: Record<string, () => Stacks> = {
    'one stack': () => {
      const app = new App();
      const stack = new Stack(app, 'Stack');
      return { app, functions: stack, rooms: stack };
    },
    'two stacks': () => twoStacks(new App(), ENV),
    'two stacks without an environment, with stabilized Aspects': () => twoStacks(new App(stabilized)),
    'two stacks of a stage': () => twoStacks(new Stage(new App(), 'Prod', { env: ENV })),
    'a nested stack with the functions': () => {
      const app = new App();
      const rooms = new Stack(app, 'Rooms');
      return { app, functions: new NestedStack(rooms, 'Functions'), rooms };
    },
    'a nested stack with the rooms': () => {
      const app = new App(stabilized);
      const functions = new Stack(app, 'Functions');
      return { app, functions, rooms: new NestedStack(functions, 'Rooms') };
    },
    'two nested stacks': () => {
      const app = new App();
      const parent = new Stack(app, 'Parent');
      return { app, functions: new NestedStack(parent, 'Functions'), rooms: new NestedStack(parent, 'Rooms') };
    },
  };

  /** Creates two rooms, of which the reviewer gets permissions and one or both of which it reviews. Returns the granted rooms. */
  type Order = (stacks: Stacks, reviewer: Reviewer, grantee: iam.IGrantable) => IRoomRef[];
  const moderate = (grantee: iam.IGrantable, ...rooms: IRoomRef[]) => {
    for (const room of rooms) ChatRoomGrants.fromRoom(room).moderate(grantee);
    return rooms;
  };
  const review = ({ rooms }: Stacks, { handler }: Reviewer) => new MessageReviewHandler(rooms, 'Review', { handler });
  const orders: Record<string, Order> = {
    'handler, rooms, grants': (stacks, reviewer, grantee) => {
      const messageReviewHandler = review(stacks, reviewer);
      return moderate(grantee, ...['One', 'Two'].map(id => new ChatRoom(stacks.rooms, id, { messageReviewHandler })));
    },
    'room, grant, handler, reviewed room': (stacks, reviewer, grantee) => {
      const rooms = moderate(grantee, new ChatRoom(stacks.rooms, 'One'));
      new ChatRoom(stacks.rooms, 'Two', { messageReviewHandler: review(stacks, reviewer) });
      return rooms;
    },
    'room, grant, handler in the stack of the function, reviewed room, grant': (stacks, reviewer, grantee) => {
      const rooms = moderate(grantee, new ChatRoom(stacks.rooms, 'One'));
      const messageReviewHandler = new MessageReviewHandler(stacks.functions, 'Review', { handler: reviewer.handler });
      return [...rooms, ...moderate(grantee, new ChatRoom(stacks.rooms, 'Two', { messageReviewHandler }))];
    },
    'L1 room, grant, L1 handler': ({ rooms }, { uri }, grantee) => {
      const [one, two] = ['One', 'Two'].map(id => new CfnRoom(rooms, id));
      moderate(grantee, one, two);
      one.messageReviewHandler = { uri };
      return [one, two];
    },
    'grant on an import of a room, L1 handler': ({ functions, rooms }, { uri }, grantee) => {
      const [one, two] = ['One', 'Two'].map(id => new CfnRoom(rooms, id));
      moderate(grantee, ChatRoom.fromRoomArn(functions, 'ByArn', one.attrArn), ChatRoom.fromRoomId(functions, 'ById', two.attrId));
      two.messageReviewHandler = { uri };
      return [one, two];
    },
    'grant and handler set by an Aspect': ({ rooms }, { uri }, grantee) => {
      const room = new CfnRoom(rooms, 'One');
      Aspects.of(room).add({
        visit: construct => {
          if (construct !== room || room.messageReviewHandler !== undefined) return;
          room.messageReviewHandler = { uri };
          moderate(grantee, room);
        },
      });
      return [room];
    },
  };

  // Every reviewer in every layout and order. The grantees alternate, so that each is combined with each of the others.
  const granteeNames = Object.keys(granteesOf);
  const arrangements = Object.keys(reviewers).flatMap((reviewer, index) => Object.keys(layouts).flatMap((layout, layoutIndex) => (
    Object.keys(orders).map((order, orderIndex) => (
      { reviewer, layout, order, grantee: granteeNames[(index + layoutIndex + orderIndex) % granteeNames.length] }
    ))
  )));

  test.each(arrangements)('$reviewer, granted to $grantee, in $layout: $order', ({ reviewer, grantee, layout, order }) => {
    const stacks = layouts[layout]();
    const reviewing = reviewers[reviewer](stacks.functions);
    const rooms = orders[order](stacks, reviewing, granteesOf[grantee](reviewing, stacks.functions));

    // Fails for a circular dependency.
    const templates = templatesOf(stacks.app);
    const { 0: withRooms, length } = Object.values(templates).filter(template => Object.keys(resourcesOf(template, 'AWS::IVSChat::Room')).length > 0);
    expect(length).toBe(1);
    const granted = statementsOf(withRooms);
    expect(granted).toEqual([allow([...ROOM_VERBS.moderate], rooms.length === 1 ? arnOf(rooms[0]) : rooms.map(arnOf))]);
    expect(Object.values(resourcesOf(withRooms, 'AWS::IAM::Policy'))[0].Properties.Roles).toHaveLength(1);
    expect(Object.values(templates).flatMap(statementsOf)).toEqual(granted);
  });
});

describe.each([['', {}], [', stabilized', { context: { [ASPECT_STABILIZATION]: true } }]])('with Aspects%s', (_, appProps) => {
  /** Calls the function once, when Aspects are invoked on a construct. */
  function inAspect(construct: IConstruct, call: () => void): void {
    let isCalled = false;
    Aspects.of(construct).add({
      visit: visited => {
        if (visited !== construct || isCalled) return;
        isCalled = true;
        call();
      },
    });
  }

  function newScene(): { stack: Stack; fn: lambda.Function; room: ChatRoom } {
    const stack = new Stack(new App(appProps), 'Stack');
    return { stack, fn: newFunction(stack), room: new ChatRoom(stack, 'Room') };
  }

  const policyOf = (template: any, fn: lambda.Function) => template.Resources[idOf(fn.role!.node.findChild('DefaultPolicy'))].Properties.PolicyDocument.Statement;

  test.each([['the first grant', false], ['a later grant', true]])('%s of a function that reviews no messages is in its default policy', (__, isLater) => {
    const { stack, fn, room } = newScene();
    if (isLater) room.grantRead(fn);
    inAspect(room, () => room.grantModerate(fn));

    const granted = policyOf(templateOf(stack).toJSON(), fn).map(({ Action }: any) => Action);
    expect(granted).toEqual([...isLater ? [[...ROOM_VERBS.read]] : [], [...ROOM_VERBS.moderate]]);
  });

  test.each([['the first grant', false], ['a later grant', true]])('%s of a reviewer is in the policy of the stack', (__, isLater) => {
    const { stack, fn } = newScene();
    const reviewed = newReviewedRoom(stack, 'Reviewed', fn);
    if (isLater) reviewed.grantRead(fn);
    inAspect(reviewed, () => reviewed.grantModerate(fn));

    const template = templateOf(stack).toJSON();
    expect(reviewerPolicyOf(template, reviewed).Statement).toEqual([
      ...isLater ? [allow([...ROOM_VERBS.read], arnOf(reviewed))] : [], allow([...ROOM_VERBS.moderate], arnOf(reviewed)),
    ]);
  });

  test('grants in Aspects on many rooms are merged', () => {
    const { stack, fn } = newScene();
    const review = new MessageReviewHandler(stack, 'Review', { handler: fn });
    const rooms = Array.from({ length: 60 }, (__, index) => new ChatRoom(stack, `Room${index}`, { messageReviewHandler: review }));
    for (const room of rooms) inAspect(room, () => room.grantModerate(fn));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([allow([...ROOM_VERBS.moderate], rooms.map(arnOf))]);
  });

  test('a function that becomes a reviewer in an Aspect can be granted permissions afterwards', () => {
    const { stack, fn, room } = newScene();
    inAspect(stack, () => {
      const { handlerUri } = new MessageReviewHandler(stack, 'Review', { handler: fn });
      (room.node.defaultChild as CfnRoom).messageReviewHandler = { uri: handlerUri };
    });
    inAspect(room, () => room.grantModerate(fn));

    const template = templateOf(stack).toJSON();
    expect(reviewerPolicyOf(template, room).Statement).toEqual([allow([...ROOM_VERBS.moderate], arnOf(room))]);
  });

  const becomeReviewer: [string, (stack: Stack, fn: lambda.Function) => string][] = [
    ['MessageReviewHandler', (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler }).handlerUri],
    ['L1 handler', (__, fn) => fn.functionArn],
  ];

  test.each(becomeReviewer)('a function that becomes a reviewer in an Aspect by its %s cannot have been granted permissions', (__, uriOf) => {
    const { stack, fn, room } = newScene();
    room.grantModerate(fn);
    inAspect(room, () => { (room.node.defaultChild as CfnRoom).messageReviewHandler = { uri: uriOf(stack, fn) }; });

    expect(errorOf(() => templateOf(stack))).toEqual({
      code: 'GranteeBecameReviewer',
      message: 'grantee must not start to review messages after its permissions were written, got Stack/Moderator/ServiceRole, whose function became '
        + 'a review handler in an Aspect: create the MessageReviewHandler and set it on the room before app.synth(), or in an Aspect that runs '
        + 'before the one that grants the permissions',
    });
  });

  test('a function that becomes the reviewer of another room in an Aspect keeps its permissions on rooms without reviews', () => {
    const { stack, fn, room } = newScene();
    const other = new ChatRoom(stack, 'Other');
    room.grantModerate(fn);
    inAspect(other, () => { (other.node.defaultChild as CfnRoom).messageReviewHandler = { uri: fn.functionArn }; });

    expect(policyOf(templateOf(stack).toJSON(), fn)).toEqual([allow([...ROOM_VERBS.moderate], arnOf(room))]);
  });

  test('the CDK splits the policy of a function with permissions on many rooms', () => {
    const { stack, fn } = newScene();
    for (let index = 0; index < 150; index++) new ChatRoom(stack, `Room${index}`).grantModerate(fn);

    const template = templateOf(stack);
    expect(policyOf(template.toJSON(), fn).length).toBeLessThan(100);
    expect(Object.keys(template.findResources('AWS::IAM::ManagedPolicy')).length).toBeGreaterThan(0);
  });

  test('a grant after synthesis is refused by the CDK, like other changes', () => {
    const { stack, fn, room } = newScene();
    templateOf(stack);
    room.grantModerate(fn);

    expect(errorOf(() => templateOf(stack))?.code).toBe('ConstructTreeModifiedAfterSynth');
  });

  test('other resources can depend on a grant', () => {
    const { stack, fn, room } = newScene();
    const backend = newFunction(stack, 'Backend');
    newReviewedRoom(stack, 'Reviewed', fn);
    const waiting = Object.fromEntries(['Reviewer', 'LateReviewer', 'Backend'].map(id => [id, new CfnResource(stack, `${id}Waits`, { type: 'Test::Resource' })]));
    room.grantModerate(fn).applyBefore(waiting.Reviewer);
    room.grantModerate(backend).applyBefore(waiting.Backend);
    inAspect(room, () => room.grantSendEvent(fn).applyBefore(waiting.LateReviewer));

    const { Resources: resources } = templateOf(stack).toJSON();
    const dependencies = Object.fromEntries(Object.keys(waiting).map(id => [id, resources[idOf(waiting[id])].DependsOn]));
    const reviewerPolicy = [idOf(reviewerPolicyIn(room))];
    expect(dependencies).toEqual({ Reviewer: reviewerPolicy, LateReviewer: reviewerPolicy, Backend: [idOf(backend.role!.node.findChild('DefaultPolicy'))] });
  });
});

test('a grant does not create a lazy role that nothing uses', () => {
  const stack = newStack();
  const role = new iam.LazyRole(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  new ChatRoom(stack, 'Room').grantModerate(role);

  expect(templateOf(stack).toJSON().Resources).toEqual({ [idOf(stack.node.findChild('Room'))]: { Type: 'AWS::IVSChat::Room' } });
});

test.each([true, false])('with Role.customizeRoles(), the permissions of a reviewer are in the report (preventSynthesis: %s)', preventSynthesis => {
  const app = new App();
  iam.Role.customizeRoles(app, { preventSynthesis, usePrecreatedRoles: { 'Stack/Moderator/ServiceRole': 'moderator' } });
  const stack = new Stack(app, 'Stack');
  const fn = newFunction(stack);
  const reviewed = newReviewedRoom(stack, 'Reviewed', fn);
  const imported = iam.Role.fromRoleName(stack, 'Imported', 'moderator');
  for (const grantee of [fn, fn.role!, imported]) reviewed.grantModerate(grantee);

  const { directory } = app.synth();
  const { roles } = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf8'));
  const statement = allow([...ROOM_VERBS.moderate], '(Stack/Reviewed/Resource.Arn)');
  expect(roles.map((role: any) => [role.roleConstructPath, role.identityPolicyStatements])).toEqual([
    ['Stack/Moderator/ServiceRole', [statement, statement]], ['Stack/Imported', [statement]],
  ]);
  const template = templatesOf(app)['Stack.template.json'];
  // The CDK adds the statements of a customized role to the report only.
  expect(statementsOf(template)).toEqual([]);
  expect(Object.keys(resourcesOf(template, 'AWS::IAM::Role'))).toHaveLength(preventSynthesis ? 0 : 1);
});
