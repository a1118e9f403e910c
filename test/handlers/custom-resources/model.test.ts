import * as fc from 'fast-check';
import { event as eventOf, HANDLER, logging, OTHER_HANDLER, ROOM } from '../../support/custom-resources/handler';
import { Life, RETRY_AFTER, SECOND, type Delivery, type TheirChange } from '../../support/custom-resources/life';
import type { Fault, SimulatedRoom } from '../../support/custom-resources/simulated-chat';

// Lives of custom resources under several faults at once, with reads that lag behind, changes by others during a call, events that
// arrive twice or late, and functions that are killed between two writes.

const [OURS, ALSO_OURS, THEIRS] = ['ours', 'also', 'theirs'].map(logging);
const THEIR_HANDLER = 'arn:aws:lambda:us-east-1:111122223333:function:theirs';
const isTheirs = (name: string) => [THEIRS, THEIR_HANDLER, 'owner'].includes(name);

const NEW_ROOM: SimulatedRoom = {
  maximumMessageLength: 500, maximumMessageRatePerSecond: 10, messageReviewHandler: { uri: '' }, loggingConfigurationIdentifiers: [], tags: {},
};

/** Properties of the two custom resources that change one room. */
interface Props {
  readonly length?: number;
  readonly rate?: number;
  /** An empty URI for none. */
  readonly handler?: string;
  readonly logs?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface Resource {
  readonly type: string;
  readonly id: string;
  toEvent(props: Props): object;
  /** What the room is like after an event. */
  transition(room: SimulatedRoom, before: Props | undefined, after: Props | undefined): SimulatedRoom;
}

const without = (list: readonly string[], removed: readonly string[]) => list.filter(item => !removed.includes(item));

const SETTINGS: Resource = {
  type: 'Custom::IVSChatRoomSettings',
  id: `${ROOM}/settings`,
  toEvent: ({ length, rate, handler, logs, tags }) => ({
    RoomArn: ROOM,
    ...length && { MaximumMessageLength: String(length) },
    ...rate && { MaximumMessageRatePerSecond: String(rate) },
    ...handler !== undefined && { MessageReviewHandler: { Uri: handler } },
    LoggingConfigurationIdentifiers: logs,
    Tags: tags,
  }),
  transition(room, before, after) {
    if (JSON.stringify(before) === JSON.stringify(after)) return room;
    const { uri } = room.messageReviewHandler;
    const named = [...before?.logs ?? [], ...after?.logs ?? []];
    const removedTags = Object.entries(before?.tags ?? {})
      .filter(([key, value]) => !Object.hasOwn(after?.tags ?? {}, key) && room.tags[key] === value).map(([key]) => key);
    return {
      maximumMessageLength: after?.length ?? room.maximumMessageLength,
      maximumMessageRatePerSecond: after?.rate ?? room.maximumMessageRatePerSecond,
      messageReviewHandler: { uri: after?.handler ?? (uri === before?.handler ? '' : uri) },
      loggingConfigurationIdentifiers: [...without(room.loggingConfigurationIdentifiers, named), ...after?.logs ?? []],
      tags: { ...Object.fromEntries(Object.entries(room.tags).filter(([key]) => !removedTags.includes(key))), ...after?.tags },
    };
  },
};

const RATE: Resource = {
  type: 'Custom::IVSChatRoomRate',
  id: `${ROOM}/rate`,
  toEvent: ({ rate = 30 }) => ({ RoomArn: ROOM, MaximumMessageRatePerSecond: String(rate), Room: {} }),
  transition(room, before, after) {
    const [old, wanted] = [before, after].map(props => props && (props.rate ?? 30));
    if (old === wanted) return room;
    const current = room.maximumMessageRatePerSecond;
    return { ...room, maximumMessageRatePerSecond: wanted ?? (current === old ? 10 : current) };
  },
};

const props: fc.Arbitrary<Props> = fc.record({
  length: fc.option(fc.constantFrom(100, 200), { nil: undefined }),
  rate: fc.option(fc.constantFrom(20, 50), { nil: undefined }),
  handler: fc.option(fc.constantFrom('', HANDLER, OTHER_HANDLER), { nil: undefined }),
  logs: fc.option(fc.subarray([OURS, ALSO_OURS]), { nil: undefined }),
  tags: fc.option(fc.dictionary(fc.constantFrom('team', 'constructor', '__proto__'), fc.constantFrom('a', 'b')), { nil: undefined }),
});

const deliveries: fc.Arbitrary<Delivery> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ times: 'once' as const }) },
  { weight: 1, arbitrary: fc.record({ times: fc.constant('twice' as const), after: fc.integer({ min: 0, max: 90 * SECOND }) }) },
  { weight: 1, arbitrary: fc.record({ times: fc.constant('again after a kill' as const), writes: fc.integer({ min: 1, max: 3 }) }) },
);

const theirChanges: fc.Arbitrary<TheirChange> = fc.record({
  after: fc.oneof(fc.integer({ min: 0, max: 5 * SECOND }), fc.integer({ min: 0, max: 100 * SECOND })),
  change: fc.constantFrom<TheirChange['change'][]>(
    () => ({ maximumMessageLength: 42 }),
    () => ({ maximumMessageRatePerSecond: 70 }),
    () => ({ messageReviewHandler: { uri: THEIR_HANDLER } }),
    ({ loggingConfigurationIdentifiers: logs }) => ({ loggingConfigurationIdentifiers: [...without(logs, [THEIRS]), THEIRS] }),
    ({ tags }) => ({ tags: { ...tags, owner: 'them' } }),
    ({ tags }) => ({ tags: { ...tags, team: 'them' } }),
  ),
});

/** Lost requests and responses at any time, and other failures for as long as they must not fail an event. */
const LOST: Fault = { kind: 'lost', from: 0, until: Infinity, probability: 0.02 };
const fault = (kind: Fault['kind'], seconds: number, operations?: Fault['operations']) => fc.record({
  kind: fc.constant(kind),
  operations: fc.constant(operations),
  from: fc.integer({ min: 0, max: 20 * SECOND }),
  until: fc.integer({ min: 0, max: seconds * SECOND }),
  probability: fc.constantFrom(0.3, 0.8, 1),
}).map(it => ({ ...it, until: it.from + it.until }));
const faults: fc.Arbitrary<Fault[]> = fc.array(fc.oneof(
  { weight: 4, arbitrary: fault('throttled', 90) },
  { weight: 2, arbitrary: fault('internal', 60) },
  fault('denied', 8),
  fault('expiredToken', 20),
  fault('requestTimeout', 10),
  fault('handlerNotInvokable', 20, ['UpdateRoom']),
), { maxLength: 4 }).map(list => [
  // One of each kind, and one that is always there.
  ...new Map(list.map(it => [it.kind, it])).values(), LOST,
]);

interface Step {
  readonly props: Props;
  readonly delivery: Delivery;
  readonly faults: Fault[];
  readonly theirs: TheirChange[];
  /** Milliseconds until the next event. */
  readonly pause: number;
  /** Whether the event of the step before is delivered once more after this one. */
  readonly previousAgain: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  props,
  delivery: deliveries,
  faults,
  theirs: fc.array(theirChanges, { maxLength: 3 }),
  pause: fc.integer({ min: 0, max: 10 * SECOND }),
  previousAgain: fc.boolean(),
});

type Transition = (room: SimulatedRoom) => SimulatedRoom;

/**
 * Expects each property to be as the event leaves it, or as others set it during the event.
 *
 * @param readable the room as reads may show it when the event arrives, newest first
 */
function expectOutcome(life: Life, readable: SimulatedRoom[], transition: Transition, theirs: readonly TheirChange[], unseen: SimulatedRoom[]): void {
  const [start] = readable;
  const changed = theirs.map(({ change }) => ({ ...start, ...change(start) }));
  const outcomes = [...[...readable, ...changed].map(transition), ...changed, ...unseen];
  const actual = life.chat.room(ROOM);

  for (const key of ['maximumMessageLength', 'maximumMessageRatePerSecond'] as const) {
    expect(outcomes.map(room => room[key])).toContain(actual[key]);
  }
  expect(outcomes.map(room => room.messageReviewHandler.uri)).toContain(actual.messageReviewHandler.uri);
  for (const name of [OURS, ALSO_OURS]) {
    const hasLog = (room: SimulatedRoom) => room.loggingConfigurationIdentifiers.includes(name);
    expect(outcomes.map(hasLog)).toContain(hasLog(actual));
  }
  for (const key of ['team', 'constructor', '__proto__']) {
    expect(outcomes.map(({ tags }) => valueOf(tags, key))).toContain(valueOf(actual.tags, key));
  }

  const namesOf = ({ loggingConfigurationIdentifiers: logs, tags }: SimulatedRoom) => [...logs, ...Object.keys(tags)].filter(isTheirs);
  const set = new Set([start, ...changed].flatMap(namesOf));
  expect(new Set([...namesOf(actual), ...life.chat.overwritten])).toEqual(new Set([...set, ...life.chat.overwritten]));
}

function valueOf(tags: SimulatedRoom['tags'], key: string): string | undefined {
  return Object.hasOwn(tags, key) ? tags[key] : undefined;
}

async function live(resource: Resource, steps: readonly Step[], seed: number): Promise<void> {
  const life = new Life(seed, isTheirs);
  life.chat.createRoom(ROOM, NEW_ROOM);
  let before: Props | undefined;
  let previous: { event: ReturnType<typeof eventOf>; transition: Transition; declaresNoHandler: boolean } | undefined;

  const deliver = async (it: NonNullable<typeof previous>, { delivery, faults: calls, theirs }: Pick<Step, 'delivery' | 'faults' | 'theirs'>) => {
    const readable = life.chat.readableRooms(ROOM);
    // What the first read does not show, the event may leave as it is.
    const unseen = life.chat.hidesTheirChange() ? [readable[0]] : [];
    life.chat.overwritten.clear();
    life.chat.declaresNoHandler = it.declaresNoHandler;
    expect(await life.deliver(it.event, delivery, { faults: calls, room: ROOM, theirs })).toEqual({ PhysicalResourceId: resource.id });
    expectOutcome(life, readable, it.transition, theirs, unseen);
    expect(life.chat.violations).toEqual([]);
  };

  const afters: (Props | undefined)[] = [...steps.map(it => it.props), undefined];
  for (const [index, after] of afters.entries()) {
    const it = steps[Math.min(index, steps.length - 1)];
    const type = before === undefined ? 'Create' : after === undefined ? 'Delete' : 'Update';
    const [old, wanted] = [before, after].map(value => value && resource.toEvent(value));
    const from = before;
    const current = {
      event: eventOf(resource.type, type, wanted ?? old!, { id: resource.id, old: type === 'Update' ? old : undefined }),
      transition: (room: SimulatedRoom) => resource.transition(room, from, after),
      declaresNoHandler: after?.handler === '',
    };
    await deliver(current, it);
    if (previous && it.previousAgain) {
      await life.clock.run(life.clock.sleep(RETRY_AFTER));
      await deliver(previous, { delivery: { times: 'once' }, faults: [LOST], theirs: [] });
      // What a read does not show yet, and the next event does not change, would stay.
      await life.clock.run(life.clock.sleep(3 * SECOND));
    }
    previous = current;
    before = after;
    await life.clock.run(life.clock.sleep(it.pause));
  }
}

const lives = fc.tuple(fc.array(step, { minLength: 1, maxLength: 4 }), fc.integer());

// A run that the time limit interrupted ends before the next test begins.
let running: Promise<void> = Promise.resolve();
afterEach(async () => {
  await running.catch(() => undefined);
});

const TAG_KEY = 'cdk-ivschat:detach-on-delete';

/** As many runs as the time allows on a slow machine. */
const RUNS = { seed: 1, numRuns: 60, interruptAfterTimeLimit: 3_000 };

test.each([['settings', SETTINGS], ['a rate', RATE]])('%s: the room ends as the template and others set it, and no event fails', async (_, resource) => {
  await fc.assert(fc.asyncProperty(lives, async ([steps, seed]) => {
    running = live(resource, steps, seed);
    await running;
  }), RUNS);
});

test('settings: a creation that fails midway leaves what others have set, and nothing else', async () => {
  const settings = props.filter(({ tags }) => Object.keys(tags ?? {}).length > 0);
  await fc.assert(fc.asyncProperty(settings, faults, fc.array(theirChanges, { maxLength: 2 }), fc.integer(), async (wanted, calls, theirs, seed) => {
    const life = new Life(seed, isTheirs);
    life.chat.createRoom(ROOM, NEW_ROOM);
    life.chat.declaresNoHandler = wanted.handler === '';
    const rejected: Fault = { kind: 'rejected', operations: ['TagResource'], from: 0, until: Infinity, probability: 1 };
    const creation = life.deliver(eventOf(SETTINGS.type, 'Create', SETTINGS.toEvent(wanted)), { times: 'once' }, {
      // Nothing else may end the creation, or keep it from being undone in the time that is left.
      faults: [...calls.map(it => ({ ...it, until: Math.min(it.until, 40 * SECOND), probability: it.probability / 2 })), rejected],
      room: ROOM,
      theirs,
    });
    await expect(creation).rejects.toThrow(/^The settings of room .* could not be applied: .*\(rejected\)\.$/);
    await life.clock.run(life.clock.sleep(200 * SECOND));
    expectOutcome(life, [NEW_ROOM], room => room, theirs, []);
    expect(life.chat.violations).toEqual([]);
  }), RUNS);
});

test.each([
  ['a handler', { MessageReviewHandlerUri: HANDLER, FunctionArn: HANDLER, TagKey: TAG_KEY }, `${HANDLER}/detachment`],
  ['a logging configuration', { LoggingConfigurationArn: OURS, TagKey: TAG_KEY }, `${OURS}/detachment`],
])('detachment of %s: no room has it in the end, and all keep what others have set', async (_, detached, id) => {
  const rooms = fc.array(fc.record({ attached: fc.boolean(), logged: fc.boolean() }), { maxLength: 40 });
  const theirs = fc.array(fc.record({ room: fc.nat(), it: theirChanges }), { maxLength: 5 });
  await fc.assert(fc.asyncProperty(rooms, faults, deliveries, theirs, fc.integer(), async (states, calls, delivery, changes, seed) => {
    const life = new Life(seed, isTheirs);
    life.chat.subjectTags = { [TAG_KEY]: '' };
    const arnOf = (index: number) => `${ROOM.slice(0, -3)}${String(index).padStart(3, '0')}`;
    states.forEach(({ attached, logged }, index) => life.chat.createRoom(arnOf(index), {
      ...NEW_ROOM,
      messageReviewHandler: { uri: attached ? HANDLER : OTHER_HANDLER },
      loggingConfigurationIdentifiers: [...logged ? [OURS] : [], ALSO_OURS],
    }));
    const others = states.length === 0 ? [] : changes.map(({ room, it }) => ({ ...it, room: arnOf(room % states.length) }));
    expect(await life.deliver(eventOf('Custom::IVSChatDetachment', 'Delete', detached, { id }), delivery, { faults: calls, theirs: others }))
      .toEqual({ PhysicalResourceId: id });

    for (const [index, { attached, logged }] of states.entries()) {
      const room = life.chat.room(arnOf(index));
      const set = others.filter(it => it.room === arnOf(index)).map(({ change }) => change(NEW_ROOM));
      const removesHandler = 'MessageReviewHandlerUri' in detached;
      const handlers = [attached ? (removesHandler ? '' : HANDLER) : OTHER_HANDLER, ...set.map(it => it.messageReviewHandler?.uri)];
      expect(handlers).toContain(room.messageReviewHandler.uri);
      const logs = [...logged && removesHandler ? [OURS] : [], ALSO_OURS, ...set.flatMap(it => it.loggingConfigurationIdentifiers ?? [])];
      const kept = (list: readonly string[]) => without([...new Set(list)], [...life.chat.overwritten]).sort();
      expect(kept(room.loggingConfigurationIdentifiers)).toEqual(kept(logs));
    }
    expect(life.chat.violations).toEqual([]);
  }), RUNS);
});
