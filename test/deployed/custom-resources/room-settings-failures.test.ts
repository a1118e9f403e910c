import { CreateRoomCommand, type CreateRoomRequest } from '@aws-sdk/client-ivschat';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import * as ivschat from '../../../src';
import { failAfter, giveUpAfter, logsOf, meanwhile, newChatLog, newReview, reasonsOf, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine, type Outputs } from '../../support/deployed/machine';

type Props = Omit<ivschat.ChatRoomSettingsProps, 'room'>;

let machine: Machine;
let theirs: Outputs;

beforeAll(async () => {
  machine = await Machine.start({ throttle: true });
  theirs = await machine.deploy(stackOf('Theirs', stack => {
    new CfnOutput(stack, 'Handler', { value: newReview(stack, 'Review').handlerUri });
    for (const id of ['Log1', 'Log2', 'Log3']) new CfnOutput(stack, id, { value: newChatLog(stack, `Chat${id}`).loggingConfigurationArn });
  }));
  // The provider with its processes, once for all of these tests.
  await machine.deploy(settings({}));
});

afterEach(async () => {
  expect(machine.server.liveLog.recent.filter(({ text }) => text.includes('/cfn/'))).toEqual([]);
});

afterAll(async () => {
  await machine.stop();
});

/** The one stack of these tests: settings of these rooms, and something done to them. */
function settings(
  all: Record<string, Props | ((stack: Stack) => Props)>,
  arns: Record<string, string> = {},
  then: (made: ivschat.ChatRoomSettings[], stack: Stack) => void = () => {},
) {
  return stackOf('Settings', stack => {
    newReview(stack, 'Keeper', { detachOnDelete: true });
    const made = Object.entries(all).map(([id, props]) => new ivschat.ChatRoomSettings(stack, id, {
      room: ivschat.ChatRoom.fromRoomArn(stack, `${id}Room`, arns[id]), ...typeof props === 'function' ? props(stack) : props,
    }));
    then(made, stack);
  });
}

/** A room of somebody else. */
async function newRoom(request: CreateRoomRequest = {}): Promise<string> {
  return (await machine.chat.send(new CreateRoomCommand(request))).arn!;
}

test('fails to add a fourth logging configuration, and leaves the room as it is', async () => {
  const { Log1, Log2, Log3 } = theirs;
  const Room = await newRoom({ loggingConfigurationIdentifiers: [Log1, Log2, Log3] });
  const before = roomOf(machine, Room);

  const failing = settings({ Room: stack => ({ maximumMessageLength: 42, loggingConfigurations: [newChatLog(stack, 'ChatLog')] }) }, { Room });
  let reasons: string[] = [];
  const calls = await machine.callsDuring(async () => reasons = await reasonsOf(machine, async () => machine.deploy(failing)));

  expect(reasons).toEqual([
    `The settings of room ${Room} could not be applied: a room has at most 3 logging configurations, and this one has ${Log1}, ${Log2}, ${Log3} already, `
    + `which with the 1 of these settings is 4. Take some off the room, or out of the settings.${logsOf(machine, 'Settings')}`,
  ]);
  expect(calls).toEqual({ [Room]: ['GetRoom'] });
  expect(roomOf(machine, Room)).toEqual(before);
});

test('fails for a room that does not exist', async () => {
  const Room = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
  expect(await reasonsOf(machine, async () => machine.deploy(settings({ Room: { maximumMessageLength: 42 } }, { Room })))).toEqual([
    `The settings of room ${Room} could not be applied: the room does not exist. `
    + `Name a room that does, in the account and region of this stack, or remove the settings.${logsOf(machine, 'Settings')}`,
  ]);
});

test('fails where the room was deleted before the update, and the settings can still be removed', async () => {
  const Room = await newRoom();
  await machine.deploy(settings({ Room: { maximumMessageLength: 42 } }, { Room }));
  await meanwhile(machine, 'DeleteRoom', { identifier: Room });

  const reasons = await reasonsOf(machine, async () => machine.deploy(settings({ Room: { maximumMessageLength: 43 } }, { Room })));
  const sentence = `The settings of room ${Room} could not be changed: the room does not exist. `
    + `Name a room that does, in the account and region of this stack, or remove the settings.${logsOf(machine, 'Settings')}`;
  // Of the update, and of the one that rolls it back.
  expect(reasons).toEqual([sentence, sentence]);

  expect(await machine.callsDuring(async () => machine.deploy(settings({})))).toEqual({ [Room]: ['GetRoom'] });
});

test('fails half way without the policy, and takes back what was done', async () => {
  const Room = await newRoom({
    messageReviewHandler: { uri: theirs.Handler, fallbackResult: 'DENY' }, loggingConfigurationIdentifiers: [theirs.Log1], maximumMessageRatePerSecond: 30,
  });
  const before = roomOf(machine, Room);

  const everything = (stack: Stack): Props => ({
    maximumMessageLength: 42,
    maximumMessageRatePerSecond: 60,
    messageReviewHandler: newReview(stack, 'Review'),
    loggingConfigurations: [newChatLog(stack, 'ChatLog')],
    tags: { team: 'a' },
  });
  const failing = settings({ Room: everything }, { Room }, ([made], stack) => {
    const policy = made.node.children.find(({ node }) => node.id.endsWith('Policy'))!.node.defaultChild as CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', ['ivschat:GetRoom', 'ivschat:UpdateRoom']);
    giveUpAfter(3, stack);
  });
  let reasons: string[] = [];
  const calls = await machine.callsDuring(async () => reasons = await reasonsOf(machine, async () => machine.deploy(failing)));

  expect(reasons).toEqual([expect.stringMatching(new RegExp(
    `^The settings of room ${Room} could not be applied: the role of the custom resources may not call ivschat:TagResource on ${Room}, tried \\d times in \\d seconds\\. `
    + 'Its policy in this stack should allow it: look for a permissions boundary or a service control policy that denies it, and try again\\.'
    + `${logsOf(machine, 'Settings')}$`))]);
  expect(calls[Room].filter(operation => operation !== 'TagResource')).toEqual(['GetRoom', 'UpdateRoom', 'GetRoom', 'UpdateRoom']);
  expect(roomOf(machine, Room)).toEqual(before);
});

test('fails with a handler that the service may not invoke', async () => {
  const Room = await newRoom();
  const ofAlias = (stack: Stack): Props => {
    const { handlerUri } = newReview(stack, 'Review');
    return { messageReviewHandler: { bind: () => ({ handlerUri: `${handlerUri}:live` }) } };
  };
  const failing = settings({ Room: ofAlias }, { Room }, (_, stack) => giveUpAfter(3, stack));

  expect(await reasonsOf(machine, async () => machine.deploy(failing))).toEqual([expect.stringMatching(new RegExp(
    `^The settings of room ${Room} could not be applied: Amazon IVS Chat may not invoke the review handler, tried \\d times in \\d seconds\\. `
    + 'The function needs a permission for the principal ivschat.amazonaws.com on the very version or alias that is named: add it, and try again\\.'
    + `${logsOf(machine, 'Settings')}$`))]);
});

test('a deployment that fails later leaves the rooms as they were', async () => {
  const Changed = await newRoom({ tags: { owner: 'them' } });
  const New = await newRoom();
  const Removed = await newRoom();
  const arns = { Changed, New, Removed };
  const changedBefore: Props = { maximumMessageLength: 100, maximumMessageRatePerSecond: 60, tags: { team: 'a', floor: '2' } };
  await machine.deploy(settings({ Changed: changedBefore, Removed: { tags: { team: 'a' } } }, arns));
  const before = Object.values(arns).map(arn => roomOf(machine, arn));

  const failing = settings({
    Changed: stack => ({
      maximumMessageLength: 50,
      maximumMessageRatePerSecond: 5,
      messageReviewHandler: newReview(stack, 'Review'),
      loggingConfigurations: [newChatLog(stack, 'ChatLog')],
      tags: { team: 'b' },
    }),
    New: stack => ({ messageReviewHandler: newReview(stack, 'NewReview'), loggingConfigurations: [newChatLog(stack, 'NewChatLog')], tags: { team: 'a' } }),
  }, arns, (made, stack) => failAfter(stack, ...made));
  const calls = await machine.callsDuring(async () => expect(machine.deploy(failing)).rejects.toThrow(/ and was rolled back: Broken /));

  expect(Object.values(arns).map(arn => roomOf(machine, arn))).toEqual(before);
  expect(calls).toEqual({
    [Changed]: ['GetRoom', 'UpdateRoom', 'UntagResource', 'TagResource', 'GetRoom', 'UpdateRoom', 'TagResource'],
    [New]: ['GetRoom', 'UpdateRoom', 'TagResource', 'GetRoom', 'UpdateRoom', 'UntagResource'],
  });
});

test('settings that go to another room are taken off the first', async () => {
  const first = await newRoom();
  const second = await newRoom();
  await machine.deploy(settings({ Room: { maximumMessageLength: 42, tags: { team: 'a' } } }, { Room: first }));
  const calls = await machine.callsDuring(async () => machine.deploy(settings({ Room: { maximumMessageLength: 42, tags: { team: 'a' } } }, { Room: second })));

  expect(calls).toEqual({ [first]: ['GetRoom', 'UntagResource'], [second]: ['GetRoom', 'UpdateRoom', 'TagResource'] });
  expect(roomOf(machine, first)).toMatchObject({ maximumMessageLength: 42, tags: {} });
  expect(roomOf(machine, second)).toMatchObject({ maximumMessageLength: 42, tags: { team: 'a' } });
});
