import * as fc from 'fast-check';
import { exportsOf } from '../../support/snippets';

interface Message { readonly Type: string; readonly Id: string; readonly SendTime: string; readonly Deleted?: true; readonly Content?: string }

/** The code of docs/history.md. */
const { mergeHistory } = Object.assign({}, ...exportsOf('history.md')) as { mergeHistory(list: readonly Message[], more: readonly Message[]): Message[] };

const TIMES = ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.09Z', '2026-01-05T10:00:00.1Z', '2026-01-05T10:00:00.100000001Z', '2026-01-05T10:00:01Z'];
const messages = TIMES.map((SendTime, index): Message => ({ Type: 'MESSAGE', Id: `id${index}`, SendTime, Content: `text ${index}` }));
const deleted = ({ Id, SendTime, Type }: Message): Message => ({ Type, Id, SendTime, Deleted: true });
/** As the client receives it: with the time of the deletion. */
const deletion = ({ Id }: Message): Message => ({ Type: 'MESSAGE', Id, SendTime: '2026-01-05T10:00:02.000Z', Deleted: true });

test('every order of messages, duplicates, deletions and pages gives one list', () => {
  const all = [...messages, ...messages, deletion(messages[1]), deleted(messages[1]), deleted(messages[3])];
  const anySizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 13, maxLength: 13 });
  fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), anySizes, (shuffled, sizes) => {
    const rest = [...shuffled];
    let list: Message[] = [];
    for (const size of sizes) list = mergeHistory(list, rest.splice(0, size));

    expect(list).toEqual(messages.map((message, index) => [1, 3].includes(index) ? deleted(message) : message));
  }), { numRuns: 500 });
});

test('a list that is merged is not changed', () => {
  const list = Object.freeze([messages[0]]);

  expect(mergeHistory(list, [messages[1]])).toEqual([messages[0], messages[1]]);
});

test('messages of the same time have the order of their IDs, as in pages', () => {
  const [one, other] = ['b', 'a'].map(Id => ({ ...messages[0], Id }));

  expect(mergeHistory([one], [other])).toEqual([other, one]);
});
