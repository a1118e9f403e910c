import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));

test('an unknown type is a stand-in, which is reported', async () => {
  const stack = { Api: { Type: 'AWS::AppSync::GraphQLApi' }, Secret: { Type: 'AWS::SecretsManager::Secret' }, Table: { Type: 'AWS::Timestream::Table' }, Topic: { Type: 'AWS::SNS::Topic' }, Meta: { Type: 'AWS::CDK::Metadata' } };
  const { outputs } = await deployed(stack, outputsOf({
    api: { Ref: 'Api' },
    apiUrl: { 'Fn::GetAtt': ['Api', 'GraphQLUrl'] },
    secret: { Ref: 'Secret' },
    table: { Ref: 'Table' },
    tableArn: { 'Fn::GetAtt': ['Table', 'Arn'] },
    topic: { Ref: 'Topic' },
    any: { 'Fn::GetAtt': ['Table', 'Anything'] },
    endpoint: { 'Fn::GetAtt': ['Table', 'Endpoint'] },
    id: { 'Fn::GetAtt': ['Table', 'TableUUID'] },
    url: { 'Fn::GetAtt': ['Secret', 'SecretUrl'] },
    name: { 'Fn::GetAtt': ['Secret', 'SecretName'] },
  }));
  expect(outputs).toEqual({
    api: expect.stringMatching(/^arn:aws:appsync:us-east-1:111122223333:apis\/[a-z0-9]{26}$/),
    apiUrl: `https://${outputs.api.split('/')[1]}.appsync-api.us-east-1.invalid/graphql`,
    secret: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:Chat-Secret-[0-9A-Z]{12}-[A-Za-z0-9]{6}$/),
    table: expect.stringMatching(/^Chat-Table-[0-9A-Z]{12}$/),
    tableArn: `arn:aws:timestream:us-east-1:111122223333:table/${outputs.table}`,
    topic: expect.stringMatching(/^arn:aws:sns:us-east-1:111122223333:Chat-Topic-/),
    any: expect.stringMatching(/^Anything-[0-9A-Z]{12}$/),
    endpoint: `${outputs.table.toLowerCase()}.timestream.invalid`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: expect.stringMatching(/^https:\/\/chat-secret-[0-9a-z]{12}\.secretsmanager\.invalid\/$/),
    name: expect.stringMatching(/^Chat-Secret-[0-9A-Z]{12}$/),
  });
  expect(harness.notices.filter(({ notice }: any) => notice === 'stand-in'))
    .toEqual(['Api', 'Secret', 'Table', 'Topic'].map(logicalId => ({ logicalId, notice: 'stand-in' })));
});

test('alarms are reported once for each stack, dashboards and saved queries not at all', async () => {
  const types = {
    First: 'AWS::CloudWatch::Alarm', Second: 'AWS::CloudWatch::Alarm', Dashboard: 'AWS::CloudWatch::Dashboard', Query: 'AWS::Logs::QueryDefinition',
  };
  // In this order.
  const stack = Object.fromEntries(Object.entries(types).map(([id, Type], index, all) => (
    [id, { Type, ...index > 0 && { DependsOn: all[index - 1][0] } }]
  )));
  await deployed(stack);
  expect(harness.notices.filter(({ notice }: any) => notice === 'stand-in')).toEqual([{ logicalId: 'First', notice: 'stand-in' }]);
});

const attributes = (logicalId: string, names: string[]) => outputsOf({
  ref: { Ref: logicalId },
  ...Object.fromEntries(names.map(name => [name.replaceAll('.', ''), { 'Fn::GetAtt': [logicalId, name] }])),
});

test.each<[string, string, object, object]>([
  ['a name with the kind', 'AWS::Timestream::Table', { TableName: 'scores' }, { ref: 'scores', Arn: 'arn:aws:timestream:us-east-1:111122223333:table/scores' }],
  ['Name', 'AWS::Kinesis::Stream', { Name: 'clicks' }, { ref: 'clicks', Arn: 'arn:aws:kinesis:us-east-1:111122223333:stream/clicks' }],
  ['a name with another property', 'AWS::RDS::DBInstance', { DBInstanceIdentifier: 'main' }, { ref: 'main', DBInstanceArn: 'arn:aws:rds:us-east-1:111122223333:db:main' }],
  ['a name with slashes', 'AWS::SSM::Parameter', { Name: '/app/key', Value: 'x', Type: 'String' }, { ref: '/app/key', Value: 'x', Type: 'String' }],
  ['a property that is an attribute', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' }, { ref: expect.stringMatching(/^vpc-[0-9a-f]{17}$/), CidrBlock: '10.9.0.0/16' }],
  ['an alias', 'AWS::KMS::Alias', { AliasName: 'alias/app' }, { ref: 'alias/app', Arn: 'arn:aws:kms:us-east-1:111122223333:alias/app' }],
  ['the bus of a rule', 'AWS::Events::Rule', { Name: 'nightly', EventBusName: 'arn:aws:events:us-east-1:1:event-bus/own' },
    { ref: 'nightly', Arn: 'arn:aws:events:us-east-1:111122223333:rule/own/nightly' }],
  ['the cluster of a service', 'AWS::ECS::Service', { ServiceName: 'web', Cluster: 'main' }, { ref: 'arn:aws:ecs:us-east-1:111122223333:service/main/web', Name: 'web' }],
  ['the load balancer of a listener', 'AWS::ElasticLoadBalancingV2::Listener',
    { LoadBalancerArn: 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/web/0123456789abcdef' },
    { ref: expect.stringMatching(/^arn:aws:elasticloadbalancing:us-east-1:111122223333:listener\/app\/web\/0123456789abcdef\/[0-9a-f]{16}$/) }],
])('a stand-in has the given values: %s', async (_name, Type, Properties, expected) => {
  const names = Object.keys(expected).filter(name => name !== 'ref');
  const { outputs } = await deployed({ It: { Type, Properties } }, attributes('It', names));
  expect(outputs).toEqual(expected);
});

test('a stand-in without a shape of its own has an ARN of its kind', async () => {
  const { outputs } = await deployed({ It: { Type: 'AWS::XRay::SamplingRule' }, Other: { Type: 'MongoDB::Atlas::Cluster' } }, outputsOf({
    arn: { 'Fn::GetAtt': ['It', 'RuleARN'] }, other: { 'Fn::GetAtt': ['Other', 'ConnectionStrings'] },
  }));
  expect(outputs).toEqual({
    arn: expect.stringMatching(/^arn:aws:xray:us-east-1:111122223333:sampling-rule\/Chat-It-[0-9A-Z]{12}$/),
    other: expect.stringMatching(/^ConnectionStrings-[0-9A-Z]{12}$/),
  });
});

test('two stand-ins have different identifiers, which are the same after an update and in the next run', async () => {
  const resources = { One: { Type: 'AWS::EC2::VPC' }, Two: { Type: 'AWS::EC2::VPC' } };
  const ids = outputsOf({ one: { Ref: 'One' }, two: { Ref: 'Two' }, acl: { 'Fn::GetAtt': ['One', 'DefaultNetworkAcl'] } });
  const { outputs } = await deployed(resources, ids);
  expect(outputs.one).not.toBe(outputs.two);
  expect((await deployed({ ...resources, One: { Type: 'AWS::EC2::VPC', Properties: { Tags: [] } } }, ids)).outputs).toEqual(outputs);
  await harness.deployment.destroy('Chat');
  expect((await deployed(resources, ids)).outputs).toEqual(outputs);
});

describe('a value of a stand-in that does not have the expected form', () => {
  test('is marked as unknown if it is selected', async () => {
    const { outputs } = await deployed({ Thing: { Type: 'AWS::XRay::Group' } }, outputsOf({
      selected: { 'Fn::Select': [3, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Thing', 'Arn'] }] }] },
      first: { 'Fn::Select': [0, { 'Fn::GetAtt': ['Thing', 'Names'] }] },
      joined: { 'Fn::Join': ['+', { 'Fn::GetAtt': ['Thing', 'Names'] }] },
    }));
    expect(outputs).toEqual({ selected: 'unknown-Thing-3', first: 'unknown-Thing-0', joined: expect.stringMatching(/^Names-/) });
  });

  test('is reported for an output, which is left out', async () => {
    const { outputs } = await deployed({ Vpc: { Type: 'AWS::EC2::VPC' }, Room: { Type: 'AWS::IVSChat::Room' } }, outputsOf({
      list: { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] },
      good: { Ref: 'Vpc' },
    }));
    expect(Object.keys(outputs)).toEqual(['good']);
    expect(harness.notices).toContainEqual({
      output: 'list', notice: 'unresolved-output', standIn: 'Vpc', reason: 'The output list: Value must be a string, number or boolean.',
    });
  });

  test('is an error for an output without a stand-in', async () => {
    const failing = deployed({ Room: { Type: 'AWS::IVSChat::Room' } }, outputsOf({ wrong: { 'Fn::Select': [9, { 'Fn::Split': ['/', { Ref: 'Room' }] }] } }));
    await expect(failing).rejects.toThrow('The output wrong: Fn::Select has no element at index 9.');
  });
});

test('addresses that lead nowhere are reported', async () => {
  await deployed({
    Role: ROLE,
    Search: { Type: 'AWS::OpenSearchService::Domain' },
    Site: { Type: 'AWS::S3::Bucket' },
    Function: functionOf('f', {
      Environment: {
        Variables: {
          URL: { 'Fn::Sub': 'https://search-${Search}.${AWS::Region}.es.${AWS::URLSuffix}/' }, NAME: { Ref: 'Search' }, DOCS: 'https://docs.aws.amazon.com/ivs/',
        },
      },
    }),
  }, outputsOf({
    search: { 'Fn::Join': ['', ['https://search-', { Ref: 'Search' }, '.us-east-1.es.amazonaws.com/']] },
    site: { 'Fn::GetAtt': ['Site', 'WebsiteURL'] },
    name: { Ref: 'Site' },
    elsewhere: { 'Fn::Join': ['', ['https://example.com/?search=', { Ref: 'Search' }]] },
    secure: { 'Fn::Sub': '{"url":"https://${Site.DomainName}"}' },
  }));
  expect(harness.notices.filter(({ notice }: any) => notice === 'dead-address')).toEqual(expect.arrayContaining([
    { logicalId: 'Function', notice: 'dead-address', of: 'Search', path: 'Environment.Variables.URL' },
    { output: 'search', notice: 'dead-address', of: 'Search' },
    { output: 'site', notice: 'dead-address', of: 'Site' },
    { output: 'secure', notice: 'dead-address', of: 'Site' },
  ]));
  expect(harness.notices.filter(({ notice }: any) => notice === 'dead-address')).toHaveLength(4);
});

test('dynamic references are reported, with the property', async () => {
  const reference = '{{resolve:secretsmanager:prod/db:SecretString:password}}';
  await deployed({
    Role: ROLE,
    Function: functionOf('f', { Environment: { Variables: { PASSWORD: reference, OTHER: 'x' } } }),
    Database: { Type: 'AWS::RDS::DBInstance', Properties: { MasterUserPassword: reference } },
  });
  expect(harness.notices).toEqual([
    { logicalId: 'Database', notice: 'stand-in' },
    { logicalId: 'Function', notice: 'dynamic-reference', path: 'Environment.Variables.PASSWORD', reference },
  ]);
  expect([...harness.functions.definitions.values()][0].environment.PASSWORD).toBe(reference);
});
