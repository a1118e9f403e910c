import * as fc from 'fast-check';
import type { EventFrame, MessageFrame } from '../../../handlers/shared/chat-log';
import { deletionFrame, eventFrame, messageFrame } from '../../support/chat-log';
import { type Operation, throttlingException } from '../../support/history/fake-dynamodb';
import { ago, TestHistory, WEEK } from '../../support/history/history';

/** Two seconds before now. The service omits zeros at the end, so they do not sort as text. */
const [EARLIER, LATER] = [120_000, 119_000].map(milliseconds => new Date(Date.now() - milliseconds).toISOString().slice(0, 19));
const TIMES = [`${EARLIER}Z`, `${EARLIER}.1Z`, `${EARLIER}.09Z`, `${LATER}.000000001Z`, `${LATER}Z`];

const removed = ({ Id, SendTime, Type }: EventFrame | MessageFrame, Reason?: string) => (
  { Type, Id, SendTime, Deleted: true, ...Reason !== undefined && { Reason } });

describe('one view of', () => {
  const [first, second] = [messageFrame('first', TIMES[0], { Content: 'secret one' }), messageFrame('second', TIMES[1], { Content: 'two' })];
  const deletion = deletionFrame('deletion', 'first', TIMES[3], 'rude');
  const view = [removed(first, 'rude'), second];

  test('every permutation of messages, duplicates and a deletion, in any events', async () => {
    await fc.assert(fc.asyncProperty(
      fc.shuffledSubarray([first, first, second, second, deletion, deletion], { minLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 1, max: 3 }),
      async (frames, sizes, limit) => {
        const history = new TestHistory();
        const rest = [...frames];
        for (const size of sizes) await history.deliver(rest.splice(0, size));

        expect(await history.all(limit)).toEqual(view);
        expect(history.db.text).not.toContain('secret');
      },
    ), { numRuns: 100 });
  });

  test('every interleaving of functions that run at the same time', async () => {
    await fc.assert(fc.asyncProperty(
      fc.shuffledSubarray([[first], [first, second], [second], [deletion], [deletion]], { minLength: 5 }),
      fc.scheduler(),
      async (events, scheduler) => {
        const history = new TestHistory();
        history.db.before = async operation => scheduler.schedule(Promise.resolve(), operation);
        history.db.after = async operation => scheduler.schedule(Promise.resolve(), operation);
        const done = Promise.all(events.map(async frames => history.deliver(frames)));
        await scheduler.waitFor(done);
        [history.db.before, history.db.after] = [() => undefined, () => undefined];

        expect(await history.all()).toEqual(view);
        expect(history.db.text).not.toContain('secret');
      },
    ), { numRuns: 100 });
  });

  test('random conversations, with deletions of several messages and of none', async () => {
    const id = fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', 'f');
    const conversation = fc.record({ deleted: fc.uniqueArray(id), unknown: fc.boolean() });
    const limits = fc.integer({ min: 1, max: 4 });
    await fc.assert(fc.asyncProperty(conversation, fc.infiniteStream(fc.nat()), limits, async ({ deleted, unknown }, random, limit) => {
      const messages = ['a', 'b', 'c', 'd', 'e', 'f'].map((each, index) => messageFrame(each, TIMES[index % TIMES.length], { Content: `text-${each}` }));
      const deletions = [...deleted, ...unknown ? ['unknown'] : []].map(each => deletionFrame(`x${each}`, each, TIMES[3]));
      const frames = [...messages, ...messages, ...deletions].map(frame => ({ frame, order: random.next().value as number }))
        .sort((one, other) => one.order - other.order).map(({ frame }) => frame);
      const history = new TestHistory();
      history.db.pageSize = 2;
      while (frames.length > 0) await history.deliver(frames.splice(0, 1 + random.next().value! % 4));

      const inOrder = [...messages].sort(compare);
      expect(await history.all(limit)).toEqual(inOrder.map(message => deleted.includes(message.Id) ? removed(message) : message));
      for (const each of deleted) expect(history.db.text).not.toContain(`text-${each}`);
    }), { numRuns: 100 });
  });
});

function compare(one: MessageFrame, other: MessageFrame): number {
  const difference = nanoseconds(one) - nanoseconds(other);
  return difference === 0n ? one.Id.localeCompare(other.Id) : Number(difference);
}

function nanoseconds({ SendTime }: MessageFrame): bigint {
  const [, seconds, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(SendTime)!;
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

describe('after a failure of any call, a repeated event', () => {
  const messages = Array.from({ length: 30 }, (_, index) => messageFrame(`id${index}`, ago(60_000 - index), { Content: `secret ${index}` }));
  const deletions = ['id3', 'id29', 'earlier'].map(id => deletionFrame(`x${id}`, id, ago(1_000)));
  const earlier = messageFrame('earlier', ago(100_000), { Content: 'secret earlier' });
  const view = [removed(earlier), ...messages.map(message => ['id3', 'id29'].includes(message.Id) ? removed(message) : message)];

  async function callsOf(deliver: (history: TestHistory) => Promise<void>): Promise<number> {
    const history = new TestHistory();
    await deliver(history);
    return history.db.calls.length;
  }

  test.each(['before', 'after'] as const)('has the same result, if the call fails %s it is processed', async when => {
    const deliver = async (history: TestHistory) => {
      await history.deliver([earlier, messages[29]]);
      await history.deliver([...messages, ...deletions]);
    };
    const calls = await callsOf(deliver);
    expect(calls).toBeGreaterThan(6);
    for (let failing = 1; failing <= calls; failing++) {
      const history = new TestHistory();
      let call = 0;
      history.db[when] = () => {
        if (++call === failing) throw new Error('connection reset');
      };

      await expect(deliver(history)).rejects.toThrow('connection reset');
      await deliver(history);
      expect(await history.all(7)).toEqual(view);
      expect(history.db.text).not.toMatch(/secret (3|29|earlier)\b/);
    }
  });
});

describe('a deleted message', () => {
  test('keeps nothing but what clients need to remove it', async () => {
    const history = new TestHistory();
    const message = messageFrame('a', TIMES[0], { Content: 'secret', Attributes: { x: 'secret' }, Sender: { UserId: 'secret' } });
    await history.deliver([message]);
    await history.deliver([deletionFrame('x', 'a', TIMES[1], 'rude')]);

    expect(history.db.frames).toEqual([removed(message)]);
    expect(await history.all()).toEqual([removed(message, 'rude')]);
  });

  test('is found behind any number of newer ones, and newer than its deletion by clocks that differ', async () => {
    const history = new TestHistory();
    history.db.pageSize = 10;
    const messages = Array.from({ length: 250 }, (_, index) => messageFrame(`id${index}`, ago(500_000 - index * 1_000), { Content: `text ${index} of it` }));
    await history.deliver(messages);
    await history.deliver([deletionFrame('x', 'id0', ago(200_000)), deletionFrame('y', 'id249', ago(260_000))]);

    expect(history.db.text).not.toMatch(/text (0|249) of/);
    expect((await history.all()).filter(({ Deleted }) => Deleted)).toHaveLength(2);
  });

  test('is not searched for in older messages than it', async () => {
    const history = new TestHistory();
    history.db.pageSize = 10;
    await history.deliver(Array.from({ length: 250 }, (_, index) => messageFrame(`id${index}`, ago(500_000 - index * 1_000))));
    history.db.calls = [];
    await history.deliver([deletionFrame('x', 'id245', ago(200_000))]);

    expect(history.db.calls.filter(call => call === 'Query')).toHaveLength(1);
  });

  test('can be one of more than 100 in an event', async () => {
    const history = new TestHistory();
    const messages = Array.from({ length: 230 }, (_, index) => messageFrame(`id${index}`, ago(500_000 - index * 1_000), { Content: 'secret' }));
    await history.deliver(messages);
    await history.deliver(messages.map(({ Id }) => deletionFrame(`x${Id}`, Id, ago(1_000))));

    expect(history.db.text).not.toContain('secret');
  });

  test('can be an event of the application', async () => {
    const history = new TestHistory({ eventNames: ['poll'] });
    const poll = eventFrame('a', 'poll', TIMES[0], { question: 'secret' });
    await history.deliver([poll]);
    await history.deliver([deletionFrame('x', 'a', TIMES[1])]);

    expect(history.db.text).not.toContain('secret');
    expect(await history.all()).toEqual([removed(poll)]);
  });
});

describe('the table', () => {
  test('contains frames, their time as a sort key, and when they expire', async () => {
    const history = new TestHistory();
    const message = messageFrame('a', TIMES[1]);
    await history.deliver([message, deletionFrame('x', 'b', TIMES[0], 'rude')]);

    const sent = Math.floor(Date.parse(TIMES[0]) / 1_000);
    expect([...history.db.items.values()]).toEqual([
      { room: { S: 'AbCdEfGhIjKl' }, at: { S: 'deleted#b' }, ttl: { N: String(sent + WEEK) }, reason: { S: 'rude' } },
      { room: { S: 'AbCdEfGhIjKl' }, at: { S: `${EARLIER}.100000000Z#a` }, id: { S: 'a' }, ttl: { N: String(sent + WEEK) }, frame: { S: JSON.stringify(message) } },
    ]);
  });

  test('contains the events that were asked for', async () => {
    const history = new TestHistory({ eventNames: ['poll'] });
    const poll = eventFrame('a', 'poll', TIMES[0], { question: 'tea?' });
    await history.deliver([poll, eventFrame('b', 'gift', TIMES[0]), eventFrame('c', 'aws:DISCONNECT_USER', TIMES[0])]);

    expect(history.db.frames).toEqual([poll]);
  });

  test('contains no records that have expired', async () => {
    const history = new TestHistory({ retentionSeconds: 3_600 });
    await history.deliver([messageFrame('a', ago(3_600_001)), deletionFrame('x', 'a', ago(3_600_001)), messageFrame('b', ago(3_599_000))]);

    expect([...history.db.items.values()].map(({ id }) => id?.S)).toEqual(['b']);
  });

  test('keeps 500 astral characters and lone surrogates', async () => {
    const history = new TestHistory();
    const messages = ['👩'.repeat(500), '\ud800', 'a\udfff\u0000'].map((content, index) => messageFrame(`id${index}`, TIMES[0], { Content: content }));
    await history.deliver(messages);

    expect(await history.all()).toEqual(messages);
  });

  test('keeps all messages of 100 rooms at once', async () => {
    const history = new TestHistory();
    history.db.processed = count => Math.ceil(count * 0.7);
    const { record } = jest.requireActual<typeof import('../../../handlers/chat-history/record')>('../../../handlers/chat-history/record');
    const { Deadline } = jest.requireActual<typeof import('../../../handlers/chat-history/deadline')>('../../../handlers/chat-history/deadline');
    const rooms = Array.from({ length: 100 }, (_, index) => `Room${String(index).padStart(8, '0')}`);
    await Promise.all(rooms.map(async roomId => record({
      roomId, messages: Array.from({ length: 40 }, (_, index) => messageFrame(`id${index}`, TIMES[index % 5])), deletions: [], events: [], unreadable: 0,
    }, history.db.table, { tableName: 'History', retentionSeconds: WEEK }, new Deadline(60_000))));

    for (const roomId of rooms) expect((await history.page({ roomId, limit: 100 })).messages).toHaveLength(40);
  });
});

describe('DynamoDB that processes less than asked for', () => {
  const messages = Array.from({ length: 1_000 }, (_, index) => messageFrame(`id${index}`, ago(500_000 - index)));

  test('is asked again until all is stored', async () => {
    const history = new TestHistory();
    history.db.processed = count => Math.max(1, Math.floor(count * 0.7));
    await history.deliver(messages);

    expect(history.db.frames).toHaveLength(1_000);
  });

  test('is asked again if it throttles whole calls', async () => {
    const history = new TestHistory();
    let call = 0;
    history.db.before = () => {
      if (++call % 3 === 0) throw throttlingException();
    };
    await history.deliver(messages);

    expect(history.db.frames).toHaveLength(1_000);
  });

  test.each<Operation>(['BatchWriteItem', 'BatchGetItem'])('fails before the deadline if it processes nothing of %s', async operation => {
    const history = new TestHistory();
    history.db.before = each => {
      history.db.processed = count => each === operation ? 0 : count;
    };

    await expect(history.deliver(messages, 600)).rejects.toThrow('DynamoDB did not process all items until the deadline');
  });

  test('fails before the deadline if a search for a deleted message takes too long', async () => {
    const history = new TestHistory();
    history.db.pageSize = 1;
    await history.deliver(messages);
    history.db.before = async operation => {
      if (operation === 'Query') await new Promise(resolve => setTimeout(resolve, 20));
    };

    await expect(history.deliver([deletionFrame('x', 'unknown', ago(0))], 600)).rejects.toThrow('until the deadline');
    expect([...history.db.items.keys()].some(key => key.includes('deleted#unknown'))).toBe(true);
  });

  test('fails for other errors', async () => {
    const history = new TestHistory();
    history.db.before = () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    };

    await expect(history.deliver(messages)).rejects.toThrow('no');
  });
});
