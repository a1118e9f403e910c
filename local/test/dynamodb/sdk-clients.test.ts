import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  ConditionalCheckFailedException, CreateTableCommand, DescribeTableCommand, DynamoDBClient, ExecuteStatementCommand, GetItemCommand, QueryCommand,
  ResourceNotFoundException, ScanCommand, TransactionCanceledException, waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient, GetCommand, paginateQuery, PutCommand, TransactGetCommand, TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

const REGION = 'us-east-1';

const TEMPLATE = `
Resources:
  Bans:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: room, AttributeType: S }
        - { AttributeName: user, AttributeType: S }
        - { AttributeName: expires, AttributeType: N }
      KeySchema:
        - { AttributeName: room, KeyType: HASH }
        - { AttributeName: user, KeyType: RANGE }
      GlobalSecondaryIndexes:
        - IndexName: by-user
          KeySchema: [{ AttributeName: user, KeyType: HASH }, { AttributeName: expires, KeyType: RANGE }]
          Projection: { ProjectionType: ALL }
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }] }
      Policies:
        - PolicyName: Read
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - { Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Bans.Arn, Condition: { ForAllValues:StringEquals: { dynamodb:LeadingKeys: lobby } } }
              - { Effect: Allow, Action: dynamodb:Query, Resource: !Sub '\${Bans.Arn}/index/*' }
  Writer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }] }
      Policies:
        - PolicyName: Write
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Bans.Arn }]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Writer.Arn
      Environment: { Variables: { TABLE: !Ref Bans } }
      Code:
        ZipFile: |
          const { DynamoDBClient, PutItemCommand, DeleteItemCommand } = require('@aws-sdk/client-dynamodb');
          const client = new DynamoDBClient({});
          exports.handler = async () => {
            const key = { room: { S: 'lobby' }, user: { S: 'ada' } };
            await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: key }));
            return client.send(new DeleteItemCommand({ TableName: process.env.TABLE, Key: key })).then(() => 'deleted', error => error.message);
          };
Outputs:
  TableName: { Value: !Ref Bans }
  TableArn: { Value: !GetAtt Bans.Arn }
  ReaderArn: { Value: !GetAtt Reader.Arn }
  WriterArn: { Value: !GetAtt Writer.Arn }
  FunctionName: { Value: !Ref Function }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
let TableName: string;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dynamodb-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory));
  ({ TableName } = outputs);
  client = clientOf({ accessKeyId: 'local', secretAccessKey: 'local' });
  documents = DynamoDBDocumentClient.from(client);
});

afterEach(async () => {
  client.destroy();
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

function clientOf(credentials: { accessKeyId: string; secretAccessKey: string }): DynamoDBClient {
  return new DynamoDBClient({ region: REGION, endpoint: server.url, credentials, maxAttempts: 1 });
}

const roleClient = (roleArn: string) => clientOf(server.sessions.assume(roleArn, 'test'));

test('a table is described with its keys and indexes', async () => {
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName });
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));

  expect(Table).toMatchObject({
    TableName,
    TableArn: outputs.TableArn,
    TableStatus: 'ACTIVE',
    CreationDateTime: expect.any(Date),
    KeySchema: [{ AttributeName: 'room', KeyType: 'HASH' }, { AttributeName: 'user', KeyType: 'RANGE' }],
    GlobalSecondaryIndexes: [{ IndexName: 'by-user', IndexStatus: 'ACTIVE', IndexArn: `${outputs.TableArn}/index/by-user` }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ItemCount: 0,
  });
});

test('items are written, read, updated and found by their index', async () => {
  await documents.send(new PutCommand({ TableName, Item: { room: 'lobby', user: 'ada', expires: 5, reasons: ['spam'], by: new Set(['mod']), raw: Buffer.from('x') } }));
  const { Attributes } = await documents.send(new UpdateCommand({
    TableName,
    Key: { room: 'lobby', user: 'ada' },
    UpdateExpression: 'SET expires = expires + :more, reasons = list_append(reasons, :reasons) ADD #by :by',
    ExpressionAttributeNames: { '#by': 'by' },
    ExpressionAttributeValues: { ':more': 1, ':reasons': ['flood'], ':by': new Set(['bot']) },
    ReturnValues: 'UPDATED_NEW',
  }));

  expect(Attributes).toEqual({ expires: 6, reasons: ['spam', 'flood'], by: new Set(['mod', 'bot']) });
  await documents.send(new PutCommand({ TableName, Item: { room: 'hall', user: 'ada', expires: 2 } }));
  const found: unknown[] = [];
  for await (const { Items } of paginateQuery({ client: documents, pageSize: 1 }, {
    TableName, IndexName: 'by-user', KeyConditionExpression: '#user = :user', ExpressionAttributeNames: { '#user': 'user' }, ExpressionAttributeValues: { ':user': 'ada' },
  })) found.push(...Items ?? []);
  expect(found).toEqual([{ room: 'hall', user: 'ada', expires: 2 }, expect.objectContaining({ room: 'lobby', expires: 6 })]);
});

test('batches of several items', async () => {
  const users = ['ada', 'bob', 'cyd'];
  await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: users.map(user => ({ PutRequest: { Item: { room: 'lobby', user } } })) } }));
  const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [...users, 'eve'].map(user => ({ room: 'lobby', user })) } } }));

  expect(Responses![TableName].map(({ user }) => user).sort()).toEqual(users);
});

test('fails if a condition is not satisfied, with the item if the caller asks for it', async () => {
  const Item = { room: 'lobby', user: 'ada', expires: 5 };
  await documents.send(new PutCommand({ TableName, Item }));
  const failure: unknown = await documents.send(new PutCommand({
    TableName, Item, ConditionExpression: 'attribute_not_exists(room)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })).catch(error => error);

  expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
  expect(failure).toMatchObject({ message: 'The conditional request failed', Item: { room: { S: 'lobby' }, user: { S: 'ada' }, expires: { N: '5' } } });
});

test('fails a transaction as a whole, with a reason for each item', async () => {
  await documents.send(new PutCommand({ TableName, Item: { room: 'lobby', user: 'bob' } }));
  const failure: unknown = await documents.send(new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { room: 'lobby', user: 'ada' } } },
      { ConditionCheck: { TableName, Key: { room: 'lobby', user: 'bob' }, ConditionExpression: 'attribute_not_exists(room)' } },
    ],
  })).catch(error => error);

  expect(failure).toBeInstanceOf(TransactionCanceledException);
  expect(failure).toMatchObject({
    message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }],
  });
  expect(await documents.send(new GetCommand({ TableName, Key: { room: 'lobby', user: 'ada' } }))).not.toHaveProperty('Item');
});

test('a transaction writes and reads several items', async () => {
  await documents.send(new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { room: 'lobby', user: 'ada' } } },
      { Update: { TableName, Key: { room: 'lobby', user: 'bob' }, UpdateExpression: 'SET expires = :expires', ExpressionAttributeValues: { ':expires': 7 } } },
    ],
  }));
  const { Responses } = await documents.send(new TransactGetCommand({
    TransactItems: ['ada', 'bob', 'eve'].map(user => ({ Get: { TableName, Key: { room: 'lobby', user } } })),
  }));

  expect(Responses!.map(({ Item }) => Item)).toEqual([{ room: 'lobby', user: 'ada' }, { room: 'lobby', user: 'bob', expires: 7 }, undefined]);
});

test('a function uses the table with the permissions of its role', async () => {
  const lambda = new LambdaClient({ region: REGION, endpoint: server.url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: outputs.FunctionName }));
  lambda.destroy();

  expect(JSON.parse(Payload!.transformToString())).toMatch(new RegExp(`not authorized to perform: dynamodb:DeleteItem on resource: ${outputs.TableArn} because`));
  expect(await documents.send(new GetCommand({ TableName, Key: { room: 'lobby', user: 'ada' } }))).toHaveProperty('Item');
});

test('a role with permissions on an index and on some hash keys can use only these', async () => {
  const reader = roleClient(outputs.ReaderArn);
  const byUser = { TableName, KeyConditionExpression: '#u = :u', ExpressionAttributeNames: { '#u': 'user' }, ExpressionAttributeValues: { ':u': { S: 'ada' } } };

  await expect(reader.send(new QueryCommand({ ...byUser, IndexName: 'by-user' }))).resolves.toMatchObject({ Count: 0 });
  await expect(reader.send(new QueryCommand(byUser))).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  await expect(reader.send(new GetItemCommand({ TableName, Key: { room: { S: 'lobby' }, user: { S: 'ada' } } }))).resolves.toBeDefined();
  await expect(reader.send(new GetItemCommand({ TableName, Key: { room: { S: 'staff' }, user: { S: 'ada' } } }))).rejects.toThrow('dynamodb:GetItem on resource');
  await expect(reader.send(new ScanCommand({ TableName }))).rejects.toThrow(`dynamodb:Scan on resource: ${outputs.TableArn} because`);
  reader.destroy();
});

test('a transaction needs the permission of each of its writes', async () => {
  const writer = DynamoDBDocumentClient.from(roleClient(outputs.WriterArn));
  const put = { Put: { TableName, Item: { room: 'lobby', user: 'ada' } } };

  await expect(writer.send(new TransactWriteCommand({ TransactItems: [put] }))).resolves.toBeDefined();
  await expect(writer.send(new TransactWriteCommand({
    TransactItems: [put, { Delete: { TableName, Key: { room: 'lobby', user: 'bob' } } }],
  }))).rejects.toThrow('dynamodb:DeleteItem on resource');
  await expect(writer.send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: put.Put.Item } }] } }))).rejects.toThrow('dynamodb:BatchWriteItem on resource');
  writer.destroy();
});

test('fails for a table that does not exist', async () => {
  await expect(client.send(new DescribeTableCommand({ TableName: 'Missing' }))).rejects.toThrow(ResourceNotFoundException);
  await expect(client.send(new ScanCommand({ TableName: 'Missing' }))).rejects.toThrow('Requested resource not found');
});

test.each([
  ['PartiQL', new ExecuteStatementCommand({ Statement: 'SELECT * FROM x' }), 'ExecuteStatement'],
  ['creating a table', new CreateTableCommand({ TableName: 'New', AttributeDefinitions: [], KeySchema: [] }), 'CreateTable'],
])('fails for an operation that is not supported: %s', async (_title, command, operation) => {
  await expect(client.send(command as ExecuteStatementCommand)).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringMatching(`The operation must be BatchGetItem, .* or UpdateItem, got ${operation}: ivschat-local supports no other operation`),
  });
});

test('fails for a legacy parameter, and names what to use', async () => {
  await expect(client.send(new ScanCommand({ TableName, AttributesToGet: ['room'] }))).rejects.toThrow(
    'ivschat-local does not support AttributesToGet: use expressions, such as ProjectionExpression.',
  );
});

test('requests are in the live log, with the table or index', async () => {
  await documents.send(new PutCommand({ TableName, Item: { room: 'lobby', user: 'ada' } }));
  await client.send(new ScanCommand({ TableName, ReturnConsumedCapacity: 'TOTAL' }));
  await client.send(new ScanCommand({ TableName, IndexName: 'missing' })).catch(() => undefined);

  expect(server.liveLog.recent.filter(({ kind }) => kind === 'request').map(({ level, text }) => `${level} ${text}`)).toEqual([
    `info dynamodb:PutItem table/${TableName} → 200`,
    `info dynamodb:Scan table/${TableName} (ignores ReturnConsumedCapacity) → 200`,
    `warning dynamodb:Scan table/${TableName}/index/missing → 400 ValidationException: The table does not have the specified index: missing`,
  ]);
});
