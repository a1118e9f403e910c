import { CreateRoomCommand, type CreateRoomRequest } from '@aws-sdk/client-ivschat';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import * as ivschat from '../../../src';
import { failAfter, setHandlerTimeout, logsSuffix, callApi, newChatLog, newReview, failureReasons, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';

type Props = Omit<ivschat.ChatRoomSettingsProps, 'room'>;

let runtime: LocalRuntime;
let theirs: Outputs;

beforeAll(async () => {
  runtime = await LocalRuntime.start({ throttle: true });
  theirs = await runtime.deploy(stackOf('Theirs', stack => {
    new CfnOutput(stack, 'Handler', { value: newReview(stack, 'Review').handlerUri });
    for (const id of ['Log1', 'Log2', 'Log3']) new CfnOutput(stack, id, { value: newChatLog(stack, `Chat${id}`).loggingConfigurationArn });
  }));
  // Starts the processes of the provider once for all tests.
  await runtime.deploy(settings({}));
});

afterEach(async () => {
  expect(runtime.local.liveLog.filter(({ text }) => text.includes('/cfn/'))).toEqual([]);
});

afterAll(async () => {
  await runtime.stop();
});

/** The stack of all tests: settings of these rooms, which `customize` can change before the deployment. */
function settings(
  all: Record<string, Props | ((stack: Stack) => Props)>,
  arns: Record<string, string> = {},
  customize: (created: ivschat.ChatRoomSettings[], stack: Stack) => void = () => {},
) {
  return stackOf('Settings', stack => {
    newReview(stack, 'Keeper', { detachOnDelete: true });
    const created = Object.entries(all).map(([id, props]) => new ivschat.ChatRoomSettings(stack, id, {
      room: ivschat.ChatRoom.fromRoomArn(stack, `${id}Room`, arns[id]), ...typeof props === 'function' ? props(stack) : props,
    }));
    // Too short to wait for a room that may be new, or to look twice.
    setHandlerTimeout(4, stack);
    customize(created, stack);
  });
}

/** Creates a room outside the stack. */
async function newRoom(request: CreateRoomRequest = {}): Promise<string> {
  return (await runtime.chat.send(new CreateRoomCommand(request))).arn!;
}

test('fails to add a fourth logging configuration, and leaves the room unchanged', async () => {
  const { Log1, Log2, Log3 } = theirs;
  const Room = await newRoom({ loggingConfigurationIdentifiers: [Log1, Log2, Log3] });
  const before = roomOf(runtime, Room);

  const failing = settings({ Room: stack => ({ maximumMessageLength: 42, loggingConfigurations: [newChatLog(stack, 'ChatLog')] }) }, { Room });
  let reasons: string[] = [];
  const calls = await runtime.callsDuring(async () => reasons = await failureReasons(runtime, async () => runtime.deploy(failing)));

  expect(reasons).toEqual([
    `The settings of room ${Room} could not be applied: a room can have at most 3 logging configurations, got 4: 1 in these settings, and `
    + `${Log1}, ${Log2}, ${Log3} already attached to the room. Remove some from the settings, or detach some from the room.${logsSuffix(runtime, 'Settings')}`,
  ]);
  expect(calls).toEqual({ [Room]: ['GetRoom'] });
  expect(roomOf(runtime, Room)).toEqual(before);
});

test('fails for a room that does not exist', async () => {
  const Room = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
  expect(await failureReasons(runtime, async () => runtime.deploy(settings({ Room: { maximumMessageLength: 42 } }, { Room })))).toEqual([
    `The settings of room ${Room} could not be applied: the room does not exist. `
    + `Use a room in the account and region of this stack, or remove its ChatRoomSettings.${logsSuffix(runtime, 'Settings')}`,
  ]);
});

test('fails to update if the room was deleted, and the settings can still be removed', async () => {
  const Room = await newRoom();
  await runtime.deploy(settings({ Room: { maximumMessageLength: 42 } }, { Room }));
  await callApi(runtime, 'DeleteRoom', { identifier: Room });

  const reasons = await failureReasons(runtime, async () => runtime.deploy(settings({ Room: { maximumMessageLength: 43 } }, { Room })));
  const reason = `The settings of room ${Room} could not be changed: the room does not exist. `
    + `Use a room in the account and region of this stack, or remove its ChatRoomSettings.${logsSuffix(runtime, 'Settings')}`;
  // One for the update, and one for its rollback.
  expect(reasons).toEqual([reason, reason]);

  expect(await runtime.callsDuring(async () => runtime.deploy(settings({})))).toEqual({ [Room]: ['GetRoom'] });
});

test('fails midway without the policy, and undoes its changes', async () => {
  const Room = await newRoom({
    messageReviewHandler: { uri: theirs.Handler, fallbackResult: 'DENY' }, loggingConfigurationIdentifiers: [theirs.Log1], maximumMessageRatePerSecond: 30,
  });
  const before = roomOf(runtime, Room);

  const everything = (stack: Stack): Props => ({
    maximumMessageLength: 42,
    maximumMessageRatePerSecond: 60,
    messageReviewHandler: newReview(stack, 'Review'),
    loggingConfigurations: [newChatLog(stack, 'ChatLog')],
    tags: { team: 'a' },
  });
  const failing = settings({ Room: everything }, { Room }, ([created], stack) => {
    const policy = created.node.children.find(({ node }) => node.id.endsWith('Policy'))!.node.defaultChild as CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', ['ivschat:GetRoom', 'ivschat:UpdateRoom']);
    setHandlerTimeout(3, stack);
  });
  let reasons: string[] = [];
  const calls = await runtime.callsDuring(async () => reasons = await failureReasons(runtime, async () => runtime.deploy(failing)));

  expect(reasons).toEqual([expect.stringMatching(new RegExp(
    `^The settings of room ${Room} could not be applied: the role of the custom resources is not authorized to perform ivschat:TagResource on ${Room} \\(\\d attempts in \\d seconds\\)\\. `
    + 'Its policy in this stack allows the action: look for a permissions boundary or a service control policy that denies it, and try again\\.'
    + `${logsSuffix(runtime, 'Settings')}$`))]);
  expect(calls[Room].filter(operation => operation !== 'TagResource')).toEqual(['GetRoom', 'UpdateRoom', 'GetRoom', 'UpdateRoom']);
  expect(roomOf(runtime, Room)).toEqual(before);
});

test('fails with a handler that the service is not allowed to invoke', async () => {
  const Room = await newRoom();
  const ofAlias = (stack: Stack): Props => {
    const { handlerUri } = newReview(stack, 'Review');
    return { messageReviewHandler: { bind: () => ({ handlerUri: `${handlerUri}:live` }) } };
  };
  const failing = settings({ Room: ofAlias }, { Room }, (_, stack) => setHandlerTimeout(3, stack));

  expect(await failureReasons(runtime, async () => runtime.deploy(failing))).toEqual([expect.stringMatching(new RegExp(
    `^The settings of room ${Room} could not be applied: Amazon IVS Chat is not allowed to invoke the review handler \\(\\d attempts in \\d seconds\\)\\. `
    + 'The function needs a permission for the principal ivschat.amazonaws.com on the same version or alias that the room uses: add it, and try again\\.'
    + `${logsSuffix(runtime, 'Settings')}$`))]);
});

test('a deployment that fails later restores the rooms', async () => {
  const Changed = await newRoom({ tags: { owner: 'them' } });
  const New = await newRoom();
  const Removed = await newRoom();
  const arns = { Changed, New, Removed };
  const changedBefore: Props = { maximumMessageLength: 100, maximumMessageRatePerSecond: 60, tags: { team: 'a', floor: '2' } };
  await runtime.deploy(settings({ Changed: changedBefore, Removed: { tags: { team: 'a' } } }, arns));
  // A room whose handler was removed has an empty URI, which means the same as none.
  const roomsNow = () => Object.values(arns).map(arn => {
    const current = roomOf(runtime, arn);
    return { ...current, messageReviewHandler: current?.messageReviewHandler?.uri ? current.messageReviewHandler : undefined };
  });
  const before = roomsNow();

  const failing = settings({
    Changed: stack => ({
      maximumMessageLength: 50,
      maximumMessageRatePerSecond: 5,
      messageReviewHandler: newReview(stack, 'Review'),
      loggingConfigurations: [newChatLog(stack, 'ChatLog')],
      tags: { team: 'b' },
    }),
    New: stack => ({ messageReviewHandler: newReview(stack, 'NewReview'), loggingConfigurations: [newChatLog(stack, 'NewChatLog')], tags: { team: 'a' } }),
  }, arns, (created, stack) => failAfter(stack, ...created));
  const calls = await runtime.callsDuring(async () => expect(runtime.deploy(failing)).rejects.toThrow(/ and was rolled back: Broken /));

  expect(roomsNow()).toEqual(before);
  expect(calls).toEqual({
    [Changed]: ['GetRoom', 'UpdateRoom', 'UntagResource', 'TagResource', 'GetRoom', 'UpdateRoom', 'TagResource'],
    [New]: ['GetRoom', 'UpdateRoom', 'TagResource', 'GetRoom', 'UpdateRoom', 'UntagResource'],
  });
});

test('settings that move to another room are removed from the first', async () => {
  const first = await newRoom();
  const second = await newRoom();
  await runtime.deploy(settings({ Room: { maximumMessageLength: 42, tags: { team: 'a' } } }, { Room: first }));
  const calls = await runtime.callsDuring(async () => runtime.deploy(settings({ Room: { maximumMessageLength: 42, tags: { team: 'a' } } }, { Room: second })));

  expect(calls).toEqual({ [first]: ['GetRoom', 'UntagResource'], [second]: ['GetRoom', 'UpdateRoom', 'TagResource'] });
  expect(roomOf(runtime, first)).toMatchObject({ maximumMessageLength: 42, tags: {} });
  expect(roomOf(runtime, second)).toMatchObject({ maximumMessageLength: 42, tags: { team: 'a' } });
});
