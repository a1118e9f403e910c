import { Duration, Token } from 'aws-cdk-lib';
import { ChatBans, ModerationResponse } from '../../../src';
import { errorOf } from '../../support/grants';
import { newStack } from '../../support/synth';

const bans = new ChatBans(newStack(), 'Bans');

test('responses have defaults and options', () => {
  expect(ModerationResponse.deleteMessage()._response).toEqual({ kind: 'deleteMessage', afterStrikes: 1 });
  expect(ModerationResponse.disconnectUser({ afterStrikes: 2, reason: '😀'.repeat(256) })._response)
    .toEqual({ kind: 'disconnectUser', afterStrikes: 2, reason: '😀'.repeat(256) });
  expect(ModerationResponse.ban(bans, { duration: Duration.days(3650) })).toMatchObject({ _response: { kind: 'ban', minutes: 5_256_000, afterStrikes: 1 }, _bans: bans });
});

test.each<[string, () => unknown, string, string]>([
  ['no strikes', () => ModerationResponse.deleteMessage({ afterStrikes: 0 }), 'NumberOutOfRange', 'afterStrikes must be a whole number from 1 to 100, got 0'],
  ['too many strikes', () => ModerationResponse.deleteMessage({ afterStrikes: 101 }), 'NumberOutOfRange', 'got 101'],
  ['strikes that are known at deployment', () => ModerationResponse.deleteMessage({ afterStrikes: Token.asNumber({ Ref: 'Strikes' }) }), 'NumberOutOfRange', 'got a token'],
  ['an empty reason', () => ModerationResponse.deleteMessage({ reason: '' }), 'StringIsEmpty', 'reason must have at least one character'],
  ['a long reason', () => ModerationResponse.disconnectUser({ reason: 'a'.repeat(257) }), 'ResponseReasonTooLong', 'reason must have at most 256 characters, got 257'],
  ['options that are none', () => ModerationResponse.deleteMessage(3 as any), 'PropsExpected', 'props must be an object, got 3'],
  ['bans that are none', () => ModerationResponse.ban('bans' as any, { duration: Duration.minutes(1) }), 'TypeExpected', 'bans must be a ChatBans, got "bans"'],
  ['no duration', () => ModerationResponse.ban(bans, {} as any), 'TypeExpected', 'duration must be a Duration, got undefined'],
  ['a duration of seconds', () => ModerationResponse.ban(bans, { duration: Duration.seconds(90) }), 'DurationOutOfRange', 'duration must be a whole number of minutes from 1 to 5256000, got 1 minute 30 seconds'],
  ['a long duration', () => ModerationResponse.ban(bans, { duration: Duration.days(3651) }), 'DurationOutOfRange', 'got 3651 days'],
])('fails for %s', (_, create, code, message) => {
  const error = errorOf(create);
  expect(error?.code).toBe(code);
  expect(error?.message).toContain(message);
});
