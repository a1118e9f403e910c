import { arnOf, BANS, banItem, chatToken, LOBBY, STAGE, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, provider, tokenOf } = useTokenEndpoint();

test('returns a chat token for the verified user', async () => {
  const answer = await create({ sessionMinutes: 90 }).post({ room: LOBBY }, { token: provider.token({ sub: 'ada' }) });

  expect(answer).toMatchObject({ status: 200, line: { outcome: 'ok', status: 200, action: 'createToken', room: LOBBY, userId: 'ada', role: 'participant' } });
  expect(answer.body).toEqual({
    token: 'secret-chat-token', sessionExpirationTime: expect.stringMatching(/^\d{4}-.*Z$/), userId: 'ada', capabilities: ['SEND_MESSAGE'], role: 'participant',
  });
  expect(aws.calls('CreateChatToken').map(({ input }) => input)).toEqual([{
    roomIdentifier: arnOf(LOBBY), userId: 'ada', capabilities: ['SEND_MESSAGE'], attributes: { role: 'participant' }, sessionDurationInMinutes: 90,
  }]);
});

test('does not take user ID, capabilities, role or session from the request', async () => {
  const request = { room: LOBBY, userId: 'root', capabilities: ['DISCONNECT_USER'], role: 'moderator', sessionDurationInMinutes: 180, attributes: { role: 'moderator' } };
  await create().post(request, { token: provider.token() });
  expect(aws.calls('CreateChatToken')[0].input).toMatchObject({
    userId: 'user-1', capabilities: ['SEND_MESSAGE'], attributes: { role: 'participant' }, sessionDurationInMinutes: 60,
  });
});

test.each([
  ['moderator', ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER']],
  ['participant', ['SEND_MESSAGE']],
  ['viewer', []],
] as const)('gives a %s the capabilities %j', async (role, capabilities) => {
  const answer = await create({ defaultRole: { role } }).post({ room: LOBBY }, { token: provider.token() });
  expect(answer.body).toMatchObject({ role, capabilities });
  expect(aws.calls('CreateChatToken')[0].input).toMatchObject({ capabilities, attributes: { role } });
});

describe('fails', () => {
  test('with 503 when CreateChatToken is throttled, and counts it', async () => {
    aws.on('CreateChatToken', () => serviceError('ThrottlingException', 429, 'Rate exceeded'));
    const answer = await create().post({ room: LOBBY }, { token: provider.token() });
    expect(answer).toMatchObject({
      status: 503, body: { error: 'busy' }, line: { outcome: 'busy', reason: 'CreateChatToken: ThrottlingException: Rate exceeded', Throttled: 1 },
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(4);
    expect(aws.calls('CreateChatToken')).toHaveLength(2);
  });

  test('with a time to retry after that differs from client to client', async () => {
    aws.on('CreateChatToken', () => serviceError('ThrottlingException', 429));
    const endpoint = create();
    const random = jest.spyOn(Math, 'random');
    for (const [value, seconds] of [[0, '1'], [0.999, '4']] as const) {
      random.mockReturnValue(value);
      expect((await endpoint.post({ room: LOBBY }, { token: provider.token() })).headers['retry-after']).toBe(seconds);
    }
  });

  test('with 404 for a room that was deleted', async () => {
    aws.on('CreateChatToken', () => serviceError('ResourceNotFoundException', 404));
    expect(await create().post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 404, body: { error: 'room_not_found' }, line: { Refused: 1 } });
  });

  test.each(['AccessDeniedException', 'PendingVerification'])('with 500 for %s, and logs the reason', async name => {
    aws.on('CreateChatToken', () => serviceError(name, 403, 'not allowed for this account'));
    const answer = await create().post({ room: LOBBY }, { token: provider.token() });
    expect(answer).toMatchObject({ status: 500, body: { error: 'internal' }, line: { Failed: 1, reason: expect.stringMatching(/not allowed for this account$/) } });
    expect(JSON.stringify(answer.body)).not.toContain('allowed');
  });

  test('without the values that AWS rejects in the log', async () => {
    aws.on('CreateChatToken', () => serviceError('ValidationException', 400, 'Value {name=SECRET} failed'));
    expect(await create().post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 500, line: { reason: expect.stringContaining('ValidationException') } });
  });

  test('with 503 when there is no answer before the deadline', async () => {
    aws.on('CreateChatToken', async () => after(2_000, { body: chatToken() }));
    const start = performance.now();
    const answer = await create().post({ room: LOBBY }, { token: provider.token(), remainingTime: 1_300 });
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' }, line: { Failed: 1 } });
    expect(performance.now() - start).toBeLessThan(1_800);
  });

  test('with 500 for an answer without a token', async () => {
    aws.on('CreateChatToken', () => ({ body: {} }));
    expect(await create().post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 500, body: { error: 'internal' } });
  });
});

describe('a ban while the token is created', () => {
  test('keeps the token from the user', async () => {
    storeBans(aws);
    aws.on('CreateChatToken', () => {
      storeBans(aws, banItem(LOBBY, 'user-1'));
      return { body: chatToken() };
    });
    const answer = await create({ bans: BANS }).post({ room: LOBBY }, { token: provider.token() });
    expect(answer).toMatchObject({ status: 403, body: { error: 'banned' } });
    expect(JSON.stringify(answer.body)).not.toContain('token');
    expect(aws.calls('BatchGetItem')).toHaveLength(2);
  });

  test('does not keep it from a moderator, if moderators are exempt', async () => {
    storeBans(aws);
    aws.on('CreateChatToken', () => {
      storeBans(aws, banItem(LOBBY, 'user-1', { exceptModerators: true }));
      return { body: chatToken() };
    });
    expect(await create({ bans: BANS }).post({ room: LOBBY }, { token: tokenOf('staff') })).toMatchObject({ status: 200 });
  });

  test('keeps it as well when the table does not answer any more', async () => {
    storeBans(aws);
    aws.on('CreateChatToken', () => {
      aws.on('BatchGetItem', () => serviceError('InternalServerError', 500));
      return { body: chatToken() };
    });
    expect(await create({ bans: BANS }).post({ room: STAGE }, { token: provider.token() })).toMatchObject({ status: 503, body: { error: 'unavailable' } });
  });
});
