import { LambdaHarness } from '../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';
const ROOM = 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDEF';

let harness: LambdaHarness;
beforeEach(async () => {
  harness = await LambdaHarness.start();
  await harness.put('exports.handler = async () => 1;');
});
afterEach(async () => harness.close());

const service = { id: 'chat', principal: 'ivschat.amazonaws.com', action: 'lambda:InvokeFunction' };
const allowed = { ...service, sourceAccount: '123456789012', sourceArn: 'arn:aws:ivschat:eu-west-1:123456789012:room/*' };

test('denies an invocation without a permission', () => {
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test.each([
  ['the service without a source', service],
  ['all rooms of the account', allowed],
  ['one room', { ...allowed, sourceArn: ROOM }],
  ['a room with a question mark', { ...allowed, sourceArn: `${ROOM.slice(0, -1)}?` }],
  ['all regions', { ...allowed, sourceArn: 'arn:aws:ivschat:*:123456789012:room/*' }],
  ['every action', { ...allowed, action: 'lambda:*' }],
])('a permission for %s', (_kind, permission) => {
  harness.functions.addPermission(ARN, permission);
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(true);
  harness.functions.removePermission(ARN, 'chat');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test.each([
  ['another service', { ...allowed, principal: 'events.amazonaws.com' }],
  ['everyone, as for a function URL', { ...allowed, principal: '*' }],
  ['another action', { ...allowed, action: 'lambda:GetFunction' }],
  ['another account', { ...allowed, sourceAccount: '210987654321' }],
  ['another room', { ...allowed, sourceArn: `${ROOM.slice(0, -1)}G` }],
  ['another region', { ...allowed, sourceArn: 'arn:aws:ivschat:us-east-1:123456789012:room/*' }],
  ['another kind of resource', { ...allowed, sourceArn: 'arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/*' }],
  ['a wildcard across a colon', { ...allowed, sourceArn: 'arn:aws:ivschat:*:room/*' }],
  ['a wildcard across two colons', { ...allowed, sourceArn: 'arn:*:eu-west-1:123456789012:room/*:*' }],
  ['calls through a function URL only', { ...allowed, invokedViaFunctionUrl: true }],
  ['a function URL auth type', { ...allowed, functionUrlAuthType: 'NONE' }],
  ['principals of an organization', { ...allowed, principalOrgId: 'o-1234567890' }],
])('fails for %s', (_kind, permission) => {
  harness.functions.addPermission(ARN, permission);
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test('a permission applies to one qualifier', () => {
  harness.functions.publishVersion('Function');
  const alias = harness.functions.putAlias('Function', 'prod', '1');
  harness.functions.addPermission('Function', allowed);
  expect([ARN, `${ARN}:1`, alias].map(arn => harness.functions.mayInvoke(arn, ROOM))).toEqual([true, false, false]);
  harness.functions.removePermission('Function', 'chat');
  harness.functions.addPermission(alias, allowed);
  expect([ARN, `${ARN}:1`, alias].map(arn => harness.functions.mayInvoke(arn, ROOM))).toEqual([false, false, true]);
});

test('fails for a missing function or a function of another region', async () => {
  harness.functions.addPermission(ARN, allowed);
  for (const arn of [`${ARN}2`, `${ARN}:prod`, ARN.replace('eu-west-1', 'us-east-1'), 'not an ARN']) expect(harness.functions.mayInvoke(arn, ROOM)).toBe(false);
  await harness.functions.delete('Function');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test('fails for a duplicate statement id or a missing function', () => {
  harness.functions.addPermission(ARN, allowed);
  expect(() => harness.functions.addPermission(ARN, allowed)).toThrow('The function already has a permission statement with the id chat.');
  expect(() => harness.functions.addPermission(`${ARN}:prod`, allowed)).toThrow(`Function not found: ${ARN}:prod`);
});

test('an update of the function keeps its permissions', async () => {
  harness.functions.addPermission(ARN, allowed);
  await harness.put('exports.handler = async () => 2;');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(true);
});
