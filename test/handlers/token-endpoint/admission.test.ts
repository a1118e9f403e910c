import { ADMISSION_ARN, arnOf, BANS, BANS_ARN, banItem, LOBBY, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, functionError, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, provider, tokenOf } = useTokenEndpoint();
const ask = async (settings = {}, options = {}) =>
  create({ admissionFunctionArn: ADMISSION_ARN, ...settings }).post({ room: LOBBY }, { token: provider.token(), ...options });
const answer = (body: unknown) => aws.on('Invoke', () => ({ body }));

test('the function gets room, user, claims and role', async () => {
  answer({ role: 'participant' });
  await ask({}, { token: provider.token({ plan: 'secret gold' }) });
  const [{ functionArn, input, invocationType }] = aws.calls('Invoke');
  expect([functionArn, invocationType]).toEqual([ADMISSION_ARN, undefined]);
  expect(input).toEqual({
    roomId: LOBBY,
    roomArn: arnOf(LOBBY),
    userId: 'user-1',
    isAnonymous: false,
    role: 'participant',
    claims: expect.objectContaining({ sub: 'user-1', plan: 'secret gold' }),
  });
});

test.each(['moderator', 'participant', 'viewer'])('its answer is the role: %s', async role => {
  answer({ role, more: 'is ignored' });
  expect(await ask()).toMatchObject({ status: 200, body: { role }, line: { role } });
  expect(aws.calls('CreateChatToken')[0].input.attributes.role).toBe(role);
});

describe('an anonymous user', () => {
  const anonymousRole = { role: 'viewer' as const };

  test('gets at most participant', async () => {
    answer({ role: 'moderator' });
    expect(await ask({ anonymousRole }, { token: undefined })).toMatchObject({ status: 200, body: { role: 'participant', capabilities: ['SEND_MESSAGE'] } });
    expect(aws.calls('Invoke')[0].input).toMatchObject({ isAnonymous: true, claims: {}, role: 'viewer', userId: expect.stringMatching(/^anonymous:/) });
  });

  test('cannot moderate', async () => {
    answer({ role: 'moderator' });
    storeBans(aws);
    expect(await create({ admissionFunctionArn: ADMISSION_ARN, anonymousRole, bans: BANS }).post({ room: LOBBY, action: 'ban', userId: 'ada' }))
      .toMatchObject({ status: 403, body: { error: 'not_allowed' } });
  });
});

describe('is not asked about', () => {
  afterEach(() => expect(aws.calls('Invoke')).toEqual([]));

  test('users whose role is refused', async () => {
    expect(await ask({}, { token: tokenOf('outcasts') })).toMatchObject({ status: 403, body: { error: 'refused' } });
  });

  test('users who are banned', async () => {
    storeBans(aws, banItem('*', 'user-1'));
    expect(await ask({ bans: BANS })).toMatchObject({ status: 403, body: { error: 'banned' } });
  });
});

describe('no token is created when it', () => {
  const unavailable = { status: 503, body: { error: 'unavailable' }, line: { Failed: 1 } };
  afterEach(() => expect(aws.calls('CreateChatToken')).toEqual([]));

  test('refuses the user', async () => {
    answer({ role: 'refused' });
    expect(await ask()).toMatchObject({ status: 403, body: { error: 'refused' }, line: { role: 'refused' } });
  });

  test.each<[unknown, string]>([
    [{}, 'undefined'], [null, 'undefined'], ['moderator', 'undefined'], [[], 'undefined'], [true, 'undefined'], ['', 'undefined'],
    [{ role: 'admin' }, '"admin"'], [{ role: 'Moderator' }, '"Moderator"'], [{ role: ['moderator'] }, 'object'], [{ role: 'toString' }, '"toString"'],
    [{ role: 'x'.repeat(50) }, `"${'x'.repeat(20)}"`],
  ])('answers %j', async (body, got) => {
    answer(body === '' ? '' : JSON.stringify(body));
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: `admission: role must be moderator, participant, viewer or refused, got ${got}` } });
  });

  test('throws an error, whose message is not logged', async () => {
    aws.on('Invoke', () => functionError('TypeError', 'secret claim'));
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: 'admission: FunctionError: TypeError' } });
  });

  test('throws an error that looks like an answer', async () => {
    aws.on('Invoke', () => ({ headers: { 'x-amz-function-error': 'Unhandled' }, body: { role: 'moderator' } }));
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: 'admission: FunctionError: Unhandled' } });
  });

  test('answers something that is not JSON', async () => {
    answer('secret');
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: 'admission: FunctionError: result is not JSON' } });
  });

  test.each([['ResourceNotFoundException', 404], ['AccessDeniedException', 403], ['ServiceException', 500]])('cannot be invoked: %s', async (name, status) => {
    aws.on('Invoke', () => serviceError(name, status));
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: expect.stringContaining(name) } });
  });

  test('is throttled', async () => {
    aws.on('Invoke', () => serviceError('TooManyRequestsException', 429));
    expect(await ask()).toMatchObject({ status: 503, body: { error: 'busy' }, line: { Throttled: 1 } });
  });

  test('does not answer in time', async () => {
    aws.on('Invoke', async () => after(1_000, { body: { role: 'moderator' } }));
    expect(await ask({}, { remainingTime: 1_300 })).toMatchObject(unavailable);
  });
});

describe('for all rooms', () => {
  const settings = { admissionFunctionArn: ADMISSION_ARN, roomIds: undefined, bans: BANS };
  const ban = { action: 'ban', room: '*', userId: 'ada' };
  const answerBoth = (role: string) => aws.on('Invoke', ({ functionArn }) => ({ body: functionArn === BANS_ARN ? { disconnectedFrom: [] } : { role } }));
  beforeEach(() => storeBans(aws));

  test('it gets the ID * and no ARN', async () => {
    answerBoth('moderator');
    expect(await create(settings).post(ban, { token: tokenOf('heads') })).toMatchObject({ status: 200 });
    expect(aws.calls('Invoke')[0].input).toMatchObject({ roomId: '*', role: 'moderator' });
    expect(aws.calls('Invoke')[0].input).not.toHaveProperty('roomArn');
  });

  test('it can refuse a moderator of all rooms', async () => {
    answerBoth('participant');
    expect(await create(settings).post(ban, { token: tokenOf('heads') })).toMatchObject({ status: 403, body: { error: 'not_allowed' } });
  });

  test('it cannot make a moderator of all rooms', async () => {
    aws.on('Invoke', () => ({ body: { role: 'moderator', allRooms: true } }));
    for (const token of [tokenOf('staff'), provider.token()]) {
      expect(await create(settings).post(ban, { token })).toMatchObject({ status: 403, body: { error: 'not_allowed' } });
    }
    expect(aws.calls('Invoke').filter(({ functionArn }) => functionArn === BANS_ARN)).toEqual([]);
  });
});
