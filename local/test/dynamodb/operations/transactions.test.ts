import { createService, ITEMS } from '../../support/dynamodb/service';

const KEY = { pk: { S: 'p' }, sk: { S: 's' } };
const OTHER = { ...KEY, sk: { S: 't' } };
const INCREMENT = { TableName: 'Items', Key: KEY, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } };

function failureOf(action: () => unknown): any {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('The transaction has succeeded.');
}

test('a request that is sent again with its token is not executed again', () => {
  const { call } = createService(ITEMS);
  const request = { ClientRequestToken: 'token', TransactItems: [{ Update: INCREMENT }] };
  call('TransactWriteItems', request);
  call('TransactWriteItems', request);
  call('TransactWriteItems', { ...request, ClientRequestToken: 'other' });

  expect(call('GetItem', { Key: KEY }).Item.n).toEqual({ N: '2' });
  expect(failureOf(() => call('TransactWriteItems', { ...request, TransactItems: [{ Delete: { TableName: 'Items', Key: KEY } }] })).name)
    .toBe('IdempotentParameterMismatchException');
});

test('a failed transaction can be sent again with its token', () => {
  const { call } = createService(ITEMS);
  const request = { ClientRequestToken: 'token', TransactItems: [{ Delete: { TableName: 'Items', Key: KEY, ConditionExpression: 'attribute_exists(pk)' } }] };

  expect(() => call('TransactWriteItems', request)).toThrow('[ConditionalCheckFailed]');
  call('PutItem', { Item: KEY });
  call('TransactWriteItems', request);
  expect(call('Scan').Count).toBe(0);
});

test('fails with the reasons of all items, and changes nothing', () => {
  const { call } = createService(ITEMS);
  call('PutItem', { Item: { ...KEY, n: { S: 'x' } } });
  const failure = failureOf(() => call('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName: 'Items', Item: { ...KEY, sk: { S: 'u' } } } },
      { Update: INCREMENT },
      { Put: { TableName: 'Items', Item: { pk: { S: 'p' } } } },
      { Delete: { TableName: 'Items', Key: OTHER, ConditionExpression: 'attribute_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
    ],
  }));

  expect(failure).toMatchObject({
    name: 'TransactionCanceledException',
    message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError, ValidationError, ConditionalCheckFailed]',
    fields: {
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ValidationError', Message: 'An operand in the update expression has an incorrect data type' },
        { Code: 'ValidationError', Message: 'One or more parameter values were invalid: Missing the key sk in the item' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    },
  });
  expect(call('Scan').Count).toBe(1);
});

test('a reason has the item that did not satisfy the condition, if the caller asks for it', () => {
  const { call } = createService(ITEMS);
  call('PutItem', { Item: KEY });
  const { fields } = failureOf(() => call('TransactWriteItems', {
    TransactItems: [{ Put: { TableName: 'Items', Item: KEY, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }],
  }));

  expect(fields.CancellationReasons).toEqual([{ Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: KEY }]);
});

test.each([
  ['two writes of one item', [{ Update: INCREMENT }, { Delete: { TableName: 'Items', Key: KEY } }], 'Transaction request cannot include multiple operations on one item'],
  ['two kinds of write in one', [{ Update: INCREMENT, Delete: { TableName: 'Items', Key: OTHER } }], 'TransactItems can only contain one of Check, Put, Update or Delete'],
  ['no kind of write', [{}], 'TransactItems can only contain one of Check, Put, Update or Delete'],
  ['an invalid expression', [{ Update: { ...INCREMENT, UpdateExpression: 'ADD n' } }], 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "n"'],
  ['a table that does not exist', [{ Update: { ...INCREMENT, TableName: 'Missing' } }], 'Requested resource not found'],
  ['a check without a condition', [{ ConditionCheck: { TableName: 'Items', Key: KEY } }], "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null"],
])('fails for %s', (_title, TransactItems, message) => {
  expect(() => createService(ITEMS).call('TransactWriteItems', { TransactItems })).toThrow(new Error(message));
});
