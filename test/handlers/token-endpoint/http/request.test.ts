import { LOBBY, useTokenEndpoint } from '../../../support/token-endpoint/endpoint';

const { aws, create, provider } = useTokenEndpoint();
const post = async (body: object | string, options = {}) => create().post(body, { token: provider.token(), ...options });
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

/** A body of this many bytes. */
const bodyOf = (bytes: number) => JSON.stringify({ room: LOBBY, filler: 'x'.repeat(bytes - JSON.stringify({ room: LOBBY, filler: '' }).length) });

describe('accepts', () => {
  test.each([
    ['JSON', JSON.stringify({ room: LOBBY }), {}],
    ['a content type with a charset', JSON.stringify({ room: LOBBY }), { headers: { 'content-type': 'Application/JSON; charset=utf-8' } }],
    ['a body in Base64', base64(JSON.stringify({ room: LOBBY })), { isBase64Encoded: true }],
    ['a body of 4,096 bytes', bodyOf(4_096), {}],
    ['a body of 4,096 bytes in Base64', base64(bodyOf(4_096)), { isBase64Encoded: true }],
    ['the action createToken', JSON.stringify({ room: LOBBY, action: 'createToken' }), {}],
  ])('%s', async (_, body, options) => {
    expect(await post(body, options)).toMatchObject({ status: 200 });
  });

  test('no body, if there is a single room', async () => {
    expect(await create({ roomIds: [LOBBY] }).post('', { token: provider.token() })).toMatchObject({ status: 200 });
  });
});

describe('refuses', () => {
  afterEach(() => expect(aws.calls('CreateChatToken')).toEqual([]));

  test.each(['GET', 'PUT', 'OPTIONS', 'HEAD', 'post'])('the method %s', async method => {
    expect(await post({ room: LOBBY }, { method })).toMatchObject({ status: 405, body: { error: 'method_not_allowed' }, headers: { allow: 'POST' } });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/plain;application/json', ''])('the content type "%s"', async type => {
    expect(await post({ room: LOBBY }, { headers: { 'content-type': type } })).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } });
  });

  test.each([
    ['a body of 4,097 bytes', bodyOf(4_097), false],
    ['a body of 4,097 bytes in fewer characters', `${bodyOf(4_096 - 2).replace('xxxx', 'üüüü')}  `.slice(0, 4_096), false],
    ['a body of 4,097 bytes in Base64', base64(bodyOf(4_097)), true],
    ['a body of 6 MB', 'x'.repeat(6 * 1024 * 1024), false],
  ])('%s', async (_, body, isBase64Encoded) => {
    expect(await post(body, { isBase64Encoded })).toMatchObject({ status: 413, body: { error: 'too_large' }, line: { outcome: 'too_large', Refused: 1 } });
  });

  test.each(['{', '[]', 'null', '"x"', '7', `{"room":"${LOBBY}"} x`, "{'room':1}"])('the body %s', async body => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('invalid UTF-8', async () => {
    const body = Buffer.concat([Buffer.from(`{"room":"${LOBBY}","x":"`), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(await post(base64(body), { isBase64Encoded: true })).toMatchObject({ status: 400, body: { message: 'The body must be UTF-8.' } });
  });

  test.each(['{"__proto__":{"room":"LobbyLobby12"}}', '{"constructor":{"prototype":{"room":"LobbyLobby12"}}}'])('to read the room from %s', async body => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error: 'room_required' } });
    expect(({} as any).room).toBeUndefined();
  });

  test.each(['toString', 'History', '', 7, null, ['ban']])('the action %j', async action => {
    expect(await post({ room: LOBBY, action })).toMatchObject({
      status: 400, body: { error: 'invalid_request', message: 'action must be one of createToken, history, ban, unban, listBans.' },
    });
  });
});

test('an HTTP API passes the identity of IAM as null for other requests', async () => {
  expect(await post({ room: LOBBY }, { authorizer: { iam: null } })).toMatchObject({ status: 200 });
});

