import { createService, ITEMS } from '../support/dynamodb/service';

const put = (value: unknown) => createService(ITEMS).call('PutItem', { Item: { pk: { S: 'p' }, sk: { S: 's' }, a: value } });

const nested = (levels: number): object => levels === 0 ? { S: 'x' } : { L: [nested(levels - 1)] };

test.each([
  ['a number instead of a string', { N: 5 }, 'NUMBER_VALUE cannot be converted to String'],
  ['true instead of a string', { S: true }, 'TRUE_VALUE cannot be converted to String'],
  ['a list instead of a string', { S: ['x'] }, 'Unrecognized collection type class java.lang.String'],
  ['a string instead of a list', { SS: 'x' }, 'Unexpected field type'],
  ['a string instead of a value', 'x', 'Unexpected value type in payload'],
  ['a string that is not base64', { B: 'x' }, 'Base64 encoded length is expected a multiple of 4 bytes but found: 1'],
  ['a string instead of true', { BOOL: 'x' }, 'Unexpected token received from parser'],
  ['a value without a type', {}, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
  ['a value that is nested too deeply', nested(40), 'Nesting Levels have exceeded supported limits'],
])('fails for %s', (_title, value, message) => {
  expect(() => put(value)).toThrow(new Error(message));
});

test('members that are null or unknown are ignored', () => {
  const { call } = createService(ITEMS);
  call('PutItem', { Item: { pk: { S: 'p' }, sk: { S: 's', N: null } }, ConditionExpression: null, Unknown: 1 });

  expect(call('Scan').Count).toBe(1);
});

test('a value of 32 levels is written', () => {
  expect(() => put(nested(31))).not.toThrow();
});

test('all violated constraints are in one message', () => {
  expect(() => createService(ITEMS).call('Scan', { TableName: 'a b', Select: 'ALL', Limit: 0 })).toThrow(new Error(
    '3 validation errors detected: Value \'ALL\' at \'select\' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]; '
    + 'Value \'a b\' at \'tableName\' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; '
    + 'Value \'0\' at \'limit\' failed to satisfy constraint: Member must have value greater than or equal to 1',
  ));
});
