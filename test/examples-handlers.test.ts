import * as http from 'http';
import type { AddressInfo } from 'net';
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import * as fc from 'fast-check';
import { moderate } from '../examples/live-chat/moderation';
import { handler as review, type ReviewEvent } from '../examples/live-chat/review-handler';
import { BadRequest, displayNameOf, handler as vendToken } from '../examples/live-chat/token-handler';
import { handler as createRoom } from '../examples/runtime-rooms/create-room';

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456';
const STAFF_ROLE_ID = 'AROASTAFFSTAFFSTAFFST';

/** Replaces the service: records all requests and returns the answer that a test has set. */
const requests: { path: string; body: any }[] = [];
let answer: { status: number; body: object; delay?: number };
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  await new Promise(resolve => setTimeout(resolve, answer.delay ?? 0));
  requests.push({ path: request.url!, body: JSON.parse(body) });
  response.writeHead(answer.status, answer.status >= 400 ? { 'x-amzn-errortype': 'ResourceNotFoundException' } : {});
  response.end(JSON.stringify(answer.body));
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
  answer = { status: 200, body: {} };
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
  ])('masks parts of %j', (sent, content) => {
    expect(moderate(sent)).toEqual({ result: 'ALLOW', content });
  });

  test.each(['you idiot', 'IDIOT!', 'what a Moron.'])('denies %j', content => {
    expect(moderate(content)).toEqual({ result: 'DENY', content, reason: 'Please stay friendly.' });
  });

  test.each([
    ['I know  where you\nlive', 'Threats are not allowed here.'],
    ['http://a.example https://b.example WWW.c.example', 'Link lists are not allowed here.'],
  ])('denies %j and disconnects the sender', (content, reason) => {
    expect(moderate(content)).toEqual({ result: 'DENY', content, reason, disconnect: true });
  });

  test('does not lengthen or empty a message, and is idempotent', () => {
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

  test('takes less than 20 ms for the slowest message of 500 characters', () => {
    const worst = ['@', '0', 'a', '.', '0 ', '0-/', 'a@', 'a.', 'a@a.', '+', 'i will find ', ' '].map(piece => piece.repeat(500).slice(0, 500));
    const started = performance.now();
    worst.forEach(moderate);

    expect((performance.now() - started) / worst.length).toBeLessThan(20);
  });
});

describe('the review handler', () => {
  function message(content: string, attributes: Record<string, string> = {}): ReviewEvent {
    return {
      Content: content,
      MessageId: 'abcDEF123456',
      RoomArn: ROOM_ARN,
      Attributes: { role: 'staff' },
      Sender: { UserId: 'ada', Ip: '192.0.2.1', Attributes: attributes },
    };
  }

  test('allows, masks and denies messages without API calls', async () => {
    expect(await review(message('Hello!'))).toEqual({ ReviewResult: 'ALLOW', Content: 'Hello!' });
    expect(await review(message('damn'))).toEqual({ ReviewResult: 'ALLOW', Content: '****' });
    expect(await review(message('idiot'))).toEqual({ ReviewResult: 'DENY', Content: 'idiot', Attributes: { Reason: 'Please stay friendly.' } });
    expect(requests).toEqual([]);
  });

  test('disconnects the sender of a threat before it responds', async () => {
    answer = { status: 200, body: {}, delay: 50 };

    expect(await review(message('I will find you'))).toEqual({
      ReviewResult: 'DENY', Content: 'I will find you', Attributes: { Reason: 'Threats are not allowed here.' },
    });
    expect(requests).toEqual([{
      path: '/DisconnectUser', body: { roomIdentifier: ROOM_ARN, userId: 'ada', reason: 'Threats are not allowed here.' },
    }]);
  });

  test('deletes a message for staff and does not deliver the command', async () => {
    expect(await review(message('/delete WhO6MW6iRdS5', { role: 'staff' }))).toEqual({
      ReviewResult: 'DENY', Content: '/delete WhO6MW6iRdS5', Attributes: { Reason: 'The message was deleted.' },
    });
    expect(requests).toEqual([{ path: '/DeleteMessage', body: { roomIdentifier: ROOM_ARN, id: 'WhO6MW6iRdS5', reason: 'Deleted by ada' } }]);
  });

  test('does not delete a message for others, even if the message claims a role', async () => {
    expect(await review(message('/delete WhO6MW6iRdS5'))).toEqual({ ReviewResult: 'ALLOW', Content: '/delete WhO6MW6iRdS5' });
    expect(requests).toEqual([]);
  });

  test('responds even if an API call fails', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation();
    answer = { status: 404, body: { message: 'no such room' } };

    expect(await review(message('I will find you'))).toMatchObject({ ReviewResult: 'DENY' });
    expect(await review(message('/delete WhO6MW6iRdS5', { role: 'staff' }))).toMatchObject({
      ReviewResult: 'DENY', Attributes: { Reason: 'The message could not be deleted.' },
    });
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });
});

describe('the token handler', () => {
  const EXPIRES = { tokenExpirationTime: '2026-11-21T10:01:00.000Z', sessionExpirationTime: '2026-11-21T11:00:00.000Z' };

  function request(userId: string | undefined, body?: string, isBase64Encoded = false): LambdaFunctionURLEventWithIAMAuthorizer {
    return { body, isBase64Encoded, requestContext: { authorizer: userId === undefined ? undefined : { iam: { userId } } } } as any;
  }

  beforeEach(() => {
    answer = { status: 200, body: { token: 'token', ...EXPIRES } };
  });

  test('issues a token for viewers with their user ID, to send messages only', async () => {
    const response = await vendToken(request('AROAVIEWER:ada', '{"displayName":" Ada "}'));

    expect(response).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ token: 'token', ...EXPIRES }),
    });
    expect(requests).toEqual([{
      path: '/CreateChatToken',
      body: { roomIdentifier: ROOM_ARN, userId: 'AROAVIEWER:ada', capabilities: ['SEND_MESSAGE'], attributes: { displayName: 'Ada' } },
    }]);
  });

  test('issues a token for staff with capabilities to moderate', async () => {
    await vendToken(request(`${STAFF_ROLE_ID}:grace`));

    expect(requests[0].body).toEqual({
      roomIdentifier: ROOM_ARN,
      userId: `${STAFF_ROLE_ID}:grace`,
      capabilities: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'],
      attributes: { role: 'staff' },
    });
  });

  test.each([`${STAFF_ROLE_ID}2:ada`, STAFF_ROLE_ID, `AROAVIEWER:${STAFF_ROLE_ID}:`])('does not treat %s as staff', async userId => {
    await vendToken(request(userId));

    expect(requests[0].body).toMatchObject({ capabilities: ['SEND_MESSAGE'], attributes: {} });
  });

  test('decodes a Base64 body', async () => {
    await vendToken(request('AROAVIEWER:ada', Buffer.from('{"displayName":"Ada ♥"}').toString('base64'), true));

    expect(requests[0].body.attributes).toEqual({ displayName: 'Ada ♥' });
  });

  test.each([undefined, ''])('fails with 403 for an unsigned request (user ID %j)', async userId => {
    expect(await vendToken(request(userId))).toMatchObject({ statusCode: 403, body: expect.stringContaining('must be signed') });
    expect(requests).toEqual([]);
  });

  test.each([
    ['{', 'The body must be JSON.'],
    ['[]', 'The body must be a JSON object.'],
    ['null', 'The body must be a JSON object.'],
    ['"Ada"', 'The body must be a JSON object.'],
    ['{"userId":"grace","capabilities":[]}', 'The body may have a displayName and nothing else, not userId, capabilities.'],
    ['{"displayName":7}', 'displayName must be a text of 1 to 64 characters.'],
    ['{"displayName":" "}', 'displayName must be a text of 1 to 64 characters.'],
    [`{"displayName":"${'n'.repeat(65)}"}`, 'displayName must be a text of 1 to 64 characters.'],
  ])('fails with 400 for the body %s', async (body, message) => {
    expect(await vendToken(request('AROAVIEWER:ada', body))).toMatchObject({ statusCode: 400, body: JSON.stringify({ message }) });
    expect(requests).toEqual([]);
  });

  test('rejects display names that would make the attributes larger than 1 KB', () => {
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
  answer = { status: 200, body: { arn: ROOM_ARN } };

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
