import { ADMISSION_ARN, arnOf, BANS, BANS_ARN, LOBBY, STAGE, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, functionError, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, tokenOf } = useTokenEndpoint();
const ask = async (body: object, settings = {}, options = {}) => create({ bans: BANS, ...settings }).post({ room: LOBBY, ...body }, { token: tokenOf('heads', { sub: 'mia' }), ...options });
const requests = () => aws.calls('Invoke').filter(({ functionArn }) => functionArn === BANS_ARN).map(({ input }) => input);

beforeEach(() => {
  storeBans(aws);
  aws.on('Invoke', () => ({ body: { disconnectedFrom: [LOBBY] } }));
});

describe('ban', () => {
  test('is a request to the bans function, and its answer is the answer', async () => {
    const answer = { room: LOBBY, userId: 'eve', until: 1_800_000_000, disconnectedFrom: [LOBBY] };
    aws.on('Invoke', () => ({ body: answer }));
    expect(await ask({ action: 'ban', userId: 'eve', minutes: 10, reason: 'spam' })).toMatchObject({ status: 200, body: answer, line: { action: 'ban', userId: 'mia', target: 'eve' } });
    expect(aws.calls('Invoke')[0]).toMatchObject({ functionArn: BANS_ARN, invocationType: undefined });
    expect(requests()).toEqual([{ action: 'ban', room: LOBBY, userId: 'eve', minutes: 10, reason: 'spam', bannedBy: 'mia', exceptModerators: true }]);
  });

  test('cannot ban moderators, name another author, or disconnect from rooms of the request', async () => {
    await ask({ action: 'ban', userId: 'eve', exceptModerators: false, bannedBy: 'root', disconnectFrom: [STAGE], bannedAt: 1, until: 9 });
    expect(requests()).toEqual([{ action: 'ban', room: LOBBY, userId: 'eve', bannedBy: 'mia', exceptModerators: true }]);
  });

  test('from all rooms disconnects in the rooms of the endpoint', async () => {
    const answer = await ask({ action: 'ban', room: '*', userId: 'eve' });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('message');
    expect(requests()).toEqual([{ action: 'ban', room: '*', userId: 'eve', bannedBy: 'mia', exceptModerators: true, disconnectFrom: [LOBBY, STAGE] }]);
  });

  test.each([[{ room: '*', rooms: [LOBBY] }], [{ rooms: [LOBBY] }]])('takes no list of rooms where the endpoint has one: %j', async fields => {
    expect(await ask({ action: 'ban', userId: 'eve', ...fields })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(requests()).toEqual([]);
  });

  describe('from all rooms of an endpoint with admission', () => {
    const settings = { roomIds: undefined, admissionFunctionArn: ADMISSION_ARN };
    const banAll = async (rooms: unknown) => ask({ action: 'ban', room: '*', userId: 'eve', rooms }, settings);
    beforeEach(() => aws.on('Invoke', ({ functionArn }) => ({ body: functionArn === BANS_ARN ? { disconnectedFrom: [] } : { role: 'moderator' } })));

    test('disconnects in the rooms of the request, and the answer tells what happens in others', async () => {
      expect(await banAll([STAGE, arnOf(LOBBY)])).toMatchObject({ status: 200, body: { disconnectedFrom: [], message: 'Sessions in other rooms end by themselves.' } });
      expect(requests()[0].disconnectFrom).toEqual([STAGE, LOBBY]);
    });

    test('needs no rooms', async () => {
      expect(await banAll(undefined)).toMatchObject({ status: 200, body: { message: 'Sessions in other rooms end by themselves.' } });
      expect(requests()[0].disconnectFrom).toEqual([]);
    });

    test('takes 20 rooms', async () => {
      expect(await banAll(Array(20).fill(LOBBY))).toMatchObject({ status: 200 });
    });

    test.each<[unknown, number]>([
      [Array(21).fill(LOBBY), 400], [LOBBY, 400], [{ 0: LOBBY }, 400], [[7], 400], [[LOBBY, ['x']], 400], [[LOBBY, null], 400],
      [[LOBBY, 'short'], 404], [['*'], 404], [[arnOf(LOBBY).replace('us-east-1', 'eu-west-1')], 404],
    ])('refuses the rooms %j', async (rooms, status) => {
      expect(await banAll(rooms)).toMatchObject({ status });
      expect(requests()).toEqual([]);
    });
  });
});

describe('unban', () => {
  test('lifts bans of moderators only', async () => {
    aws.on('Invoke', () => ({ body: { removed: true } }));
    expect(await ask({ action: 'unban', userId: 'eve', exceptModerators: false })).toMatchObject({ status: 200, body: { removed: true }, line: { target: 'eve' } });
    expect(requests()).toEqual([{ action: 'unban', room: LOBBY, userId: 'eve', exceptModerators: true }]);
  });

  test.each([LOBBY, '*'])('does not lift the ban of the moderator who asks: %s', async room => {
    expect(await ask({ action: 'unban', room, userId: 'mia' })).toMatchObject({ status: 403, body: { error: 'own_ban' } });
    expect(requests()).toEqual([]);
  });
});

test('listBans returns pages of bans', async () => {
  const page = { bans: [{ room: LOBBY, userId: 'eve', bannedAt: 1 }], next: 'eve' };
  aws.on('Invoke', () => ({ body: page }));
  expect((await ask({ action: 'listBans' })).body).toEqual(page);
  expect((await ask({ action: 'listBans', after: 'eve' })).body).toEqual(page);
  expect(requests()).toEqual([{ action: 'list', room: LOBBY }, { action: 'list', room: LOBBY, after: 'eve' }]);
});

test('what the bans function finds invalid is explained to the client', async () => {
  aws.on('Invoke', () => functionError('InvalidBanRequest', 'minutes must be a whole number of at least 1, got 0: leave it out for a ban without an end.'));
  expect(await ask({ action: 'ban', userId: 'eve', minutes: 0 })).toMatchObject({
    status: 400, body: { error: 'invalid_request', message: expect.stringMatching(/^minutes must be/) }, line: { Refused: 1 },
  });
});

describe('fails with 503 when the bans function', () => {
  const unavailable = { status: 503, body: { error: 'unavailable' }, line: { Failed: 1 } };

  test.each([
    ['throws an error', functionError('Error', 'secret'), unavailable],
    ['runs out of time', { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'Task timed out' } }, unavailable],
    ['is missing', serviceError('ResourceNotFoundException', 404), unavailable],
    ['may not be invoked', serviceError('AccessDeniedException', 403), unavailable],
    ['fails in Lambda', serviceError('ServiceException', 500), unavailable],
    ['is throttled', serviceError('TooManyRequestsException', 429), { status: 503, body: { error: 'busy' }, line: { Throttled: 1 } }],
    ['answers nothing', { body: 'null' }, unavailable],
  ])('%s', async (_, answer, expected) => {
    aws.on('Invoke', () => answer);
    const got = await ask({ action: 'ban', userId: 'eve' });
    expect(got).toMatchObject(expected);
    expect(got.headers['retry-after']).toMatch(/^[1-4]$/);
    expect(JSON.stringify(got.body)).not.toMatch(/secret/);
  });

  test('does not answer in time', async () => {
    aws.on('Invoke', async () => after(1_000));
    expect(await ask({ action: 'ban', userId: 'eve' }, {}, { remainingTime: 1_300 })).toMatchObject(unavailable);
  });
});
