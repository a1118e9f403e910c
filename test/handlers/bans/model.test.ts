import * as fc from 'fast-check';
import type { Fault } from '../../support/bans/fake-aws';
import { arnOf, BansFunction, OTHER_ROOM, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start(); });
afterAll(async () => fn.close());

const ROOMS = [ROOM, OTHER_ROOM, '*'];
const USERS = ['ann', 'ben'];

type Faults = Partial<Record<string, Fault>>;

/** One request, or the delivery of a message that was sent before. */
interface Step {
  readonly kind: 'ban' | 'unban' | 'deliver';
  readonly room: string;
  readonly userId: string;
  readonly byModerator: boolean;
  readonly minutes?: number;
  /** Which of the messages is delivered, for the first time or again. */
  readonly message: number;
  readonly faults: Faults;
}

/** None, some that the function does not retry, or one that it does. */
const faults: fc.Arbitrary<Faults> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Faults>({}) },
  {
    weight: 2,
    arbitrary: fc.subarray(['PutItem', 'DeleteItem', 'GetItem', 'SendMessage', 'DisconnectUser'], { minLength: 1, maxLength: 2 })
      .map((operations): Faults => Object.fromEntries(operations.map(operation => [operation, 'denied']))),
  },
  { weight: 1, arbitrary: fc.constant<Faults>({ DisconnectUser: 'throttled' }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind'][]>('ban', 'ban', 'unban', 'deliver', 'deliver'),
  room: fc.constantFrom(...ROOMS),
  userId: fc.constantFrom(...USERS),
  byModerator: fc.boolean(),
  minutes: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
  message: fc.nat(),
  faults,
});

const keyOf = (room: string, userId: string) => `${room} ${userId}`;
const KEYS = ROOMS.flatMap(room => USERS.map(userId => keyOf(room, userId)));

/** The bans that must be in the table, and whether each applies to moderators. */
class Model {
  public readonly bans = new Map<string, boolean>();

  public ban(key: string, byModerator: boolean): void {
    if (!byModerator) this.bans.set(key, true);
    else if (!this.bans.has(key)) this.bans.set(key, false);
  }

  /** @returns whether there was such a ban */
  public unban(key: string, byModerator: boolean): boolean {
    return (!byModerator || this.bans.get(key) === false) && this.bans.delete(key);
  }
}

/** Fails operations that are denied each time, and those that are throttled once. */
function setFaults(chosen: Faults): void {
  const left = { ...chosen };
  fn.aws.fault = operation => {
    const fault = left[operation];
    if (fault === 'throttled') delete left[operation];
    return fault;
  };
}

/** The response, or the name of the error. */
const outcomeOf = async (request: object): Promise<unknown> => fn.invoke(request).catch((error: Error) => error.name);
const optionsOf = ({ byModerator }: Step) => byModerator ? { exceptModerators: true } : {};

async function ban(request: Step, model: Model): Promise<void> {
  const { byModerator, faults: { DisconnectUser, GetItem, PutItem, SendMessage }, minutes, room, userId } = request;
  const disconnectedFrom = [room === '*' ? ROOM : room];
  const isDisconnected = PutItem !== 'denied' && DisconnectUser !== 'denied';
  const isScheduled = PutItem === undefined && GetItem === undefined && SendMessage === undefined;
  const messages = fn.aws.messages.length;

  const outcome = await outcomeOf({
    action: 'ban', room, userId, ...minutes !== undefined && { minutes }, ...optionsOf(request), ...room === '*' && { disconnectFrom: disconnectedFrom },
  });
  if (PutItem === 'denied') expect(outcome).toBe('AccessDeniedException');
  else if (isDisconnected && isScheduled) expect(outcome).toMatchObject({ room, userId, disconnectedFrom });
  else expect(outcome).toBe('BanIncomplete');
  expect(fn.aws.messages.length - messages).toBe(isScheduled ? 1 : 0);
  expect(fn.aws.disconnects).toMatchObject(isDisconnected ? [{ room: arnOf(disconnectedFrom[0]), userId }] : []);
  if (PutItem !== 'denied') model.ban(keyOf(room, userId), byModerator);
}

async function unban(request: Step, model: Model): Promise<void> {
  const { byModerator, faults: { DeleteItem }, room, userId } = request;
  const outcome = await outcomeOf({ action: 'unban', room, userId, ...optionsOf(request) });
  expect(outcome).toEqual(DeleteItem === 'denied' ? 'AccessDeniedException' : { removed: model.unban(keyOf(room, userId), byModerator) });
}

async function deliver({ faults: { DisconnectUser, GetItem }, message }: Step, model: Model): Promise<void> {
  const { messages } = fn.aws;
  if (messages.length === 0) return;
  const chosen = messages[message % messages.length];
  const { room, roomIds, userId } = JSON.parse(chosen.body);
  const isBanned = model.bans.has(keyOf(room, userId));
  const isFailed = GetItem === 'denied' || isBanned && DisconnectUser === 'denied';
  expect(await fn.deliver([chosen])).toEqual(isFailed ? ['0'] : []);
  expect(fn.aws.disconnects).toMatchObject(isBanned && !isFailed ? [{ room: arnOf(roomIds[0]), userId }] : []);
}

const ACTIONS = { ban, deliver, unban };

/** The bans in the table, as in the model. */
function bansInTable(): [string, boolean][] {
  return KEYS.flatMap(key => {
    const [room, userId] = key.split(' ');
    const item = fn.aws.item(room, userId);
    return item ? [[key, !('exceptModerators' in item)]] : [];
  });
}

test('bans, unbans and second disconnects in any order, with faults, agree with the model', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
    fn.reset();
    const model = new Model();
    for (const each of steps) {
      setFaults(each.faults);
      fn.aws.disconnects = [];
      await ACTIONS[each.kind](each, model);
      expect(new Map(bansInTable())).toEqual(model.bans);
    }
    fn.aws.expectOnlyKnownCalls();
  }), { numRuns: 25 });
}, 60_000);
