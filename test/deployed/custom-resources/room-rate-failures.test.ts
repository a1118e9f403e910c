import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as ivschat from '../../../src';
import { setHandlerTimeout, logsSuffix, callApi, failureReasons, roomOf, stackOf } from '../../support/deployed/custom-resources';
import { LocalRuntime } from '../../support/deployed/local-runtime';

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await LocalRuntime.start({ throttle: true });
});
afterEach(() => {
  expect(runtime.local.liveLog.filter(({ text }) => /\/cfn\/|ResponseURL": ?"http/.test(text))).toEqual([]);
});
afterAll(async () => {
  await runtime.stop();
});

/** A stack with one room, which `customize` can change before the deployment. */
function room(name: string, rate: number | undefined, customize: (room: ivschat.ChatRoom, stack: Stack) => void = () => {}) {
  return stackOf(name, stack => {
    const created = new ivschat.ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: rate });
    new CfnOutput(stack, 'RoomArn', { value: created.roomArn });
    // Too short to look twice whether the room is gone.
    setHandlerTimeout(4, stack);
    customize(created, stack);
  });
}

/** CloudFormation's messages about failed resources. */
const errors = () => runtime.local.liveLog.filter(({ kind, level }) => kind === 'resource' && level !== undefined).map(({ text }) => text);

describe('a room that was deleted outside the stack', () => {
  let arn: string;

  test('fails to be updated', async () => {
    arn = (await runtime.deploy(room('Gone', 50))).RoomArn;
    await callApi(runtime, 'DeleteRoom', { identifier: arn });

    const reasons = await failureReasons(runtime, async () => runtime.deploy(room('Gone', 20)));

    const reason = 'the room no longer exists. Change the construct id of its ChatRoom, so that CloudFormation creates a new room.';
    expect(reasons).toEqual([
      `maximumMessageRatePerSecond of room ${arn} could not be set to 20: ${reason}${logsSuffix(runtime, 'Gone')}`,
      `maximumMessageRatePerSecond of room ${arn} could not be set to 50: ${reason}${logsSuffix(runtime, 'Gone')}`,
    ]);
  });

  test('does not prevent deleting the stack', async () => {
    const calls = await runtime.callsDuring(async () => runtime.local.destroy('Gone'));
    expect(calls).toEqual({ [arn]: ['GetRoom'] });
  });
});

test('fails without the policy, and leaves nothing behind', async () => {
  const withoutPolicy = room('Denied', 50, (created, stack) => {
    const policy = created.node.findChild('RatePolicy').node.defaultChild as CfnPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', 'ivschat:GetRoom');
    setHandlerTimeout(3, stack);
  });

  let arn = '';
  let logs = '';
  const stop = runtime.local.onLogEntry(({ data, kind }) => {
    if (kind !== 'request' || data?.operation !== 'UpdateRoom') return;
    arn = String(data.target);
    logs = logsSuffix(runtime, 'Denied');
  });
  const reasons = await failureReasons(runtime, async () => runtime.deploy(withoutPolicy));
  stop();

  expect(reasons).toEqual([expect.stringMatching(new RegExp(
    `^maximumMessageRatePerSecond of room ${arn} could not be set to 50: the role of the custom resources is not authorized to perform ivschat:UpdateRoom on ${arn} `
    + '\\(\\d attempts in \\d seconds\\)\\. Its policy in this stack allows the action: look for a permissions boundary or a service control policy that denies it, '
    + `and try again\\.${logs}$`))]);
  expect(runtime.local.stacks.map(({ name }) => name)).not.toContain('Denied');
  expect(roomOf(runtime, arn)).toBeUndefined();
});

test('is applied to the room that replaces another', async () => {
  const replaced = (id: string) => room('Replaced', 50, (created, stack) => {
    (created.node.defaultChild as CfnRoom).overrideLogicalId(id);
    setHandlerTimeout(3, stack);
  });
  const { RoomArn: first } = await runtime.deploy(replaced('First'));
  const { RoomArn: second } = await runtime.deploy(replaced('Second'));

  expect(roomOf(runtime, first)).toBeUndefined();
  expect(roomOf(runtime, second)).toMatchObject({ maximumMessageRatePerSecond: 50 });
  expect(errors().filter(text => text.startsWith('Replaced'))).toEqual([]);
});
