import { CfnOutput, CfnParameter, type Stack } from 'aws-cdk-lib';
import * as ivschat from '../../../src';
import { UNDOCUMENTED_BEHAVIORS, failAfter, callApi, newChatLog, newReview, roomOf, setHandlerTimeout, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';

/** Other resources of the stack, which rooms can use. */
interface Shared {
  readonly review: ivschat.MessageReviewHandler;
  readonly strict: ivschat.MessageReviewHandler;
  readonly chatLog: ivschat.LoggingConfiguration;
  readonly token: number;
}

type Props = (shared: Shared) => ivschat.ChatRoomProps;

/** A room in two deployments: its rate after the second, and the calls that it needs. */
interface Change {
  readonly from?: Props;
  readonly externalChange?: [operation: string, input: object];
  readonly to?: Props;
  readonly rate?: number;
  readonly calls?: string[];
}

const withRate = (maximumMessageRatePerSecond?: number, props: ivschat.ChatRoomProps = {}): Props =>
  () => ({ maximumMessageRatePerSecond, ...props });

const APPLIED = ['UpdateRoom'];
const READ = ['GetRoom'];
const RESET = ['GetRoom', 'UpdateRoom'];

/** A stack with the rooms as they are before or after the changes. Their ARNs are outputs. */
function rooms(
  which: 'from' | 'to', changes: Record<string, Change>, customize: (stack: Stack, created: ivschat.ChatRoom[]) => void = () => {},
) {
  return stackOf('Rates', stack => {
    const shared: Shared = {
      review: newReview(stack, 'Review'),
      strict: newReview(stack, 'Strict', { fallbackResult: ivschat.FallbackResult.DENY }),
      chatLog: newChatLog(stack, 'ChatLog'),
      token: new CfnParameter(stack, 'Rate', { type: 'Number', default: 7 }).valueAsNumber,
    };
    const created = Object.entries(changes).flatMap(([id, { [which]: props }]) => {
      if (!props) return [];
      const room = new ivschat.ChatRoom(stack, id, props(shared));
      new CfnOutput(stack, `${id}Arn`, { value: room.roomArn });
      return [room];
    });
    // Too short to look twice at a rate that others have changed. The dozen, which has to wait for its turn, has no such rate.
    if (changes !== DOZEN_CHANGES) setHandlerTimeout(4, stack);
    customize(stack, created);
  });
}

/** A value for each room. */
const mapRooms = <T>(changes: Record<string, Change>, valueOf: (id: string, change: Change) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(changes).map(([id, change]) => [id, valueOf(id, change)]));

/** The rooms on a runtime, from the first deployment to the last. */
class Scenario {
  private runtime!: LocalRuntime;
  private outputs: Outputs = {};

  constructor(private readonly behavior: typeof UNDOCUMENTED_BEHAVIORS[number], private readonly changes: Record<string, Change>) {}

  public async start(): Promise<void> {
    this.runtime = await LocalRuntime.start({ throttle: true, ...this.behavior });
    this.runtime.synthesize(rooms('from', this.changes));
  }

  public async stop(): Promise<void> {
    await this.runtime.stop();
  }

  /** @returns the calls for each room by its id, or by its ARN if it has no id */
  public async deploy(which: 'from' | 'to'): Promise<Record<string, string[]>> {
    return this.callsDuring(async () => this.outputs = { ...this.outputs, ...await this.runtime.deploy(rooms(which, this.changes)) });
  }

  /** Deploys the changes and then fails, so that all of them are rolled back. */
  public async deployAndRollBack(): Promise<Record<string, string[]>> {
    const broken = rooms('to', this.changes, (stack, created) => failAfter(stack, ...created));
    return this.callsDuring(async () =>
      expect(this.runtime.deploy(broken)).rejects.toThrow(/^The stack Rates could not be updated and was rolled back: Broken /));
  }

  public async destroy(): Promise<Record<string, string[]>> {
    return this.callsDuring(async () => this.runtime.local.destroy('Rates'));
  }

  public async applyExternalChanges(): Promise<void> {
    for (const [id, { externalChange }] of Object.entries(this.changes)) {
      if (!externalChange) continue;
      const [operation, input] = externalChange;
      await callApi(this.runtime, operation, { identifier: this.outputs[`${id}Arn`], ...input });
    }
  }

  public room(id: string) {
    return roomOf(this.runtime, this.outputs[`${id}Arn`] ?? id);
  }

  public get rates(): Record<string, number | undefined> {
    return mapRooms(this.changes, id => this.room(id)?.maximumMessageRatePerSecond);
  }

  public get failures(): string[] {
    return this.runtime.local.liveLog.filter(({ kind, level }) => kind === 'custom-resource' && level === 'error').map(({ text }) => text);
  }

  private async callsDuring(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
    const calls = await this.runtime.callsDuring(work);
    const idOf = (arn: string) => Object.keys(this.changes).find(id => this.outputs[`${id}Arn`] === arn) ?? arn;
    // A write that waits for its turn for more than two seconds is preceded by another read.
    const withoutRepeatedReads = (operations: string[]) => operations.filter((operation, index) => operation !== 'GetRoom' || operations[index + 1] !== 'GetRoom');
    return Object.fromEntries(Object.entries(calls).map(([arn, operations]) => [idOf(arn), withoutRepeatedReads(operations)]));
  }
}

/** Only rooms with calls. */
const withCalls = (calls: Record<string, string[] | undefined>) => Object.fromEntries(Object.entries(calls).filter(([, operations]) => operations));

// A dozen rooms at once, at five calls a second.
const DOZEN_CHANGES: Record<string, Change> = {
  Unchanged: { from: withRate(50, { roomName: 'same' }), to: withRate(50, { roomName: 'same' }), rate: 50 },
  Changed: { from: withRate(50), to: withRate(20), rate: 20, calls: APPLIED },
  ToNothing: { from: withRate(50), to: withRate(), rate: 10, calls: RESET },
  FromCloudFormation: { from: withRate(5), to: withRate(50), rate: 50, calls: APPLIED },
  FromNothing: { from: withRate(), to: withRate(50), rate: 50, calls: APPLIED },
  Removed: { from: withRate(50), calls: RESET },
  Name: { from: withRate(50), to: withRate(50, { roomName: 'new' }), rate: 50, calls: APPLIED },
  Length: { from: withRate(50), to: withRate(50, { maximumMessageLength: 42 }), rate: 50, calls: APPLIED },
  Tags: { from: withRate(50), to: withRate(50, { tags: { team: 'a' } }), rate: 50, calls: APPLIED },
  NameAndTags: { from: withRate(50), to: withRate(50, { roomName: 'both', tags: { team: 'a' } }), rate: 50, calls: APPLIED },
  Handler: { from: withRate(50), to: ({ review }) => ({ maximumMessageRatePerSecond: 50, messageReviewHandler: review }), rate: 50, calls: APPLIED },
  Logging: {
    from: withRate(50),
    to: ({ chatLog }) => ({ maximumMessageRatePerSecond: 50, loggingConfigurations: [chatLog] }),
    rate: 50,
    calls: APPLIED,
  },
};
const SPECIAL_CASES: Record<string, Change> = {
  ToCloudFormation: { from: withRate(50), to: withRate(5), rate: 5, calls: READ },
  ToToken: { from: withRate(50), to: ({ token }) => ({ maximumMessageRatePerSecond: token }), rate: 7, calls: READ },
  Everything: {
    from: ({ review, chatLog }) => ({ maximumMessageRatePerSecond: 50, messageReviewHandler: review, loggingConfigurations: [chatLog] }),
    // An empty list, because the effect of removing the property is not documented, and the log could not be deleted while it is in use.
    to: ({ strict }) => ({ maximumMessageRatePerSecond: 60, messageReviewHandler: strict, loggingConfigurations: [], roomName: 'all', tags: { team: 'a' } }),
    rate: 60,
    calls: APPLIED,
  },
  LoweredByOthers: { from: withRate(50), externalChange: ['UpdateRoom', { maximumMessageRatePerSecond: 30 }], to: withRate(), rate: 30, calls: READ },
  DeletedByOthers: { from: withRate(50), externalChange: ['DeleteRoom', {}], calls: READ },
};

describe.each([['a dozen rates', DOZEN_CHANGES], ['special cases', SPECIAL_CASES]])('%s', (_title, changes) => {
  const scenarios = UNDOCUMENTED_BEHAVIORS.map(behavior => ({ ...behavior, scenario: new Scenario(behavior, changes) }));
  beforeAll(async () => {
    for (const { scenario } of scenarios) await scenario.start();
  });
  afterAll(async () => {
    for (const { scenario } of scenarios) await scenario.stop();
  });

  describe('applied with the room, in one call', () => {
    // One after the other, because this starts all processes.
    test.each(scenarios)('if an update of the room resets it: $roomUpdateResetsRate', async ({ scenario }) => {
      const before: Record<string, number> = { FromCloudFormation: 5, FromNothing: 10 };
      expect(await scenario.deploy('from')).toEqual(withCalls(mapRooms(changes, id => id in before ? undefined : APPLIED)));
      expect(scenario.rates).toEqual(mapRooms(changes, id => before[id] ?? 50));
    });
  });

  describe('unchanged by a deployment without changes', () => {
    test.concurrent.each(scenarios)('if an update of the room resets it: $roomUpdateResetsRate', async ({ scenario }) => {
      expect(await scenario.deploy('from')).toEqual({});
    });
  });

  describe('applied again with each change of the room, in as few calls as possible', () => {
    test.concurrent.each(scenarios)('if an update of the room resets it: $roomUpdateResetsRate', async ({ scenario }) => {
      await scenario.applyExternalChanges();
      expect(await scenario.deploy('to')).toEqual(withCalls(mapRooms(changes, (_, { calls }) => calls)));
      expect(scenario.rates).toEqual(mapRooms(changes, (_, { rate }) => rate));
    });
  });

  describe('deleted with the stack, without a failure', () => {
    test.concurrent.each(scenarios)('if an update of the room resets it: $roomUpdateResetsRate', async ({ scenario }) => {
      const isReset = ({ rate = 0, to }: Change) => to !== undefined && rate > 10 && rate !== 30;
      expect(await scenario.destroy()).toEqual(withCalls(mapRooms(changes, (_, change) => isReset(change) ? RESET : undefined)));
      expect(scenario.rates).toEqual(mapRooms(changes, () => undefined));
      expect(scenario.failures).toEqual([]);
    });
  });
});

// Without 50 → 5, which removes the custom resource: CloudFormation does not call it when the deployment is rolled back.
describe.each(UNDOCUMENTED_BEHAVIORS)('with %o', behavior => {
  const CHANGES: Record<string, Change> = {
    Changed: { from: withRate(20), to: withRate(70), rate: 20, calls: [...APPLIED, ...APPLIED] },
    Renamed: { from: withRate(20), to: withRate(20, { roomName: 'new' }), rate: 20, calls: [...APPLIED, ...APPLIED] },
    RenamedAndChanged: { from: withRate(20), to: withRate(70, { roomName: 'new' }), rate: 20, calls: [...APPLIED, ...APPLIED] },
    FromCloudFormation: { from: withRate(5), to: withRate(50), rate: 5, calls: [...APPLIED, ...READ] },
    Removed: { from: withRate(20), rate: 20 },
    ToNothing: { from: withRate(20), to: withRate(), rate: 20 },
    New: { to: withRate(20) },
  };
  const scenario = new Scenario(behavior, CHANGES);
  beforeAll(async () => {
    await scenario.start();
    await scenario.deploy('from');
  });
  afterAll(async () => scenario.stop());

  test('a deployment that fails later restores the rates', async () => {
    const calls = await scenario.deployAndRollBack();
    const [newRoom] = Object.keys(calls).filter(id => !(id in CHANGES));
    expect(calls).toEqual({ ...withCalls(mapRooms(CHANGES, (_, change) => change.calls)), [newRoom]: [...APPLIED, ...RESET] });
    expect(scenario.rates).toEqual(mapRooms(CHANGES, (_, { rate }) => rate));
    expect(scenario.room(newRoom)).toBeUndefined();
  });
});
