import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Callers, requireKnown } from '../../src/iam/callers';
import { Sessions } from '../../src/iam/sessions';
import { LiveLog } from '../../src/live-log/live-log';

const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1' };
const ROLE = 'arn:aws:iam::111122223333:role/path/Chatter';

let now: number;
let sessions: Sessions;
let liveLog: LiveLog;
let callers: Callers;

beforeEach(() => {
  now = 0;
  sessions = new Sessions(() => now);
  liveLog = new LiveLog();
  callers = new Callers({ environment: ENVIRONMENT, liveLog, sessions });
});

function resolve(accessKeyId: string) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/ivschat/aws4_request, SignedHeaders=host, Signature=0`;
  return callers.resolve(Object.assign(new IncomingMessage(new Socket()), { url: '/', headers: { authorization } }));
}

test('the key of a session is that of its role', () => {
  const { accessKeyId } = sessions.assume(ROLE, 'ada');
  expect(resolve(accessKeyId)).toMatchObject({
    kind: 'role', service: 'ivschat', roleArn: ROLE, identity: { accountId: '111122223333', userArn: 'arn:aws:sts::111122223333:assumed-role/Chatter/ada' },
  });
});

test('fails for the key of a session when it has ended', () => {
  const { accessKeyId } = sessions.assume(ROLE, 'ada', 900);
  now = 900_000;
  expect(() => requireKnown(resolve(accessKeyId))).toThrow('is expired');
});

test('the key of a function has no end', () => {
  const { accessKeyId } = sessions.start(ROLE, 'function');
  now = Number.MAX_SAFE_INTEGER;
  expect(requireKnown(resolve(accessKeyId))).toMatchObject({ kind: 'role', roleArn: ROLE });
});

test('every key that a runtime issues is recognized by another, which did not issue it', () => {
  const other = new Sessions();
  for (let count = 0; count < 1000; count++) {
    const { accessKeyId } = count % 2 === 0 ? other.assume(ROLE, 'ada') : other.start(ROLE, 'function');
    expect(() => requireKnown(resolve(accessKeyId))).toThrow('is of another run of ivschat-local');
  }
});

test.each(['local', 'test', 'AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'any-key_1.2'])('%s is a key of the developer', key => {
  expect(requireKnown(resolve(key))).toMatchObject({ kind: 'developer', accessKeyId: key, identity: { userArn: 'arn:aws:iam::111122223333:user/developer' } });
});

test('a key of the developer is reported once and not in full, except the printed one', () => {
  for (const key of ['local', 'AKIAIOSFODNN7EXAMPLE', 'test', 'AKIAIOSFODNN7EXAMPLE', 'test', 'local']) resolve(key);
  expect(liveLog.recent.map(({ kind, data }) => [kind, data])).toEqual([
    ['iam', { event: 'developer-key', accessKey: 'AKIA…MPLE' }],
    ['iam', { event: 'developer-key', accessKey: 'test' }],
  ]);
});

test('a client that makes up keys does not fill the live log', () => {
  for (let count = 0; count < 1000; count++) resolve(`key-${count}`);
  expect(liveLog.recent).toHaveLength(100);
});

test('fails without a signature', () => {
  expect(() => requireKnown(callers.resolve(Object.assign(new IncomingMessage(new Socket()), { url: '/' })))).toThrow('Missing Authentication Token');
});
