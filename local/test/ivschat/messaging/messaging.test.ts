import * as net from 'node:net';
import { WebSocket } from 'ws';
import { sendTime } from '../../../src/ivschat/messaging/server-frames';
import { connect, newRoom, MessagingService } from '../../support/messaging-service';

let service: MessagingService;
beforeEach(async () => { service = await new MessagingService().start(); });
afterEach(async () => service.stop());

const ID = /^[a-zA-Z0-9]{12}$/;
const send = (Content: unknown, more: object = {}) => ({ Action: 'SEND_MESSAGE', RequestId: 'r', Content, ...more });

describe('a connection', () => {
  test('needs a token as its subprotocol, which the server returns', async () => {
    const room = service.directory.put(newRoom());
    const token = service.directory.token(room, 'alice');
    const client = await connect(service.url, token);
    expect(client.socket.protocol).toBe(token);
    expect(service.dataOf('connection')).toEqual([{ event: 'joined', roomArn: room.arn, userId: 'alice', connections: 1 }]);
    expect(JSON.stringify(service.liveLog.recent)).not.toContain(token);
  });

  test('fails with 401 without a token', async () => {
    await expect(connect(service.url)).rejects.toThrow('rejected with 401');
  });

  test('fails with 403 with an unknown or used token', async () => {
    const room = service.directory.put(newRoom());
    const token = service.directory.token(room, 'alice');
    await connect(service.url, token);
    await expect(connect(service.url, token)).rejects.toThrow('rejected with 403');
    await expect(connect(service.url, 'nonsense')).rejects.toThrow('rejected with 403');
    expect(service.dataOf('connection')).toMatchObject([{ event: 'joined' }, { event: 'rejected', status: 403 }, { event: 'rejected', status: 403 }]);
    expect(JSON.stringify(service.liveLog.recent)).not.toContain(token);
  });

  test('fails with 404 if the room has been deleted', async () => {
    await expect(connect(service.url, service.directory.token(newRoom(), 'alice'))).rejects.toThrow('rejected with 404');
  });

  test('fails with 503 while the server stops', async () => {
    await service.messaging.close();
    await expect(connect(service.url, 'token')).rejects.toThrow('rejected with 503');
  });

  test('fails with 400 if the upgrade is not a valid one to a WebSocket', async () => {
    const room = service.directory.put(newRoom());
    const socket = net.connect(service.port, '127.0.0.1');
    socket.end(`GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ${service.directory.token(room, 'alice')}\r\n\r\n`);
    const answer = await new Promise<string>(resolve => {
      let text = '';
      socket.on('data', data => (text += data)).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  test('is closed with 1001 when the server stops', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    await service.messaging.close();
    expect(await client.closed).toBe(1001);
  });

  test('gets 401 and is closed when its session expires', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice', { sessionExpirationTime: new Date(service.clock.now() + 20) });
    expect(await client.next()).toEqual({ Type: 'ERROR', Id: expect.stringMatching(ID), ErrorCode: 401, ErrorMessage: expect.any(String) });
    expect(await client.closed).toBe(1000);
  });

  test('gets 401 for a request after the expiry, even if the timer is late', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice', { sessionExpirationTime: new Date(service.clock.now() + 100_000) });
    service.clock.advance(100_000);
    expect(await client.ask(send('late'))).toMatchObject({ ErrorCode: 401, RequestId: 'r' });
    expect(await client.closed).toBe(1000);
    expect(service.chatLog.records).toEqual([]);
  });

  test('releases the state of its room if it is the last to close', async () => {
    const room = service.directory.put(newRoom());
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    for (const [client, userId, activeRooms] of [[alice, 'alice', 1], [bob, 'bob', 0]] as const) {
      const left = service.nextLeft(userId);
      client.socket.close();
      await left;
      expect(service.messaging.activeRooms).toBe(activeRooms);
    }
  });

  test('can have a session longer than the longest timer', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice', { sessionExpirationTime: new Date(service.clock.now() + 2 ** 40) });
    expect(await client.ask(send('hi'))).toMatchObject({ Type: 'MESSAGE' });
  });
});

describe('a message', () => {
  test('is sent to all clients of the room, including the sender, in the documented form', async () => {
    const room = service.directory.put(newRoom());
    const alice = await service.join(room, 'alice', { attributes: { badge: 'gold' } });
    const bob = await service.join(room, 'bob', { capabilities: [] });
    const message = await alice.ask(send('hello', { Attributes: { color: 'red' } }));
    expect(message).toEqual({
      Type: 'MESSAGE',
      Id: expect.stringMatching(ID),
      RequestId: 'r',
      Content: 'hello',
      Attributes: { color: 'red' },
      SendTime: sendTime(service.clock.now()),
      Sender: { UserId: 'alice', Attributes: { badge: 'gold' } },
    });
    expect(await bob.next()).toEqual(message);
    expect(service.chatLog.records).toEqual([{ room, type: 'MESSAGE', frame: message }]);
    expect(service.dataOf('message')).toEqual([{ event: 'delivered', roomArn: room.arn, messageId: message.Id, userId: 'alice', content: 'hello' }]);
  });

  test('has an empty RequestId and no attributes if the request has none', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    expect(await client.ask({ Action: 'SEND_MESSAGE', Content: 'x', RequestId: null, Attributes: null })).toMatchObject({ RequestId: '', Attributes: {} });
  });

  test('can have member names in any case, as in AWS samples', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    expect(await client.ask({ action: 'SEND_MESSAGE', requestId: 'r', content: 'hi', attributes: { Color: 'red', color: 'blue' } }))
      .toMatchObject({ RequestId: 'r', Content: 'hi', Attributes: { Color: 'red', color: 'blue' } });
    expect(await client.ask({ ACTION: 'SEND_MESSAGE', content: 'lower', Content: 'documented' })).toMatchObject({ Content: 'documented' });
    expect(await client.ask({ action: 'SEND_MESSAGE', requestid: 'e' })).toMatchObject({ ErrorCode: 400, RequestId: 'e' });
    expect(await client.ask({ action: 'DELETE_MESSAGE', id: 'abcdefghijkl', reason: 'spam' }))
      .toMatchObject({ EventName: 'aws:DELETE_MESSAGE', Attributes: { MessageId: 'abcdefghijkl', Reason: 'spam' } });
    expect(await client.ask({ action: 'DISCONNECT_USER', userId: 'bob' })).toMatchObject({ EventName: 'aws:DISCONNECT_USER', Attributes: { UserId: 'bob' } });
  });

  test('is not sent to other rooms', async () => {
    const [one, two] = ['roomAAAAAAAA', 'roomBBBBBBBB'].map(id => service.directory.put(newRoom({ id })));
    const alice = await service.join(one, 'alice');
    const bob = await service.join(two, 'bob');
    await alice.ask(send('for one'));
    expect(await bob.ask(send('for two'))).toMatchObject({ Content: 'for two' });
  });

  test('has the same Id on two connections of one user', async () => {
    const room = service.directory.put(newRoom());
    const [first, second] = [await service.join(room, 'alice'), await service.join(room, 'alice')];
    expect(await second.ask(send('hi'))).toEqual(await first.next());
  });

  test('arrives in the same order on all connections', async () => {
    const room = service.directory.put(newRoom());
    const clients = await Promise.all(['a', 'b', 'c', 'd'].map(async user => service.join(room, user)));
    for (const [index, client] of clients.entries()) for (let count = 0; count < 8; count++) client.send(send(`${index}.${count}`));
    const seen = await Promise.all(clients.map(async client => {
      const ids: string[] = [];
      while (ids.length < 32) ids.push((await client.next()).Id);
      return ids;
    }));
    expect(new Set(seen[0]).size).toBe(32);
    for (const other of seen) expect(other).toEqual(seen[0]);
  });

  test('is measured in code points', async () => {
    const client = await service.join(service.directory.put(newRoom({ maximumMessageLength: 3 })), 'alice');
    expect(await client.ask(send('👍👍👍'))).toMatchObject({ Type: 'MESSAGE', Content: '👍👍👍' });
    expect(await client.ask(send('abcd'))).toMatchObject({ ErrorCode: 400, RequestId: 'r' });
    expect(await client.ask(send('👍👍👍👍'))).toMatchObject({ ErrorCode: 400 });
  });

  test('can contain any JSON string', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    const Content = 'a\u0000b\ud800 \u2028 " \u001b[31m';
    const Attributes = JSON.parse('{"__proto__":"x","constructor":"y"}');
    const message = await client.ask(send(Content, { Attributes }));
    expect(message.Content).toBe(Content);
    expect(Object.entries(message.Attributes)).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
    expect(service.liveLog.recent.at(-1)!.text).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('errors', () => {
  test.each([
    ['text that is not JSON', 'hello'],
    ['an empty frame', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['a binary frame', Buffer.from(JSON.stringify(send('x')))],
    ['no action', '{"Content":"x"}'],
    ['an unknown action', '{"Action":"DANCE"}'],
    ['an action in lower case', '{"Action":"send_message","Content":"x"}'],
    ['an action named like a method of Object', '{"Action":"toString"}'],
    ['no content', JSON.stringify(send(undefined))],
    ['empty content', JSON.stringify(send(''))],
    ['content that is a number', JSON.stringify(send(1))],
    ['attributes that are a list', JSON.stringify(send('x', { Attributes: [] }))],
    ['attributes that are not strings', JSON.stringify(send('x', { Attributes: { a: 1 } }))],
    ['a RequestId that is a number', JSON.stringify(send('x', { RequestId: 5 }))],
    ['lists within lists', `{"Action":"SEND_MESSAGE","Content":"x","Attributes":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['no message id', '{"Action":"DELETE_MESSAGE"}'],
    ['an invalid message id', '{"Action":"DELETE_MESSAGE","Id":"abc"}'],
    ['an empty reason', '{"Action":"DELETE_MESSAGE","Id":"abcdefghijkl","Reason":""}'],
    ['no user id', '{"Action":"DISCONNECT_USER"}'],
    ['an empty user id', '{"Action":"DISCONNECT_USER","UserId":""}'],
  ])('400: fails with %s', async (_, frame) => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    client.socket.send(frame);
    expect(await client.next()).toMatchObject({ Type: 'ERROR', ErrorCode: 400, ErrorMessage: expect.stringMatching(/\w.*\.$/) });
    expect(await client.ask(send('still here'))).toMatchObject({ Content: 'still here' });
    expect(service.chatLog.records).toHaveLength(1);
  });

  test.each([
    ['attributes', { Action: 'SEND_MESSAGE', Content: 'x', Attributes: { aa: 'é'.repeat(512) } }],
    ['a reason', { Action: 'DELETE_MESSAGE', Id: 'abcdefghijkl', Reason: 'x'.repeat(257) }],
    ['a user id', { Action: 'DISCONNECT_USER', UserId: 'x'.repeat(129) }],
    ['a request id', { Action: 'SEND_MESSAGE', Content: 'x', RequestId: 'x'.repeat(1025) }],
    ['attributes of 100 kB', { Action: 'SEND_MESSAGE', Content: 'x', Attributes: { a: 'x'.repeat(100_000) } }],
  ])('413: fails if too large: %s', async (_, request) => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    expect(await client.ask(request)).toMatchObject({ ErrorCode: 413 });
    expect(await client.ask(send('still here', { Attributes: { aa: 'é'.repeat(511) } }))).toMatchObject({ Content: 'still here' });
  });

  test('a frame over 128 KiB closes its connection with 1009, and no other', async () => {
    const room = service.directory.put(newRoom());
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    alice.socket.send('x'.repeat(200_000));
    expect(await alice.closed).toBe(1009);
    expect(await bob.ask(send('hi'))).toMatchObject({ Content: 'hi' });
  });

  test('403: fails without the capability of the action', async () => {
    const room = service.directory.put(newRoom());
    const requests = [send('x'), { Action: 'DELETE_MESSAGE', Id: 'abcdefghijkl' }, { Action: 'DISCONNECT_USER', UserId: 'alice' }];
    for (const [index, capability] of (['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] as const).entries()) {
      const client = await service.join(room, 'alice', { capabilities: [capability] });
      for (const [other, request] of requests.entries()) {
        if (other !== index) expect(await client.ask(request)).toMatchObject({ ErrorCode: 403 });
      }
      client.socket.close();
      await client.closed;
    }
    expect(service.chatLog.records).toEqual([]);
  });

  test('404: clients of a deleted room stay connected, but their requests fail', async () => {
    const room = service.directory.put(newRoom());
    const client = await service.join(room, 'alice');
    service.directory.rooms.delete(room.arn);
    expect(await client.ask(send('x'))).toMatchObject({ ErrorCode: 404, RequestId: 'r' });
    expect(await client.ask({ Action: 'DELETE_MESSAGE', Id: 'abcdefghijkl' })).toMatchObject({ ErrorCode: 404 });
    expect(await client.ask({ Action: 'DISCONNECT_USER', UserId: 'alice' })).toMatchObject({ ErrorCode: 404 });
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('429: the eleventh request within a second fails, valid or not; other connections are not affected', async () => {
    const room = service.directory.put(newRoom());
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'alice')];
    for (let count = 0; count < 10; count++) expect(await alice.ask('nonsense')).toMatchObject({ ErrorCode: 400 });
    expect(await alice.ask(send('x'))).toMatchObject({ ErrorCode: 429, RequestId: 'r' });
    expect(await bob.ask(send('x'))).toMatchObject({ Type: 'MESSAGE' });
    expect(await alice.next()).toMatchObject({ Type: 'MESSAGE' });
    service.clock.advance(999);
    expect(await alice.ask(send('x'))).toMatchObject({ ErrorCode: 429 });
    service.clock.advance(1);
    expect(await alice.ask(send('x'))).toMatchObject({ Type: 'MESSAGE' });
  });

  test('429: the message rate of the room applies to all senders together, and a changed rate at once', async () => {
    const room = service.directory.put(newRoom({ maximumMessageRatePerSecond: 2 }));
    const alice = await service.join(room, 'alice');
    const bob = await service.join(room, 'bob');
    await alice.ask(send('one'));
    await alice.ask(send('two'));
    expect([await bob.next(), await bob.next()]).toMatchObject([{ Content: 'one' }, { Content: 'two' }]);
    expect(await bob.ask(send('three'))).toMatchObject({ ErrorCode: 429 });
    expect(await bob.ask({ Action: 'DELETE_MESSAGE', Id: 'abcdefghijkl' })).toMatchObject({ Type: 'EVENT' });
    service.directory.put({ ...room, maximumMessageRatePerSecond: 3 });
    expect(await bob.ask(send('three'))).toMatchObject({ Content: 'three' });
  });

  test('429: no longer than a second, even if the clock of the machine is set back', async () => {
    const client = await service.join(service.directory.put(newRoom({ maximumMessageRatePerSecond: 1 })), 'alice');
    await client.ask(send('x'));
    for (let count = 0; count < 9; count++) await client.ask(send('x'));
    expect(await client.ask(send('x'))).toMatchObject({ ErrorCode: 429 });
    service.clock.set(service.clock.now() - 600_000);
    service.clock.advance(1000);
    expect(await client.ask(send('y'))).toMatchObject({ Content: 'y' });
  });

  test('500: an unexpected error fails the request, and the connection stays usable', async () => {
    const room = service.directory.put(newRoom());
    const client = await service.join(room, 'alice');
    const broken = jest.spyOn(service.chatLog, 'record').mockImplementation(() => { throw new Error('disk'); });
    await client.ask(send('x'));
    const answer = await client.next();
    expect(answer).toMatchObject({ ErrorCode: 500, RequestId: 'r' });
    expect(answer.ErrorMessage).not.toContain('disk');
    broken.mockRestore();
    expect(await client.ask(send('y'))).toMatchObject({ Content: 'y' });
    service.expectedErrors = 1;
  });

  test('have a RequestId only if the request has one', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    expect(await client.ask({ Action: 'DANCE', RequestId: 'r' })).toMatchObject({ ErrorCode: 400, RequestId: 'r' });
    for (const RequestId of [undefined, null, 5]) expect(await client.ask({ Action: 'DANCE', RequestId })).not.toHaveProperty('RequestId');
  });

  test('each has a unique Id', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    const ids: string[] = [];
    for (let count = 0; count < 10; count++) ids.push((await client.ask('x')).Id);
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) expect(id).toMatch(ID);
  });
});

describe('events', () => {
  test('of the application are sent to all clients of the room and logged', async () => {
    const room = service.directory.put(newRoom());
    const clients = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    const id = service.messaging.sendEvent(room.arn, 'app:GOAL', { team: 'a' });
    const event = { Type: 'EVENT', Id: id, RequestId: '', EventName: 'app:GOAL', Attributes: { team: 'a' }, SendTime: sendTime(service.clock.now()) };
    for (const client of clients) expect(await client.next()).toEqual(event);
    expect(service.chatLog.records).toEqual([{ room, type: 'EVENT', frame: event }]);
    expect(service.dataOf('event')).toEqual([{ event: 'sent', roomArn: room.arn, eventId: id, eventName: 'app:GOAL', attributes: { team: 'a' } }]);
  });

  test('are logged for a room without clients', () => {
    const room = service.directory.put(newRoom());
    const id = service.messaging.sendEvent(room.arn, 'app:GOAL', {});
    expect(service.chatLog.records).toMatchObject([{ frame: { Id: id } }]);
  });

  test('a deletion has the message id in both spellings, and the reason if given', async () => {
    const room = service.directory.put(newRoom());
    const client = await service.join(room, 'alice');
    const { Id } = await client.ask(send('x'));
    expect(await client.ask({ Action: 'DELETE_MESSAGE', Id, Reason: 'spam', RequestId: 'd' })).toEqual({
      Type: 'EVENT',
      Id: expect.stringMatching(ID),
      RequestId: 'd',
      EventName: 'aws:DELETE_MESSAGE',
      Attributes: { MessageID: Id, MessageId: Id, Reason: 'spam' },
      SendTime: expect.any(String),
    });
    const id = service.messaging.deleteMessage(room.arn, 'abcdefghijkl');
    expect(await client.next()).toMatchObject({ Id: id, RequestId: '', Attributes: { MessageID: 'abcdefghijkl', MessageId: 'abcdefghijkl' } });
    expect(client.received.at(-1).Attributes).not.toHaveProperty('Reason');
    expect(service.chatLog.records.map(({ type }) => type)).toEqual(['MESSAGE', 'EVENT', 'EVENT']);
  });

  test('a disconnection is sent to all clients, then closes all connections of the user', async () => {
    const room = service.directory.put(newRoom());
    const moderator = await service.join(room, 'moderator');
    const troll = [await service.join(room, 'troll'), await service.join(room, 'troll')];
    const event = await moderator.ask({ Action: 'DISCONNECT_USER', UserId: 'troll', Reason: 'spam', RequestId: 'k' });
    expect(event).toMatchObject({ Type: 'EVENT', RequestId: 'k', EventName: 'aws:DISCONNECT_USER', Attributes: { UserId: 'troll', Reason: 'spam' } });
    for (const client of troll) {
      expect(await client.next()).toEqual(event);
      expect(await client.closed).toBe(1000);
    }
    expect(await moderator.ask(send('calm'))).toMatchObject({ Content: 'calm' });
  });

  test('a disconnection by the control plane has no RequestId and does not affect other rooms', async () => {
    const [one, two] = ['roomAAAAAAAA', 'roomBBBBBBBB'].map(id => service.directory.put(newRoom({ id })));
    const [here, there] = [await service.join(one, 'alice'), await service.join(two, 'alice')];
    service.messaging.disconnectUser(one.arn, 'alice');
    expect(await here.next()).toMatchObject({ RequestId: '', Attributes: { UserId: 'alice' } });
    expect(await here.closed).toBe(1000);
    expect(await there.ask(send('x'))).toMatchObject({ Type: 'MESSAGE' });
  });

  test('moderators can disconnect themselves', async () => {
    const client = await service.join(service.directory.put(newRoom()), 'alice');
    expect(await client.ask({ Action: 'DISCONNECT_USER', UserId: 'alice', RequestId: 'k' })).toMatchObject({ RequestId: 'k' });
    expect(await client.closed).toBe(1000);
  });

  test('requests after a disconnection are ignored', async () => {
    const room = service.directory.put(newRoom());
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    alice.send(send('before'));
    alice.send({ Action: 'DISCONNECT_USER', UserId: 'alice' });
    alice.send(send('after'));
    await alice.closed;
    expect(await bob.ask(send('end'))).toMatchObject({ Content: 'before' });
    expect([await bob.next(), await bob.next()]).toMatchObject([{ Type: 'EVENT' }, { Content: 'end' }]);
  });
});

test('a client that does not read is disconnected; the others receive all frames', async () => {
  const room = service.directory.put(newRoom());
  const [slow, quick] = [await service.join(room, 'slow'), await service.join(room, 'quick')];
  slow.socket.pause();
  const disconnected = service.nextLeft('slow');
  let sent = 0;
  let isDisconnected = false;
  void disconnected.then(() => (isDisconnected = true));
  while (!isDisconnected) {
    service.messaging.sendEvent(room.arn, 'big', { text: 'x'.repeat(100_000) });
    sent++;
    await quick.next();
  }
  expect(await disconnected).toMatchObject({ level: 'warning', data: { reason: 'slow-reader', closeCode: 1006, connections: 1 } });
  expect(quick.received).toHaveLength(sent);
  slow.socket.terminate();
});
