import { BANS, banItem, LOBBY, STAGE, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, provider, tokenOf } = useTokenEndpoint();
const ask = async (token = provider.token(), options = {}) => create({ bans: BANS }).post({ room: LOBBY }, { token, ...options });
const banned = { status: 403, body: { error: 'banned' }, line: { outcome: 'banned', Refused: 1 } };

describe('a user who is banned', () => {
  afterEach(() => expect(aws.calls('CreateChatToken')).toEqual([]));

  test.each([
    ['from the room', banItem(LOBBY, 'user-1')],
    ['from all rooms', banItem('*', 'user-1')],
    ['for another minute', banItem(LOBBY, 'user-1', { until: 60 })],
    ['with an exception for moderators', banItem(LOBBY, 'user-1', { exceptModerators: true })],
  ])('%s gets no token', async (_, ban) => {
    storeBans(aws, ban);
    expect(await ask()).toMatchObject(banned);
  });

  test('gets no token for room or all rooms when only one of both bans has ended', async () => {
    storeBans(aws, banItem(LOBBY, 'user-1', { until: -1 }), banItem('*', 'user-1', { until: 60 }));
    expect(await ask()).toMatchObject(banned);
  });

  test('has an ID with any characters', async () => {
    const sub = 'a#*\u0000 ü/😀';
    storeBans(aws, banItem(LOBBY, sub));
    expect(await ask(provider.token({ sub }))).toMatchObject(banned);
  });

  test('has an ID with the prefix of the endpoint', async () => {
    storeBans(aws, banItem(LOBBY, 'corp:user-1'));
    expect(await create({ bans: BANS, userIdPrefix: 'corp:' }).post({ room: LOBBY }, { token: provider.token() })).toMatchObject(banned);
  });

  test('is a moderator, without an exception for them', async () => {
    storeBans(aws, banItem(LOBBY, 'user-1'));
    expect(await ask(tokenOf('staff'))).toMatchObject(banned);
  });
});

describe('a user gets a token', () => {
  test.each([
    ['without bans', []],
    ['with a ban from another room', [banItem(STAGE, 'user-1')]],
    ['with a ban of another user', [banItem(LOBBY, 'user-2'), banItem('*', 'user')]],
    ['with a ban that has ended and is still stored', [banItem(LOBBY, 'user-1', { until: -1 })]],
  ])('%s', async (_, bans) => {
    storeBans(aws, ...bans);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('as a moderator who was banned with an exception for moderators', async () => {
    storeBans(aws, banItem(LOBBY, 'user-1', { exceptModerators: true }));
    expect(await ask(tokenOf('staff'))).toMatchObject({ status: 200, body: { role: 'moderator' } });
  });

  test('from an endpoint without bans, which reads no table', async () => {
    expect(await create().post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 200 });
    expect(aws.calls('BatchGetItem')).toEqual([]);
  });
});

test('reads room and all rooms in one consistent call', async () => {
  storeBans(aws);
  await ask();
  expect(aws.calls('BatchGetItem')[0].input).toEqual({
    RequestItems: {
      bans: {
        ConsistentRead: true, Keys: [{ room: { S: LOBBY }, userId: { S: 'user-1' } }, { room: { S: '*' }, userId: { S: 'user-1' } }],
      },
    },
  });
});

describe('no token is created, and the answer is 503, when the table', () => {
  const unavailable = { status: 503, body: { error: 'unavailable' }, line: { Failed: 1 } };
  afterEach(() => expect(aws.calls('CreateChatToken')).toEqual([]));

  test.each([
    ['is missing', serviceError('ResourceNotFoundException', 400), unavailable],
    ['cannot be read', serviceError('AccessDeniedException', 400), unavailable],
    ['fails', serviceError('InternalServerError', 500), unavailable],
    ['is throttled', serviceError('ThrottlingException', 400), { status: 503, body: { error: 'busy' }, line: { Throttled: 1 } }],
    ['answers with something else', { body: '<html>' }, unavailable],
    ['answers with nothing', { body: {} }, unavailable],
    ['answers for another table', { body: { Responses: { other: [] } } }, unavailable],
  ])('%s', async (_, answer, expected) => {
    aws.on('BatchGetItem', () => answer);
    const got = await ask();
    expect(got).toMatchObject(expected);
    expect(got.headers['retry-after']).toMatch(/^[1-4]$/);
    expect(got.line.reason).toMatch(/^BatchGetItem: /);
  });

  test('is throttled with the error of provisioned tables', async () => {
    aws.on('BatchGetItem', () => serviceError('ProvisionedThroughputExceededException', 400));
    expect(await ask()).toMatchObject({ status: 503 });
  });

  test('leaves keys unprocessed', async () => {
    aws.on('BatchGetItem', ({ input }) => ({ body: { Responses: { bans: [] }, UnprocessedKeys: input.RequestItems } }));
    expect(await ask()).toMatchObject({ ...unavailable, line: { reason: 'BatchGetItem: DynamoDB did not process all keys' } });
  });

  test('does not answer in time', async () => {
    aws.on('BatchGetItem', async () => after(1_000, { body: { Responses: { bans: [] } } }));
    expect(await ask(undefined, { remainingTime: 1_300 })).toMatchObject(unavailable);
  });
});

test('a ban that was found counts, whatever was left unprocessed', async () => {
  aws.on('BatchGetItem', ({ input }) => ({ body: { Responses: { bans: [banItem('*', 'user-1')] }, UnprocessedKeys: input.RequestItems } }));
  expect(await ask()).toMatchObject(banned);
});
