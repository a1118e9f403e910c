import * as http from 'http';
import type { AddressInfo } from 'net';
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import * as fc from 'fast-check';
import { moderate } from '../examples/live-chat/moderation';
import { handler as review } from '../examples/live-chat/review-handler';
import { BadRequest, displayNameOf, handler as issueToken } from '../examples/live-chat/token-handler';
import { handler as reviewOwn } from '../examples/own-review/review';
import { handler as createRoom } from '../examples/runtime-rooms/create-room';
import { reviewEvent, type ReviewEvent } from 'ivschat-review';

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456';
const STAFF_ROLE_ID = 'AROASTAFFSTAFFSTAFFST';

/** A stand-in for the service: records requests and returns the response that the test has set. */
const requests: { path: string; body: any }[] = [];
let response: { status: number; body: object; delay?: number };
const server = http.createServer(async (request, reply) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  await new Promise(resolve => setTimeout(resolve, response.delay ?? 0));
  requests.push({ path: request.url!, body: JSON.parse(body) });
  reply.writeHead(response.status, response.status >= 400 ? { 'x-amzn-errortype': 'ResourceNotFoundException' } : {});
  reply.end(JSON.stringify(response.body));
});

const originalEnv = process.env;

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  process.env = {
    ...Object.fromEntries(Object.entries(originalEnv).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_IVSCHAT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ROOM_ARN,
    STAFF_ROLE_ID,
    HANDLER_URI: 'arn:aws:lambda:us-east-1:111122223333:function:review',
    FALLBACK_RESULT: 'DENY',
    LOGGING_CONFIGURATION_ARN: 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/abcDEF123456',
    STACK_NAME: 'RuntimeRooms',
  };
});

afterAll(async () => {
  process.env = originalEnv;
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

beforeEach(() => {
  requests.length = 0;
  response = { status: 200, body: {} };
});

describe('moderation', () => {
  test.each([
    'Hello everyone!',
    'the scrap metal damned nobody',
    'see https://example.com and www.example.com',
    '10:30 on 2026-11-21, room 12345678',
    'a@b',
  ])('allows %j', content => {
    expect(moderate(content)).toEqual({ result: 'ALLOW', content });
  });

  test.each([
    ['write to ada.l+chat@mail.example.co.uk now', 'write to ***************************** now'],
    ['call +49 (30) 1234-5678', 'call ******************'],
    ['0301234567.', '**********.'],
    ['oh DAMN, crap', 'oh ****, ****'],
    ['crap', '****'],
  ])('masks %j', (sent, content) => {
    expect(moderate(sent)).toEqual({ result: 'ALLOW', content });
  });

  test.each(['you idiot', 'IDIOT!', 'what a Moron.'])('fails %j without disconnecting the sender', content => {
    expect(moderate(content)).toEqual({ result: 'DENY', content, reason: 'Please stay friendly.' });
  });

  test.each([
    ['I know  where you\nlive', 'Threats are not allowed here.'],
    ['http://a.example https://b.example WWW.c.example', 'Link lists are not allowed here.'],
  ])('fails %j and disconnects the sender', (content, reason) => {
    expect(moderate(content)).toEqual({ result: 'DENY', content, reason, disconnect: true });
  });

  test('keeps the length of a message, and is idempotent', () => {
    const pieces = fc.constantFrom('damn', 'crap', 'a@b.co', '+49 30 1234567', '😀', 'é', ' ', '\n', '.', '@', '0', '-', 'x');
    const ofPieces = fc.array(pieces, { minLength: 1, maxLength: 40 }).map(all => all.join(''));
    const content = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), ofPieces);
    fc.assert(fc.property(content, sent => {
      const verdict = moderate(sent);

      expect(verdict.result).toBe('ALLOW');
      expect(verdict.content).toHaveLength(sent.length);
      expect([...verdict.content].length).toBeLessThanOrEqual([...sent].length);
      expect(moderate(verdict.content)).toEqual(verdict);
    }));
  });

  test('takes a small part of the 200 ms for slow inputs of 500 characters', () => {
    const worst = ['@', '0', 'a', '.', '0 ', '0-/', 'a@', 'a.', 'a@a.', '+', 'i will find ', ' '].map(piece => piece.repeat(500).slice(0, 500));
    const started = performance.now();
    worst.forEach(moderate);

    expect((performance.now() - started) / worst.length).toBeLessThan(20);
  });
});

describe('the review handler', () => {
  // Metrics of the kit.
  beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
  afterEach(() => jest.restoreAllMocks());

  function message(content: string, attributes: Record<string, string> = {}): ReviewEvent {
    return reviewEvent({ Content: content, RoomArn: ROOM_ARN, Attributes: { role: 'staff' }, Sender: { Attributes: attributes } });
  }

  /** A call may still be pending when the handler responds. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(resolve => setTimeout(resolve, 10));
  }

  test('allows, masks and denies without API calls', async () => {
    expect(await review(message('Hello!'))).toEqual({ ReviewResult: 'ALLOW', Content: 'Hello!' });
    expect(await review(message('damn'))).toEqual({ ReviewResult: 'ALLOW', Content: '****' });
    expect(await review(message('idiot'))).toEqual({ ReviewResult: 'DENY', Content: 'idiot', Attributes: { Reason: 'Please stay friendly.' } });
    expect(requests).toEqual([]);
  });

  test('disconnects the sender of a threat in the room of the message', async () => {
    expect(await review(message('I will find you'))).toEqual({
      ReviewResult: 'DENY', Content: 'I will find you', Attributes: { Reason: 'Threats are not allowed here.' },
    });
    await until(() => requests.length > 0);
    expect(requests).toEqual([{
      path: '/DisconnectUser', body: { roomIdentifier: ROOM_ARN, userId: 'ada', reason: 'Threats are not allowed here.' },
    }]);
  });

  test('gives a slow API call at most 50 ms, and then responds', async () => {
    response = { status: 200, body: {}, delay: 1_000 };
    const times: number[] = [];
    for (let count = 0; count < 3; count++) {
      const start = performance.now();
      expect(await review(message('I will find you'))).toMatchObject({ ReviewResult: 'DENY', Attributes: { Reason: 'Threats are not allowed here.' } });
      times.push(performance.now() - start);
    }

    expect(requests).toEqual([]);
    // The fastest, because the first call loads code, and other processes can take time.
    expect(Math.min(...times)).toBeLessThan(80);
    await until(() => requests.length === 3);
  });

  test('deletes a message for staff and does not deliver the command', async () => {
    expect(await review(message('/delete WhO6MW6iRdS5', { role: 'staff' }))).toEqual({
      ReviewResult: 'DENY', Content: '/delete WhO6MW6iRdS5', Attributes: { Reason: 'The message will be deleted.' },
    });
    await until(() => requests.length > 0);
    expect(requests).toEqual([{ path: '/DeleteMessage', body: { roomIdentifier: ROOM_ARN, id: 'WhO6MW6iRdS5', reason: 'Deleted by ada' } }]);
  });

  test('fails to delete for other users, even if the message attributes have the role', async () => {
    expect(await review(message('/delete WhO6MW6iRdS5'))).toEqual({ ReviewResult: 'ALLOW', Content: '/delete WhO6MW6iRdS5' });
    expect(requests).toEqual([]);
  });

  test('fails an API call without failing the review', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation();
    response = { status: 404, body: { message: 'no such room' } };

    expect(await review(message('I will find you'))).toMatchObject({ ReviewResult: 'DENY' });
    expect(await review(message('/delete WhO6MW6iRdS5', { role: 'staff' }))).toMatchObject({
      ReviewResult: 'DENY', Attributes: { Reason: 'The message will be deleted.' },
    });
    await until(() => log.mock.calls.length === 2);
  });
});

describe('the own review', () => {
  beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
  afterEach(() => jest.restoreAllMocks());

  test.each([
    ['hello', {}, { ReviewResult: 'ALLOW', Content: 'hello', Attributes: {} }],
    ['oh DAMN', { mood: 'crap', color: 'red' }, { ReviewResult: 'ALLOW', Content: 'oh ****', Attributes: { mood: '****', color: 'red' } }],
    ['you idiot', {}, { ReviewResult: 'DENY', Content: 'you idiot', Attributes: { Reason: 'Please stay friendly.' } }],
    ['hello', { mood: 'Moron' }, { ReviewResult: 'DENY', Content: 'hello', Attributes: { Reason: 'Please stay friendly.' } }],
  ])('of %j with the attributes %j', async (Content, Attributes, expected) => {
    expect(await reviewOwn(reviewEvent({ Content, Attributes: Attributes as Record<string, string> }))).toEqual(expected);
  });

  test('allows everything for staff', async () => {
    expect(await reviewOwn(reviewEvent({ Content: 'damn', Sender: { Attributes: { role: 'staff' } } }))).toEqual({ ReviewResult: 'ALLOW', Content: 'damn' });
  });
});

describe('the token handler', () => {
  const EXPIRES = { tokenExpirationTime: '2026-11-21T10:01:00.000Z', sessionExpirationTime: '2026-11-21T11:00:00.000Z' };

  function request(userId: string | undefined, body?: string, isBase64Encoded = false): LambdaFunctionURLEventWithIAMAuthorizer {
    return { body, isBase64Encoded, requestContext: { authorizer: userId === undefined ? undefined : { iam: { userId } } } } as any;
  }

  beforeEach(() => {
    response = { status: 200, body: { token: 'token', ...EXPIRES } };
  });

  test('issues viewer tokens that can only send messages', async () => {
    const result = await issueToken(request('AROAVIEWER:ada', '{"displayName":" Ada "}'));

    expect(result).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ token: 'token', ...EXPIRES }),
    });
    expect(requests).toEqual([{
      path: '/CreateChatToken',
      body: { roomIdentifier: ROOM_ARN, userId: 'AROAVIEWER:ada', capabilities: ['SEND_MESSAGE'], attributes: { displayName: 'Ada' } },
    }]);
  });

  test('issues staff tokens that can moderate', async () => {
    await issueToken(request(`${STAFF_ROLE_ID}:grace`));

    expect(requests[0].body).toEqual({
      roomIdentifier: ROOM_ARN,
      userId: `${STAFF_ROLE_ID}:grace`,
      capabilities: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'],
      attributes: { role: 'staff' },
    });
  });

  test.each([`${STAFF_ROLE_ID}2:ada`, STAFF_ROLE_ID, `AROAVIEWER:${STAFF_ROLE_ID}:`])('fails to treat %s as staff', async userId => {
    await issueToken(request(userId));

    expect(requests[0].body).toMatchObject({ capabilities: ['SEND_MESSAGE'], attributes: {} });
  });

  test('reads a Base64 body', async () => {
    await issueToken(request('AROAVIEWER:ada', Buffer.from('{"displayName":"Ada ♥"}').toString('base64'), true));

    expect(requests[0].body.attributes).toEqual({ displayName: 'Ada ♥' });
  });

  test.each([undefined, ''])('fails with 403 if the request is not signed (user id %j)', async userId => {
    expect(await issueToken(request(userId))).toMatchObject({ statusCode: 403, body: expect.stringContaining('must be signed') });
    expect(requests).toEqual([]);
  });

  test.each([
    ['{', 'The body must be JSON.'],
    ['[]', 'The body must be a JSON object.'],
    ['null', 'The body must be a JSON object.'],
    ['"Ada"', 'The body must be a JSON object.'],
    ['{"userId":"grace","capabilities":[]}', 'The body must contain only displayName, got userId, capabilities.'],
    ['{"displayName":7}', 'displayName must be a string of 1 to 64 characters.'],
    ['{"displayName":" "}', 'displayName must be a string of 1 to 64 characters.'],
    [`{"displayName":"${'n'.repeat(65)}"}`, 'displayName must be a string of 1 to 64 characters.'],
  ])('fails with 400 for the body %s', async (body, message) => {
    expect(await issueToken(request('AROAVIEWER:ada', body))).toMatchObject({ statusCode: 400, body: JSON.stringify({ message }) });
    expect(requests).toEqual([]);
  });

  test('accepts only display names that keep the attributes within 1 KB', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 80 }), (other, text) => {
      for (const body of [JSON.stringify(other), JSON.stringify({ displayName: text })]) {
        let displayName: string | undefined;
        try {
          displayName = displayNameOf(body);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequest);
        }
        expect(Buffer.byteLength(JSON.stringify({ displayName, role: 'staff' }))).toBeLessThanOrEqual(1024);
      }
    }));
  });
});

test('the function of runtime-rooms creates rooms with the shared handler and log', async () => {
  response = { status: 200, body: { arn: ROOM_ARN } };

  expect(await createRoom({ name: 'launch-day' })).toEqual({ roomArn: ROOM_ARN });
  expect(requests).toEqual([{
    path: '/CreateRoom',
    body: {
      name: 'launch-day',
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 50,
      messageReviewHandler: { uri: 'arn:aws:lambda:us-east-1:111122223333:function:review', fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers: ['arn:aws:ivschat:us-east-1:111122223333:logging-configuration/abcDEF123456'],
      tags: { 'created-by': 'RuntimeRooms' },
    },
  }]);
});
