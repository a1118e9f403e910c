import * as fc from 'fast-check';
import { InvalidHistoryRequest, parsePageRequest } from '../../../handlers/chat-history-pages/page-request';
import { deletionFrame, messageFrame, ROOM_ID } from '../../support/chat-log';
import { ago, TestHistory } from '../../support/history/history';

const errorOf = async (promise: Promise<unknown>): Promise<Error | undefined> => promise.then(() => undefined, (error: Error) => error);

describe('pages', () => {
  const messages = Array.from({ length: 250 }, (_, index) => messageFrame(`id${index}`, ago(500_000 - index * 100)));

  async function newHistory(): Promise<TestHistory> {
    const history = new TestHistory();
    await history.deliver(messages);
    return history;
  }

  test('contain the newest messages, the oldest first', async () => {
    const history = await newHistory();

    expect(await history.page()).toEqual({ messages: messages.slice(-50), before: expect.any(String) });
    expect((await history.page({ limit: 1 })).messages).toEqual(messages.slice(-1));
  });

  test.each([1, 7, 50, 100])('of %d messages lead to all of them, without an empty page at the end', async limit => {
    const history = await newHistory();
    const sizes: number[] = [];
    let before: string | undefined;
    const all: unknown[] = [];
    do {
      const page = await history.page({ limit, before });
      sizes.push(page.messages.length);
      all.unshift(...page.messages);
      before = page.before;
    } while (before !== undefined);

    expect(all).toEqual(messages);
    expect(sizes).toEqual([...Array.from({ length: Math.floor(250 / limit) }, () => limit), ...250 % limit > 0 ? [250 % limit] : []]);
  });

  test('can be smaller than asked for, because DynamoDB reads 1 MB at a time', async () => {
    const history = await newHistory();
    history.db.pageSize = 3;

    expect((await history.page({ limit: 10 })).messages).toEqual(messages.slice(-3));
    expect(await history.all(10)).toEqual(messages);
  });

  test('of a room without messages, or with deletions only, are empty', async () => {
    const history = new TestHistory();
    await history.deliver([deletionFrame('x', 'a', ago(0))]);

    expect(await history.page()).toEqual({ messages: [] });
    expect(await history.page({ roomId: 'OtherRoom123' })).toEqual({ messages: [] });
  });

  test('do not contain expired messages, even if DynamoDB still has them', async () => {
    const history = new TestHistory({ retentionSeconds: 3_600 });
    const [old, recent] = [messageFrame('old', ago(3_599_700)), messageFrame('recent', ago(10_000))];
    await history.deliver([old, recent]);
    expect((await history.page()).messages).toEqual([old, recent]);
    await new Promise(resolve => setTimeout(resolve, 400));

    expect(history.db.frames).toHaveLength(2);
    expect(await history.page()).toEqual({ messages: [recent] });
    expect((await history.page({ limit: 1 })).before).toBeUndefined();
  });

  test('do not contain deleted text, even before it is erased', async () => {
    const history = await newHistory();
    // Fails after the deletion has been written.
    history.db.before = operation => {
      if (operation === 'Query') throw new Error('no');
    };
    await errorOf(history.deliver([deletionFrame('x', 'id249', ago(0), 'rude')]));
    history.db.before = () => undefined;

    expect(history.db.text).toContain('message id249');
    const { Id, SendTime, Type } = messages[249];
    expect((await history.page()).messages.at(-1)).toEqual({ Type, Id, SendTime, Deleted: true, Reason: 'rude' });
  });

  test('fail if it is not known what was deleted', async () => {
    const history = await newHistory();
    history.db.before = operation => {
      history.db.processed = count => operation === 'BatchGetItem' ? 0 : count;
    };

    expect(await errorOf(history.page({}, 300))).toMatchObject({ message: 'DynamoDB did not process all items until the deadline' });
  });

  test('are complete if DynamoDB reads the deletions in several calls', async () => {
    const history = await newHistory();
    await history.deliver(messages.slice(200).map(({ Id }) => deletionFrame(`x${Id}`, Id, ago(0))));
    history.db.processed = count => Math.ceil(count / 3);

    expect((await history.page()).messages.filter(({ Deleted }) => Deleted)).toHaveLength(50);
  });
});

describe('requests', () => {
  test.each<[object | null | string, string]>([
    [null, 'roomId must be the ID of a room, 12 letters and digits, got nothing: correct the request'],
    ['text', 'roomId must be the ID of a room, 12 letters and digits, got nothing: correct the request'],
    [{ roomId: '*' }, 'roomId must be the ID of a room, 12 letters and digits, got "*": correct the request'],
    [{ roomId: ROOM_ID, limit: 0 }, 'limit must be a whole number from 1 to 100, got 0: correct the request'],
    [{ roomId: ROOM_ID, limit: '1' }, 'limit must be a whole number from 1 to 100, got "1": correct the request'],
    [{ roomId: ROOM_ID, limit: null }, 'limit must be a whole number from 1 to 100, got null: correct the request'],
    [{ roomId: ROOM_ID, limit: 101 }, 'limit must be a whole number from 1 to 100, got 101: correct the request'],
    [{ roomId: ROOM_ID, before: 1 }, 'before must be the value of an earlier answer, got 1: correct the request'],
    [{ roomId: ROOM_ID, before: 'x'.repeat(1_000) }, `before must be the value of an earlier answer, got "${'x'.repeat(59)}: correct the request`],
  ])('%j is refused', (request, message) => {
    expect(() => parsePageRequest(request)).toThrow(new InvalidHistoryRequest(message));
  });

  test('have a default limit', () => {
    expect(parsePageRequest({ roomId: ROOM_ID })).toEqual({ roomId: ROOM_ID, limit: 50 });
  });

  test('with hostile cursors are refused, or return messages of the room in the retention period', async () => {
    const history = new TestHistory({ retentionSeconds: 3_600 });
    await history.deliver([messageFrame('a', ago(1_000)), messageFrame('b', ago(2_000)), deletionFrame('x', 'b', ago(500))]);
    const part = (min: number, max: number, width: number) => fc.integer({ min, max }).map(value => String(value).padStart(width, '0'));
    const wellFormed = fc.tuple(part(0, 9_999, 4), part(0, 99, 2), part(0, 99, 2), part(0, 99, 2), part(0, 99, 2), part(0, 99, 2), part(0, 999_999_999, 9), fc.stringMatching(/^[\w-]{1,64}$/))
      .map(([year, month, day, hour, minute, second, fraction, id]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z#${id}`);
    const cursor = fc.oneof(wellFormed, fc.string(), fc.jsonValue(), fc.constantFrom('deleted#b', 'a', '', 'deleted#', '~'), fc.constantFrom('0', '9').map(each => each.repeat(30)));
    await fc.assert(fc.asyncProperty(cursor, fc.integer({ min: 1, max: 100 }), async (before, limit) => {
      const answer = await history.page({ before, limit }).catch((error: Error) => error);
      if (answer instanceof Error) return expect(answer).toBeInstanceOf(InvalidHistoryRequest);
      expect(['', 'a', 'b', 'b,a']).toContain(answer.messages.map(({ Id }) => Id).join());
      return expect(JSON.stringify(answer)).not.toContain('message b');
    }));
  });
});
