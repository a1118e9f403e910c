import { translateSam } from '../../../src/cloudformation/sam/translate';
import { parseTemplate, type Template } from '../../../src/cloudformation/template';

const TRANSFORM = 'AWS::Serverless-2016-10-31';
const translate = (Resources: Record<string, any>, more: object = {}) => translateSam({ Transform: TRANSFORM, Resources, ...more } as Template);
const fn = (properties: object = {}, more: object = {}) => ({ Type: 'AWS::Serverless::Function', Properties: { Handler: 'index.handler', Runtime: 'nodejs20.x', CodeUri: 'src', ...properties }, ...more });
const event = (type: string, properties: object = {}) => ({ Events: { One: { Type: type, Properties: properties } } });
const API_EVENT = event('Api', { Path: '/rooms/{id}', Method: 'get' });
const typesOf = ({ Resources }: Template) => Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));

test('a template without the transform stays as it is, and one with it is translated when it is read', () => {
  const text = (transform: string) => JSON.stringify({ ...transform && { Transform: transform }, Resources: { F: fn() } });
  expect(parseTemplate(text(''), 'x').Resources.F.Type).toBe('AWS::Serverless::Function');
  expect(parseTemplate(text(TRANSFORM), 'x')).toMatchObject({ Resources: { F: { Type: 'AWS::Lambda::Function' } } });
  expect(parseTemplate(text(TRANSFORM), 'x')).not.toHaveProperty('Transform');
});

test('another transform is kept, for the deployment to refuse it', () => {
  expect(translate({ F: fn() }, { Transform: [TRANSFORM, 'Own'] }).Transform).toEqual(['Own']);
});

test('a function gets a role with its policies', () => {
  const { Resources } = translate({
    F: fn({
      Policies: ['AmazonDynamoDBReadOnlyAccess', 'arn:aws:iam::1:policy/own', { Ref: 'Own' }, { Statement: [{ Effect: 'Allow', Action: 'a', Resource: '*' }] }, { DynamoDBReadPolicy: { TableName: { Ref: 'T' } } }],
    }),
  });
  expect(Resources.FRole.Properties).toMatchObject({
    ManagedPolicyArns: [
      { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AmazonDynamoDBReadOnlyAccess' },
      'arn:aws:iam::1:policy/own',
      { Ref: 'Own' },
    ],
    Policies: [
      { PolicyName: 'FRolePolicy0', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'a', Resource: '*' }] } },
      {
        PolicyDocument: {
          Statement: [{
            Action: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:DescribeTable'],
            Resource: [expect.anything(), { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}/index/*', { value: { Ref: 'T' } }] }],
          }],
        },
      },
    ],
  });
  expect(Resources.F.Properties).toEqual({ Handler: 'index.handler', Runtime: 'nodejs20.x', Code: 'src', Role: { 'Fn::GetAtt': ['FRole', 'Arn'] } });
});

test('a function with a role, inline code, tags and a condition', () => {
  const { Resources } = translate({ F: fn({ Role: 'arn', InlineCode: 'x', Tags: { a: 'b' }, ...API_EVENT }, { Condition: 'Yes', DependsOn: 'T' }) });
  expect(Resources.F).toEqual({
    Type: 'AWS::Lambda::Function',
    Condition: 'Yes',
    DependsOn: 'T',
    Properties: { Handler: 'index.handler', Runtime: 'nodejs20.x', Role: 'arn', Code: { ZipFile: 'x' }, Tags: [{ Key: 'a', Value: 'b' }] },
  });
  expect([Resources.FRole, Resources.FOnePermission.Condition, Resources.ServerlessRestApiRoomsIdGet.Condition]).toEqual([undefined, 'Yes', 'Yes']);
});

test('code without a CodeUri is the folder of the template', () => {
  expect(translate({ F: fn({ CodeUri: undefined }) }).Resources.F.Properties).toMatchObject({ Code: '.' });
});

test('globals are defaults: maps are merged, lists are joined', () => {
  const Globals = { Function: { Timeout: 10, Runtime: 'python3.11', Layers: ['a'], Environment: { Variables: { A: '1', B: '1' } } } };
  const { Properties } = translate({ F: fn({ Layers: ['b'], Environment: { Variables: { B: '2', C: { Ref: 'X' } } } }) }, { Globals }).Resources.F;
  expect(Properties).toMatchObject({ Timeout: 10, Runtime: 'nodejs20.x', Layers: ['a', 'b'], Environment: { Variables: { A: '1', B: '2', C: { Ref: 'X' } } } });
  expect(translate({ F: fn() }, { Globals })).not.toHaveProperty('Globals');
});

test('events of APIs have an API in common, with the logical ids that templates refer to', () => {
  const template = translate({ F: fn(API_EVENT), G: fn(event('Api', { Path: '/', Method: 'ANY' })) });
  const { Resources } = template;
  const deployment = Object.keys(Resources).find(id => /^ServerlessRestApiDeployment[0-9a-f]{10}$/.test(id))!;
  expect(typesOf(template)).toMatchObject({
    ServerlessRestApi: 'AWS::ApiGateway::RestApi',
    ServerlessRestApiProdStage: 'AWS::ApiGateway::Stage',
    ServerlessRestApiRooms: 'AWS::ApiGateway::Resource',
    ServerlessRestApiRoomsId: 'AWS::ApiGateway::Resource',
    ServerlessRestApiRoomsIdGet: 'AWS::ApiGateway::Method',
    ServerlessRestApiRootAny: 'AWS::ApiGateway::Method',
    FOnePermission: 'AWS::Lambda::Permission',
  });
  expect(Resources.ServerlessRestApiProdStage.Properties).toMatchObject({ StageName: 'Prod', DeploymentId: { Ref: deployment } });
  expect(Resources[deployment].DependsOn).toEqual(['ServerlessRestApiRoomsIdGet', 'ServerlessRestApiRootAny']);
  expect(Resources.FOnePermission.Properties!.SourceArn).toEqual({ 'Fn::Sub': [expect.stringMatching(/:\$\{api\}\/\*\/GET\/rooms\/\*$/), { api: { Ref: 'ServerlessRestApi' } }] });
});

test('a change of an API has another deployment', () => {
  const deploymentOf = (properties: object) => Object.keys(translate({ F: fn(event('Api', properties)) }).Resources).find(id => id.includes('Deployment'));
  expect(deploymentOf({ Path: '/a', Method: 'get' })).toBe(deploymentOf({ Path: '/a', Method: 'get' }));
  expect(deploymentOf({ Path: '/a', Method: 'get' })).not.toBe(deploymentOf({ Path: '/b', Method: 'get' }));
});

test('two paths whose words are the same', () => {
  const { Resources } = translate({
    F: fn({
      Events: {
        One: { Type: 'Api', Properties: { Path: '/a/b', Method: 'get' } }, Two: { Type: 'Api', Properties: { Path: '/a-b', Method: 'get' } },
      },
    }),
  });
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Resource').map(({ Properties }) => Properties!.PathPart)).toEqual(['a', 'b', 'a-b']);
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Method')).toHaveLength(2);
});

test('an API with CORS, a key and IAM authorization', () => {
  const { Resources } = translate({
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'dev', Cors: "'*'", Auth: { ApiKeyRequired: true, DefaultAuthorizer: 'AWS_IAM' }, Variables: { a: 'b' } } },
    F: fn(event('Api', { Path: '/rooms', Method: 'post', RestApiId: { Ref: 'Api' }, Auth: { Authorizer: 'NONE' } })),
    G: fn(event('Api', { Path: '/rooms', Method: 'get', RestApiId: { Ref: 'Api' } })),
  });
  expect(Resources).not.toHaveProperty('ServerlessRestApi');
  expect(Resources.ApidevStage ?? Resources.ApiDevStage).toMatchObject({ Properties: { StageName: 'dev', Variables: { a: 'b' } } });
  expect(Resources.ApiRoomsPost.Properties).toMatchObject({ AuthorizationType: 'NONE', ApiKeyRequired: true });
  expect(Resources.ApiRoomsGet.Properties).toMatchObject({ AuthorizationType: 'AWS_IAM' });
  // Preflight requests have neither a key nor a signature.
  expect(Resources.ApiRoomsOptions.Properties).toMatchObject({
    AuthorizationType: 'NONE',
    Integration: {
      Type: 'MOCK',
      IntegrationResponses: [{
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Methods': "'GET,OPTIONS,POST'", 'method.response.header.Access-Control-Allow-Origin': "'*'",
        },
      }],
    },
  });
  expect(Resources.ApiRoomsOptions.Properties).not.toHaveProperty('ApiKeyRequired');
});

test('an HTTP API', () => {
  const template = translate({ F: fn(event('HttpApi', { Path: '/rooms', Method: 'get', PayloadFormatVersion: '1.0', TimeoutInMillis: 100 })), G: fn(event('HttpApi')) }, { Globals: { HttpApi: { CorsConfiguration: true } } });
  expect(template.Resources.ServerlessHttpApi).toMatchObject({ Type: 'AWS::ApiGatewayV2::Api', Properties: { CorsConfiguration: { AllowOrigins: ['*'] } } });
  expect(Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Integration').map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({ PayloadFormatVersion: '1.0', TimeoutInMillis: 100 }), expect.objectContaining({ PayloadFormatVersion: '2.0' }),
  ]);
  expect(Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties!.RouteKey)).toEqual(['GET /rooms', '$default']);
});

test('other events: queues work, and the rest are types of stand-ins', () => {
  const ofType = (type: string, properties: object) => translate({ F: fn(event(type, properties)) }).Resources.FOne;
  expect(ofType('SQS', { Queue: 'arn', BatchSize: 1 })).toMatchObject({ Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: 'arn', BatchSize: 1, FunctionName: { Ref: 'F' } } });
  expect(ofType('DynamoDB', { Stream: 'arn', StartingPosition: 'LATEST' })).toMatchObject({ Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: 'arn' } });
  expect(ofType('Schedule', { Schedule: 'rate(1 minute)' }).Type).toBe('AWS::Events::Rule');
  expect(ofType('SNS', { Topic: 'arn' }).Type).toBe('AWS::SNS::Subscription');
});

test('a function URL, a layer and a table', () => {
  const { Resources } = translate({
    F: fn({ FunctionUrlConfig: { AuthType: 'NONE' } }),
    L: { Type: 'AWS::Serverless::LayerVersion', Properties: { LayerName: 'l', ContentUri: 'layer', RetentionPolicy: 'Retain' } },
    T: { Type: 'AWS::Serverless::SimpleTable', Properties: { PrimaryKey: { Name: 'room', Type: 'Number' } } },
    U: { Type: 'AWS::Serverless::SimpleTable' },
  });
  expect(Resources.FUrl).toEqual({ Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'F' }, AuthType: 'NONE' } });
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Permission')).toHaveLength(2);
  expect(Resources.L).toEqual({ Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: 'l', Content: 'layer' } });
  expect(Resources.T.Properties).toEqual({ AttributeDefinitions: [{ AttributeName: 'room', AttributeType: 'N' }], BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'room', KeyType: 'HASH' }] });
  expect(Resources.U.Properties).toMatchObject({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] });
});

test.each<[string, Record<string, any>, string]>([
  ['another type', { A: { Type: 'AWS::Serverless::StateMachine' } }, 'A has the type AWS::Serverless::StateMachine, which ivschat-local does not translate: declare it with resources of CloudFormation.'],
  ['another event', { F: fn(event('Cognito')) }, 'The event One of F has the Type Cognito, which ivschat-local does not translate'],
  ['another policy template', { F: fn({ Policies: [{ S3ReadPolicy: { BucketName: 'b' } }] }) }, 'got S3ReadPolicy: write its statements.'],
  ['an empty policy', { F: fn({ Policies: [{}] }) }, 'got an empty one: write its statements.'],
  ['a policy template without its parameter', { F: fn({ Policies: [{ SQSPollerPolicy: {} }] }) }, 'SQSPollerPolicy of F must have the QueueName.'],
  ['code in a bucket', { F: fn({ CodeUri: { Bucket: 'b', Key: 'k' } }) }, 'CodeUri of F must be a path for ivschat-local'],
  ['authorizers of an API', { Api: { Type: 'AWS::Serverless::Api', Properties: { Auth: { Authorizers: {} } } } }, 'Authorizers of Api is not supported by ivschat-local'],
  ['an authorizer of a method', { F: fn(event('Api', { Path: '/', Method: 'get', Auth: { Authorizer: 'Own' } })) }, 'Authorizer of F must be NONE or AWS_IAM for ivschat-local, got "Own"'],
  ['authorization of an HTTP API', { F: fn(event('HttpApi', { Auth: {} })) }, 'Auth of F is not supported by ivschat-local'],
  ['a definition', { Api: { Type: 'AWS::Serverless::Api', Properties: { DefinitionBody: {} } } }, 'DefinitionBody of Api is not supported by ivschat-local: declare the methods as events of functions.'],
  ['an event without a path', { F: fn(event('Api')) }, 'The event One of F must have a Path and a Method.'],
  ['an event of an unknown API', { F: fn(event('Api', { Path: '/', Method: 'get', RestApiId: 'abc' })) }, 'F must have the Ref of an API of the template, got "abc".'],
])('fails for %s', (_what, resources, message) => {
  expect(() => translate(resources)).toThrow(message);
});
