/**
 * CloudFormation rejects templates with circular dependencies, but the CDK does not. These tests combine everything that
 * makes custom resources, rooms and reviewers depend on each other.
 */
import { App, CfnParameter, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { ChatRoom, ChatRoomSettings, type IChatRoom, type LoggingConfiguration, MessageReviewHandler } from '../../../src';
import { customResourcesOf, newFunction, newLoggingConfiguration } from '../../support/custom-resources/template';
import { ENV, newStack, templateOf, templatesOf } from '../../support/synth';

/** Everything that adds custom resources to a room, or dependencies in either direction. */
const PARTS = ['rate', 'detachHandler', 'detachLog', 'settings', 'grant', 'grantBefore', 'tagOfOther', 'dependsOnOther', 'dependencyOfOther'] as const;
type Part = typeof PARTS[number];
const CUSTOM_RESOURCES: readonly Part[] = ['rate', 'detachHandler', 'detachLog', 'settings', 'dependencyOfOther'];

/** Creates a room with these parts, and another room with a rate and a handler. Settings are for an imported room. */
function newScene(scope: Construct, parts: readonly Part[]): void {
  const has = (part: Part) => parts.includes(part);
  const reviewer = newFunction(scope);
  const other = new ChatRoom(scope, 'Other', {
    maximumMessageRatePerSecond: 20,
    messageReviewHandler: new MessageReviewHandler(scope, 'OtherReview', { handler: newFunction(scope, 'OtherModerator'), detachOnDelete: true }),
  });
  const imported = ChatRoom.fromRoomArn(scope, 'Imported', new CfnParameter(scope, 'RoomArn').valueAsString);
  if (has('grantBefore')) grantAll(reviewer, imported);
  const messageReviewHandler = new MessageReviewHandler(scope, 'Review', { handler: reviewer, detachOnDelete: has('detachHandler') });
  const loggingConfigurations = [newLoggingConfiguration(scope, has('detachLog'))];
  const room = new ChatRoom(scope, 'Room', {
    messageReviewHandler,
    loggingConfigurations,
    maximumMessageRatePerSecond: has('rate') ? 50 : 5,
    tags: has('tagOfOther') ? { other: other.roomArn } : {},
  });
  if (has('settings')) {
    const tags = { related: room.roomArn };
    const settings = new ChatRoomSettings(scope, 'Settings', { room: imported, messageReviewHandler, loggingConfigurations, tags });
    settings.node.addDependency(room);
  }
  if (has('grant')) grantAll(reviewer, room, other, imported);
  if (has('dependsOnOther')) room.node.addDependency(other);
  if (has('dependencyOfOther')) newLoggingConfiguration(scope, true, 'LaterLog').node.addDependency(room);
}

function grantAll(fn: lambda.Function, ...rooms: IChatRoom[]): void {
  for (const room of rooms) {
    room.grantModerate(fn);
    room.grants.manage(fn);
  }
}

const pairs = PARTS.flatMap((one, index) => PARTS.slice(index + 1).map(two => [one, two] as const));

test.each(pairs)('%s and %s on one room', (...parts) => {
  const stack = newStack();
  newScene(stack, parts);

  const count = Object.keys(customResourcesOf(templateOf(stack).toJSON())).length;
  // Two of them belong to the other room.
  expect(count).toBe(2 + parts.filter(part => CUSTOM_RESOURCES.includes(part)).length);
});

test('everything on one room', () => {
  const stack = newStack(ENV);
  newScene(stack, PARTS);

  expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(7);
});

describe('a chain of ten rooms with rates', () => {
  const l1 = (room: ChatRoom) => room.node.defaultChild as CfnRoom;
  const links: [string, (room: ChatRoom, previous: ChatRoom) => void][] = [
    ['node.addDependency', (room, previous) => room.node.addDependency(previous)],
    ['node.addDependency of the L1s', (room, previous) => l1(room).node.addDependency(l1(previous))],
    ['a tag that holds the ARN', (room, previous) => Tags.of(room).add('previous', previous.roomArn)],
    ['a name that holds the id', (room, previous) => { l1(room).name = `after-${previous.roomId}`; }],
    ['a tag of the L1 and node.addDependency', (room, previous) => {
      l1(room).tags.setTag('previous', previous.roomId);
      room.node.addDependency(previous);
    }],
  ];

  test.each(links)('linked by %s', (_, link) => {
    const stack = newStack();
    const rooms = newChain(Array(10).fill(stack), link);

    const template = templateOf(stack).toJSON();
    expect(Object.keys(customResourcesOf(template))).toHaveLength(10);
    // The links exist: the last room refers to the previous one.
    expect(JSON.stringify(template.Resources[stack.getLogicalId(l1(rooms[9]))])).toContain(stack.getLogicalId(l1(rooms[8])));
  });

  test.each(links)('linked by %s, across three stacks', (_, link) => {
    const app = new App();
    const stacks = ['A', 'B', 'C'].map(id => new Stack(app, id, { env: ENV }));
    newChain(Array.from({ length: 10 }, (__, index) => stacks[Math.floor(index / 4)]), link);

    const counts = Object.values(templatesOf(app)).map(template => Object.keys(customResourcesOf(template)).length);
    expect(counts).toEqual([4, 4, 2]);
  });

  test.each(links)('linked by %s, with reviewers that have permissions on all rooms', (_, link) => {
    const stack = newStack();
    const reviewers = Array.from({ length: 10 }, (__, index) => newFunction(stack, `Moderator${index}`));
    const rooms = newChain(Array(10).fill(stack), link, index => ({
      messageReviewHandler: new MessageReviewHandler(stack, `Review${index}`, { handler: reviewers[index], detachOnDelete: true }),
    }));
    reviewers.forEach(reviewer => rooms.forEach(room => room.grantModerate(reviewer)));

    expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(20);
  });

  function newChain(stacks: Stack[], link: (room: ChatRoom, previous: ChatRoom) => void, props: (index: number) => object = () => ({})): ChatRoom[] {
    const rooms = stacks.map((stack, index) => new ChatRoom(stack, `Room${index}`, { maximumMessageRatePerSecond: 50, ...props(index) }));
    rooms.slice(1).forEach((room, index) => link(room, rooms[index]));
    return rooms;
  }
});

test('a chain of more rooms than policies', () => {
  const stack = newStack();
  const rooms = Array.from({ length: 45 }, (_, index) => new ChatRoom(stack, `Room${index}`, { maximumMessageRatePerSecond: 50 }));
  // In reverse order: rooms with a policy of their own depend on rooms that share a policy.
  rooms.slice(1).forEach((room, index) => rooms[index].node.addDependency(room));

  expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(45);
});

test('a chain of all kinds of custom resources', () => {
  const stack = newStack();
  const created: Construct[] = [];
  for (let index = 0; index < 4; index++) {
    const imported = ChatRoom.fromRoomArn(stack, `Imported${index}`, new CfnParameter(stack, `Arn${index}`).valueAsString);
    const next = [
      new ChatRoom(stack, `Room${index}`, { maximumMessageRatePerSecond: 50 }),
      new ChatRoomSettings(stack, `Settings${index}`, { room: imported, maximumMessageLength: 300 }),
      newLoggingConfiguration(stack, true, `ChatLog${index}`),
    ];
    for (const construct of next) {
      if (created.length > 0) construct.node.addDependency(created[created.length - 1]);
      created.push(construct);
    }
  }

  expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(12);
});

/** A part of an app. It can depend on the previous parts. */
interface Step {
  readonly kind: 'room' | 'settings' | 'log' | 'reviewer';
  /** Whether the part is in the next stack. */
  readonly nextStack: boolean;
  readonly custom: boolean;
  readonly depends: boolean;
  readonly refers: boolean;
  readonly reviewed: boolean;
  readonly logged: boolean;
  /** Selects one of the previous parts. */
  readonly pick: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('room', 'room', 'settings', 'log', 'reviewer'),
  nextStack: fc.constantFrom(true, false, false, false, false),
  custom: fc.boolean(),
  depends: fc.boolean(),
  refers: fc.boolean(),
  reviewed: fc.boolean(),
  logged: fc.boolean(),
  pick: fc.nat({ max: 100 }),
});

test.each<[string, (app: App) => (index: number) => Construct]>([
  ['stacks', app => {
    const stacks = [0, 1, 2].map(index => new Stack(app, `Stack${index}`, { env: ENV }));
    return index => stacks[index];
  }],
  ['nested stacks', app => {
    const parent = new Stack(app, 'Parent');
    const stacks = [0, 1, 2].map(index => new NestedStack(parent, `Nested${index}`));
    return index => stacks[index];
  }],
])('random combinations in %s have no circular dependency', (_, stacksOf) => {
  fc.assert(fc.property(fc.array(step, { minLength: 4, maxLength: 12 }), steps => {
    const app = new App();
    const stackAt = stacksOf(app);
    build(steps, stackAt);

    const templates = Object.values(templatesOf(app));
    const count = templates.reduce((sum, template) => sum + Object.keys(customResourcesOf(template)).length, 0);
    expect(count).toBe(steps.filter(({ kind, custom }) => kind === 'settings' || custom).length);
  }), { numRuns: 15 });
});

function build(steps: Step[], stackAt: (index: number) => Construct): void {
  let place = 0;
  const created: Construct[] = [];
  const rooms: ChatRoom[] = [];
  const logs: LoggingConfiguration[] = [];
  const reviewers: { fn: lambda.Function; handler: MessageReviewHandler; place: number }[] = [];
  const granted: { fn: lambda.Function; room: ChatRoom }[] = [];

  steps.forEach(({ kind, nextStack, custom, depends, refers, reviewed, logged, pick }, index) => {
    place = Math.min(2, place + (nextStack ? 1 : 0));
    const scope = new Construct(stackAt(place), `Step${index}`);
    const one = <T>(of: T[]): T | undefined => of[pick % of.length];
    const reviewer = reviewed ? one(reviewers) : undefined;
    const log = logged ? one(logs) : undefined;
    const previous = refers ? one(rooms) : undefined;
    const common = {
      messageReviewHandler: reviewer?.handler,
      loggingConfigurations: log && [log],
      tags: previous ? { previous: previous.roomArn } : undefined,
    };
    const part = partOf();
    const dependency = depends ? one(created) : undefined;
    if (dependency) part.node.addDependency(dependency);
    created.push(part);

    function partOf(): Construct {
      if (kind === 'room') {
        const room = new ChatRoom(scope, 'Room', { ...common, maximumMessageRatePerSecond: custom ? 50 : 5 });
        // In the same stack only: with a grant across stacks, the two stacks would depend on each other.
        if (reviewer?.place === place) granted.push({ fn: reviewer.fn, room });
        rooms.push(room);
        return room;
      }
      if (kind === 'settings') {
        const room = ChatRoom.fromRoomArn(scope, 'Imported', `arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhI${100 + index}`);
        return new ChatRoomSettings(scope, 'Settings', { room, ...common, maximumMessageLength: 300 });
      }
      if (kind === 'log') {
        logs.push(newLoggingConfiguration(scope, custom));
        return logs[logs.length - 1];
      }
      const fn = newFunction(scope);
      const handler = new MessageReviewHandler(scope, 'Review', { handler: fn, detachOnDelete: custom });
      reviewers.push({ fn, handler, place });
      return handler;
    }
  });
  granted.forEach(({ fn, room }) => room.grantModerate(fn));
}
