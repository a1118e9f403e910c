import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as ivschat from '../../../src';
import { giveUpAfter, logsOf, meanwhile, reasonsOf, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { Machine } from '../../support/deployed/machine';

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start({ throttle: true });
});
afterEach(() => {
  expect(machine.server.liveLog.recent.filter(({ text }) => /\/cfn\/|ResponseURL": ?"http/.test(text))).toEqual([]);
});
afterAll(async () => {
  await machine.stop();
});

/** A stack with one room, and something done to it before it is deployed. */
function room(name: string, rate: number | undefined, change: (room: ivschat.ChatRoom, stack: Stack) => void = () => {}) {
  return stackOf(name, stack => {
    const made = new ivschat.ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: rate });
    new CfnOutput(stack, 'RoomArn', { value: made.roomArn });
    change(made, stack);
  });
}

/** What CloudFormation says of resources with which something went wrong. */
const errors = () => machine.server.liveLog.recent.filter(({ kind, level }) => kind === 'resource' && level !== undefined).map(({ text }) => text);

describe('a room that was deleted by hand', () => {
  let arn: string;

  test('fails to be updated', async () => {
    arn = (await machine.deploy(room('Gone', 50))).RoomArn;
    await meanwhile(machine, 'DeleteRoom', { identifier: arn });

    const reasons = await reasonsOf(machine, async () => machine.deploy(room('Gone', 20)));

    const because = 'the room does not exist any more. Give its ChatRoom another construct id, so that CloudFormation makes a new one.';
    expect(reasons).toEqual([
      `maximumMessageRatePerSecond of room ${arn} could not be set to 20: ${because}${logsOf(machine, 'Gone')}`,
      `maximumMessageRatePerSecond of room ${arn} could not be set to 50: ${because}${logsOf(machine, 'Gone')}`,
    ]);
  });

  test('is no obstacle to deleting the stack', async () => {
    const calls = await machine.callsDuring(async () => machine.server.deployment.destroy('Gone'));
    expect(calls).toEqual({ [arn]: ['GetRoom'] });
  });
});

test('fails without the policy, and nothing is left', async () => {
  const withoutPolicy = room('Denied', 50, (made, stack) => {
    const policy = made.node.findChild('RatePolicy').node.defaultChild as CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', 'ivschat:GetRoom');
    giveUpAfter(3, stack);
  });

  let arn = '';
  let logs = '';
  const stop = machine.server.liveLog.listen(({ data, kind }) => {
    if (kind !== 'request' || data?.operation !== 'UpdateRoom') return;
    arn = String(data.target);
    logs = logsOf(machine, 'Denied');
  });
  const reasons = await reasonsOf(machine, async () => machine.deploy(withoutPolicy));
  stop();

  expect(reasons).toEqual([expect.stringMatching(new RegExp(
    `^maximumMessageRatePerSecond of room ${arn} could not be set to 50: the role of the custom resources may not call ivschat:UpdateRoom on ${arn}, `
    + 'tried \\d times in \\d seconds\\. Its policy in this stack should allow it: look for a permissions boundary or a service control policy that denies it, '
    + `and try again\\.${logs}$`))]);
  expect(machine.server.deployment.describe().map(({ name }) => name)).not.toContain('Denied');
  expect(roomOf(machine, arn)).toBeUndefined();
});

test('goes over to the room that replaces another', async () => {
  const replaced = (id: string) => room('Replaced', 50, (made, stack) => {
    (made.node.defaultChild as CfnRoom).overrideLogicalId(id);
    giveUpAfter(3, stack);
  });
  const { RoomArn: first } = await machine.deploy(replaced('First'));
  const { RoomArn: second } = await machine.deploy(replaced('Second'));

  expect(roomOf(machine, first)).toBeUndefined();
  expect(roomOf(machine, second)).toMatchObject({ maximumMessageRatePerSecond: 50 });
  expect(errors().filter(text => text.startsWith('Replaced'))).toEqual([]);
});
