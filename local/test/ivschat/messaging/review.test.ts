import type { Room } from '../../../src/ivschat/types';
import { HANDLER, newRoom, MessagingService } from '../../support/messaging-service';

let service: MessagingService;
beforeEach(async () => { service = await new MessagingService().start(); });
afterEach(async () => service.stop());

const send = (Content: string, more: object = {}) => ({ Action: 'SEND_MESSAGE', RequestId: 'r', Content, ...more });

function reviewedRoom(fallbackResult: 'ALLOW' | 'DENY', changes: Partial<Room> = {}): Room {
  return service.directory.put(newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult }, ...changes }));
}

const reviews = () => service.liveLog.recent.filter(({ kind }) => kind === 'review');

test('the handler receives the documented event', async () => {
  const client = await service.join(reviewedRoom('DENY'), 'alice', { attributes: { badge: 'gold' } });
  service.functions.always({ ReviewResult: 'ALLOW', Content: 'hi' });
  const { Id } = await client.ask(send('hi', { Attributes: { color: 'red' } }));
  expect(service.functions.events).toEqual([{
    Content: 'hi',
    MessageId: Id,
    RoomArn: newRoom().arn,
    Attributes: { color: 'red' },
    Sender: { Attributes: { badge: 'gold' }, UserId: 'alice', Ip: '127.0.0.1' },
  }]);
});

test('a handler without a URI is ignored', async () => {
  const room = service.directory.put(newRoom({ messageReviewHandler: { uri: '', fallbackResult: 'DENY' } }));
  const client = await service.join(room, 'alice');
  expect(await client.ask(send('hi'))).toMatchObject({ Content: 'hi' });
});

describe('ALLOW', () => {
  test.each<[string, object, object]>([
    ['keeps the attributes if none are returned', { Content: 'new' }, { Content: 'new', Attributes: { a: '1' } }],
    ['keeps the attributes if they are null', { Content: 'new', Attributes: null }, { Content: 'new', Attributes: { a: '1' } }],
    ['replaces the attributes as a whole', { Content: 'old', Attributes: { b: '2' } }, { Content: 'old', Attributes: { b: '2' } }],
    ['can remove the attributes', { Content: 'old', Attributes: {} }, { Content: 'old', Attributes: {} }],
    ['can return attributes of 1 KB', { Content: 'old', Attributes: { ab: 'x'.repeat(1022) } }, { Attributes: { ab: 'x'.repeat(1022) } }],
    ['measures the content in code points', { Content: '👍'.repeat(5) }, { Content: '👍'.repeat(5) }],
    ['ignores unknown fields', { Content: 'old', Mood: 'good' }, { Content: 'old', Attributes: { a: '1' } }],
  ])('%s', async (_, answer, delivered) => {
    const room = reviewedRoom('DENY', { maximumMessageLength: 5 });
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.always({ ReviewResult: 'ALLOW', ...answer });
    const message = await alice.ask(send('old', { Attributes: { a: '1' } }));
    expect(message).toMatchObject({ Type: 'MESSAGE', RequestId: 'r', ...delivered });
    expect(message.Attributes).toEqual((delivered as any).Attributes ?? { a: '1' });
    expect(await bob.next()).toEqual(message);
    expect(service.chatLog.records).toEqual([{ room, type: 'MESSAGE', frame: message }]);
    expect(reviews()).toMatchObject([
      { level: 'info', data: { roomArn: room.arn, messageId: message.Id, userId: 'alice', result: 'ALLOW', milliseconds: expect.any(Number) } },
    ]);
  });
});

describe('DENY', () => {
  test.each([
    ['with the reason', { Attributes: { Reason: 'be nice' } }, 'be nice'],
    ['without a reason', {}, 'The message was denied in review.'],
    ['although the returned content is empty', { Content: '', Attributes: { Reason: 'no' } }, 'no'],
  ])('sends the error to the sender only, %s', async (_, answer, reason) => {
    const room = reviewedRoom('ALLOW');
    const [alice, alsoAlice, bob] = [await service.join(room, 'alice'), await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.always({ ReviewResult: 'DENY', Content: 'bad', ...answer });
    const error = await alice.ask(send('bad'));
    expect(error).toEqual({ Type: 'ERROR', Id: service.functions.events[0].MessageId, RequestId: 'r', ErrorCode: 406, ErrorMessage: reason });
    expect(service.chatLog.records).toEqual([]);
    service.messaging.sendEvent(room.arn, 'marker', {});
    for (const other of [alsoAlice, bob]) expect(await other.next()).toMatchObject({ EventName: 'marker' });
  });
});

describe('the fallback result applies', () => {
  const invalid: Array<[string, string]> = [
    ['is empty', ''],
    ['is not JSON', 'ALLOW'],
    ['is null', 'null'],
    ['is an array', '[]'],
    ['has no ReviewResult', '{"Content":"x"}'],
    ['has an unknown ReviewResult', '{"ReviewResult":"allow","Content":"x"}'],
    ['has no Content', '{"ReviewResult":"ALLOW"}'],
    ['has no Content with DENY', '{"ReviewResult":"DENY"}'],
    ['has Content that is not a string', '{"ReviewResult":"ALLOW","Content":1}'],
    ['has empty Content', '{"ReviewResult":"ALLOW","Content":""}'],
    ['has Content that is too long', JSON.stringify({ ReviewResult: 'ALLOW', Content: '👍'.repeat(501) })],
    ['has Attributes that are not an object', '{"ReviewResult":"ALLOW","Content":"x","Attributes":"y"}'],
    ['has Attributes that are not strings', '{"ReviewResult":"ALLOW","Content":"x","Attributes":{"a":1}}'],
    ['has Attributes over 1 KB', JSON.stringify({ ReviewResult: 'ALLOW', Content: 'x', Attributes: { ab: 'x'.repeat(1023) } })],
    ['has Attributes over 1 KB with DENY', JSON.stringify({ ReviewResult: 'DENY', Content: 'x', Attributes: { Reason: 'x'.repeat(1024) } })],
  ];
  const script = (payload: string, functionError?: string) => () => { service.functions.script = () => ({ payload, functionError }); };
  const cases: Array<[string, () => void]> = [
    ...invalid.map(([name, payload]): [string, () => void] => [`the answer ${name}`, script(payload)]),
    ['the function fails, whatever its payload', script('{"ReviewResult":"ALLOW","Content":"x"}', 'Unhandled')],
    ['the function is at its concurrency limit', () => { service.functions.script = async () => { throw new Error('Rate Exceeded.'); }; }],
    ['the permission to invoke the function has been removed', () => { service.functions.permitted = false; }],
    ['the handler does not answer', () => { service.functions.script = async () => new Promise(() => undefined); }],
  ];
  test.each(cases)('if %s', async (_, prepare) => {
    prepare();
    const open = reviewedRoom('ALLOW', { id: 'openAAAAAAAA' });
    const strict = reviewedRoom('DENY', { id: 'strictAAAAAA' });
    const [alice, bob] = [await service.join(open, 'alice'), await service.join(strict, 'bob')];
    const [allowed, denied] = await Promise.all([alice.ask(send('x y', { Attributes: { a: '1' } })), bob.ask(send('x y'))]);
    expect(allowed).toMatchObject({ Type: 'MESSAGE', Content: 'x y', Attributes: { a: '1' } });
    expect(denied).toMatchObject({ Type: 'ERROR', ErrorCode: 406, RequestId: 'r' });
    expect(reviews()).toHaveLength(2);
    for (const { roomArn, result } of [{ roomArn: open.arn, result: 'ALLOW' }, { roomArn: strict.arn, result: 'DENY' }]) {
      const data = expect.objectContaining({ roomArn, result, problem: expect.stringMatching(/\w/), milliseconds: expect.any(Number) });
      expect(reviews()).toContainEqual(expect.objectContaining({ level: 'warning', data }));
    }
  });

  test('after 200 ms; a later answer is recorded in the live log and has no effect', async () => {
    await service.stop();
    service = await new MessagingService({ reviewMilliseconds: undefined }).start();
    const room = reviewedRoom('DENY');
    const client = await service.join(room, 'alice');
    let answer: (value: { payload: string }) => void = () => undefined;
    service.functions.script = async () => new Promise(resolve => (answer = resolve));
    expect(await client.ask(send('x'))).toMatchObject({ ErrorCode: 406 });
    expect(reviews()[0].data).toMatchObject({ problem: 'the handler did not answer within 200 ms' });
    expect(reviews()[0].data!.milliseconds).toBeGreaterThanOrEqual(199);

    const late = service.nextEntry(({ kind }) => kind === 'review');
    answer({ payload: JSON.stringify({ ReviewResult: 'ALLOW', Content: 'late' }) });
    const { MessageId: messageId } = service.functions.events[0];
    expect(await late).toMatchObject({
      level: 'warning', data: { roomArn: room.arn, messageId, userId: 'alice', content: 'x', late: true },
    });
    expect((await late).data!.milliseconds).toBeGreaterThanOrEqual(199);
    service.messaging.sendEvent(room.arn, 'marker', {});
    expect(await client.next()).toMatchObject({ EventName: 'marker' });
  });
});

test('close() waits for reviews under way, and their messages are logged', async () => {
  const client = await service.join(reviewedRoom('ALLOW'), 'alice');
  let answer: (value: { payload: string }) => void = () => undefined;
  const invoked = new Promise<void>(resolve => {
    service.functions.script = async () => {
      resolve();
      return new Promise(answered => (answer = answered));
    };
  });
  client.send(send('x'));
  await invoked;
  await service.messaging.close();
  expect(service.chatLog.records).toMatchObject([{ frame: { Content: 'x' } }]);

  // A handler that answers after close() is not recorded as late.
  answer({ payload: '' });
  await new Promise(setImmediate);
  expect(reviews()).toHaveLength(1);
});

describe('data of a review in the live log', () => {
  const dataOf = () => reviews().map(({ data }) => data);
  const common = () => ({
    roomArn: newRoom().arn,
    messageId: service.functions.events[0].MessageId,
    userId: 'alice',
    handler: HANDLER,
    milliseconds: expect.any(Number),
    attributes: {},
    senderAttributes: {},
    attributesReturned: undefined,
  });

  test('a changed message', async () => {
    const client = await service.join(reviewedRoom('DENY'), 'alice');
    service.functions.always({ ReviewResult: 'ALLOW', Content: 'darn' });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([{ ...common(), content: 'damn', result: 'ALLOW', contentReturned: 'darn', reason: undefined, problem: undefined }]);
  });

  test('a denied message', async () => {
    const client = await service.join(reviewedRoom('ALLOW'), 'alice');
    service.functions.always({ ReviewResult: 'DENY', Content: '', Attributes: { Reason: 'be nice' } });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([{ ...common(), content: 'damn', result: 'DENY', contentReturned: '', reason: 'be nice', problem: undefined }]);
  });

  test('a failed handler has no returned content', async () => {
    const client = await service.join(reviewedRoom('ALLOW'), 'alice');
    service.functions.script = () => ({ payload: '{"errorMessage":"no"}', functionError: 'Unhandled' });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([
      { ...common(), content: 'damn', result: 'ALLOW', contentReturned: undefined, reason: undefined, problem: 'the handler failed (Unhandled)' },
    ]);
  });
});
