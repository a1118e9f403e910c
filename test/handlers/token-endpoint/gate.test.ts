import { ADMISSION_ARN, BANS, BANS_ARN, banItem, LOBBY, STAGE, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';

const { aws, create, provider, tokenOf } = useTokenEndpoint();

const ACTIONS = [
  ['createToken', {}],
  ['ban', { userId: 'ada' }],
  ['unban', { userId: 'ada' }],
  ['listBans', {}],
] as const;

/** Which checks were made, in order. */
let steps: string[];

beforeEach(() => {
  steps = [];
  storeBans(aws);
  aws.on('Invoke', ({ functionArn }) => {
    steps.push(functionArn === BANS_ARN ? 'bans function' : 'admission');
    return { body: functionArn === BANS_ARN ? { bans: [] } : { role: 'moderator' } };
  });
});

describe.each(ACTIONS)('%s', (action, fields) => {
  const settings = { bans: BANS, admissionFunctionArn: ADMISSION_ARN };
  const ask = async (token: string, room: string = LOBBY) => create(settings).post({ action, room, ...fields }, { token });

  test('passes for a moderator', async () => {
    expect(await ask(tokenOf('staff'))).toMatchObject({ status: 200, line: { action, room: LOBBY, userId: 'user-1', role: 'moderator' } });
    expect(steps).toEqual(action === 'createToken' ? ['admission'] : ['admission', 'bans function']);
    expect(aws.calls('BatchGetItem')[0].input.RequestItems.bans.Keys).toEqual([
      { room: { S: LOBBY }, userId: { S: 'user-1' } }, { room: { S: '*' }, userId: { S: 'user-1' } },
    ]);
  });

  test('needs a token first', async () => {
    expect(await create(settings).post({ action, room: 'Unknown12345', ...fields })).toMatchObject({ status: 401 });
  });

  test('then the room, before the table is read', async () => {
    expect(await ask(tokenOf('outcasts'), 'Unknown12345')).toMatchObject({ status: 404, body: { error: 'room_not_found' } });
    expect(aws.calls('BatchGetItem')).toEqual([]);
  });

  test.each(['outcasts', 'staff', 'heads'])('then bans, before the role: of %s', async group => {
    storeBans(aws, banItem(LOBBY, 'user-1'));
    expect(await ask(tokenOf(group))).toMatchObject({ status: 403, body: { error: 'banned' } });
    expect(steps).toEqual([]);
  });

  test('then bans from all rooms', async () => {
    storeBans(aws, banItem('*', 'user-1'));
    expect(await ask(tokenOf('heads'))).toMatchObject({ status: 403, body: { error: 'banned' } });
  });

  test('then the role, before admission', async () => {
    expect(await ask(tokenOf('outcasts'))).toMatchObject({ status: 403, body: { error: 'refused' } });
    expect(steps).toEqual([]);
  });

  test('then admission', async () => {
    aws.on('Invoke', () => ({ body: { role: 'refused' } }));
    expect(await ask(tokenOf('heads'))).toMatchObject({ status: 403, body: { error: 'refused' } });
  });

  test('is for the room that is named: a ban from another room does not count', async () => {
    storeBans(aws, banItem(STAGE, 'user-1'));
    expect(await ask(tokenOf('staff'))).toMatchObject({ status: 200 });
    expect(await ask(tokenOf('staff'), STAGE)).toMatchObject({ status: 403, body: { error: 'banned' } });
  });
});

describe.each(ACTIONS.slice(1))('%s', (action, fields) => {
  test.each(['viewer', 'participant'] as const)('is not for a %s', async role => {
    expect(await create({ bans: BANS, defaultRole: { role } }).post({ action, room: LOBBY, ...fields }, { token: provider.token() }))
      .toMatchObject({ status: 403, body: { error: 'not_allowed' } });
    expect(steps).toEqual([]);
  });

  test('is for a participant whom admission makes a moderator of the room', async () => {
    const endpoint = create({ bans: BANS, admissionFunctionArn: ADMISSION_ARN });
    expect(await endpoint.post({ action, room: LOBBY, ...fields }, { token: provider.token() })).toMatchObject({ status: 200 });
  });

  test('is for all rooms only by a moderator of all rooms', async () => {
    const endpoint = create({ bans: BANS });
    expect(await endpoint.post({ action, room: '*', ...fields }, { token: tokenOf('staff') })).toMatchObject({ status: 403, body: { error: 'not_allowed' } });
    expect(steps).toEqual([]);
    expect(await endpoint.post({ action, room: '*', ...fields }, { token: tokenOf('heads') })).toMatchObject({ status: 200, line: { room: '*' } });
    expect(aws.calls('BatchGetItem').at(-1)!.input.RequestItems.bans.Keys).toEqual([{ room: { S: '*' }, userId: { S: 'user-1' } }]);
  });

  test('is unknown to an endpoint without bans', async () => {
    expect(await create().post({ action, room: LOBBY, ...fields }, { token: tokenOf('staff') })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

test('a token is never for all rooms', async () => {
  expect(await create({ bans: BANS }).post({ room: '*' }, { token: tokenOf('heads') })).toMatchObject({ status: 404, body: { error: 'room_not_found' } });
});

test('moderators cannot ban each other, and a moderator whom a backend has banned can do nothing', async () => {
  const endpoint = create({ bans: BANS });
  const unban = { action: 'unban', room: LOBBY, userId: 'ada' };
  storeBans(aws, banItem(LOBBY, 'user-1', { exceptModerators: true }));
  expect(await endpoint.post(unban, { token: tokenOf('staff') })).toMatchObject({ status: 200 });
  storeBans(aws, banItem(LOBBY, 'user-1'));
  expect(await endpoint.post(unban, { token: tokenOf('staff') })).toMatchObject({ status: 403, body: { error: 'banned' } });
});

test('an exception for moderators is for moderators by their claims, not by admission', async () => {
  storeBans(aws, banItem(LOBBY, 'user-1', { exceptModerators: true }));
  const endpoint = create({ bans: BANS, admissionFunctionArn: ADMISSION_ARN });
  expect(await endpoint.post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 403, body: { error: 'banned' } });
});
