import type { ReviewEvent } from '../../../src/ivschat/messaging/review';
import type { Room } from '../../../src/ivschat/types';
import { HANDLER, newRoom, MessagingService } from '../../support/messaging-service';

let service: MessagingService;
afterEach(async () => service.stop());

const send = (Content: string) => ({ Action: 'SEND_MESSAGE', RequestId: Content, Content });
const allow = ({ Content }: ReviewEvent) => ({ payload: JSON.stringify({ ReviewResult: 'ALLOW', Content }) });
const deny = ({ Content }: ReviewEvent) => ({ payload: JSON.stringify({ ReviewResult: 'DENY', Content, Attributes: { Reason: 'no' } }) });

function reviewedRoom(changes: Partial<Room> = {}): Room {
  return service.directory.put(newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'ALLOW' }, ...changes }));
}

describe('while a message is under review', () => {
  beforeEach(async () => { service = await new MessagingService().start(); });

  test.each([['DENY', deny], ['ALLOW', allow]])('the handler disconnects the sender, then returns %s', async (result, answer) => {
    const room = reviewedRoom();
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.script = async event => {
      service.messaging.disconnectUser(event.RoomArn, event.Sender.UserId, 'spam');
      await alice.closed;
      return answer(event);
    };
    const reviewed = service.nextEntry(({ kind }) => kind === 'review');
    expect(await alice.ask(send('x'))).toMatchObject({ EventName: 'aws:DISCONNECT_USER', Attributes: { UserId: 'alice', Reason: 'spam' } });
    expect(await alice.closed).toBe(1000);
    expect((await reviewed).data).toMatchObject({ userId: 'alice', result });
    service.messaging.sendEvent(room.arn, 'marker', {});

    expect(await bob.next()).toMatchObject({ EventName: 'aws:DISCONNECT_USER' });
    if (result === 'ALLOW') expect(await bob.next()).toMatchObject({ Content: 'x', Sender: { UserId: 'alice' } });
    expect(await bob.next()).toMatchObject({ EventName: 'marker' });
    expect(alice.received).toHaveLength(1); // no 406, no message
  });

  test('the only client leaves: the message is logged, and the state of the room is released', async () => {
    const room = reviewedRoom();
    const alice = await service.join(room, 'alice');
    service.functions.script = async event => {
      alice.socket.terminate();
      await service.nextLeft('alice');
      return allow(event);
    };
    const delivered = service.nextEntry(({ kind }) => kind === 'message');
    alice.send(send('x'));
    await delivered;
    expect(service.chatLog.records).toMatchObject([{ frame: { Content: 'x' } }]);
    expect(service.messaging.activeRooms).toBe(0);
  });

  test('the only client leaves and another joins: the other receives the message', async () => {
    const room = reviewedRoom();
    const alice = await service.join(room, 'alice');
    const bob = new Promise<Awaited<ReturnType<MessagingService['join']>>>(resolve => {
      service.functions.script = async event => {
        alice.socket.terminate();
        await service.nextLeft('alice');
        resolve(await service.join(room, 'bob'));
        return allow(event);
      };
    });
    alice.send(send('x'));
    expect(await (await bob).next()).toMatchObject({ Content: 'x' });
  });

  test('the message is deleted: clients receive the deletion before the message, and the live log warns', async () => {
    const room = reviewedRoom();
    const alice = await service.join(room, 'alice');
    service.functions.script = event => {
      service.messaging.deleteMessage(event.RoomArn, event.MessageId, 'gone');
      return allow(event);
    };
    const event = await alice.ask(send('x'));
    expect(event).toMatchObject({ EventName: 'aws:DELETE_MESSAGE', Attributes: { Reason: 'gone' } });
    expect(await alice.next()).toMatchObject({ Type: 'MESSAGE', Id: event.Attributes.MessageId });
    expect(service.liveLog.recent).toContainEqual(expect.objectContaining({
      level: 'warning', data: { event: 'deleted-during-review', roomArn: room.arn, messageId: event.Attributes.MessageId },
    }));
  });

  test('the room changes: the settings at the receipt apply', async () => {
    const room = reviewedRoom({ maximumMessageLength: 20, loggingConfigurationIdentifiers: ['arn:old'] });
    const alice = await service.join(room, 'alice');
    service.functions.script = () => {
      service.directory.put({
        ...room,
        maximumMessageLength: 1,
        messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
        loggingConfigurationIdentifiers: ['arn:new'],
      });
      throw new Error('fallback');
    };
    expect(await alice.ask(send('longer than one'))).toMatchObject({ Type: 'MESSAGE', Content: 'longer than one' });
    expect(service.chatLog.records[0].room).toBe(room);

    expect(await alice.ask(send('too long now'))).toMatchObject({ ErrorCode: 400 });
    expect(await alice.ask(send('x'))).toMatchObject({ ErrorCode: 406 });
  });

  test('the room is deleted: its clients still receive the message', async () => {
    const room = reviewedRoom();
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.script = event => {
      service.directory.rooms.delete(room.arn);
      return allow(event);
    };
    expect(await alice.ask(send('x'))).toMatchObject({ Content: 'x' });
    expect(await bob.next()).toMatchObject({ Content: 'x' });
    expect(await alice.ask(send('y'))).toMatchObject({ ErrorCode: 404 });
    expect(service.chatLog.records[0].room).toBe(room);
  });
});

/** Reviews messages a, b, c and d. The reviews end in the order c, b, a; d is denied at once. */
async function reviewInReverse(): Promise<{ received: any[][]; errors: any[] }> {
  const room = reviewedRoom();
  const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
  const ends = new Map<string, () => void>();
  const started = new Promise<void>(resolve => {
    service.functions.script = async event => {
      if (event.Content === 'd') return deny(event);
      const end = new Promise<void>(ended => ends.set(event.Content, ended));
      if (ends.size === 3) resolve();
      await end;
      return allow(event);
    };
  });
  for (const content of ['a', 'd', 'b', 'c']) alice.send(send(content));
  await started;
  for (const content of ['c', 'b', 'a']) {
    const reviewed = service.nextEntry(({ kind }) => kind === 'review');
    ends.get(content)!();
    await reviewed;
  }
  service.messaging.sendEvent(room.arn, 'marker', {});
  const received = [[], []] as any[][];
  for (const [index, client] of [alice, bob].entries()) {
    for (let frame = await client.next(); frame.EventName !== 'marker'; frame = await client.next()) received[index].push(frame);
  }
  return { received: received.map(frames => frames.filter(({ Type }) => Type === 'MESSAGE')), errors: received[0].filter(({ Type }) => Type === 'ERROR') };
}

test('messages are delivered as their reviews end, in the same order on all connections', async () => {
  service = await new MessagingService().start();
  const { received: [alice, bob], errors } = await reviewInReverse();
  expect(alice.map(({ Content }) => Content)).toEqual(['c', 'b', 'a']);
  expect(bob).toEqual(alice);
  expect(errors).toMatchObject([{ ErrorCode: 406, RequestId: 'd' }]);
});

test('with inOrder, messages are delivered in the order of their receipt; denials do not wait', async () => {
  service = await new MessagingService({ inOrder: true }).start();
  const { received: [alice, bob], errors } = await reviewInReverse();
  expect(alice.map(({ Content }) => Content)).toEqual(['a', 'b', 'c']);
  expect(bob).toEqual(alice);
  expect(errors).toMatchObject([{ ErrorCode: 406, RequestId: 'd' }]);
});

test('SendTime is the time of receipt, in nanoseconds', async () => {
  service = await new MessagingService().start();
  service.clock.set(Date.parse('2030-01-05T14:33:32.894Z') + 0.0625);
  const client = await service.join(reviewedRoom(), 'alice', { sessionExpirationTime: new Date('2031-01-01') });
  const receipt = '2030-01-05T14:33:32.894062500Z';
  service.functions.script = event => {
    service.clock.advance(150);
    return allow(event);
  };
  expect(await client.ask(send('x'))).toMatchObject({ SendTime: receipt });
});
