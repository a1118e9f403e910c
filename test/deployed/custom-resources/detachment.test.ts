import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as ivschat from '../../../src';
import { UNDOCUMENTED_BEHAVIORS, failAfter, setHandlerTimeout, logsSuffix, callApi, newChatLog, newReview, failureReasons, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';

interface Shared {
  readonly review?: ivschat.MessageReviewHandler;
  readonly chatLog?: ivschat.LoggingConfiguration;
}

/** A stack with a handler and a logging configuration for rooms that the application creates at runtime. */
function shared(resources: { review?: boolean; chatLog?: boolean }, customize: (created: Shared, stack: Stack) => void = () => {}) {
  return stackOf('Shared', stack => {
    const review = resources.review ? newReview(stack, 'Review', { detachOnDelete: true }) : undefined;
    const chatLog = resources.chatLog ? newChatLog(stack, 'ChatLog', true) : undefined;
    if (review) new CfnOutput(stack, 'Handler', { value: review.handlerUri });
    if (chatLog) new CfnOutput(stack, 'Log', { value: chatLog.loggingConfigurationArn });
    // Too short to look twice before no room is left.
    if (resources.review || resources.chatLog) setHandlerTimeout(4, stack);
    customize({ review, chatLog }, stack);
  });
}

/** Rooms created by the application at runtime, without the limit of 5 a second. */
async function createRooms(runtime: LocalRuntime, count: number, settings: object): Promise<string[]> {
  const rooms = await Promise.all(Array.from({ length: count }, async () => callApi(runtime, 'CreateRoom', settings)));
  return rooms.map(({ arn }) => arn);
}

/** The calls for each of these rooms. */
const callsFor = (calls: Record<string, string[]>, arns: string[]) => arns.map(arn => calls[arn]);

/** Runs a test with its own runtime. */
async function withRuntime(work: (runtime: LocalRuntime) => Promise<void>, options: object = {}): Promise<void> {
  const runtime = await LocalRuntime.start({ throttle: true, ...options });
  try {
    await work(runtime);
  } finally {
    await runtime.stop();
  }
}

describe('rooms outside the stack', () => {
  let runtime: LocalRuntime;
  let outputs: Outputs;
  let otherLog: string;
  beforeAll(async () => {
    runtime = await LocalRuntime.start({ throttle: true });
    otherLog = (await runtime.deploy(stackOf('Other', stack => {
      new CfnOutput(stack, 'Log', { value: newChatLog(stack, 'ChatLog').loggingConfigurationArn });
    }))).Log;
  });
  beforeAll(async () => {
    outputs = await runtime.deploy(shared({ review: true, chatLog: true }));
  });
  afterAll(async () => {
    await runtime.stop();
  });

  test('lose a handler and a logging configuration that are deleted', async () => {
    const { Handler, Log } = outputs;
    const reviewed = await createRooms(runtime, 4, { messageReviewHandler: { uri: Handler, fallbackResult: 'DENY' } });
    const logged = await createRooms(runtime, 4, { loggingConfigurationIdentifiers: [Log, otherLog] });
    const [unrelated] = await createRooms(runtime, 1, { loggingConfigurationIdentifiers: [otherLog] });

    // A deployment without changes makes no calls.
    expect(await runtime.callsDuring(async () => runtime.deploy(shared({ review: true, chatLog: true })))).toEqual({});
    const calls = await runtime.callsDuring(async () => runtime.local.destroy('Shared'));

    expect(reviewed.map(arn => roomOf(runtime, arn)?.messageReviewHandler?.uri)).toEqual(['', '', '', '']);
    expect(logged.map(arn => roomOf(runtime, arn)?.loggingConfigurationIdentifiers)).toEqual([[otherLog], [otherLog], [otherLog], [otherLog]]);
    await expect(callApi(runtime, 'GetLoggingConfiguration', { identifier: Log })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(callsFor(calls, [...reviewed, ...logged])).toEqual(Array(8).fill(['UpdateRoom']));
    // For each of the two, one page and a last one that is empty.
    expect(calls['all rooms']).toEqual(['ListRooms', 'ListRooms', 'ListRooms', 'ListRooms']);
    expect(calls[unrelated]).toBeUndefined();
  });
});

describe('more rooms than fit into the time limit', () => {
  let runtime: LocalRuntime;
  let arns: string[];
  let outputs: Outputs;
  const detached = () => arns.filter(arn => !roomOf(runtime, arn)?.messageReviewHandler?.uri);

  beforeAll(async () => {
    runtime = await LocalRuntime.start({ throttle: true });
    outputs = await runtime.deploy(shared({ review: true }, (_, stack) => setHandlerTimeout(3, stack)));
    arns = await createRooms(runtime, 24, { messageReviewHandler: { uri: outputs.Handler } });
  });
  afterAll(async () => {
    await runtime.stop();
  });

  test('fail the deletion, which reports its progress', async () => {
    const logs = logsSuffix(runtime, 'Shared');
    const reasons = await failureReasons(runtime, async () => runtime.local.destroy('Shared'));

    expect(detached().length).toBeGreaterThan(1);
    expect(detached().length).toBeLessThan(arns.length);
    // Either call may be the one that had no time left.
    expect(reasons).toEqual([expect.stringMatching(new RegExp(
      `^The message review handler ${outputs.Handler} was detached from ${detached().length} rooms, but not from all: delete the stack again to continue\\. `
      + `It stopped because [^/]*ivschat:(ListRooms|UpdateRoom) [^/]*\\.${logs}$`))]);
  });

  test('are detached by further deletions, each room once', async () => {
    const remaining = arns.filter(arn => !detached().includes(arn));
    const calls = await runtime.callsDuring(async () => {
      while (runtime.local.stacks.length > 0) await runtime.local.destroy('Shared').catch(() => undefined);
    });

    expect(callsFor(calls, remaining)).toEqual(remaining.map(() => ['UpdateRoom']));
    expect(detached()).toEqual(arns);
  });
});

test('rooms and settings of the same stack are deleted first, and need no call', async () => withRuntime(async runtime => {
  const [external] = await createRooms(runtime, 1, {});
  const { Log } = await runtime.deploy(shared({ review: true, chatLog: true }, ({ review, chatLog }, stack) => {
    for (const id of ['A', 'B', 'C']) new ivschat.ChatRoom(stack, id, { messageReviewHandler: review, loggingConfigurations: [chatLog!] });
    new ivschat.ChatRoomSettings(stack, 'Settings', {
      room: ivschat.ChatRoom.fromRoomArn(stack, 'External', external), messageReviewHandler: review, loggingConfigurations: [chatLog!],
    });
  }));

  expect(await runtime.callsDuring(async () => runtime.local.destroy('Shared'))).toEqual({
    'all rooms': ['ListRooms', 'ListRooms'], [external]: ['GetRoom', 'UpdateRoom'], [Log]: ['ListTagsForResource'],
  });
  expect(runtime.local.rooms.map(({ arn }) => arn)).toEqual([external]);
}));

test('a replaced function is detached, because it is another handler', async () => withRuntime(async runtime => {
  const withFunction = (logicalId: string) => shared({ review: true }, (_, stack) => {
    (stack.node.findChild('ReviewFunction').node.defaultChild as CfnRoom).overrideLogicalId(logicalId);
  });
  const { Handler } = await runtime.deploy(withFunction('First'));
  const [room] = await createRooms(runtime, 1, { messageReviewHandler: { uri: Handler } });
  const second = await runtime.deploy(withFunction('Second'));

  expect(second.Handler).not.toBe(Handler);
  expect(roomOf(runtime, room)?.messageReviewHandler?.uri).toBe('');
}));

test('a deployment that fails later detaches nothing', async () => withRuntime(async runtime => {
  const { Handler, Log } = await runtime.deploy(shared({ review: true, chatLog: true }));
  const [room] = await createRooms(runtime, 1, { messageReviewHandler: { uri: Handler }, loggingConfigurationIdentifiers: [Log] });
  const before = roomOf(runtime, room);

  expect(await runtime.callsDuring(async () => {
    await expect(runtime.deploy(shared({}, (_, stack) => failAfter(stack)))).rejects.toThrow(/ and was rolled back: Broken /);
  })).toEqual({});
  expect(roomOf(runtime, room)).toEqual(before);
}));

test.each(UNDOCUMENTED_BEHAVIORS)('with %o, a room of the stack loses a handler and a logging configuration that are removed from the stack', async behavior =>
  withRuntime(async runtime => {
    const withRoom = (resources: { review?: boolean; chatLog?: boolean }) => shared(resources, ({ review, chatLog }, stack) => {
      const room = new ivschat.ChatRoom(stack, 'Room', { roomName: 'owned', messageReviewHandler: review, loggingConfigurations: chatLog && [chatLog] });
      new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    });
    const { Log, RoomArn } = await runtime.deploy(withRoom({ review: true, chatLog: true }));
    await runtime.deploy(withRoom({}));

    expect(roomOf(runtime, RoomArn)).toMatchObject({ messageReviewHandler: { uri: '' }, loggingConfigurationIdentifiers: [] });
    await expect(callApi(runtime, 'GetLoggingConfiguration', { identifier: Log })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }, behavior));
