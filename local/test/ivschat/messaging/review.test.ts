import type { Room } from '../../../src/ivschat/types';
import { HANDLER, newRoom, Service } from '../../support/messaging-service';

let service: Service;
beforeEach(async () => { service = await new Service().start(); });
afterEach(async () => service.stop());

const send = (Content: string, more: object = {}) => ({ Action: 'SEND_MESSAGE', RequestId: 'r', Content, ...more });

function reviewedRoom(fallbackResult: 'ALLOW' | 'DENY', changes: Partial<Room> = {}): Room {
  return service.directory.put(newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult }, ...changes }));
}

const reviews = () => service.liveLog.recent.filter(({ kind }) => kind === 'review');

test('the handler gets the documented event', async () => {
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

test('a handler without a Uri is no handler', async () => {
  const room = service.directory.put(newRoom({ messageReviewHandler: { uri: '', fallbackResult: 'DENY' } }));
  const client = await service.join(room, 'alice');
  expect(await client.ask(send('hi'))).toMatchObject({ Content: 'hi' });
});

describe('ALLOW', () => {
  test.each<[string, object, object]>([
    ['keeps the attributes if none are returned', { Content: 'new' }, { Content: 'new', Attributes: { a: '1' } }],
    ['keeps the attributes if they are null', { Content: 'new', Attributes: null }, { Content: 'new', Attributes: { a: '1' } }],
    ['replaces the attributes as a whole', { Content: 'old', Attributes: { b: '2' } }, { Content: 'old', Attributes: { b: '2' } }],
    ['may take the attributes off', { Content: 'old', Attributes: {} }, { Content: 'old', Attributes: {} }],
    ['may return attributes of 1 KB', { Content: 'old', Attributes: { ab: 'x'.repeat(1022) } }, { Attributes: { ab: 'x'.repeat(1022) } }],
    ['counts code points', { Content: '👍'.repeat(5) }, { Content: '👍'.repeat(5) }],
    ['ignores what it does not know', { Content: 'old', Mood: 'good' }, { Content: 'old', Attributes: { a: '1' } }],
  ])('%s', async (_, answer, delivered) => {
    const room = reviewedRoom('DENY', { maximumMessageLength: 5 });
    const [alice, bob] = [await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.always({ ReviewResult: 'ALLOW', ...answer });
    const message = await alice.ask(send('old', { Attributes: { a: '1' } }));
    expect(message).toMatchObject({ Type: 'MESSAGE', RequestId: 'r', ...delivered });
    expect(message.Attributes).toEqual((delivered as any).Attributes ?? { a: '1' });
    expect(await bob.next()).toEqual(message);
    expect(service.log.records).toEqual([{ room, type: 'MESSAGE', frame: message }]);
    expect(reviews()).toMatchObject([{ level: 'info', text: expect.stringMatching(/^review of a message of alice in lobby: ALLOW in \d+ ms$/) }]);
    expect(reviews()[0].data).toMatchObject({ roomArn: room.arn, messageId: message.Id, result: 'ALLOW', milliseconds: expect.any(Number) });
  });
});

describe('DENY', () => {
  test.each([
    ['with its reason', { Attributes: { Reason: 'be nice' } }, 'be nice'],
    ['without a reason', {}, 'The message was denied in review.'],
    ['with content that is too long or empty, which does not matter here', { Content: '', Attributes: { Reason: 'no' } }, 'no'],
  ])('tells the sender only, %s', async (_, answer, reason) => {
    const room = reviewedRoom('ALLOW');
    const [alice, alsoAlice, bob] = [await service.join(room, 'alice'), await service.join(room, 'alice'), await service.join(room, 'bob')];
    service.functions.always({ ReviewResult: 'DENY', Content: 'bad', ...answer });
    const error = await alice.ask(send('bad'));
    expect(error).toEqual({ Type: 'ERROR', Id: service.functions.events[0].MessageId, RequestId: 'r', ErrorCode: 406, ErrorMessage: reason });
    expect(service.log.records).toEqual([]);
    service.messaging.sendEvent(room.arn, 'marker', {});
    for (const other of [alsoAlice, bob]) expect(await other.next()).toMatchObject({ EventName: 'marker' });
  });
});

describe('the fallback result decides', () => {
  const invalid: Array<[string, string]> = [
    ['nothing', ''],
    ['no JSON', 'ALLOW'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no ReviewResult', '{"Content":"x"}'],
    ['an unknown ReviewResult', '{"ReviewResult":"allow","Content":"x"}'],
    ['no Content', '{"ReviewResult":"ALLOW"}'],
    ['no Content with DENY', '{"ReviewResult":"DENY"}'],
    ['Content that is no string', '{"ReviewResult":"ALLOW","Content":1}'],
    ['empty Content', '{"ReviewResult":"ALLOW","Content":""}'],
    ['Content that is too long', JSON.stringify({ ReviewResult: 'ALLOW', Content: '👍'.repeat(501) })],
    ['Attributes that are no object', '{"ReviewResult":"ALLOW","Content":"x","Attributes":"y"}'],
    ['Attributes that are not strings', '{"ReviewResult":"ALLOW","Content":"x","Attributes":{"a":1}}'],
    ['Attributes over 1 KB', JSON.stringify({ ReviewResult: 'ALLOW', Content: 'x', Attributes: { ab: 'x'.repeat(1023) } })],
    ['Attributes over 1 KB with DENY', JSON.stringify({ ReviewResult: 'DENY', Content: 'x', Attributes: { Reason: 'x'.repeat(1024) } })],
  ];
  const script = (payload: string, functionError?: string) => () => { service.functions.script = () => ({ payload, functionError }); };
  const cases: Array<[string, () => void]> = [
    ...invalid.map(([name, payload]): [string, () => void] => [`the answer is ${name}`, script(payload)]),
    ['the function fails, whatever it says', script('{"ReviewResult":"ALLOW","Content":"x"}', 'Unhandled')],
    ['the function is at its bound', () => { service.functions.script = async () => { throw new Error('Rate Exceeded.'); }; }],
    ['the function may not be invoked any more', () => { service.functions.permitted = false; }],
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
    for (const line of reviews()) expect(line).toMatchObject({ level: 'warning', text: expect.stringMatching(/fallback to (ALLOW|DENY) after \d+ ms: \w/) });
  });

  test('after 200 ms; a later answer is noted and changes nothing', async () => {
    await service.stop();
    service = await new Service({ reviewMilliseconds: undefined }).start();
    const room = reviewedRoom('DENY');
    const client = await service.join(room, 'alice');
    let answer: (value: { payload: string }) => void = () => undefined;
    service.functions.script = async () => new Promise((resolve) => (answer = resolve));
    expect(await client.ask(send('x'))).toMatchObject({ ErrorCode: 406 });
    expect(reviews()[0].data).toMatchObject({ problem: 'the handler did not answer within 200 ms' });
    expect(reviews()[0].data!.milliseconds).toBeGreaterThanOrEqual(199);

    const late = service.line(({ kind }) => kind === 'review');
    answer({ payload: JSON.stringify({ ReviewResult: 'ALLOW', Content: 'late' }) });
    const { MessageId: messageId } = service.functions.events[0];
    expect(await late).toMatchObject({
      level: 'warning', text: expect.stringContaining('too late'), data: { roomArn: room.arn, messageId, userId: 'alice', content: 'x', late: true },
    });
    expect((await late).data!.milliseconds).toBeGreaterThanOrEqual(199);
    service.messaging.sendEvent(room.arn, 'marker', {});
    expect(await client.next()).toMatchObject({ EventName: 'marker' });
  });
});

test('stopping waits for reviews under way, and their messages are still logged', async () => {
  const client = await service.join(reviewedRoom('ALLOW'), 'alice');
  let answer: (value: { payload: string }) => void = () => undefined;
  const invoked = new Promise<void>((resolve) => {
    service.functions.script = async () => {
      resolve();
      return new Promise((answered) => (answer = answered));
    };
  });
  client.send(send('x'));
  await invoked;
  await service.messaging.close();
  expect(service.log.records).toMatchObject([{ frame: { Content: 'x' } }]);

  // A handler that is ended with everything else is not one that was late.
  answer({ payload: '' });
  await new Promise(setImmediate);
  expect(reviews()).toHaveLength(1);
});

describe('what a program learns of a review from the live log', () => {
  const dataOf = () => reviews().map(({ data }) => data);
  const common = () => ({
    roomArn: newRoom().arn, messageId: service.functions.events[0].MessageId, userId: 'alice', handler: HANDLER, milliseconds: expect.any(Number),
  });

  test('a message that was changed', async () => {
    const client = await service.join(reviewedRoom('DENY'), 'alice');
    service.functions.always({ ReviewResult: 'ALLOW', Content: 'darn' });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([{ ...common(), content: 'damn', result: 'ALLOW', contentReturned: 'darn', reason: undefined, problem: undefined }]);
  });

  test('a message that was denied', async () => {
    const client = await service.join(reviewedRoom('ALLOW'), 'alice');
    service.functions.always({ ReviewResult: 'DENY', Content: '', Attributes: { Reason: 'be nice' } });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([{ ...common(), content: 'damn', result: 'DENY', contentReturned: '', reason: 'be nice', problem: undefined }]);
  });

  test('a handler that failed: nothing is known of what it returned', async () => {
    const client = await service.join(reviewedRoom('ALLOW'), 'alice');
    service.functions.script = () => ({ payload: '{"errorMessage":"no"}', functionError: 'Unhandled' });
    await client.ask(send('damn'));
    expect(dataOf()).toEqual([
      { ...common(), content: 'damn', result: 'ALLOW', contentReturned: undefined, reason: undefined, problem: 'the handler failed (Unhandled)' },
    ]);
  });
});
