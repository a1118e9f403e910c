import { parseQuery } from './parse';
import { runQuery } from './run';

const EVENTS = [
  { timestamp: 1, logStream: 'a/room_one', message: '{"type":"MESSAGE","payload":{"Id":"1","Content":"Hi"}}' },
  { timestamp: 61_000, logStream: 'a/room_two', message: '{"type":"EVENT","payload":{"Id":"2"}}' },
];

describe('queries of CloudWatch Logs Insights', () => {
  test.each([
    ['fields type | filter payload.Content like /(?i)hI/', [{ type: 'MESSAGE' }]],
    ['fields payload.Id as id | sort @timestamp desc | limit 1', [{ id: '2' }]],
    ['parse @logStream "*/room_*" as prefix, room | display room', [{ room: 'one' }, { room: 'two' }]],
    ['stats count(*) as n by bin(1m)', [{ 'bin(1m)': 0, 'n': 1 }, { 'bin(1m)': 60_000, 'n': 1 }]],
    ['fields coalesce(payload.Content, payload.Id) as text | display text', [{ text: 'Hi' }, { text: '2' }]],
    ['parse payload.Content /(?<letter>[a-z])/ | filter ispresent(letter) and type = "MESSAGE" | display letter', [{ letter: 'i' }]],
  ])('%s', (query, rows) => {
    expect(runQuery(query, EVENTS)).toEqual(rows);
  });

  test.each([
    ['fields payload.Missing', 'unknown field payload.Missing'],
    ['stats count(*) as n by type | sort @timestamp asc', 'unknown field @timestamp in sort'],
    ['fields type | sort type asc', 'not a number'],
  ])('%s fails', (query, message) => {
    expect(() => runQuery(query, EVENTS)).toThrow(message);
  });

  test.each([
    ['field type', 'unknown command field'],
    ['fields coalesce()', 'expected'],
    ['fields upper(type)', 'unknown function upper'],
    ['fields count(*) as n', 'unknown function count'],
    ['filter type == "A"', 'expected'],
    ['filter type = "A', 'unexpected'],
    ['parse @logStream "*/room_*" as room', '2 wildcards for 1 names'],
    ['sort @timestamp', 'expected a name'],
    ['limit ten', 'expected a number'],
    ['fields type limit 10', 'unexpected limit'],
    ['filter as = "A"', 'unexpected keyword as'],
  ])('%s is no query', (query, message) => {
    expect(() => parseQuery(query)).toThrow(message);
  });
});
