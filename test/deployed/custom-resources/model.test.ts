import { CfnOutput } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import * as ivschat from '../../../src';
import { deployed, NEW_ROOM, OURS, type Room, type Settings, type Template, type World } from '../../support/deployed/chat-model';
import { ANSWERS, meanwhile, newChatLog, newReview, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine, type Outputs } from '../../support/deployed/machine';

const OWNED = ['A', 'B', 'C'];
const FOREIGN = ['X', 'Y'];

/** Of a room or of settings: some of it, all that was there before it is given again, or nothing of it any more. */
type Edit =
  | { readonly name: string; readonly to: Partial<Settings> | null }
  | { readonly shares: boolean };

/** One deployment, or something that others do. */
type Step =
  | { readonly step: 'deploy'; readonly edits: readonly Edit[] }
  | { readonly step: 'someone sets the rate'; readonly name: string; readonly rate: number }
  | { readonly step: 'someone adds a log' | 'someone uses what is shared' | 'someone deletes'; readonly name: string };

const change: fc.Arbitrary<Partial<Settings>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ rate: fc.option(fc.constantFrom(5, 20, 50), { freq: 3, nil: undefined }) }) },
  fc.record({ length: fc.constantFrom(42, 100) }),
  fc.record({ reviewed: fc.boolean() }),
  fc.record({ logged: fc.boolean() }),
  fc.record({ tags: fc.dictionary(fc.constantFrom('team', 'floor'), fc.constantFrom('a', 'b'), { noNullPrototype: true }) }),
);
const anyRoom = fc.constantFrom(...OWNED, ...FOREIGN);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ name: anyRoom, to: fc.option(change, { freq: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ shares: fc.boolean() }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant('deploy' as const), edits: fc.array(edit, { minLength: 0, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('someone sets the rate' as const), name: anyRoom, rate: fc.constantFrom(3, 50, 70) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('someone adds a log' as const), name: anyRoom }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('someone uses what is shared' as const), name: fc.constantFrom(...FOREIGN) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('someone deletes' as const), name: anyRoom }) },
);

const NOTHING: Settings = { reviewed: false, logged: false, tags: {} };
const EMPTY: Template = { shares: true, rooms: {}, settings: {} };
const START: Template = {
  shares: true,
  rooms: { A: { ...NOTHING, rate: 50 }, B: { ...NOTHING, rate: 5, reviewed: true, logged: true }, C: { ...NOTHING, rate: 20 } },
  settings: { X: { ...NOTHING, rate: 20, reviewed: true, logged: true, tags: { team: 'a' } } },
};

/** With the edits that make sense: what is gone leaves the template first, what is shared can be used only where the stack has it. */
function edited(template: Template, edits: readonly Edit[], world: World): Template {
  const all = new Map(Object.entries({ ...template.rooms, ...template.settings }));
  const gone = [...all.keys()].filter(name => !world[name]);
  for (const name of gone) all.delete(name);
  let { shares } = template;
  for (const it of edits) {
    if ('shares' in it) shares = it.shares;
    else if (!it.to) all.delete(it.name);
    else if (!gone.includes(it.name) && (world[it.name] || OWNED.includes(it.name))) all.set(it.name, { ...NOTHING, ...all.get(it.name), ...it.to });
  }
  const usable = [...all].map(([name, it]): [string, Settings] =>
    [name, { ...it, reviewed: shares && it.reviewed, logged: shares && it.logged }]);
  return {
    shares,
    rooms: Object.fromEntries(usable.filter(([name]) => OWNED.includes(name))),
    settings: Object.fromEntries(usable.filter(([name, it]) => FOREIGN.includes(name) && !isEmpty(it))),
  };
}

function isEmpty({ length, logged, rate, reviewed, tags }: Settings): boolean {
  return length === undefined && rate === undefined && !logged && !reviewed && Object.keys(tags).length === 0;
}

/** The stack on this machine, next to its model. */
class Reality {
  private outputs: Outputs = {};
  private foreign: Record<string, string> = {};

  constructor(private readonly machine: Machine, private readonly theirLog: string) {}

  /** Everything as it is for a new run. */
  public async restart(): Promise<World> {
    for (const { arn } of this.machine.server.controlPlane.listRooms()) await meanwhile(this.machine, 'DeleteRoom', { identifier: arn });
    await this.deploy(EMPTY);
    for (const name of FOREIGN) this.foreign[name] = (await meanwhile(this.machine, 'CreateRoom', {})).arn;
    await this.deploy(START);
    return deployed(Object.fromEntries(FOREIGN.map(name => [name, NEW_ROOM])), EMPTY, START, false);
  }

  public async deploy(template: Template): Promise<void> {
    this.outputs = await this.machine.deploy(stackOf('Model', stack => {
      // Of no room. The stack has its provider all the time, and so its processes.
      newReview(stack, 'Keeper', { detachOnDelete: true });
      const review = template.shares ? newReview(stack, 'Review', { detachOnDelete: true }) : undefined;
      const chatLog = template.shares ? newChatLog(stack, 'ChatLog', true) : undefined;
      if (review) new CfnOutput(stack, 'Handler', { value: review.handlerUri });
      if (chatLog) new CfnOutput(stack, 'Log', { value: chatLog.loggingConfigurationArn });
      for (const [name, { length, logged, rate, reviewed, tags }] of Object.entries(template.rooms)) {
        const room = new ivschat.ChatRoom(stack, name, {
          maximumMessageLength: length,
          maximumMessageRatePerSecond: rate,
          messageReviewHandler: reviewed ? review : ivschat.MessageReviewHandler.none(),
          loggingConfigurations: logged ? [chatLog!] : [],
          tags,
        });
        new CfnOutput(stack, `${name}Arn`, { value: room.roomArn });
      }
      for (const [name, { length, logged, rate, reviewed, tags }] of Object.entries(template.settings)) {
        new ivschat.ChatRoomSettings(stack, `${name}Settings`, {
          room: ivschat.ChatRoom.fromRoomArn(stack, name, this.foreign[name]),
          maximumMessageLength: length,
          maximumMessageRatePerSecond: rate,
          messageReviewHandler: reviewed ? review : undefined,
          loggingConfigurations: logged ? [chatLog!] : undefined,
          tags,
        });
      }
    }));
  }

  public async setRate(name: string, maximumMessageRatePerSecond: number): Promise<void> {
    await meanwhile(this.machine, 'UpdateRoom', { identifier: this.arn(name), maximumMessageRatePerSecond });
  }

  public async addLog(name: string): Promise<void> {
    const there = roomOf(this.machine, this.arn(name))!.loggingConfigurationIdentifiers;
    await meanwhile(this.machine, 'UpdateRoom', { identifier: this.arn(name), loggingConfigurationIdentifiers: [...there, this.theirLog] });
  }

  public async useShared(name: string): Promise<void> {
    const others = roomOf(this.machine, this.arn(name))!.loggingConfigurationIdentifiers.filter(arn => arn !== this.outputs.Log);
    await meanwhile(this.machine, 'UpdateRoom', {
      identifier: this.arn(name), messageReviewHandler: { uri: this.outputs.Handler }, loggingConfigurationIdentifiers: [...others, this.outputs.Log],
    });
  }

  public async delete(name: string): Promise<void> {
    await meanwhile(this.machine, 'DeleteRoom', { identifier: this.arn(name) });
  }

  public look(): World {
    return Object.fromEntries([...OWNED, ...FOREIGN].flatMap(name => {
      const room = this.arn(name) === undefined ? undefined : roomOf(this.machine, this.arn(name));
      if (!room) return [];
      const { loggingConfigurationIdentifiers, maximumMessageLength: length, maximumMessageRatePerSecond: rate, messageReviewHandler, tags } = room;
      const seen: Room = {
        rate,
        length,
        reviewed: messageReviewHandler !== undefined,
        logs: loggingConfigurationIdentifiers.map(arn => arn === this.outputs.Log ? OURS : arn === this.theirLog ? 'theirs' : arn).sort(),
        tags,
      };
      return [[name, seen]];
    }));
  }

  private arn(name: string): string {
    return this.foreign[name] ?? this.outputs[`${name}Arn`];
  }
}

async function run(steps: readonly Step[], machine: Machine, reality: Reality, resets: boolean): Promise<void> {
  let world = await reality.restart();
  let template = START;
  expect(reality.look()).toEqual(world);
  for (const it of steps) {
    if (it.step === 'deploy') {
      const next = it.edits.length === 0 ? template : edited(template, it.edits, world);
      const calls = await machine.callsDuring(async () => reality.deploy(next));
      if (it.edits.length === 0) expect(calls).toEqual({});
      world = deployed(world, template, next, resets);
      template = next;
    } else if (world[it.name]) {
      const room = world[it.name];
      if (it.step === 'someone sets the rate') {
        await reality.setRate(it.name, it.rate);
        world = { ...world, [it.name]: { ...room, rate: it.rate } };
      } else if (it.step === 'someone adds a log' && !room.logs.includes('theirs')) {
        await reality.addLog(it.name);
        world = { ...world, [it.name]: { ...room, logs: [...room.logs, 'theirs'].sort() } };
      } else if (it.step === 'someone uses what is shared' && template.shares) {
        await reality.useShared(it.name);
        world = { ...world, [it.name]: { ...room, reviewed: true, logs: [...new Set([...room.logs, OURS])].sort() } };
      } else if (it.step === 'someone deletes') {
        await reality.delete(it.name);
        const { [it.name]: _, ...others } = world;
        world = others;
      }
    }
    expect(reality.look()).toEqual(world);
  }
}

describe.each(ANSWERS)('where %o', answers => {
  let machine: Machine;
  let reality: Reality;
  beforeAll(async () => {
    // How fast the calls may be is another test's.
    machine = await Machine.start(answers);
    const { Log } = await machine.deploy(stackOf('Theirs', stack => {
      new CfnOutput(stack, 'Log', { value: newChatLog(stack, 'ChatLog').loggingConfigurationArn });
    }));
    reality = new Reality(machine, Log);
    await reality.restart();
  });
  afterAll(async () => {
    await machine.stop();
  });

  // What was interrupted, because there was no time for all runs or for finding the smallest one that fails, comes to its end.
  let running: Promise<void> = Promise.resolve();
  afterEach(async () => {
    await running.catch(() => undefined);
  });

  test.each([3, 4])('rooms are what the model says, whatever is deployed and whatever others do (seed %i)', async seed => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async steps => {
      running = run(steps, machine, reality, answers.roomUpdateResetsRate);
      await running;
    });
    await fc.assert(property, { seed, numRuns: 5, interruptAfterTimeLimit: 4_000 });
  });
});
