import { Harness } from '../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';
const ROOM = 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDEF';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
  await harness.put('exports.handler = async () => 1;');
});
afterEach(async () => harness.close());

const service = { id: 'chat', principal: 'ivschat.amazonaws.com', action: 'lambda:InvokeFunction' };
const allowed = { ...service, sourceAccount: '123456789012', sourceArn: 'arn:aws:ivschat:eu-west-1:123456789012:room/*' };

test('nothing is allowed without a permission', () => {
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test.each([
  ['the service alone', service],
  ['account and rooms', allowed],
  ['one room', { ...allowed, sourceArn: ROOM }],
  ['a question mark', { ...allowed, sourceArn: `${ROOM.slice(0, -1)}?` }],
  ['all regions', { ...allowed, sourceArn: 'arn:aws:ivschat:*:123456789012:room/*' }],
  ['every action', { ...allowed, action: 'lambda:*' }],
])('%s', (_kind, permission) => {
  harness.functions.addPermission(ARN, permission);
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(true);
  harness.functions.removePermission(ARN, 'chat');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test.each([
  ['another service', { ...allowed, principal: 'events.amazonaws.com' }],
  ['everyone, as for a URL', { ...allowed, principal: '*' }],
  ['another action', { ...allowed, action: 'lambda:GetFunction' }],
  ['another account', { ...allowed, sourceAccount: '210987654321' }],
  ['another room', { ...allowed, sourceArn: `${ROOM.slice(0, -1)}G` }],
  ['another region', { ...allowed, sourceArn: 'arn:aws:ivschat:us-east-1:123456789012:room/*' }],
  ['another kind of resource', { ...allowed, sourceArn: 'arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/*' }],
  ['a wildcard over a colon', { ...allowed, sourceArn: 'arn:aws:ivschat:*:room/*' }],
  ['a wildcard over two colons', { ...allowed, sourceArn: 'arn:*:eu-west-1:123456789012:room/*:*' }],
  ['calls through a URL only', { ...allowed, invokedViaFunctionUrl: true }],
  ['calls of a URL only', { ...allowed, functionUrlAuthType: 'NONE' }],
  ['callers of an organization', { ...allowed, principalOrgId: 'o-1234567890' }],
])('fails for %s', (_kind, permission) => {
  harness.functions.addPermission(ARN, permission);
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test('a permission is for one qualifier', () => {
  harness.functions.publishVersion('Function');
  const alias = harness.functions.putAlias('Function', 'live', '1');
  harness.functions.addPermission('Function', allowed);
  expect([ARN, `${ARN}:1`, alias].map(arn => harness.functions.mayInvoke(arn, ROOM))).toEqual([true, false, false]);
  harness.functions.removePermission('Function', 'chat');
  harness.functions.addPermission(alias, allowed);
  expect([ARN, `${ARN}:1`, alias].map(arn => harness.functions.mayInvoke(arn, ROOM))).toEqual([false, false, true]);
});

test('fails for a function that is not there, or of another region', async () => {
  harness.functions.addPermission(ARN, allowed);
  for (const arn of [`${ARN}2`, `${ARN}:live`, ARN.replace('eu-west-1', 'us-east-1'), 'nothing like an ARN']) expect(harness.functions.mayInvoke(arn, ROOM)).toBe(false);
  await harness.functions.delete('Function');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(false);
});

test('fails for a statement that exists, and for a function that does not', () => {
  harness.functions.addPermission(ARN, allowed);
  expect(() => harness.functions.addPermission(ARN, allowed)).toThrow('The function has a statement chat already');
  expect(() => harness.functions.addPermission(`${ARN}:live`, allowed)).toThrow(`Function not found: ${ARN}:live`);
});

test('an update keeps the permissions', async () => {
  harness.functions.addPermission(ARN, allowed);
  await harness.put('exports.handler = async () => 2;');
  expect(harness.functions.mayInvoke(ARN, ROOM)).toBe(true);
});
