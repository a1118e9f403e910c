import { CfnOutput, CfnParameter, type Stack } from 'aws-cdk-lib';
import * as ivschat from '../../../src';
import { ANSWERS, failAfter, meanwhile, newChatLog, newReview, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine, type Outputs } from '../../support/deployed/machine';

/** What else of the app a room may have. */
interface Shared {
  readonly review: ivschat.MessageReviewHandler;
  readonly strict: ivschat.MessageReviewHandler;
  readonly chatLog: ivschat.LoggingConfiguration;
  readonly token: number;
}

type Props = (shared: Shared) => ivschat.ChatRoomProps;

/** A room from one deployment to the next: the rate it ends with, and what the second deployment asks for. */
interface Change {
  readonly from?: Props;
  readonly meanwhile?: [operation: string, input: object];
  readonly to?: Props;
  readonly rate?: number;
  readonly calls?: string[];
}

const at = (maximumMessageRatePerSecond?: number, props: ivschat.ChatRoomProps = {}): Props => () => ({ maximumMessageRatePerSecond, ...props });

const APPLIED = ['UpdateRoom'];
const READ = ['GetRoom'];
const TAKEN_BACK = ['GetRoom', 'UpdateRoom'];

/** Rooms as they are before or after the changes, whose ARNs are outputs. */
function rooms(which: 'from' | 'to', changes: Record<string, Change>, then: (stack: Stack, made: ivschat.ChatRoom[]) => void = () => {}) {
  return stackOf('Rates', stack => {
    const shared: Shared = {
      review: newReview(stack, 'Review'),
      strict: newReview(stack, 'Strict', { fallbackResult: ivschat.FallbackResult.DENY }),
      chatLog: newChatLog(stack, 'ChatLog'),
      token: new CfnParameter(stack, 'Rate', { type: 'Number', default: 7 }).valueAsNumber,
    };
    const made = Object.entries(changes).flatMap(([id, { [which]: props }]) => {
      if (!props) return [];
      const room = new ivschat.ChatRoom(stack, id, props(shared));
      new CfnOutput(stack, `${id}Arn`, { value: room.roomArn });
      return [room];
    });
    then(stack, made);
  });
}

/** The same for each room. */
const perRoom = <T>(changes: Record<string, Change>, what: (id: string, change: Change) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(changes).map(([id, change]) => [id, what(id, change)]));

/** A machine with one answer to what nobody could find out, and the rooms on it. */
class Life {
  private machine!: Machine;
  private outputs: Outputs = {};

  constructor(private readonly answers: typeof ANSWERS[number], private readonly changes: Record<string, Change>) {}

  public async start(): Promise<void> {
    this.machine = await Machine.start({ throttle: true, ...this.answers });
    this.machine.synthesize(rooms('from', this.changes));
  }

  public async stop(): Promise<void> {
    await this.machine.stop();
  }

  /** @returns what each room was asked for; those that are not in the table have their ARN as a name */
  public async deploy(which: 'from' | 'to'): Promise<Record<string, string[]>> {
    return this.callsDuring(async () => this.outputs = { ...this.outputs, ...await this.machine.deploy(rooms(which, this.changes)) });
  }

  /** What can only be rolled back, after everything else of it has been done. */
  public async deployInVain(): Promise<Record<string, string[]>> {
    const broken = rooms('to', this.changes, (stack, made) => failAfter(stack, ...made));
    return this.callsDuring(async () =>
      expect(this.machine.deploy(broken)).rejects.toThrow(/^The stack Rates could not be updated and was rolled back: Broken /));
  }

  public async destroy(): Promise<Record<string, string[]>> {
    return this.callsDuring(async () => this.machine.server.deployment.destroy('Rates'));
  }

  public async meanwhile(): Promise<void> {
    for (const [id, { meanwhile: event }] of Object.entries(this.changes)) {
      if (event) await meanwhile(this.machine, event[0], { identifier: this.outputs[`${id}Arn`], ...event[1] });
    }
  }

  public room(id: string) {
    return roomOf(this.machine, this.outputs[`${id}Arn`] ?? id);
  }

  public get rates(): Record<string, number | undefined> {
    return perRoom(this.changes, id => this.room(id)?.maximumMessageRatePerSecond);
  }

  public get failures(): string[] {
    return this.machine.server.liveLog.recent.filter(({ kind, level }) => kind === 'custom-resource' && level === 'error').map(({ text }) => text);
  }

  private async callsDuring(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
    const calls = await this.machine.callsDuring(work);
    const idOf = (arn: string) => Object.keys(this.changes).find(id => this.outputs[`${id}Arn`] === arn) ?? arn;
    return Object.fromEntries(Object.entries(calls).map(([arn, operations]) => [idOf(arn), operations]));
  }
}

/** Those of a table that are not empty. */
const some = (calls: Record<string, string[] | undefined>) => Object.fromEntries(Object.entries(calls).filter(([, operations]) => operations));

// A dozen rooms at once, where the service lets five calls a second through.
const DOZEN: Record<string, Change> = {
  Unchanged: { from: at(50, { roomName: 'same' }), to: at(50, { roomName: 'same' }), rate: 50 },
  Changed: { from: at(50), to: at(20), rate: 20, calls: APPLIED },
  ToCloudFormation: { from: at(50), to: at(5), rate: 5, calls: READ },
  ToNothing: { from: at(50), to: at(), rate: 10, calls: TAKEN_BACK },
  FromCloudFormation: { from: at(5), to: at(50), rate: 50, calls: APPLIED },
  FromNothing: { from: at(), to: at(50), rate: 50, calls: APPLIED },
  Removed: { from: at(50), calls: TAKEN_BACK },
  Name: { from: at(50), to: at(50, { roomName: 'new' }), rate: 50, calls: APPLIED },
  Length: { from: at(50), to: at(50, { maximumMessageLength: 42 }), rate: 50, calls: APPLIED },
  Tags: { from: at(50), to: at(50, { tags: { team: 'a' } }), rate: 50, calls: APPLIED },
  Handler: { from: at(50), to: ({ review }) => ({ maximumMessageRatePerSecond: 50, messageReviewHandler: review }), rate: 50, calls: APPLIED },
  Logging: { from: at(50), to: ({ chatLog }) => ({ maximumMessageRatePerSecond: 50, loggingConfigurations: [chatLog] }), rate: 50, calls: APPLIED },
};
const MORE: Record<string, Change> = {
  ToToken: { from: at(50), to: ({ token }) => ({ maximumMessageRatePerSecond: token }), rate: 7, calls: READ },
  Everything: {
    from: ({ review, chatLog }) => ({ maximumMessageRatePerSecond: 50, messageReviewHandler: review, loggingConfigurations: [chatLog] }),
    // An empty list, or nobody knows whether the room keeps the log, which then could not be deleted before it.
    to: ({ strict }) => ({ maximumMessageRatePerSecond: 60, messageReviewHandler: strict, loggingConfigurations: [], roomName: 'all', tags: { team: 'a' } }),
    rate: 60,
    calls: APPLIED,
  },
  LoweredByHand: { from: at(50), meanwhile: ['UpdateRoom', { maximumMessageRatePerSecond: 30 }], to: at(), rate: 30, calls: READ },
  DeletedByHand: { from: at(50), meanwhile: ['DeleteRoom', {}], calls: READ },
};

describe.each([['a dozen rates', DOZEN], ['more of a rate', MORE]])('%s', (_title, changes) => {
  const lives = ANSWERS.map(answers => ({ ...answers, life: new Life(answers, changes) }));
  beforeAll(async () => {
    for (const { life } of lives) await life.start();
  });
  afterAll(async () => {
    for (const { life } of lives) await life.stop();
  });

  describe('applied with the room, in one call', () => {
    // One after the other: this is where all processes start.
    test.each(lives)('where an update of the room resets it: $roomUpdateResetsRate', async ({ life }) => {
      const before: Record<string, number> = { FromCloudFormation: 5, FromNothing: 10 };
      expect(await life.deploy('from')).toEqual(some(perRoom(changes, id => id in before ? undefined : APPLIED)));
      expect(life.rates).toEqual(perRoom(changes, id => before[id] ?? 50));
    });
  });

  describe('left alone by a deployment that changes nothing', () => {
    test.concurrent.each(lives)('where an update of the room resets it: $roomUpdateResetsRate', async ({ life }) => {
      expect(await life.deploy('from')).toEqual({});
    });
  });

  describe('applied again with each change of the room, with the calls it needs', () => {
    test.concurrent.each(lives)('where an update of the room resets it: $roomUpdateResetsRate', async ({ life }) => {
      await life.meanwhile();
      expect(await life.deploy('to')).toEqual(some(perRoom(changes, (_, { calls }) => calls)));
      expect(life.rates).toEqual(perRoom(changes, (_, { rate }) => rate));
    });
  });

  describe('gone with the stack, without a failure', () => {
    test.concurrent.each(lives)('where an update of the room resets it: $roomUpdateResetsRate', async ({ life }) => {
      const isOurs = ({ rate = 0, to }: Change) => to !== undefined && rate > 10 && rate !== 30;
      expect(await life.destroy()).toEqual(some(perRoom(changes, (_, change) => isOurs(change) ? TAKEN_BACK : undefined)));
      expect(life.rates).toEqual(perRoom(changes, () => undefined));
      expect(life.failures).toEqual([]);
    });
  });
});

// Not 50 → 5: there the custom resource is one to be removed, which nobody calls when the deployment is rolled back.
describe.each(ANSWERS)('where %o', answers => {
  const CHANGES: Record<string, Change> = {
    Changed: { from: at(20), to: at(70), rate: 20, calls: [...APPLIED, ...APPLIED] },
    Renamed: { from: at(20), to: at(20, { roomName: 'new' }), rate: 20, calls: [...APPLIED, ...APPLIED] },
    RenamedAndChanged: { from: at(20), to: at(70, { roomName: 'new' }), rate: 20, calls: [...APPLIED, ...APPLIED] },
    FromCloudFormation: { from: at(5), to: at(50), rate: 5, calls: [...APPLIED, ...READ] },
    Removed: { from: at(20), rate: 20 },
    ToNothing: { from: at(20), to: at(), rate: 20 },
    New: { to: at(20) },
  };
  const life = new Life(answers, CHANGES);
  beforeAll(async () => {
    await life.start();
    await life.deploy('from');
  });
  afterAll(async () => life.stop());

  test('a deployment that fails later leaves the rates as before', async () => {
    const calls = await life.deployInVain();
    const [made] = Object.keys(calls).filter(id => !(id in CHANGES));
    expect(calls).toEqual({ ...some(perRoom(CHANGES, (_, change) => change.calls)), [made]: [...APPLIED, ...TAKEN_BACK] });
    expect(life.rates).toEqual(perRoom(CHANGES, (_, { rate }) => rate));
    expect(life.room(made)).toBeUndefined();
  });
});
