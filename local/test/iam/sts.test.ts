import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpError } from '../../src/http/http-error';
import type { Caller } from '../../src/iam/callers';
import { Sessions } from '../../src/iam/sessions';
import { handleSts } from '../../src/iam/sts';
import { LiveLog } from '../../src/live-log/live-log';

const ROLE = 'arn:aws:iam::111122223333:role/Chatter';
const IDENTITY = { accountId: '111122223333', userArn: 'arn:aws:iam::111122223333:user/<developer>', userId: 'AIDA' };
const DEVELOPER: Caller = { kind: 'developer', service: 'sts', accessKeyId: 'local', identity: IDENTITY };
const NOW = Date.parse('2026-11-20T12:00:00.000Z');


const sessions = new Sessions(() => NOW);
const liveLog = new LiveLog();
let caller: Caller;
let denied: string | undefined;
const asked: unknown[] = [];
const server = http.createServer((req, res) => void handleSts({
  authorize: (_caller, call) => {
    asked.push(call);
    if (denied) throw new HttpError('AccessDeniedException', 403, denied);
  },
  liveLog,
  roleExists: arn => arn === ROLE,
  sessions,
}, caller, req, res));

beforeAll(async () => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));

beforeEach(() => {
  caller = DEVELOPER;
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
  expect(accessKeyId).toMatch(/^ASIA[0-9A-Z]{16}$/);
  expect(valueOf(text, 'AssumedRoleId')).toMatch(/^AROA[0-9A-F]{17}:ada$/);
  expect(sessions.find(accessKeyId)).toMatchObject({ roleArn: ROLE, identity: { userArn: 'arn:aws:sts::111122223333:assumed-role/Chatter/ada' } });
  expect(asked).toEqual([{ action: 'sts:AssumeRole', resource: ROLE, context: {} }]);
});

test.each([[undefined, '2026-11-20T13:00:00.000Z'], ['900', '2026-11-20T12:15:00.000Z'], ['43200', '2026-11-21T00:00:00.000Z']])(
  'with DurationSeconds %s the session ends at %s', async (DurationSeconds, end) => {
    const { text } = await assume(DurationSeconds === undefined ? {} : { DurationSeconds });
    expect(valueOf(text, 'Expiration')).toBe(end);
    expect(sessions.find(valueOf(text, 'AccessKeyId')!)!.expiration!.toISOString()).toBe(end);
  });

test('fails if a role assumes a role for more than an hour', async () => {
  caller = { ...DEVELOPER, kind: 'role', roleArn: ROLE };
  expect((await assume({ DurationSeconds: '3600' })).status).toBe(200);
  const { status, text } = await assume({ DurationSeconds: '3601' });
  expect([status, valueOf(text, 'Code'), valueOf(text, 'Message')])
    .toEqual([400, 'ValidationError', 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining']);
});

test('a request is recorded in the live log, without the credentials', async () => {
  const { text } = await assume();
  await assume({ Action: 'GetSessionToken' });
  expect(liveLog.recent.slice(-2)).toMatchObject([
    { kind: 'request', level: 'info', data: { operation: 'sts:AssumeRole', status: 200 } },
    { kind: 'request', level: 'warning', data: { operation: 'sts:GetSessionToken', status: 400, error: 'InvalidAction' } },
  ]);
  expect(JSON.stringify(liveLog.recent)).not.toContain(valueOf(text, 'AccessKeyId'));
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
  ['a duration below 15 minutes', { DurationSeconds: '899' }, 400, 'ValidationError', 'DurationSeconds must be a whole number from 900 to 43200, got "899".'],
  ['a duration over 12 hours', { DurationSeconds: '43201' }, 400, 'ValidationError', 'DurationSeconds must be'],
  ['a duration that is not a number', { DurationSeconds: '1e3' }, 400, 'ValidationError', 'DurationSeconds must be'],
  ['a session policy', { Policy: '{}' }, 400, 'ValidationError', 'Policy must be omitted: ivschat-local does not support session policies'],
  ['session policy ARNs', { 'PolicyArns.member.1.arn': 'x' }, 400, 'ValidationError', 'PolicyArns.member.1.arn must be omitted: ivschat-local does not support session policies'],
  ['another action', { Action: 'GetSessionToken' }, 400, 'InvalidAction', 'Action must be AssumeRole or GetCallerIdentity, got GetSessionToken'],
])('fails for %s', async (_what, form, status, code, message) => {
  const answer = await assume(form);
  expect([answer.status, valueOf(answer.text, 'Code')]).toEqual([status, code]);
  expect(answer.text).toContain(message);
});
