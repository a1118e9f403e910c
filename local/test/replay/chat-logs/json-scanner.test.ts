import * as fc from 'fast-check';
import { JsonScanner } from '../../../src/replay/chat-logs/json-scanner';

/** What the scanner finds in a text that arrives in chunks. */
function scan(text: string, chunkLength = text.length || 1) {
  const scanner = new JsonScanner();
  const found = [];
  for (let start = 0; start < text.length; start += chunkLength) found.push(...scanner.add(text.slice(start, start + chunkLength)));
  return [...found, ...scanner.end()];
}

const valuesIn = (text: string) => scan(text).map(found => 'value' in found ? found.value : found.problem);

test.each([
  ['one after the other', '{"a":1}{"b":"}{"}', [{ a: 1 }, { b: '}{' }]],
  ['in lines', '{"a":1}\n{"b":2}\r\n\n', [{ a: 1 }, { b: 2 }]],
  ['with commas', '{"a":1},\n{"b":2}', [{ a: 1 }, { b: 2 }]],
  ['in a list', '[{"a":1},\n{"b":[{"c":2}]}]\n', [{ a: 1 }, { b: [{ c: 2 }] }]],
  ['in lines with their length', '{\n  "a": "\\"{",\n  "b": {}\n}\n', [{ a: '"{', b: {} }]],
  ['after a byte order mark', '\ufeff{"a":1}', [{ a: 1 }]],
  ['after the time of an export', '2026-01-05T14:33:32.894Z {"a":1}\n2026-01-05T14:33:33.000Z {"b":2}\n', [{ a: 1 }, { b: 2 }]],
  ['after the time and the stream of a log', '2026-01-05T14:33:32+00:00 aws/IVSChatLogs/1.0/room_x {"a":1}\n', [{ a: 1 }]],
  ['in the output of filter-log-events', '{\n"events": [\n {"message":"1"},\n {"message":"2"}\n],\n"searchedLogStreams": [{"a":"]}"}]\n}{"c":3}', [{ message: '1' }, { message: '2' }, { c: 3 }]],
  ['in the output of get-log-events', '{"nextForwardToken":"f/1","events" : [{"a":1}],"nextBackwardToken":"b/2"}', [{ a: 1 }]],
  ['in a delivery of a subscription', '{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}{"messageType":"DATA_MESSAGE","logEvents":[]}', [{ id: '1' }]],
  ['with lists of other names', '{"payload":{"events":[1]},"others":[{"a":1}]}', [{ payload: { events: [1] }, others: [{ a: 1 }] }]],
])('finds objects %s', (_what, text, values) => {
  expect(valuesIn(text)).toEqual(values);
});

test.each([
  ['that is cut off at the end', '{"a":1}\n{"b":"x', [{ a: 1 }, 'is cut off']],
  ['that is cut off in the middle', '{"a":"x\n{"b":2}\n', ['is cut off', { b: 2 }]],
  ['that is not valid', '{"a":1}\n{b:2}\n{"c":3}\n', [{ a: 1 }, 'is not valid JSON', { c: 3 }]],
  ['that starts before the file', 'lo","n":1}\n{"a":1}\n', ['is not JSON', { a: 1 }]],
  ['in a list that is cut off', '{"events":[{"a":1},', [{ a: 1 }, 'is cut off: its list does not end']],
  ['of text', 'Hello\n\nworld', ['is not JSON', 'is not JSON']],
])('reports a line %s', (_what, text, values) => {
  expect(valuesIn(text)).toEqual(values);
});

test('places are lines, with a column if they do not start the line', () => {
  const places = scan('{"a":1}{"b":2}\n\n 2026 {"c":\n3} {"d":4}\n{').map(({ line, ...found }) => [line, 'value' in found ? found.column : found.problem]);
  expect(places).toEqual([[1, undefined], [1, 8], [3, undefined], [4, undefined], [5, 'is cut off']]);
});

test('an object of another kind of file is not kept in memory', () => {
  const scanner = new JsonScanner();
  const chunk = 'x'.repeat(1024 * 1024);
  const found = ['{"a":1}\n', '{"data":"', ...Array.from({ length: 6 }, () => chunk), '"}\n{"b":2}\n'].flatMap(text => scanner.add(text));
  expect(found).toEqual([{ line: 1, value: { a: 1 } }, { line: 2, problem: 'starts an object of more than 4 MB' }, { line: 3, value: { b: 2 } }]);
});

test('the result does not depend on the chunks', () => {
  const delimiter = fc.constantFrom('', '\n', ' ', ',\n', '\r\n', '\n2026-01-05T14:33:32.894Z ');
  const records = fc.array(fc.tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 })), delimiter, fc.boolean()), { maxLength: 8 });
  fc.assert(fc.property(records, fc.integer({ min: 1, max: 40 }), (list, chunkLength) => {
    const text = list.map(([value, between, isIndented]) => JSON.stringify(value, undefined, isIndented ? 2 : undefined) + between).join('');
    const found = scan(text, chunkLength);
    expect(found).toEqual(scan(text));
    // A list of events is read element by element.
    if (!/"(events|logEvents)"/.test(text)) expect(found.flatMap(each => 'value' in each ? [each.value] : [])).toEqual(list.map(([value]) => JSON.parse(JSON.stringify(value))));
  }), { numRuns: 3000 });
});
