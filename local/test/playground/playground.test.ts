import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';
import { reviewedRoom, templateOf } from '../support/review-template';

let directory: string;
let server: LocalServer;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-test-'));
  server = await LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory, throttle: false });
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

interface Response {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends the path as it is: `fetch` would resolve its dots. */
async function request(url: string, options: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string } = {}): Promise<Response> {
  const { method = 'GET', headers = {}, body } = options;
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    http.request({ hostname, port, path: url, method, headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; })
        .on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    }).once('error', reject).end(body);
  });
}

async function post(url: string, input: unknown, headers: http.OutgoingHttpHeaders = { 'content-type': 'application/json' }) {
  const { status, text } = await request(url, { method: 'POST', headers, body: typeof input === 'string' ? input : JSON.stringify(input) });
  return { status, body: JSON.parse(text) };
}

interface SentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: any;
}

/** An open event stream of the live log. */
class EventStream {
  public static async open(headers: http.OutgoingHttpHeaders = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      http.get(`${server.url}/playground/live-log`, { headers, agent: false }, response => resolve(new EventStream(response))).once('error', reject);
    });
  }

  public readonly ended: Promise<void>;
  private readonly events: SentEvent[] = [];
  private wake?: () => void;

  private constructor(public readonly response: http.IncomingMessage) {
    let rest = '';
    this.ended = new Promise(resolve => response.once('end', resolve));
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      this.events.push(...blocks.filter(block => block.includes('data: ')).map(readEvent));
      this.wake?.();
    });
  }

  public async next(): Promise<SentEvent> {
    while (this.events.length === 0) await new Promise<void>(resolve => { this.wake = resolve; });
    return this.events.shift()!;
  }

  public async until(isWanted: (event: SentEvent) => boolean): Promise<SentEvent[]> {
    const taken = [await this.next()];
    while (!isWanted(taken.at(-1)!)) taken.push(await this.next());
    return taken;
  }

  public close(): void {
    this.response.destroy();
  }
}

function readEvent(block: string): SentEvent {
  const fields = Object.fromEntries(block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  return { event: fields.event, id: fields.id, data: JSON.parse(fields.data) };
}

const textOf = (event: SentEvent) => event.data.text;
const createRoom = async (input: object = {}) => server.controlPlane.call('CreateRoom', input);

describe('files', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', '<title>ivschat-local</title>'],
    ['/?from=terminal', 'text/html; charset=utf-8', '<title>ivschat-local</title>'],
    ['/playground/style.css', 'text/css; charset=utf-8', '--accent'],
    ['/playground/main.js', 'text/javascript; charset=utf-8', 'import { ChatWindow }'],
    ['/playground/icon.svg', 'image/svg+xml', '<svg'],
    ['/playground/modules/amazon-ivs-chat-messaging/index.js', 'text/javascript; charset=utf-8', "export { ChatRoom } from './ChatRoom.js'"],
    ['/playground/modules/amazon-ivs-chat-messaging/utils/url.js', 'text/javascript; charset=utf-8', 'edge.ivschat'],
    ['/playground/modules/uuid/index.js', 'text/javascript; charset=utf-8', 'v4'],
  ])('%s has the type %s', async (url, type, content) => {
    const { headers, status, text } = await request(url);

    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type });
    expect(text).toContain(content);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  test('the chat client is the installed one, except for the import of uuid', async () => {
    const installed = fs.readFileSync(path.resolve(require.resolve('amazon-ivs-chat-messaging'), '../../esm/ChatRoom.js'), 'utf8');
    const { text } = await request('/playground/modules/amazon-ivs-chat-messaging/ChatRoom.js');

    expect(text).not.toBe(installed);
    expect(text.replace("'/playground/modules/uuid/index.js'", "'uuid'")).toBe(installed);
  });

  test('all imported modules are served', async () => {
    const seen = new Set<string>();
    const visit = async (url: string): Promise<void> => {
      if (seen.has(url)) return;
      seen.add(url);
      const { status, text } = await request(url);
      expect([url, status]).toEqual([url, 200]);
      for (const [, specifier] of text.matchAll(/^(?:import|export) .*from '([^']+)';$/gm)) {
        await visit(new URL(specifier, `http://localhost${url}`).pathname);
      }
    };
    await visit('/playground/main.js');

    expect([...seen]).toEqual(expect.arrayContaining(['/playground/reviews.js', '/playground/modules/uuid/v4.js']));
  });

  test('HEAD has no body', async () => {
    const { headers, status, text } = await request('/', { method: 'HEAD' });

    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(Number(headers['content-length'])).toBeGreaterThan(1000);
  });

  test.each(['/', '/playground/state', '/playground/nothing'])('%s has headers that forbid foreign scripts and embedding', async url => {
    const { headers } = await request(url);
    const policy = `connect-src 'self' ${server.messagingUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

    expect(headers['content-security-policy']).toBe(`default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ${policy}`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test('the page has no URLs of other hosts and no inline scripts', async () => {
    const { text } = await request('/');

    expect(text).not.toMatch(/https?:|\/\/|<script(?![^>]* src=)| on\w+=| style=/);
  });
});

describe('state', () => {
  test('has the rooms with their logging configurations, the stacks, and the issuers of tokens', async () => {
    const destinationConfiguration = { s3: { bucketName: 'chat-log' } };
    const { arn: logArn } = await server.controlPlane.call('CreateLoggingConfiguration', { name: 'log', destinationConfiguration });
    const { arn } = await createRoom({
      name: 'stage', loggingConfigurationIdentifiers: [logArn], tags: { team: 'crew' }, maximumMessageLength: 300,
    });
    const { headers, text } = await request('/playground/state');
    const state = JSON.parse(text);

    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(state.environment).toEqual({ account: '111122223333', region: 'us-east-1' });
    expect(state.rooms.find((room: { arn: string }) => room.arn === arn)).toMatchObject({
      name: 'stage',
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 10,
      tags: { team: 'crew' },
      loggingConfigurations: [{ arn: logArn, name: 'log', destinationConfiguration }],
    });
    expect(state).toMatchObject({ stacks: [], userPools: [], issuers: [] });
  });
});

describe('tokens', () => {
  test('are chat tokens of the service, and the live log has the call without the token', async () => {
    const { arn, id } = await createRoom();
    const { status, body } = await post('/playground/tokens', {
      roomIdentifier: arn, userId: 'ada', capabilities: ['SEND_MESSAGE'], attributes: { displayName: 'Ada' },
    });

    expect(status).toBe(200);
    expect(server.liveLog.recent.at(-1)).toMatchObject({
      kind: 'request', text: expect.stringContaining(id), data: { operation: 'CreateChatToken', target: arn, status: 200 },
    });
    expect(JSON.stringify(server.liveLog.recent)).not.toContain(body.token);
    expect(server.controlPlane.redeemToken(body.token)).toMatchObject({
      roomArn: arn, userId: 'ada', capabilities: ['SEND_MESSAGE'], attributes: { displayName: 'Ada' },
    });
  });

  test('can have no capabilities', async () => {
    const { arn } = await createRoom();
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    const { body } = await post('/playground/tokens', { roomIdentifier: arn, userId: 'ada', capabilities: [] }, headers);

    expect(server.controlPlane.redeemToken(body.token)).toMatchObject({ capabilities: [] });
  });
});

test('an event is sent to the room', async () => {
  const { arn } = await createRoom({ name: 'hall' });
  const { status, body } = await post('/playground/events', { roomIdentifier: arn, eventName: 'app:POLL', attributes: { question: 'Encore?' } });

  expect({ status, body }).toEqual({ status: 200, body: { id: expect.stringMatching(/^\w{12}$/) } });
  expect(server.liveLog.recent.find(({ data }) => data?.eventId === body.id)).toMatchObject({ kind: 'event', data: { roomArn: arn, eventName: 'app:POLL' } });
});

describe('a message that is sent to the review handler again', () => {
  const input = { messageId: 'AAAAAAAAAAA1', content: 'darn', attributes: { title: 'Hi' }, userId: 'ada', senderAttributes: { role: 'vip' } };

  test('has its answer in the live log, and is not delivered', async () => {
    const other = await deployTemplate(templateOf(reviewedRoom('lobby')), directory, { reviewMilliseconds: 5_000 });
    try {
      const roomArn = other.server.controlPlane.listRooms()[0].arn;
      const response = await fetch(`${other.server.url}/playground/reviews`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...input, roomArn }),
      });
      expect([response.status, await response.json()]).toEqual([200, { result: 'DENY' }]);
      expect(other.server.liveLog.recent.at(-1)).toMatchObject({
        kind: 'review',
        text: expect.stringMatching(/^review of a message from ada in lobby, sent again: DENY in \d+ ms$/),
        data: { ...input, roomArn, again: true, result: 'DENY', reason: 'Be kind.' },
      });
      expect(other.server.liveLog.recent.filter(({ kind }) => kind === 'message')).toEqual([]);
    } finally {
      await other.server.close();
    }
  });

  test('fails for a room that does not exist, or has no handler, and for other input', async () => {
    const { arn: roomArn } = await createRoom();
    expect(await post('/playground/reviews', { ...input, roomArn: `${roomArn.slice(0, -12)}AAAAAAAAAAA2` })).toMatchObject({ status: 404 });
    for (const [given, message] of [
      [{ ...input, roomArn }, 'the room must have a review handler'],
      [{ ...input, roomArn, content: '' }, 'content failed to satisfy the constraints: it must be a string that is not empty'],
      [{ ...input, roomArn, senderAttributes: { a: 1 } }, 'senderAttributes failed to satisfy the constraints: it must be an object whose values are strings'],
    ] as const) expect(await post('/playground/reviews', given)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });
});

describe('the live log', () => {
  const record = (text: string) => server.liveLog.record({ kind: 'notice', text });

  test('has the recent entries, then new ones', async () => {
    record('before');
    const stream = await EventStream.open();
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect((await stream.until(event => textOf(event) === 'before')).at(-1)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-\d+$/), data: { kind: 'notice' },
    });

    // Skips records of the chat log.
    record('after\nin two lines');
    expect(textOf((await stream.until(event => event.event === undefined)).at(-1)!)).toBe('after in two lines');
    stream.close();
  });

  test('continues after the last entry that the page received', async () => {
    record('seen');
    const before = await EventStream.open();
    const [seen] = (await before.until(event => textOf(event) === 'seen')).slice(-1);
    before.close();
    record('missed');
    const stream = await EventStream.open({ 'last-event-id': seen.id });

    expect(textOf(await stream.next())).toBe('missed');
    stream.close();
  });

  test.each(['00000000-999999', '7', '-', 'x-y'])('starts from the beginning for the id %s of another server', async id => {
    const stream = await EventStream.open({ 'last-event-id': id });

    expect((await stream.next()).data.id).toBe(server.liveLog.recent[0].id);
    stream.close();
  });

  test('has each record of the chat log once, recent and new', async () => {
    const { arn: logArn } = await server.controlPlane.call('CreateLoggingConfiguration', {
      destinationConfiguration: { cloudWatchLogs: { logGroupName: 'chat' } },
    });
    const { arn } = await createRoom({ loggingConfigurationIdentifiers: [logArn] });
    const send = async (eventName: string) => server.controlPlane.call('SendEvent', { roomIdentifier: arn, eventName });
    await send('one');
    const stream = await EventStream.open();
    const isRecord = ({ event }: SentEvent) => event === 'record';
    const [one] = (await stream.until(isRecord)).slice(-1);
    expect(one).toEqual({ event: 'record', id: undefined, data: JSON.parse(JSON.stringify(server.chatLogs.recent.at(-1))) });
    await send('two');
    await send('three');

    const nameOf = ({ data }: SentEvent) => data.record?.payload.EventName;
    const sent = await stream.until(event => nameOf(event) === 'three');
    expect(sent.filter(isRecord).map(nameOf)).toEqual(['two', 'three']);
    stream.close();
  });

  test('ends when the server stops', async () => {
    const other = await LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory });
    const ended = new Promise<void>((resolve, reject) => {
      http.get(`${other.url}/playground/live-log`, { agent: false }, response => {
        response.resume().once('end', resolve);
        void other.close();
      }).once('error', reject);
    });

    await expect(ended).resolves.toBeUndefined();
  });
});

describe('fails', () => {
  const signedForS3 = { authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0' };

  test.each([
    '/playground/nothing', '/playground/', '/playground/tsconfig.json', '/playground/index', '/playground/modules/uuid/../../../package.json',
    '/playground/../package.json', '/playground/..%2fpackage.json', '/playground/modules/amazon-ivs-chat-messaging/..%2f..%2fpackage.json',
    '/playground/modules/amazon-ivs-chat-messaging/package.json', '/playground/modules/ws/index.js', '/playground/modules/uuid//etc/passwd',
    '/playground/__proto__', '/playground/%00',
  ])('with 404 for %s', async url => {
    const { status, text } = await request(url);

    expect({ status, body: JSON.parse(text) }).toEqual({ status: 404, body: { message: `The playground has nothing at ${url}.` } });
  });

  test.each([
    ['POST', '/playground/main.js', 'GET, HEAD'],
    ['DELETE', '/playground/state', 'GET'],
    ['HEAD', '/playground/live-log', 'GET'],
    ['GET', '/playground/tokens', 'POST'],
    ['PUT', '/playground/events', 'POST'],
    ['GET', '/playground/reviews', 'POST'],
  ])('with 405 for %s %s', async (method, url, allow) => {
    const { headers, status } = await request(url, { method });

    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow });
  });

  test.each([
    ['POST to the page, which may be an SDK', { method: 'POST' }, 404],
    ['a signed GET of the page, which is an SDK', { headers: signedForS3 }, 501],
  ])('for %s', async (_, options, status) => {
    expect((await request('/', options)).status).toBe(status);
  });

  test.each([
    undefined, 'text/plain', 'application/x-www-form-urlencoded', 'text/plain; x=application/json',
  ])('with 415 for a body of type %s', async type => {
    for (const url of ['/playground/tokens', '/playground/reviews']) {
      expect(await post(url, { userId: 'ada' }, type === undefined ? {} : { 'content-type': type })).toEqual({
        status: 415, body: { error: 'UnsupportedMediaType', message: 'The content-type of the request must be application/json.' },
      });
    }
  });

  test('for a page of another site', async () => {
    const headers = { 'content-type': 'application/json', 'origin': 'https://example.com' };
    const message = 'Web pages must be served from a loopback address to use this server, got the origin https://example.com.';

    expect(await post('/playground/tokens', {}, headers)).toEqual({ status: 403, body: { message } });
  });

  test.each([
    ['{', 'The body of the request is not JSON in UTF-8'],
    ...['"text"', '[]', 'null'].map(body => [body, 'The body of the request must be a JSON object']),
  ])('with an error message for the body %j', async (body, message) => {
    expect(await post('/playground/events', body)).toEqual({
      status: 400, body: { error: 'SerializationException', message },
    });
  });

  test('with 413 for a body over 1 MB', async () => {
    const { status, body } = await post('/playground/events', ' '.repeat(1024 * 1024 + 1));

    expect({ status, error: body.error }).toEqual({ status: 413, error: 'RequestEntityTooLargeException' });
  });

  test('for a token without a user id', async () => {
    const { arn } = await createRoom();

    expect(await post('/playground/tokens', { roomIdentifier: arn, userId: '' })).toEqual({
      status: 400,
      body: { error: 'ValidationException', message: expect.stringMatching(/^Request member: userId failed to satisfy the constraints: .+/) },
    });
  });

  test('for a token with attributes that are too large', async () => {
    const { arn } = await createRoom();
    const attributes = { displayName: 'a'.repeat(1100) };
    const { status, body } = await post('/playground/tokens', { roomIdentifier: arn, userId: 'ada', attributes });

    expect({ status, error: body.error }).toEqual({ status: 400, error: 'ValidationException' });
  });

  test('for a token of a missing room, which the live log reports', async () => {
    const arn = 'arn:aws:ivschat:us-east-1:111122223333:room/AAAAAAAAAAAA';

    expect(await post('/playground/tokens', { roomIdentifier: arn, userId: 'ada' })).toEqual({
      status: 404, body: { error: 'ResourceNotFoundException', message: `Resource ${arn} does not exist` },
    });
    expect(server.liveLog.recent.at(-1)).toMatchObject({
      kind: 'request',
      level: 'warning',
      data: { operation: 'CreateChatToken', target: arn, status: 404, error: 'ResourceNotFoundException' },
    });
  });

  test('for an event without a name', async () => {
    const { arn } = await createRoom();

    const { status, body } = await post('/playground/events', { roomIdentifier: arn, eventName: '' });

    expect({ status, error: body.error }).toEqual({ status: 400, error: 'ValidationException' });
  });
});
