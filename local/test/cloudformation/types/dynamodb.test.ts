import { DeploymentHarness, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));

const attribute = (AttributeName: string, AttributeType = 'S') => ({ AttributeName, AttributeType });
const keyOf = (hash: string, range?: string) => [{ AttributeName: hash, KeyType: 'HASH' }, ...range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []];
const indexOf = (IndexName: string, hash: string, range?: string, Projection: object = { ProjectionType: 'ALL' }) => ({ IndexName, KeySchema: keyOf(hash, range), Projection });

/** A table `Items` with the attributes a, b and c. */
function table(properties: object = {}, attributes = ['a']): object {
  return {
    Type: 'AWS::DynamoDB::Table',
    Properties: { TableName: 'Items', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: attributes.map(name => attribute(name)), KeySchema: keyOf('a'), ...properties },
  };
}

const withIndexes = (...names: string[]) => table({ GlobalSecondaryIndexes: names.map(name => indexOf(name, 'b')) }, names.length > 0 ? ['a', 'b'] : ['a']);

const put = (a: string, more: object = {}) => harness.tables.find('Items')!.put({ a: { S: a }, ...more });

test('a table has a name, an ARN and an id', async () => {
  const { outputs } = await deployed({
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { AttributeDefinitions: [attribute('a')], KeySchema: keyOf('a'), StreamSpecification: { StreamViewType: 'NEW_IMAGE' } } },
  }, outputsOf({ name: { Ref: 'Table' }, arn: { 'Fn::GetAtt': ['Table', 'Arn'] }, stream: { 'Fn::GetAtt': ['Table', 'StreamArn'] } }));

  expect(outputs).toEqual({
    name: expect.stringMatching(/^Chat-Table-[0-9A-Z]{12}$/),
    arn: `arn:aws:dynamodb:us-east-1:111122223333:table/${outputs.name}`,
    stream: expect.stringMatching(/:table\/Chat-Table-.*\/stream\//),
  });
});

test('a table of TableV2 is one table, and its replicas are reported', async () => {
  await deployed({
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'Items',
        AttributeDefinitions: [attribute('a')],
        KeySchema: keyOf('a'),
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }],
      },
    },
  });

  expect(harness.tables.find('Items')?.definition.key).toEqual({ hash: { name: 'a', type: 'S' } });
  expect(harness.notices).toEqual([{ logicalId: 'Table', notice: 'ignored', properties: ['Replicas'] }]);
});

test('properties without an effect are reported, streams with a message of their own', async () => {
  await deployed({
    Table: table({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      Tags: [{ Key: 'k', Value: 'v' }],
      TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
    }),
  });

  expect(harness.notices).toEqual([
    { logicalId: 'Table', notice: 'ignored', properties: ['PointInTimeRecoverySpecification', 'SSESpecification'] },
    { logicalId: 'Table', notice: 'ignored', properties: ['StreamSpecification'] },
  ]);
});

test('an index that is added has the items that exist', async () => {
  await deployed({ Table: table() });
  put('one', { b: { S: 'x' } });
  put('two');
  await deployed({ Table: withIndexes('by-b') });
  const items = harness.tables.find('Items')!;

  expect([items.itemCount, items.indexItemCount('by-b')]).toEqual([2, 1]);
  await deployed({ Table: table() });
  expect(items.source('by-b')).toBeUndefined();
});

test.each([
  ['key', table({ KeySchema: keyOf('b') }, ['b'])],
  ['name', table({ TableName: 'Other' })],
])('a table whose %s changes is replaced by an empty one', async (_title, replacement) => {
  // With a name that stays the same, CloudFormation refuses the replacement.
  const unnamed = (resource: any) => ({ ...resource, Properties: { ...resource.Properties, TableName: resource.Properties.TableName === 'Other' ? 'Other' : undefined } });
  await deployed({ Table: unnamed(table()) });
  await deployed({ Table: unnamed(replacement) });

  expect(harness.resourceEvents.at(-1)).toBe('deleted Table');
});

test('a failed update restores the indexes, and keeps the items', async () => {
  await deployed({ Table: withIndexes('by-b') });
  put('one', { b: { S: 'x' } });
  const failing = { Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: 'arn:aws:lambda:us-east-1:111122223333:function:missing' } }, DependsOn: 'Table' };

  await expect(deployed({ Table: table(), Failing: failing })).rejects.toThrow();
  expect(harness.tables.find('Items')!.indexItemCount('by-b')).toBe(1);
});

test('a deleted table is gone', async () => {
  await deployed({ Table: table() });
  await harness.deployment.destroy('Chat');

  expect(harness.tables.find('Items')).toBeUndefined();
});

test('fails for a name that another table has', async () => {
  await deployed({ Table: table() });
  await expect(harness.deployment.deploy(stackOf({ Table: table() }, {}, { name: 'Twin' }))).rejects.toThrow('Table already exists: Items');
});

const LOCAL = { KeySchema: keyOf('a', 'b') };

test.each([
  ['a key without a definition', table({ KeySchema: keyOf('b') }), 'Some index key attributes are not defined in AttributeDefinitions. Keys: [b], AttributeDefinitions: [a]'],
  ['a definition that is not a key', table({}, ['a', 'b']), 'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'],
  ['a range key only', table({ KeySchema: [{ AttributeName: 'a', KeyType: 'RANGE' }] }), 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type'],
  ['two hash keys', table({ KeySchema: [...keyOf('a'), ...keyOf('b')] }, ['a', 'b']), 'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type'],
  ['three keys', table({ KeySchema: [...keyOf('a', 'b'), { AttributeName: 'c', KeyType: 'RANGE' }] }, ['a', 'b', 'c']), 'ivschat-local does not support keys of several attributes'],
  ['one attribute as both keys', table({ KeySchema: keyOf('a', 'a') }), 'Both the Hash Key and the Range Key element in the KeySchema have the same name'],
  ['two indexes of one name', withIndexes('same', 'same'), 'Duplicate index name: same'],
  ['21 indexes', withIndexes(...Array.from({ length: 21 }, (_, n) => `index-${n}`)), 'GlobalSecondaryIndexes must have at most 20 indexes, got 21.'],
  ['an index without a projection type', table({ GlobalSecondaryIndexes: [indexOf('one', 'a', undefined, {})] }), 'Unknown ProjectionType: null'],
  ['attributes of a projection that has all', table({ GlobalSecondaryIndexes: [indexOf('one', 'a', undefined, { ProjectionType: 'ALL', NonKeyAttributes: ['x'] })] }), 'ProjectionType is ALL, but NonKeyAttributes is specified'],
  ['a local index of a table without a range key', table({ LocalSecondaryIndexes: [indexOf('one', 'a', 'b')] }, ['a', 'b']), 'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex'],
  ['a local index without a range key', table({ ...LOCAL, LocalSecondaryIndexes: [indexOf('one', 'a')] }, ['a', 'b']), 'Index KeySchema does not have a range key for index: one'],
  ['a local index with another hash key', table({ ...LOCAL, LocalSecondaryIndexes: [indexOf('one', 'b', 'a')] }, ['a', 'b']), 'index hash key: b, table hash key: a'],
  ['a name of two characters', table({ TableName: 'ab' }), 'TableName must have 3 to 255 characters, got 2'],
  ['an unknown type of attribute', table({ AttributeDefinitions: [attribute('a', 'BOOL')] }), 'AttributeType must be S or N or B, got "BOOL"'],
])('fails for %s', async (_title, resource, message) => {
  await expect(deployed({ Table: resource })).rejects.toThrow(message);
  expect(harness.tables.find('Items')).toBeUndefined();
});

test.each([
  ['two new indexes', table(), withIndexes('one', 'two'), 'Cannot perform more than one GSI creation or deletion in a single update'],
  ['an index instead of another', withIndexes('one'), withIndexes('two'), 'Cannot perform more than one GSI creation or deletion in a single update'],
  ['another projection', withIndexes('one'), table({ GlobalSecondaryIndexes: [indexOf('one', 'b', undefined, { ProjectionType: 'KEYS_ONLY' })] }, ['a', 'b']), 'Cannot update GSI\'s properties other than Provisioned Throughput'],
  ['another type of the key', table(), table({ AttributeDefinitions: [attribute('a', 'N')] }), 'AttributeDefinitions must keep the type S of the key attribute a, got N'],
])('fails for an update with %s', async (_title, before, after, message) => {
  await deployed({ Table: before });
  put('one');

  await expect(deployed({ Table: after })).rejects.toThrow(message);
  expect(harness.tables.find('Items')!.itemCount).toBe(1);
});
