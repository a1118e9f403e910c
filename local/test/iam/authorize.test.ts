import { HttpError } from '../../src/http/http-error';
import { authorizer } from '../../src/iam/authorize';
import type { Caller } from '../../src/iam/callers';
import { Roles } from '../../src/iam/roles';
import { LiveLog } from '../../src/live-log/live-log';

const ROLE = 'arn:aws:iam::111122223333:role/Chatter';
const ROOM = 'arn:aws:ivschat:eu-west-1:111122223333:room/lobby';
const REQUEST = { action: 'ivschat:GetRoom', resource: ROOM, context: {} };
const identity = { accountId: '111122223333', userArn: 'arn:aws:sts::111122223333:assumed-role/Chatter/ada', userId: 'AROA:ada' };
const caller: Caller = { kind: 'role', service: 'ivschat', accessKeyId: 'KEY', identity, roleArn: ROLE };

let roles: Roles;
let liveLog: LiveLog;
const authorize = (by: Caller) => authorizer(roles, liveLog)(by, REQUEST);
const policy = (...statements: object[]) => roles.putRole(ROLE, { policy: { Version: '2012-10-17', Statement: statements } });

beforeEach(() => {
  roles = new Roles();
  liveLog = new LiveLog();
});

test('the developer may do everything', () => {
  expect(() => authorize({ ...caller, kind: 'developer' })).not.toThrow();
});

test('a role may do what its policies allow', () => {
  policy({ Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: ROOM });
  expect(() => authorize(caller)).not.toThrow();
  expect(liveLog.recent).toEqual([]);
});

test.each<[string, object[], string]>([
  ['no policy allows', [], 'because no identity-based policy allows the ivschat:GetRoom action'],
  ['a policy denies', [{ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: '*', Resource: '*' }], 'with an explicit deny in an identity-based policy'],
])('fails for what %s, and records it', (_what, statements, reason) => {
  policy(...statements);
  expect(() => authorize(caller)).toThrow(expect.objectContaining({
    name: 'AccessDeniedException',
    status: 403,
    message: `User: ${identity.userArn} is not authorized to perform: ivschat:GetRoom on resource: ${ROOM} ${reason}`,
  }));
  expect(liveLog.recent).toMatchObject([{ kind: 'iam', level: 'error', data: { event: 'denied', roleArn: ROLE, ...REQUEST } }]);
});

test('fails for a role that does not exist', () => {
  expect(() => authorize(caller)).toThrow('no identity-based policy');
});

test('reports an unsupported element of a policy', () => {
  policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Unknown: { a: 'b' } } });
  expect(() => authorize(caller)).toThrow('is not authorized');
  expect(liveLog.recent[0]).toMatchObject({ kind: 'iam', level: 'warning', data: { event: 'unsupported', roleArn: ROLE, element: expect.stringContaining('policy policy') } });
});

test.each<[string, Caller, string]>([
  ['is anonymous', { kind: 'anonymous' }, 'Missing Authentication Token'],
  ['is not valid', { kind: 'invalid', error: new HttpError('x', 403, 'the reason') }, 'the reason'],
])('fails for a caller that %s, whatever the policies', (_what, by, message) => {
  policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  expect(() => authorize(by)).toThrow(message);
});
