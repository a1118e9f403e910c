import * as http from 'node:http';
import type { Socket } from 'node:net';
import * as net from 'node:net';
import { HttpError } from '../../../src/http/http-error';
import type { Caller } from '../../../src/iam/callers';
import { isIvsChatRequest } from '../../../src/ivschat/api/http';
import { findOperation, shapeOf } from '../../../src/ivschat/api/model';
import { ControlPlaneService, HANDLER, LOG_GROUP, SIGNED } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

test.each([
  ['GET', '/CreateRoom'],
  ['PUT', '/CreateRoom'],
  ['DELETE', '/DeleteRoom'],
  ['OPTIONS', '/CreateRoom'],
  ['PUT', '/tags/arn'],
  ['POST', '/'],
  ['GET', '/'],
  ['POST', '/createroom'],
  ['POST', '/CreateRoom/'],
  ['POST', '//CreateRoom'],
  ['POST', '/ListTagsForResource'],
  ['POST', '/constructor'],
  ['POST', '/__proto__'],
  ['POST', '/tags'],
])('%s %s is not an operation', async (method, path) => {
  const { status, type, json } = await service.request(method, path, '{}');
  expect([status, type]).toEqual([404, 'UnknownOperationException']);
  expect(json.message).toMatch(/./);
});

test('HEAD is not an operation, and its response has no body', async () => {
  expect(await service.request('HEAD', '/GetRoom')).toMatchObject({ status: 404, type: 'UnknownOperationException', text: '' });
});

test.each<[string, string | Uint8Array]>([
  ['incomplete JSON', '{"name":'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a string', '"x"'],
  ['a form', 'name=lobby'],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['nested too deeply', '['.repeat(500_000)],
])('a body that is %s is a SerializationException', async (_, body) => {
  const { status, type } = await service.request('POST', '/CreateRoom', body);
  expect([status, type]).toEqual([400, 'SerializationException']);
  expect(service.controlPlane.listRooms()).toEqual([]);
});

test('a path that is not URL-encoded is a SerializationException', async () => {
  expect(await service.request('GET', '/tags/%E0%A4%A')).toMatchObject({ status: 400, type: 'SerializationException' });
});

test('an empty body is an empty input', async () => {
  expect((await service.request('POST', '/CreateRoom')).status).toBe(200);
  expect(await service.request('POST', '/GetRoom')).toMatchObject({ status: 400, type: 'ValidationException' });
});

test('a body over 1 MB gets a 413, a smaller one is accepted', async () => {
  const body = (size: number) => `{"name":"a"${' '.repeat(size - 12)}}`;

  expect((await service.request('POST', '/CreateRoom', body(1024 * 1024))).status).toBe(200);
  const { status, type } = await service.request('POST', '/CreateRoom', body(1024 * 1024 + 1));
  expect([status, type]).toEqual([413, 'RequestEntityTooLargeException']);
  expect((await service.request('POST', '/CreateRoom', body(8 * 1024 * 1024))).status).toBe(413);
  expect(service.controlPlane.listRooms()).toHaveLength(1);
});

test('a request that the client aborts has no effect', async () => {
  const { hostname, port } = new URL(service.url);
  const socket = await new Promise<Socket>(resolve => {
    const connection = net.connect(Number(port), hostname, () => resolve(connection));
  });
  const closed = new Promise(resolve => socket.on('close', resolve));
  socket.write('POST /CreateRoom HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"name":');
  socket.destroySoon();
  await closed;

  expect((await service.request('POST', '/ListRooms', '{}')).json).toEqual({ rooms: [] });
  expect(service.liveLog.recent.map(({ data }) => data)).toEqual([{ operation: 'ListRooms', status: 200 }]);
});

test('a response is JSON with a request id', async () => {
  const response = await fetch(`${service.url}/CreateRoom`, { method: 'POST', body: '{}', headers: { authorization: SIGNED } });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.json()).toMatchObject({ createTime: '2026-11-20T12:00:00.000Z' });
});

test('an unexpected error is an InternalServerException without details', async () => {
  service.authorizationError = new TypeError('something broke');

  const { status, type, text } = await service.request('POST', '/CreateRoom', '{}');

  expect([status, type]).toEqual([500, 'InternalServerException']);
  expect(text).not.toContain('broke');
  expect(service.liveLog.recent[0]).toMatchObject({ level: 'error', data: { event: 'fault', error: 'TypeError: something broke' }, trace: expect.stringContaining('\n    at ') });
});

test('every response conforms to the model', async () => {
  const call = async (operation: string, body: object, method = 'POST', path = `/${operation}`) => {
    const { status, json } = await service.request(method, path, JSON.stringify(body));
    const { responseCode, output } = findOperation(operation)!;
    expect(status).toBe(responseCode);
    if (output) checkMembers(output, json); else expect(json).toBeUndefined();
    return json;
  };
  const configuration = (await call('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP, tags: { a: 'b' } })).arn;
  const identifier = (await call('CreateRoom', { messageReviewHandler: { uri: HANDLER }, loggingConfigurationIdentifiers: [configuration] })).arn;
  const path = `/tags/${encodeURIComponent(identifier)}`;
  await call('GetRoom', { identifier });
  await call('UpdateRoom', { identifier });
  await call('CreateRoom', {});
  await call('ListRooms', { maxResults: 1 });
  await call('GetLoggingConfiguration', { identifier: configuration });
  await call('UpdateLoggingConfiguration', { identifier: configuration });
  await call('ListLoggingConfigurations', {});
  await call('CreateChatToken', { roomIdentifier: identifier, userId: 'alice' });
  await call('SendEvent', { roomIdentifier: identifier, eventName: 'goal' });
  await call('DeleteMessage', { roomIdentifier: identifier, id: 'message00001' });
  await call('DisconnectUser', { roomIdentifier: identifier, userId: 'bob' });
  await call('TagResource', { tags: { a: 'b' } }, 'POST', path);
  await call('ListTagsForResource', {}, 'GET', path);
  await call('UntagResource', {}, 'DELETE', `${path}?tagKeys=a`);
  await call('DeleteRoom', { identifier });
  await call('DeleteLoggingConfiguration', { identifier: configuration });
});

/** Checks that the model has every member, with its pattern and length. */
function checkMembers(shapeName: string, value: any): void {
  const shape = shapeOf(shapeName);
  if (shape.type === 'structure') {
    expect(Object.keys(shape.members!)).toEqual(expect.arrayContaining(Object.keys(value)));
    for (const name of shape.required ?? []) expect(value).toHaveProperty(name);
    for (const [name, member] of Object.entries(value)) checkMembers(shape.members![name].shape, member);
  } else if (shape.type === 'list') {
    for (const member of value) checkMembers(shape.member!.shape, member);
  } else if (shape.type === 'string') {
    expect(value).toMatch(new RegExp(`^(?:${shape.pattern ?? '[^]*'})$`));
    expect(value.length).toBeGreaterThanOrEqual(shape.min ?? 0);
    if (shape.enum) expect(shape.enum).toContain(value);
  } else if (shape.type === 'timestamp') {
    expect(new Date(value).toISOString()).toBe(value);
  }
}

test.each<[boolean, string, string | undefined]>([
  [true, '/CreateRoom', 'ivschat'],
  [true, '/anything', 'ivschat'],
  [false, '/CreateRoom', 'lambda'],
  [true, '/CreateRoom', undefined],
  [false, '/anything', undefined],
])('for this service: %s, for %s signed for %s', (expected, url, signedFor) => {
  const req = new http.IncomingMessage(new net.Socket());
  Object.assign(req, { method: 'POST', url });
  const caller: Caller = signedFor === undefined ? { kind: 'anonymous' } : { kind: 'invalid', service: signedFor, error: new HttpError('x', 403, '') };
  expect(isIvsChatRequest(req, caller)).toBe(expected);
});

test('an unsigned request gets the error of AWS', async () => {
  const response = await fetch(`${service.url}/ListRooms`, { method: 'POST', body: '{}' });
  expect([response.status, response.headers.get('x-amzn-errortype'), await response.json()])
    .toEqual([403, 'MissingAuthenticationTokenException', { message: 'Missing Authentication Token' }]);
});

describe('the live log', () => {
  test('has a line for each request: operation, resource, result', async () => {
    const { id, arn } = await service.client.createRoom({});
    await service.client.listRooms({});
    await service.client.deleteRoom({ identifier: arn });
    await service.client.getRoom({ identifier: arn }).catch(() => undefined);
    await service.request('GET', '/nowhere?secret=1');

    expect(service.liveLog.recent.map(({ kind, level, data }) => [kind, level, data])).toEqual([
      ['request', 'info', { operation: 'CreateRoom', target: arn, status: 200 }],
      ['request', 'info', { operation: 'ListRooms', status: 200 }],
      ['request', 'info', { operation: 'DeleteRoom', target: arn, status: 204 }],
      ['request', 'warning', { operation: 'GetRoom', target: arn, status: 404, error: 'ResourceNotFoundException' }],
      ['request', 'warning', { status: 404, error: 'UnknownOperationException' }],
    ]);
    expect(service.liveLog.recent.map(({ text }) => text.split(' → ')[0]))
      .toEqual([`CreateRoom room/${id}`, 'ListRooms', `DeleteRoom room/${id}`, `GetRoom room/${id}`, 'GET /nowhere']);
  });

  test('never contains a token or a user id', async () => {
    const roomIdentifier = (await service.client.createRoom({})).arn;
    const { token } = await service.client.createChatToken({ roomIdentifier, userId: 'someone@example.com' });

    const log = JSON.stringify(service.liveLog.recent);
    expect(log).toContain('CreateChatToken');
    expect(log).not.toContain(token);
    expect(log).not.toContain('someone');
  });
});
