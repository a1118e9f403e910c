import { parseFilterPattern } from '../../src/log-subscriptions/filter-pattern';

const RECORD = JSON.stringify({
  type: 'MESSAGE',
  version: '1.0',
  payload: {
    'Sender': { UserId: 'ada-1', Attributes: null },
    'Content': 'Hello there',
    'flags': [{ hidden: true }, { hidden: false, score: 0.5 }],
    'size': 12,
    'a key': 'x',
  },
});

const matches = (pattern: string, message = RECORD) => parseFilterPattern(pattern)(message);

test.each([
  ['', true],
  ['  ', true],
  ['{ $.type = "MESSAGE" }', true],
  ['{$.type="MESSAGE"}', true],
  ['{ $.type = MESSAGE }', true],
  ['{ $.type = "EVENT" }', false],
  ['{ $.type = "MESS*" }', true],
  ['{ $.type = *AGE }', true],
  ['{ $.type = "mess*" }', false],
  ['{ $.payload.Sender.UserId != "bot*" }', true],
  ['{ $.payload.Sender.UserId != "ada*" }', false],
  ['{ $.payload.Content = "Hello there" }', true],
  ['{ $.payload.Content = "Hello" }', false],
  ['{ $.payload.Content = %^Hel+o% }', true],
  ['{ $.payload.Content = %^there% }', false],
  ['{ $.payload.size = 12 }', true],
  ['{ $.payload.size = 1.2e1 }', true],
  ['{ $.payload.size = "12" }', false],
  ['{ $.payload.size != 12 }', false],
  ['{ $.payload.size >= 12 }', true],
  ['{ $.payload.size > 12 }', false],
  ['{ $.payload.size < 12.5 }', true],
  ['{ $.payload.size <= 11 }', false],
  ['{ $.payload.Content > 1 }', false],
  ['{ $.payload.Sender.Attributes IS NULL }', true],
  ['{ $.payload.Sender.UserId IS NULL }', false],
  ['{ $.payload.flags[0].hidden IS TRUE }', true],
  ['{ $.payload.flags[1].hidden IS FALSE }', true],
  ['{ $.payload.flags[2].hidden IS FALSE }', false],
  ['{ $.payload.flags[*].score = 0.5 }', true],
  ['{ $.payload.flags[*].score = 0.6 }', false],
  ['{ $.payload[\'a key\'] = "x" }', true],
  ['{ $.payload.Missing NOT EXISTS }', true],
  ['{ $.type NOT EXISTS }', false],
  ['{ $.type = "EVENT" || $.type = "MESSAGE" && $.version = "1.0" }', true],
  ['{ ($.type = "MESSAGE" || $.type = "EVENT") && $.version = "2.0" }', false],
  ['{ $.type = "MESSAGE" || $.type = "EVENT" && $.version = "2.0" }', true],
  ['{ ($.type = "MESSAGE") && (($.version = "1.0") || ($.version = "2.0")) }', true],
  // AWS does not document it: a missing field is neither equal nor unequal.
  ['{ $.payload.Missing != "x" }', false],
  ['{ $.constructor = "*" }', false],
])('%s - %s', (pattern, expected) => {
  expect(matches(pattern)).toBe(expected);
});

test('a message that is not JSON is matched by the empty pattern only', () => {
  expect(matches('', 'START')).toBe(true);
  expect(matches('{ $.type NOT EXISTS }', 'START')).toBe(false);
  expect(matches('{ $.type NOT EXISTS }', '"START"')).toBe(true);
});

test.each([
  ['ERROR', 'FilterPattern must be empty or a JSON pattern such as { $.type = "MESSAGE" }, got ERROR: ivschat-local does not support terms'],
  ['%[45]\\d\\d%', 'ivschat-local does not support'],
  ['[w1=ERROR, w2]', 'space-delimited'],
  ['{ $.type = }', 'FilterPattern must be a valid JSON pattern, got { $.type = }: the end is unexpected.'],
  ['{ $.type }', 'the end is unexpected'],
  ['{ }', 'the end is unexpected'],
  ['{ ($.type = "a" }', 'the end is unexpected'],
  ['{ $.type = "a") }', '")" is unexpected'],
  ['{ type = "a" }', '"type" is unexpected'],
  ['{ $.type == "a" }', '"=" is unexpected'],
  ['{ $.type = "a }', '""a" is unexpected'],
  ['{ $.type IS MISSING }', '"MISSING" is unexpected'],
  ['{ $.type IS toString }', '"toString" is unexpected'],
  ['{ $.type NOT NULL }', '"NULL" is unexpected'],
  ['{ $.size < many }', '"many" is unexpected'],
  ['{ $.type = "a" $.version = "b" }', '"$.version" is unexpected'],
  ['{ $.type = %(a)% }', 'FilterPattern must have valid regular expressions without parentheses, got %(a)%.'],
  ['{ $.type = %[% }', 'FilterPattern must have valid regular expressions without parentheses, got %[%.'],
  ['{ $.a = %a% || $.a = %b% || $.a = %c% }', 'FilterPattern must have at most 2 regular expressions, got 3.'],
  [`{ $.type = "${'a'.repeat(1024)}" }`, 'FilterPattern must have at most 1024 characters, got 1039.'],
])('fails for %s', (pattern, message) => {
  expect(() => parseFilterPattern(pattern)).toThrow(message);
});
