import type { CreateRoomRequest } from '@aws-sdk/client-ivschat';
import { CfnOutput } from 'aws-cdk-lib';
import * as ivschat from '../../../src';
import { callApi, newChatLog, newReview, roomOf, setHandlerTimeout, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';

/** A room outside the stack, and two deployments of settings for it. */
interface Scenario {
  readonly room?: (theirs: Outputs) => CreateRoomRequest;
  readonly first: Settings;
  readonly firstCalls: string[];
  /** Differences from the room as it was created. */
  readonly firstState: Partial<RoomState>;
  readonly externalChange?: [operation: string, input: (arn: string) => object];
  /** @default - the settings are removed */
  readonly second?: Settings;
  readonly secondCalls?: string[];
  /** Differences from the first state. */
  readonly secondState?: Partial<RoomState> | 'deleted';
}

type Settings = (shared: { review: ivschat.MessageReviewHandler; chatLog: ivschat.LoggingConfiguration }) => Omit<ivschat.ChatRoomSettingsProps, 'room'>;

interface RoomState {
  readonly length: number;
  readonly rate: number;
  readonly handler?: string;
  readonly logs: string[];
  readonly tags: Record<string, string>;
}

const READ = ['GetRoom'];
const SET = ['GetRoom', 'UpdateRoom'];

const everything: Settings = ({ review, chatLog }) => ({
  maximumMessageLength: 100, maximumMessageRatePerSecond: 60, messageReviewHandler: review, loggingConfigurations: [chatLog], tags: { team: 'a', floor: '2' },
});
const ALL: RoomState = { length: 100, rate: 60, handler: 'ours', logs: ['ours'], tags: { team: 'a', floor: '2' } };

const SCENARIOS: Record<string, Scenario> = {
  Kept: { first: everything, firstCalls: [...SET, 'TagResource'], firstState: ALL, second: everything },
  Removed: {
    first: everything,
    firstCalls: [...SET, 'TagResource'],
    firstState: ALL,
    secondCalls: [...SET, 'UntagResource'],
    secondState: { handler: undefined, logs: [], tags: {} },
  },
  SetAlready: {
    room: () => ({ maximumMessageLength: 42 }),
    first: () => ({ maximumMessageLength: 42 }),
    firstCalls: READ,
    firstState: {},
    secondCalls: READ,
  },
  Changed: {
    first: () => ({ maximumMessageLength: 100, maximumMessageRatePerSecond: 5 }),
    firstCalls: SET,
    firstState: { length: 100, rate: 5 },
    second: () => ({ maximumMessageLength: 50, maximumMessageRatePerSecond: 50 }),
    secondCalls: SET,
    secondState: { length: 50, rate: 50 },
  },
  LengthAndRateRemoved: {
    first: () => ({ maximumMessageLength: 100, maximumMessageRatePerSecond: 60, tags: { team: 'a' } }),
    firstCalls: [...SET, 'TagResource'],
    firstState: { length: 100, rate: 60, tags: { team: 'a' } },
    second: () => ({ tags: { team: 'a' } }),
    secondCalls: READ,
  },
  HandlerRemoved: {
    first: ({ review }) => ({ maximumMessageLength: 100, messageReviewHandler: review }),
    firstCalls: SET,
    firstState: { length: 100, handler: 'ours' },
    second: () => ({ maximumMessageLength: 100 }),
    secondCalls: SET,
    secondState: { handler: undefined },
  },
  HandlerOfOthersDetached: {
    room: theirs => ({ messageReviewHandler: { uri: theirs.Handler } }),
    first: () => ({ messageReviewHandler: ivschat.MessageReviewHandler.none() }),
    firstCalls: SET,
    firstState: { handler: undefined },
    secondCalls: READ,
  },
  HandlerChangedByOthers: {
    first: ({ review }) => ({ messageReviewHandler: review }),
    firstCalls: SET,
    firstState: { handler: 'ours' },
    externalChange: ['UpdateRoom', identifier => ({ identifier, messageReviewHandler: { uri: theirs.Handler } })],
    secondCalls: READ,
    secondState: { handler: 'theirs' },
  },
  LoggingListChangedByOthers: {
    room: ({ Log }) => ({ loggingConfigurationIdentifiers: [Log] }),
    first: ({ chatLog }) => ({ loggingConfigurations: [chatLog] }),
    firstCalls: SET,
    firstState: { logs: ['theirs', 'ours'] },
    externalChange: ['UpdateRoom', identifier => ({ identifier, loggingConfigurationIdentifiers: [theirs.OtherLog, ours.Log, theirs.Log] })],
    second: () => ({ loggingConfigurations: [] }),
    secondCalls: SET,
    secondState: { logs: ['other', 'theirs'] },
  },
  TagsChangedByOthers: {
    room: () => ({ tags: { owner: 'them' } }),
    first: () => ({ tags: { team: 'a', floor: '2', lift: 'left' } }),
    firstCalls: ['GetRoom', 'TagResource'],
    firstState: { tags: { owner: 'them', team: 'a', floor: '2', lift: 'left' } },
    externalChange: ['TagResource', resourceArn => ({ resourceArn, tags: { lift: 'right' } })],
    second: () => ({ tags: { team: 'b' } }),
    secondCalls: ['GetRoom', 'UntagResource', 'TagResource'],
    secondState: { tags: { owner: 'them', team: 'b', lift: 'right' } },
  },
  DeletedByOthers: {
    first: everything,
    firstCalls: [...SET, 'TagResource'],
    firstState: ALL,
    externalChange: ['DeleteRoom', identifier => ({ identifier })],
    secondCalls: READ,
    secondState: 'deleted',
  },
};

let runtime: LocalRuntime;
/** Outputs of another stack, and of the stack with the settings. */
let theirs: Outputs;
let ours: Outputs = {};
/** ARNs of the rooms, by scenario. */
const arns: Record<string, string> = {};
/** The last known states of the rooms, by scenario. */
let states: Record<string, RoomState>;

beforeAll(async () => {
  runtime = await LocalRuntime.start({ throttle: true });
  theirs = await runtime.deploy(stackOf('Theirs', stack => {
    new CfnOutput(stack, 'Handler', { value: newReview(stack, 'Review').handlerUri });
    for (const id of ['Log', 'OtherLog']) new CfnOutput(stack, id, { value: newChatLog(stack, `Chat${id}`).loggingConfigurationArn });
  }));
  for (const [id, { room }] of Object.entries(SCENARIOS)) {
    arns[id] = (await callApi(runtime, 'CreateRoom', room?.(theirs) ?? {})).arn;
  }
  states = mapScenarios(id => stateOf(id) as RoomState);
  runtime.synthesize(settings('first'));
});

afterAll(async () => {
  await runtime.stop();
});

function settings(deployment: 'first' | 'second') {
  return stackOf('Settings', stack => {
    const shared = { review: newReview(stack, 'Review'), chatLog: newChatLog(stack, 'ChatLog') };
    new CfnOutput(stack, 'Handler', { value: shared.review.handlerUri });
    new CfnOutput(stack, 'Log', { value: shared.chatLog.loggingConfigurationArn });
    for (const [id, { [deployment]: props }] of Object.entries(SCENARIOS)) {
      if (props) new ivschat.ChatRoomSettings(stack, id, { room: ivschat.ChatRoom.fromRoomArn(stack, `${id}Room`, arns[id]), ...props(shared) });
    }
    // Too short to look twice at a room that has its settings already.
    setHandlerTimeout(4, stack);
  });
}

const mapScenarios = <T>(valueOf: (id: string, scenario: Scenario) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(SCENARIOS).map(([id, scenario]) => [id, valueOf(id, scenario)]));

function stateOf(id: string): RoomState | 'deleted' {
  const room = roomOf(runtime, arns[id]);
  if (!room) return 'deleted';
  const names = new Map([
    [theirs.Handler, 'theirs'], [theirs.Log, 'theirs'], [theirs.OtherLog, 'other'], [ours.Handler, 'ours'], [ours.Log, 'ours'],
  ]);
  return {
    length: room.maximumMessageLength,
    rate: room.maximumMessageRatePerSecond,
    handler: names.get(room.messageReviewHandler?.uri ?? ''),
    logs: room.loggingConfigurationIdentifiers.map(arn => names.get(arn)!),
    tags: room.tags,
  };
}

async function callsOf(work: () => Promise<unknown>): Promise<Record<string, string[] | undefined>> {
  const calls = await runtime.callsDuring(work);
  return mapScenarios(id => calls[arns[id]]);
}

test('settings are applied to existing rooms, in at most three calls', async () => {
  const calls = await callsOf(async () => ours = await runtime.deploy(settings('first')));

  expect(calls).toEqual(mapScenarios((_, { firstCalls }) => firstCalls));
  expect(mapScenarios(stateOf)).toEqual(states = mapScenarios((id, { firstState }) => ({ ...states[id], ...firstState })));
});

test('a deployment without changes makes no calls', async () => {
  expect(await runtime.callsDuring(async () => runtime.deploy(settings('first')))).toEqual({});
});

test('settings are changed and removed, and changes by others stay', async () => {
  for (const [id, { externalChange }] of Object.entries(SCENARIOS)) {
    if (!externalChange) continue;
    const [operation, input] = externalChange;
    await callApi(runtime, operation, input(arns[id]));
  }
  const calls = await callsOf(async () => runtime.deploy(settings('second')));

  expect(calls).toEqual(mapScenarios((_, { secondCalls }) => secondCalls));
  expect(mapScenarios(stateOf)).toEqual(mapScenarios((id, { secondState }) => secondState === 'deleted' ? 'deleted' : { ...states[id], ...secondState }));
});

test('settings are removed with the stack, and the logging configuration is deleted', async () => {
  await runtime.local.destroy('Settings');

  expect(stateOf('Kept')).toEqual({ length: 100, rate: 60, handler: undefined, logs: [], tags: {} });
  await expect(callApi(runtime, 'GetLoggingConfiguration', { identifier: ours.Log })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(runtime.local.liveLog.filter(({ kind, level }) => kind === 'custom-resource' && level === 'error')).toEqual([]);
});
