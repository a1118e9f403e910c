import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as ivschat from '../../../src';
import { ANSWERS, failAfter, giveUpAfter, logsOf, meanwhile, newChatLog, newReview, reasonsOf, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine, type Outputs } from '../../support/deployed/machine';

interface Shared {
  readonly review?: ivschat.MessageReviewHandler;
  readonly chatLog?: ivschat.LoggingConfiguration;
}

/** A handler and a logging configuration as applications share them among rooms that they make themselves. */
function shared(what: { review?: boolean; chatLog?: boolean }, then: (made: Shared, stack: Stack) => void = () => {}) {
  return stackOf('Shared', stack => {
    const review = what.review ? newReview(stack, 'Review', { detachOnDelete: true }) : undefined;
    const chatLog = what.chatLog ? newChatLog(stack, 'ChatLog', true) : undefined;
    if (review) new CfnOutput(stack, 'Handler', { value: review.handlerUri });
    if (chatLog) new CfnOutput(stack, 'Log', { value: chatLog.loggingConfigurationArn });
    then({ review, chatLog }, stack);
  });
}

/** Made by the application at run time. At 5 a second, as the service allows it, that alone would take a while. */
async function makeRooms(machine: Machine, count: number, settings: object): Promise<string[]> {
  const rooms = await Promise.all(Array.from({ length: count }, async () => meanwhile(machine, 'CreateRoom', settings)));
  return rooms.map(({ arn }) => arn);
}

/** How often an operation was called for these rooms, which is at most once each. */
const counted = (calls: Record<string, string[]>, arns: string[]) => arns.map(arn => calls[arn]);

/** Runs a test with a machine of its own. */
async function onMachine(work: (machine: Machine) => Promise<void>, options: object = {}): Promise<void> {
  const machine = await Machine.start({ throttle: true, ...options });
  try {
    await work(machine);
  } finally {
    await machine.stop();
  }
}

test('a handler and a logging configuration are taken off rooms of others, and go', async () => onMachine(async machine => {
  const { Handler, Log } = await machine.deploy(shared({ review: true, chatLog: true }));
  const otherLog = (await machine.deploy(stackOf('Other', stack => {
    new CfnOutput(stack, 'Log', { value: newChatLog(stack, 'ChatLog').loggingConfigurationArn });
  }))).Log;
  const reviewed = await makeRooms(machine, 4, { messageReviewHandler: { uri: Handler, fallbackResult: 'DENY' } });
  const logged = await makeRooms(machine, 4, { loggingConfigurationIdentifiers: [Log, otherLog] });
  const [neither] = await makeRooms(machine, 1, { loggingConfigurationIdentifiers: [otherLog] });

  // A deployment that changes nothing touches none of them.
  expect(await machine.callsDuring(async () => machine.deploy(shared({ review: true, chatLog: true })))).toEqual({});
  const calls = await machine.callsDuring(async () => machine.server.deployment.destroy('Shared'));

  expect(reviewed.map(arn => roomOf(machine, arn)?.messageReviewHandler)).toEqual([undefined, undefined, undefined, undefined]);
  expect(logged.map(arn => roomOf(machine, arn)?.loggingConfigurationIdentifiers)).toEqual([[otherLog], [otherLog], [otherLog], [otherLog]]);
  expect(machine.server.controlPlane.loggingConfiguration(Log)).toBeUndefined();
  expect(counted(calls, [...reviewed, ...logged])).toEqual(Array(8).fill(['UpdateRoom']));
  // A page and a look at the end, for each of the two.
  expect(calls['all rooms']).toEqual(['ListRooms', 'ListRooms', 'ListRooms', 'ListRooms']);
  expect(calls[neither]).toBeUndefined();
}));

describe('more rooms than there is time for', () => {
  let machine: Machine;
  let arns: string[];
  let outputs: Outputs;
  const done = () => arns.filter(arn => !roomOf(machine, arn)?.messageReviewHandler);

  beforeAll(async () => {
    machine = await Machine.start({ throttle: true });
    outputs = await machine.deploy(shared({ review: true }, (_, stack) => giveUpAfter(3, stack)));
    arns = await makeRooms(machine, 24, { messageReviewHandler: { uri: outputs.Handler } });
  });
  afterAll(async () => {
    await machine.stop();
  });

  test('fail the deletion, which says how far it came', async () => {
    const logs = logsOf(machine, 'Shared');
    const reasons = await reasonsOf(machine, async () => machine.server.deployment.destroy('Shared'));

    expect(done().length).toBeGreaterThan(1);
    expect(done().length).toBeLessThan(arns.length);
    // Whichever call it was that had no time left.
    expect(reasons).toEqual([expect.stringMatching(new RegExp(
      `^Took the message review handler ${outputs.Handler} off ${done().length} rooms, more are left: delete the stack again to go on\\. `
      + `It stopped because [^/]*ivschat:(ListRooms|UpdateRoom) [^/]*\\.${logs}$`))]);
  });

  test('are done by further deletions, each room once', async () => {
    const left = arns.filter(arn => !done().includes(arn));
    const calls = await machine.callsDuring(async () => {
      while (machine.server.deployment.describe().length > 0) await machine.server.deployment.destroy('Shared').catch(() => undefined);
    });

    expect(counted(calls, left)).toEqual(left.map(() => ['UpdateRoom']));
    expect(done()).toEqual(arns);
  });
});

test('rooms and settings of the stack itself are gone by then, and cost no call', async () => onMachine(async machine => {
  const [foreign] = await makeRooms(machine, 1, {});
  await machine.deploy(shared({ review: true, chatLog: true }, ({ review, chatLog }, stack) => {
    for (const id of ['A', 'B', 'C']) new ivschat.ChatRoom(stack, id, { messageReviewHandler: review, loggingConfigurations: [chatLog!] });
    new ivschat.ChatRoomSettings(stack, 'Settings', {
      room: ivschat.ChatRoom.fromRoomArn(stack, 'Foreign', foreign), messageReviewHandler: review, loggingConfigurations: [chatLog!],
    });
  }));

  expect(await machine.callsDuring(async () => machine.server.deployment.destroy('Shared'))).toEqual({
    'all rooms': ['ListRooms', 'ListRooms'], [foreign]: ['GetRoom', 'UpdateRoom'],
  });
  expect(machine.server.controlPlane.listRooms().map(({ arn }) => arn)).toEqual([foreign]);
}));

test('another function under the same handler is another handler, and the one before is taken off', async () => onMachine(async machine => {
  const withFunction = (logicalId: string) => shared({ review: true }, (_, stack) => {
    (stack.node.findChild('ReviewFunction').node.defaultChild as CfnRoom).overrideLogicalId(logicalId);
  });
  const { Handler } = await machine.deploy(withFunction('First'));
  const [room] = await makeRooms(machine, 1, { messageReviewHandler: { uri: Handler } });
  const second = await machine.deploy(withFunction('Second'));

  expect(second.Handler).not.toBe(Handler);
  expect(roomOf(machine, room)?.messageReviewHandler).toBeUndefined();
}));

test('a deployment that fails later takes nothing off', async () => onMachine(async machine => {
  const { Handler, Log } = await machine.deploy(shared({ review: true, chatLog: true }));
  const [room] = await makeRooms(machine, 1, { messageReviewHandler: { uri: Handler }, loggingConfigurationIdentifiers: [Log] });
  const before = roomOf(machine, room);

  expect(await machine.callsDuring(async () => {
    await expect(machine.deploy(shared({}, (_, stack) => failAfter(stack)))).rejects.toThrow(/ and was rolled back: Broken /);
  })).toEqual({});
  expect(roomOf(machine, room)).toEqual(before);
}));

test.each(ANSWERS)('where %o, an owned room does not keep a handler and a logging configuration that leave the stack with its properties', async answers =>
  onMachine(async machine => {
    const withRoom = (what: { review?: boolean; chatLog?: boolean }) => shared(what, ({ review, chatLog }, stack) => {
      const room = new ivschat.ChatRoom(stack, 'Room', { roomName: 'owned', messageReviewHandler: review, loggingConfigurations: chatLog && [chatLog] });
      new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    });
    const { Log, RoomArn } = await machine.deploy(withRoom({ review: true, chatLog: true }));
    await machine.deploy(withRoom({}));

    expect(roomOf(machine, RoomArn)).toMatchObject({ messageReviewHandler: undefined, loggingConfigurationIdentifiers: [] });
    expect(machine.server.controlPlane.loggingConfiguration(Log)).toBeUndefined();
  }, answers));
