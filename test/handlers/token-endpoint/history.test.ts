import { ADMISSION_ARN, arnOf, BANS, banItem, HISTORY_ARN, LOBBY, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, functionError, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, provider, tokenOf } = useTokenEndpoint();

const PAGE = { messages: [{ Type: 'MESSAGE', Id: 'a', Content: 'hello' }], before: 'cursor' };
const SETTINGS = { bans: BANS, historyFunctionArn: HISTORY_ARN };
const requests = () => aws.calls('Invoke').filter(({ functionArn }) => functionArn === HISTORY_ARN).map(({ input }) => input);
const ask = async (body: object, settings = {}, options = {}) => (
  create({ ...SETTINGS, ...settings }).post({ room: LOBBY, ...body }, { token: provider.token(), ...options }));

beforeEach(() => {
  storeBans(aws);
  aws.on('Invoke', () => ({ body: PAGE }));
});

describe('a request for a token', () => {
  test('with history gets as many of the newest messages', async () => {
    expect(await ask({ history: 20 })).toMatchObject({ status: 200, body: { token: 'secret-chat-token', history: PAGE } });
    expect(requests()).toEqual([{ roomId: LOBBY, limit: 20 }]);
    expect(aws.calls('Invoke')[0].invocationType).toBeUndefined();
  });

  test('without history reads none', async () => {
    const { body } = await ask({});
    expect(body).not.toHaveProperty('history');
    expect(requests()).toEqual([]);
  });

  test('of an endpoint without a history can have the property for an attribute', async () => {
    const { body, status } = await ask({ history: 'long' }, { historyFunctionArn: undefined, attributes: { story: { request: 'history', maxLength: 9 } } });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('history');
  });

  test.each([0, 101, 1.5, '20', null, true, {}])('with history %p is refused, without a token', async history => {
    expect(await ask({ history })).toMatchObject({ status: 400, body: { error: 'invalid_request', message: 'history must be a whole number from 1 to 100.' } });
    expect(aws.calls('CreateChatToken')).toEqual([]);
    expect(requests()).toEqual([]);
  });

  test.each<[string, () => any]>([
    ['fails', () => functionError('Error', 'no')],
    ['refuses the request', () => functionError('InvalidHistoryRequest', 'no')],
    ['may not be invoked', () => serviceError('AccessDeniedException', 403)],
    ['does not exist', () => serviceError('ResourceNotFoundException', 404)],
    ['answers with something else', () => ({ body: { messages: 'none' } })],
    ['answers with nothing', () => ({ body: null })],
    ['does not answer with JSON', () => ({ body: '<' })],
  ])('gets a token and no history if the function %s', async (_, answer) => {
    aws.on('Invoke', answer);
    expect(await ask({ history: 20 })).toMatchObject({
      status: 200, body: { token: 'secret-chat-token', history: null }, line: { outcome: 'ok', historyNotRead: expect.stringMatching(/^history function: /) },
    });
  });

  test('gets a token and no history if the function takes too long', async () => {
    aws.on('Invoke', async () => after(3_000, { body: PAGE }));
    const start = performance.now();
    expect(await ask({ history: 20 }, {}, { remainingTime: 1_500 })).toMatchObject({ status: 200, body: { token: 'secret-chat-token', history: null } });
    expect(performance.now() - start).toBeLessThan(2_500);
  });

  test('reads the history while the token is created', async () => {
    aws.on('Invoke', async () => after(400, { body: PAGE }));
    aws.on('CreateChatToken', async () => after(400, { body: { token: 'secret-chat-token', sessionExpirationTime: new Date().toISOString() } }));
    const start = performance.now();
    expect(await ask({ history: 20 })).toMatchObject({ status: 200, body: { history: PAGE } });
    expect(performance.now() - start).toBeLessThan(750);
  });

  test('gets no history if it gets no token', async () => {
    aws.on('CreateChatToken', () => serviceError('ResourceNotFoundException', 404));
    const { body, status } = await ask({ history: 20 });
    expect(status).toBe(404);
    expect(JSON.stringify(body)).not.toContain('hello');
  });

  test('of a user who is banned meanwhile gets no history', async () => {
    aws.on('CreateChatToken', () => {
      storeBans(aws, banItem(LOBBY, 'user-1'));
      return { body: { token: 'secret-chat-token', sessionExpirationTime: new Date().toISOString() } };
    });
    const { body, status } = await ask({ history: 20 });
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain('hello');
  });
});

describe('a request for the history', () => {
  test('gets a page', async () => {
    expect(await ask({ action: 'history', limit: 10, before: 'cursor' })).toMatchObject({ status: 200, body: PAGE, line: { action: 'history', room: LOBBY } });
    expect(requests()).toEqual([{ roomId: LOBBY, limit: 10, before: 'cursor' }]);
    expect(aws.calls('CreateChatToken')).toEqual([]);
  });

  test('can name the room by its ARN, but no other one than that', async () => {
    await ask({ action: 'history', room: arnOf(LOBBY), roomId: 'OtherRoom123' });
    expect(requests()).toEqual([{ roomId: LOBBY }]);
  });

  test('learns what is wrong', async () => {
    aws.on('Invoke', () => functionError('InvalidHistoryRequest', 'limit must be a whole number'));
    expect(await ask({ action: 'history', limit: {} })).toMatchObject({ status: 400, body: { error: 'invalid_request', message: 'limit must be a whole number' } });
  });

  test.each<[() => any, string]>([
    [() => functionError('Error', 'secret text'), 'unavailable'],
    [() => serviceError('AccessDeniedException', 403), 'unavailable'],
    [() => ({ body: {} }), 'unavailable'],
    [() => serviceError('TooManyRequestsException', 429), 'busy'],
  ])('gets status 503 if the function fails', async (answer, error) => {
    aws.on('Invoke', answer);
    expect(await ask({ action: 'history' })).toMatchObject({ status: 503, body: { error } });
  });

  test('of an endpoint without a history is refused', async () => {
    expect(await ask({ action: 'history' }, { historyFunctionArn: undefined })).toMatchObject({
      status: 400, body: { error: 'invalid_request', message: 'action must be createToken, got history: this endpoint does not have a history.' },
    });
  });
});

describe.each([{ action: 'history' }, { history: 5 }])('%j passes the gate of tokens', fields => {
  test.each(['viewer', 'participant', 'moderator'] as const)('for a %s', async role => {
    expect(await ask(fields, { defaultRole: { role } })).toMatchObject({ status: 200 });
    expect(requests()).toHaveLength(1);
  });

  test('for anonymous users if they get tokens', async () => {
    const body = { room: LOBBY, ...fields };
    expect(await create({ ...SETTINGS, anonymousRole: { role: 'viewer' } }).post(body)).toMatchObject({ status: 200 });
    expect(await create(SETTINGS).post(body)).toMatchObject({ status: 401 });
    expect(requests()).toHaveLength(1);
  });

  test.each<[string, () => Promise<any>, object]>([
    ['a room of no endpoint', async () => ask({ ...fields, room: 'Unknown12345' }), { status: 404, body: { error: 'room_not_found' } }],
    ['all rooms', async () => ask({ ...fields, room: '*' }, {}, { token: tokenOf('heads') }), { status: 404, body: { error: 'room_not_found' } }],
    ['a refused role', async () => ask(fields, {}, { token: tokenOf('outcasts') }), { status: 403, body: { error: 'refused' } }],
    ['a banned user', async () => {
      storeBans(aws, banItem(LOBBY, 'user-1'));
      return ask(fields);
    }, { status: 403, body: { error: 'banned' } }],
    ['a user whom admission refuses', async () => {
      aws.on('Invoke', ({ functionArn }) => ({ body: functionArn === ADMISSION_ARN ? { role: 'refused' } : PAGE }));
      return ask(fields, { admissionFunctionArn: ADMISSION_ARN });
    }, { status: 403, body: { error: 'refused' } }],
    ['a failing admission function', async () => {
      aws.on('Invoke', ({ functionArn }) => functionArn === ADMISSION_ARN ? functionError('Error', 'no') : { body: PAGE });
      return ask(fields, { admissionFunctionArn: ADMISSION_ARN });
    }, { status: 503 }],
  ])('but not for %s', async (_, answer, expected) => {
    expect(await answer()).toMatchObject(expected);
    expect(requests()).toEqual([]);
  });
});
