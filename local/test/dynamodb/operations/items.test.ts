import { createService, ITEMS } from '../../support/dynamodb/service';

const KEY = { pk: { S: 'p' }, sk: { S: 's' } };

test.each([
  ['PutItem', { Item: { ...KEY, text: { S: 'x'.repeat(400 * 1024) } } }, 'Item size has exceeded the maximum allowed size'],
  ['UpdateItem', { Key: KEY, UpdateExpression: 'SET a = :v', ExpressionAttributeValues: { ':v': { S: 'x'.repeat(400 * 1024) } } }, 'Item size to update has exceeded the maximum allowed size'],
  ['PutItem', { Item: { ...KEY, pk: { S: 'é'.repeat(1025) } } }, 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'],
  ['GetItem', { Key: { ...KEY, sk: { S: 'x'.repeat(1025) } } }, 'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes'],
  ['DeleteItem', { Key: KEY, ReturnValues: 'ALL_NEW' }, 'ReturnValues can only be ALL_OLD or NONE'],
])('fails for %s over a limit', (operation, input, message) => {
  expect(() => createService(ITEMS).call(operation, input)).toThrow(new Error(message));
});

test('an item of 400 KB is written', () => {
  const { call } = createService(ITEMS);
  const size = 400 * 1024 - 'pkpskstext'.length;
  call('PutItem', { Item: { ...KEY, text: { S: 'x'.repeat(size) } } });

  expect(call('GetItem', { Key: KEY }).Item.text.S).toHaveLength(size);
});

test.each(['constructor', '__proto__', 'hasOwnProperty'])('an attribute can be named %s', name => {
  const { call } = createService(ITEMS);
  const Item = JSON.parse(`{"pk":{"S":"p"},"sk":{"S":"s"},"${name}":{"M":{"${name}":{"N":"1"}}}}`);
  call('PutItem', { Item });

  expect(JSON.stringify(call('GetItem', { Key: KEY }).Item)).toBe(JSON.stringify(Item));
  expect(call('Scan', { FilterExpression: 'attribute_exists(#n.#n)', ExpressionAttributeNames: { '#n': name } }).Count).toBe(1);
});

test('an update without an expression creates an item of its key', () => {
  const { call } = createService(ITEMS);
  call('UpdateItem', { Key: KEY });

  expect(call('GetItem', { Key: KEY })).toEqual({ Item: KEY });
});

test('a failed update changes nothing', () => {
  const { call } = createService(ITEMS);
  call('PutItem', { Item: { ...KEY, a: { N: '1' }, b: { S: 'x' } } });

  expect(() => call('UpdateItem', { Key: KEY, UpdateExpression: 'SET a = a + :v, b = b + :v', ExpressionAttributeValues: { ':v': { N: '1' } } }))
    .toThrow('An operand in the update expression has an incorrect data type');
  expect(call('GetItem', { Key: KEY }).Item.a).toEqual({ N: '1' });
});
