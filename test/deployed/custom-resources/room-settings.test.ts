import type { CreateRoomRequest } from '@aws-sdk/client-ivschat';
import { CfnOutput } from 'aws-cdk-lib';
import * as ivschat from '../../../src';
import { meanwhile, newChatLog, newReview, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine, type Outputs } from '../../support/deployed/machine';

/** A room of somebody else, as it is seen through two deployments of settings for it. */
interface Story {
  readonly room?: (theirs: Outputs) => CreateRoomRequest;
  readonly first: Settings;
  readonly firstCalls: string[];
  /** What is different from the room as it was made. */
  readonly firstSeen: Partial<Seen>;
  readonly meanwhile?: [operation: string, input: (arn: string) => object];
  /** None: the settings are removed. */
  readonly second?: Settings;
  readonly secondCalls?: string[];
  /** What is different then. */
  readonly secondSeen?: Partial<Seen> | 'gone';
}

type Settings = (shared: { review: ivschat.MessageReviewHandler; chatLog: ivschat.LoggingConfiguration }) => Omit<ivschat.ChatRoomSettingsProps, 'room'>;

interface Seen {
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
const ALL: Seen = { length: 100, rate: 60, handler: 'ours', logs: ['ours'], tags: { team: 'a', floor: '2' } };

const STORIES: Record<string, Story> = {
  Kept: { first: everything, firstCalls: [...SET, 'TagResource'], firstSeen: ALL, second: everything },
  Removed: {
    first: everything,
    firstCalls: [...SET, 'TagResource'],
    firstSeen: ALL,
    secondCalls: [...SET, 'UntagResource'],
    secondSeen: { handler: undefined, logs: [], tags: {} },
  },
  SetAlready: {
    room: () => ({ maximumMessageLength: 42 }),
    first: () => ({ maximumMessageLength: 42 }),
    firstCalls: READ,
    firstSeen: {},
    secondCalls: READ,
  },
  Changed: {
    first: () => ({ maximumMessageLength: 100, maximumMessageRatePerSecond: 5 }),
    firstCalls: SET,
    firstSeen: { length: 100, rate: 5 },
    second: () => ({ maximumMessageLength: 50, maximumMessageRatePerSecond: 50 }),
    secondCalls: SET,
    secondSeen: { length: 50, rate: 50 },
  },
  LengthAndRateRemoved: {
    first: () => ({ maximumMessageLength: 100, maximumMessageRatePerSecond: 60, tags: { team: 'a' } }),
    firstCalls: [...SET, 'TagResource'],
    firstSeen: { length: 100, rate: 60, tags: { team: 'a' } },
    second: () => ({ tags: { team: 'a' } }),
    secondCalls: READ,
  },
  HandlerRemoved: {
    first: ({ review }) => ({ maximumMessageLength: 100, messageReviewHandler: review }),
    firstCalls: SET,
    firstSeen: { length: 100, handler: 'ours' },
    second: () => ({ maximumMessageLength: 100 }),
    secondCalls: SET,
    secondSeen: { handler: undefined },
  },
  HandlerOfOthersTakenOff: {
    room: theirs => ({ messageReviewHandler: { uri: theirs.Handler } }),
    first: () => ({ messageReviewHandler: ivschat.MessageReviewHandler.none() }),
    firstCalls: SET,
    firstSeen: { handler: undefined },
    secondCalls: READ,
  },
  HandlerChangedByOthers: {
    first: ({ review }) => ({ messageReviewHandler: review }),
    firstCalls: SET,
    firstSeen: { handler: 'ours' },
    meanwhile: ['UpdateRoom', identifier => ({ identifier, messageReviewHandler: { uri: theirs.Handler } })],
    secondCalls: READ,
    secondSeen: { handler: 'theirs' },
  },
  LoggingListChangedByOthers: {
    room: ({ Log }) => ({ loggingConfigurationIdentifiers: [Log] }),
    first: ({ chatLog }) => ({ loggingConfigurations: [chatLog] }),
    firstCalls: SET,
    firstSeen: { logs: ['theirs', 'ours'] },
    meanwhile: ['UpdateRoom', identifier => ({ identifier, loggingConfigurationIdentifiers: [theirs.OtherLog, ours.Log, theirs.Log] })],
    second: () => ({ loggingConfigurations: [] }),
    secondCalls: SET,
    secondSeen: { logs: ['other', 'theirs'] },
  },
  TagsChangedByOthers: {
    room: () => ({ tags: { owner: 'them' } }),
    first: () => ({ tags: { team: 'a', floor: '2', lift: 'left' } }),
    firstCalls: ['GetRoom', 'TagResource'],
    firstSeen: { tags: { owner: 'them', team: 'a', floor: '2', lift: 'left' } },
    meanwhile: ['TagResource', resourceArn => ({ resourceArn, tags: { lift: 'right' } })],
    second: () => ({ tags: { team: 'b' } }),
    secondCalls: ['GetRoom', 'UntagResource', 'TagResource'],
    secondSeen: { tags: { owner: 'them', team: 'b', lift: 'right' } },
  },
  DeletedByOthers: {
    first: everything,
    firstCalls: [...SET, 'TagResource'],
    firstSeen: ALL,
    meanwhile: ['DeleteRoom', identifier => ({ identifier })],
    secondCalls: READ,
    secondSeen: 'gone',
  },
};

let machine: Machine;
/** What the stack of somebody else has for rooms, and ours. */
let theirs: Outputs;
let ours: Outputs = {};
/** Of the rooms, by story. */
const arns: Record<string, string> = {};
/** The rooms as they were when somebody looked last. */
let known: Record<string, Seen>;

beforeAll(async () => {
  machine = await Machine.start({ throttle: true });
  theirs = await machine.deploy(stackOf('Theirs', stack => {
    new CfnOutput(stack, 'Handler', { value: newReview(stack, 'Review').handlerUri });
    for (const id of ['Log', 'OtherLog']) new CfnOutput(stack, id, { value: newChatLog(stack, `Chat${id}`).loggingConfigurationArn });
  }));
  for (const [id, { room }] of Object.entries(STORIES)) {
    arns[id] = (await meanwhile(machine, 'CreateRoom', room?.(theirs) ?? {})).arn;
  }
  known = inStories(id => look(id) as Seen);
  machine.synthesize(settings('first'));
});

afterAll(async () => {
  await machine.stop();
});

function settings(at: 'first' | 'second') {
  return stackOf('Settings', stack => {
    const shared = { review: newReview(stack, 'Review'), chatLog: newChatLog(stack, 'ChatLog') };
    new CfnOutput(stack, 'Handler', { value: shared.review.handlerUri });
    new CfnOutput(stack, 'Log', { value: shared.chatLog.loggingConfigurationArn });
    for (const [id, { [at]: props }] of Object.entries(STORIES)) {
      if (props) new ivschat.ChatRoomSettings(stack, id, { room: ivschat.ChatRoom.fromRoomArn(stack, `${id}Room`, arns[id]), ...props(shared) });
    }
  });
}

const inStories = <T>(what: (id: string, story: Story) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(STORIES).map(([id, story]) => [id, what(id, story)]));

function look(id: string): Seen | 'gone' {
  const room = roomOf(machine, arns[id]);
  if (!room) return 'gone';
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
  const calls = await machine.callsDuring(work);
  return inStories(id => calls[arns[id]]);
}

test('settings are applied to what is there, in three calls at most', async () => {
  const calls = await callsOf(async () => ours = await machine.deploy(settings('first')));

  expect(calls).toEqual(inStories((_, { firstCalls }) => firstCalls));
  expect(inStories(look)).toEqual(known = inStories((id, { firstSeen }) => ({ ...known[id], ...firstSeen })));
});

test('settings are left alone by a deployment that changes nothing', async () => {
  expect(await machine.callsDuring(async () => machine.deploy(settings('first')))).toEqual({});
});

test('settings are changed and taken off, and what others have done stays', async () => {
  for (const [id, { meanwhile: event }] of Object.entries(STORIES)) if (event) await meanwhile(machine, event[0], event[1](arns[id]));
  const calls = await callsOf(async () => machine.deploy(settings('second')));

  expect(calls).toEqual(inStories((_, { secondCalls }) => secondCalls));
  expect(inStories(look)).toEqual(inStories((id, { secondSeen }) => secondSeen === 'gone' ? 'gone' : { ...known[id], ...secondSeen }));
});

test('settings go with the stack, and the logging configuration with them', async () => {
  await machine.server.deployment.destroy('Settings');

  expect(look('Kept')).toEqual({ length: 100, rate: 60, handler: undefined, logs: [], tags: {} });
  expect(machine.server.controlPlane.loggingConfiguration(ours.Log)).toBeUndefined();
  expect(machine.server.liveLog.recent.filter(({ kind, level }) => kind === 'custom-resource' && level === 'error')).toEqual([]);
});
