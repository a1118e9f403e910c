import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sessions } from '../../src/iam/sessions';
import { handleSts } from '../../src/iam/sts';

const ROLE = 'arn:aws:iam::111122223333:role/Chatter';
const CALLER = { accountId: '111122223333', userArn: 'arn:aws:iam::111122223333:user/<developer>', userId: 'AIDA' };

const sessions = new Sessions();
let denied: string | undefined;
const asked: unknown[] = [];
const server = http.createServer((req, res) => void handleSts(sessions, () => CALLER, arn => arn === ROLE, req, res, (_req, call) => {
  asked.push(call);
  if (denied) throw Object.assign(new Error(denied), { status: 403, fields: {} });
}));

beforeAll(async () => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));

beforeEach(() => {
  denied = undefined;
  asked.length = 0;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function ask(form: Record<string, string>): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, text: await answer.text() };
}

const valueOf = (text: string, element: string) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1];
const assume = (more: Record<string, string> = {}) => ask({ Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'ada', ...more });

test('AssumeRole returns credentials of the role', async () => {
  const { status, text } = await assume();
  expect(status).toBe(200);
  const accessKeyId = valueOf(text, 'AccessKeyId')!;
  expect(sessions.roleOf(accessKeyId)).toBe(ROLE);
  expect(valueOf(text, 'AssumedRoleId')).toMatch(/^AROA[0-9A-F]{17}:ada$/);
  expect(sessions.identityOf(accessKeyId)).toMatchObject({ userArn: 'arn:aws:sts::111122223333:assumed-role/Chatter/ada' });
  expect(asked).toEqual([{ action: 'sts:AssumeRole', resource: ROLE, context: {} }]);
});

test('GetCallerIdentity returns the identity of the caller and requires no permission', async () => {
  denied = 'no';
  const { status, text } = await ask({ Action: 'GetCallerIdentity' });
  expect([status, valueOf(text, 'Arn'), valueOf(text, 'UserId'), valueOf(text, 'Account')])
    .toEqual([200, 'arn:aws:iam::111122223333:user/&lt;developer&gt;', 'AIDA', '111122223333']);
});

test('fails without the permission, with the message of the authorizer', async () => {
  denied = 'User: x is not authorized to perform: sts:AssumeRole';
  const { status, text } = await assume();
  expect([status, valueOf(text, 'Code'), valueOf(text, 'Message')]).toEqual([403, 'AccessDenied', denied]);
});

test.each<[string, Record<string, string>, number, string, string]>([
  ['a role that is not deployed', { RoleArn: `${ROLE}2` }, 403, 'AccessDenied', `RoleArn must be a role of a deployed stack, got ${ROLE}2.`],
  ['a RoleArn that is not an ARN', { RoleArn: 'Chatter' }, 400, 'ValidationError', 'RoleArn must be the ARN of a role, got "Chatter".'],
  ['an invalid session name', { RoleSessionName: 'a b' }, 400, 'ValidationError', 'RoleSessionName must be 2 to 64 characters'],
  ['a session policy', { Policy: '{}' }, 400, 'ValidationError', 'Policy must be omitted: ivschat-local does not support session policies'],
  ['session policy ARNs', { 'PolicyArns.member.1.arn': 'x' }, 400, 'ValidationError', 'PolicyArns.member.1.arn must be omitted: ivschat-local does not support session policies'],
  ['another action', { Action: 'GetSessionToken' }, 400, 'InvalidAction', 'Action must be AssumeRole or GetCallerIdentity, got GetSessionToken'],
])('fails for %s', async (_what, form, status, code, message) => {
  const answer = await assume(form);
  expect([answer.status, valueOf(answer.text, 'Code')]).toEqual([status, code]);
  expect(answer.text).toContain(message);
});
