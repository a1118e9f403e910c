import { CfnOutput, CfnParameter } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import * as ivschat from '../../../src';
import { deployed, NEW_ROOM, OURS, type Room, type Settings, type Template, type World } from '../../support/deployed/chat-model';
import { UNDOCUMENTED_BEHAVIORS, callApi, newChatLog, newReview, roomOf, setHandlerTimeout, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';

const OWNED = ['A', 'B', 'C'];
const EXTERNAL = ['X', 'Y'];

/** Changes some properties of a room or of settings, removes them (null), or adds or removes the shared resources. */
type Edit =
  | { readonly name: string; readonly to: Partial<Settings> | null }
  | { readonly shares: boolean };

/** A deployment, or a change by others. */
type Step =
  | { readonly step: 'deploy'; readonly edits: readonly Edit[] }
  | { readonly step: 'others set the rate'; readonly name: string; readonly rate: number }
  | { readonly step: 'others add a logging configuration' | 'others use the shared resources' | 'others delete the room'; readonly name: string };

const change: fc.Arbitrary<Partial<Settings>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ rate: fc.option(fc.constantFrom(5, 20, 50), { freq: 3, nil: undefined }) }) },
  fc.record({ length: fc.constantFrom(42, 100) }),
  fc.record({ reviewed: fc.boolean() }),
  fc.record({ logged: fc.boolean() }),
  fc.record({ byParameter: fc.boolean() }),
  fc.record({ tags: fc.dictionary(fc.constantFrom('team', 'floor'), fc.constantFrom('a', 'b'), { noNullPrototype: true }) }),
);
const anyRoom = fc.constantFrom(...OWNED, ...EXTERNAL);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ name: anyRoom, to: fc.option(change, { freq: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ shares: fc.boolean() }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant('deploy' as const), edits: fc.array(edit, { minLength: 0, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('others set the rate' as const), name: anyRoom, rate: fc.constantFrom(3, 50, 70) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('others add a logging configuration' as const), name: anyRoom }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('others use the shared resources' as const), name: fc.constantFrom(...EXTERNAL) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('others delete the room' as const), name: anyRoom }) },
);

const NO_SETTINGS: Settings = { reviewed: false, logged: false, tags: {}, byParameter: false };
const EMPTY: Template = { shares: true, rooms: {}, settings: {} };
const START: Template = {
  shares: true,
  rooms: { A: { ...NO_SETTINGS, rate: 50 }, B: { ...NO_SETTINGS, rate: 5, reviewed: true, logged: true }, C: { ...NO_SETTINGS, rate: 20 } },
  settings: { X: { ...NO_SETTINGS, rate: 20, reviewed: true, logged: true, tags: { team: 'a' } } },
};

/** Rare among the random steps: the settings of a room get another custom resource, which then changes them. */
const RENAMED_ROOM: Step[] = [
  { step: 'deploy', edits: [{ name: 'X', to: { byParameter: true } }] },
  { step: 'deploy', edits: [{ name: 'X', to: { byParameter: false, tags: { floor: 'b' } } }] },
];

/** Applies the edits that are valid: deleted rooms leave the template, and shared resources are used only if the stack has them. */
function applyEdits(template: Template, edits: readonly Edit[], world: World): Template {
  const all = new Map(Object.entries({ ...template.rooms, ...template.settings }));
  const deleted = [...all.keys()].filter(name => !world[name]);
  for (const name of deleted) all.delete(name);
  let { shares } = template;
  for (const it of edits) {
    if ('shares' in it) {
      shares = it.shares;
    } else if (!it.to) {
      all.delete(it.name);
    } else if (!deleted.includes(it.name) && (world[it.name] || OWNED.includes(it.name))) {
      all.set(it.name, { ...NO_SETTINGS, ...all.get(it.name), ...it.to });
    }
  }
  const usable = [...all].map(([name, it]): [string, Settings] =>
    [name, { ...it, reviewed: shares && it.reviewed, logged: shares && it.logged, byParameter: EXTERNAL.includes(name) && it.byParameter }]);
  return {
    shares,
    rooms: Object.fromEntries(usable.filter(([name]) => OWNED.includes(name))),
    settings: Object.fromEntries(usable.filter(([name, it]) => EXTERNAL.includes(name) && !isEmpty(it))),
  };
}

function isEmpty({ length, logged, rate, reviewed, tags }: Settings): boolean {
  return length === undefined && rate === undefined && !logged && !reviewed && Object.keys(tags).length === 0;
}

/** The stack as it is deployed, to compare with the model. */
class DeployedStack {
  private outputs: Outputs = {};
  private external: Record<string, string> = {};

  constructor(private readonly runtime: LocalRuntime, private readonly theirLog: string) {}

  /** Restores the initial state for a new run. */
  public async restart(): Promise<World> {
    for (const { arn } of this.runtime.local.rooms) await callApi(this.runtime, 'DeleteRoom', { identifier: arn });
    await this.deploy(EMPTY);
    for (const name of EXTERNAL) this.external[name] = (await callApi(this.runtime, 'CreateRoom', {})).arn;
    await this.deploy(START);
    return deployed(Object.fromEntries(EXTERNAL.map(name => [name, NEW_ROOM])), EMPTY, START, false);
  }

  public async deploy(template: Template): Promise<void> {
    this.outputs = await this.runtime.deploy(stackOf('Model', stack => {
      // Used by no room. It keeps the provider, and so its processes, in the stack all the time.
      newReview(stack, 'Keeper', { detachOnDelete: true });
      // Too short to look twice, which would take most of the time of a run.
      setHandlerTimeout(4, stack);
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
      for (const [name, { byParameter, length, logged, rate, reviewed, tags }] of Object.entries(template.settings)) {
        const roomArn = byParameter ? new CfnParameter(stack, `${name}Parameter`, { default: this.external[name] }).valueAsString : this.external[name];
        new ivschat.ChatRoomSettings(stack, `${name}Settings`, {
          room: ivschat.ChatRoom.fromRoomArn(stack, name, roomArn),
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
    await callApi(this.runtime, 'UpdateRoom', { identifier: this.arn(name), maximumMessageRatePerSecond });
  }

  public async addLog(name: string): Promise<void> {
    const current = roomOf(this.runtime, this.arn(name))!.loggingConfigurationIdentifiers;
    await callApi(this.runtime, 'UpdateRoom', { identifier: this.arn(name), loggingConfigurationIdentifiers: [...current, this.theirLog] });
  }

  public async useShared(name: string): Promise<void> {
    const others = roomOf(this.runtime, this.arn(name))!.loggingConfigurationIdentifiers.filter(arn => arn !== this.outputs.Log);
    await callApi(this.runtime, 'UpdateRoom', {
      identifier: this.arn(name), messageReviewHandler: { uri: this.outputs.Handler }, loggingConfigurationIdentifiers: [...others, this.outputs.Log],
    });
  }

  public async delete(name: string): Promise<void> {
    await callApi(this.runtime, 'DeleteRoom', { identifier: this.arn(name) });
  }

  public read(): World {
    return Object.fromEntries([...OWNED, ...EXTERNAL].flatMap(name => {
      const room = this.arn(name) === undefined ? undefined : roomOf(this.runtime, this.arn(name));
      if (!room) return [];
      const { loggingConfigurationIdentifiers, maximumMessageLength: length, maximumMessageRatePerSecond: rate, messageReviewHandler, tags } = room;
      const state: Room = {
        rate,
        length,
        reviewed: Boolean(messageReviewHandler?.uri),
        logs: loggingConfigurationIdentifiers.map(arn => arn === this.outputs.Log ? OURS : arn === this.theirLog ? 'theirs' : arn).sort(),
        tags,
      };
      return [[name, state]];
    }));
  }

  private arn(name: string): string {
    return this.external[name] ?? this.outputs[`${name}Arn`];
  }
}

async function run(steps: readonly Step[], runtime: LocalRuntime, stack: DeployedStack, resets: boolean): Promise<void> {
  let world = await stack.restart();
  let template = START;
  expect(stack.read()).toEqual(world);
  for (const it of steps) {
    if (it.step === 'deploy') {
      const next = it.edits.length === 0 ? template : applyEdits(template, it.edits, world);
      const calls = await runtime.callsDuring(async () => stack.deploy(next));
      if (it.edits.length === 0) expect(calls).toEqual({});
      world = deployed(world, template, next, resets);
      template = next;
    } else if (world[it.name]) {
      const room = world[it.name];
      if (it.step === 'others set the rate') {
        await stack.setRate(it.name, it.rate);
        world = { ...world, [it.name]: { ...room, rate: it.rate } };
      } else if (it.step === 'others add a logging configuration' && !room.logs.includes('theirs')) {
        await stack.addLog(it.name);
        world = { ...world, [it.name]: { ...room, logs: [...room.logs, 'theirs'].sort() } };
      } else if (it.step === 'others use the shared resources' && template.shares) {
        await stack.useShared(it.name);
        world = { ...world, [it.name]: { ...room, reviewed: true, logs: [...new Set([...room.logs, OURS])].sort() } };
      } else if (it.step === 'others delete the room') {
        await stack.delete(it.name);
        const { [it.name]: _, ...others } = world;
        world = others;
      }
    }
    expect(stack.read()).toEqual(world);
  }
}

describe.each(UNDOCUMENTED_BEHAVIORS)('with %o', behavior => {
  let runtime: LocalRuntime;
  let deployedStack: DeployedStack;
  beforeAll(async () => {
    // Without throttling, which other tests cover.
    runtime = await LocalRuntime.start(behavior);
    const { Log } = await runtime.deploy(stackOf('Theirs', stack => {
      new CfnOutput(stack, 'Log', { value: newChatLog(stack, 'ChatLog').loggingConfigurationArn });
    }));
    deployedStack = new DeployedStack(runtime, Log);
    await deployedStack.restart();
  });
  afterAll(async () => {
    await runtime.stop();
  });

  // A run that the time limit interrupted ends before the next test begins.
  let running: Promise<void> = Promise.resolve();
  afterEach(async () => {
    await running.catch(() => undefined);
  });

  test.each([3, 4])('rooms match the model after any deployments and changes by others (seed %i)', async seed => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async steps => {
      running = run(steps, runtime, deployedStack, behavior.roomUpdateResetsRate);
      await running;
    });
    await fc.assert(property, { seed, numRuns: 5, interruptAfterTimeLimit: 4_000 });
  });

  test('settings stay on a room that gets another custom resource', async () => {
    await run(RENAMED_ROOM, runtime, deployedStack, behavior.roomUpdateResetsRate);
  });
});
