import * as path from 'node:path';
import * as fc from 'fast-check';
import { parseTemplate } from '../../src/cloudformation/template';
import { ExpectedError } from '../../src/expected-error';
import { custom, DeploymentHarness, functionOf, ROLE, stackOf } from '../support/deployment-harness';

/** A template with every supported resource type, and every property that has an effect. */
const STATEMENTS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: '*' }] };
const TEMPLATE = {
  Parameters: {
    Stage: { Type: 'String', Default: 'prod', AllowedPattern: '[a-z]+', AllowedValues: ['prod', 'test'], MinLength: 1, MaxLength: 10 },
    Count: { Type: 'Number', Default: 3, MinValue: 1, MaxValue: 5 },
  },
  Mappings: { Sizes: { 'us-east-1': { Rate: 5 } } },
  Conditions: {
    Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    Both: { 'Fn::And': [{ Condition: 'Prod' }, { 'Fn::Not': [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Equals': ['c', 'd'] }] }] }] },
  },
  Resources: {
    Role: {
      ...ROLE,
      Properties: {
        ...ROLE.Properties,
        RoleName: 'chat',
        Path: '/chat/',
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        Policies: [{ PolicyName: 'inline', PolicyDocument: STATEMENTS }],
        PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
      },
    },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: STATEMENTS, Roles: [{ Ref: 'Role' }] } },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'm', Path: '/', PolicyDocument: STATEMENTS, Roles: [{ Ref: 'Role' }] } },
    RolePolicy: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'r', RoleName: { Ref: 'Role' }, PolicyDocument: STATEMENTS } },
    Function: functionOf('provider', {
      Architectures: ['arm64'],
      Environment: { Variables: { TABLE: { Ref: 'Queue' } } },
      Layers: [{ Ref: 'Layer' }],
      LoggingConfig: { LogFormat: 'JSON', LogGroup: 'group', ApplicationLogLevel: 'INFO' },
      MemorySize: 256,
      PackageType: 'Zip',
      ReservedConcurrentExecutions: 2,
      Timeout: 5,
    }),
    Layer: {
      Type: 'AWS::Lambda::LayerVersion',
      Properties: { CompatibleArchitectures: ['arm64'], CompatibleRuntimes: ['nodejs22.x'], Content: 'layer.zip', LayerName: 'tools', LicenseInfo: 'MIT' },
    },
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'Function' }, FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] }, Name: 'live', RoutingConfig: {} },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': 'Function.Arn' },
        FunctionUrlAuthType: 'NONE',
        InvokedViaFunctionUrl: true,
        Principal: 'ivschat.amazonaws.com',
        PrincipalOrgID: 'o-1234567890',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: { 'Fn::Sub': ['arn:${Partition}:ivschat:${AWS::Region}:${AWS::AccountId}:room/*', { Partition: { Ref: 'AWS::Partition' } }] },
      },
    },
    Url: {
      Type: 'AWS::Lambda::Url',
      DependsOn: 'Alias',
      Properties: {
        AuthType: 'NONE',
        Cors: { AllowCredentials: true, AllowHeaders: ['x'], AllowMethods: ['GET'], AllowOrigins: ['*'], ExposeHeaders: ['y'], MaxAge: 5 },
        InvokeMode: 'BUFFERED',
        Qualifier: 'live',
        TargetFunctionArn: { Ref: 'Function' },
      },
    },
    Group: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete', Properties: { LogGroupName: 'chat' } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Select': [0, { 'Fn::Split': [',', 'one,two'] }] } } },
    Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: { DeliveryStreamName: { 'Fn::Base64': 'abc' } } },
    Log: {
      Type: 'AWS::IVSChat::LoggingConfiguration',
      Properties: { Name: 'log', DestinationConfiguration: { CloudWatchLogs: { LogGroupName: { Ref: 'Group' } } }, Tags: [{ Key: 'a', Value: 'b' }] },
    },
    Room: {
      Type: 'AWS::IVSChat::Room',
      Condition: 'Both',
      DependsOn: ['Permission'],
      Properties: {
        LoggingConfigurationIdentifiers: [{ Ref: 'Log' }],
        MaximumMessageLength: { 'Fn::If': ['Prod', 500, { Ref: 'AWS::NoValue' }] },
        MaximumMessageRatePerSecond: { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Rate'] },
        MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Function', 'Arn'] }, FallbackResult: 'DENY' },
        Name: { 'Fn::Join': ['-', ['lobby', { Ref: 'Stage' }]] },
        Tags: [{ Key: 'team', Value: 'chat' }],
      },
    },
    Thing: custom({ ServiceTimeout: 60, List: [1, { Deep: true }] }),
    Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/inner.yaml', Parameters: { Name: 'inner' } } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 5 } },
  },
  Outputs: {
    RoomArn: { Condition: 'Both', Value: { Ref: 'Room' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Room' } } },
    Inner: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] } },
  },
};

const asset = (key: string) => ({ file: key === 'layer.zip' ? '/layer.zip' : path.join(__dirname, '..', 'support', 'inner-template.yaml') });

/** Values of every JSON type, which no property accepts all of. */
const WRONG = [null, true, -1.5, '', 'a b', [], [null], { a: { b: [] } }];

const INTRINSICS = [
  'Ref', 'Condition', 'Fn::And', 'Fn::Base64', 'Fn::Cidr', 'Fn::Equals', 'Fn::FindInMap', 'Fn::GetAtt', 'Fn::If', 'Fn::ImportValue', 'Fn::Join', 'Fn::Not', 'Fn::Or',
  'Fn::Select', 'Fn::Split', 'Fn::Sub', 'Fn::Transform',
];
const NAMES = ['Role', 'Room', 'Nested', 'Thing', 'Queue', 'Stage', 'Prod', 'Both', 'AWS::NoValue', 'AWS::Region', 'constructor', '__proto__', 'Nowhere', 'Function.Arn', '${Room.Id}', '${'];

/** Mostly garbage: JSON values, names, and intrinsic functions with arguments that may be wrong. */
const garbage = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 3 },
    fc.constantFrom(...WRONG),
    fc.constantFrom(...NAMES),
    fc.tuple(fc.constantFrom(...INTRINSICS), tie('value')).map(([name, argument]) => ({ [name]: argument })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'Ref', 'Fn::If', 'Key', 'toString', 'constructor', '__proto__'), tie('value'), { maxKeys: 2 }),
  ),
})).value;

type Path = readonly string[];

/** The paths of all values in a template. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...at, key]))];
}

function replaced(value: any, [key, ...rest]: Path, by: unknown): any {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => String(index) === key ? replaced(item, rest, by) : item);
  return { ...value, [key]: replaced(value[key], rest, by) };
}

const PATHS = pathsIn(TEMPLATE).filter(({ length }) => length > 1);
const PROPERTIES = PATHS.filter(({ length, 0: section, 2: part }) => length === 4 && section === 'Resources' && part === 'Properties');

let harness: DeploymentHarness;

beforeEach(async () => {
  // Otherwise a room keeps logging configurations that its template no longer has, and they could not be deleted.
  harness = await DeploymentHarness.start({ removalClearsProperty: true });
  // Without it, a change of the permission would make the room fail.
  harness.functions.mayInvoke = () => true;
  harness.functions.defaultScript = ({ LogicalResourceId }) => ({ PhysicalResourceId: LogicalResourceId });
});

afterEach(async () => {
  await harness.stop();
});

/** The message of the failure, or undefined if the deployment succeeded. Fails for any other error. */
async function deploy(template: unknown): Promise<string | undefined> {
  try {
    const { Resources, ...sections } = parseTemplate(JSON.stringify(template), 'chat.json');
    await harness.deployment.deploy(stackOf(Resources, sections, { asset }));
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ExpectedError);
    return (error as Error).message;
  } finally {
    // Also nothing that was only recorded, as in a rollback.
    expect(harness.liveLog.recent.filter(({ trace }) => trace !== undefined)).toEqual([]);
  }
}

/** Logical ids and the names of parameters, conditions, mappings and outputs. */
const IDS = Object.values(TEMPLATE).flatMap(section => Object.keys(section));

test('the template is valid', async () => {
  expect(await deploy(TEMPLATE)).toBeUndefined();
  expect(await deploy(TEMPLATE)).toBeUndefined();
});

test('a property with a value of the wrong type fails with a message that names the resource and the property, or has no effect', async () => {
  for (const where of PROPERTIES) {
    for (const value of WRONG) {
      const message = await deploy(replaced(TEMPLATE, where, value));
      if (message === undefined) await harness.deployment.destroy('Chat');
      else expect([where, value, message]).toEqual([where, value, expect.stringMatching(new RegExp(`${where[1]} .*${where[3]}`))]);
      expect(harness.deployment.describe()).toEqual([]);
    }
  }
}, 120_000);

test('a malformed template fails with a message that names where, and is rolled back', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...PATHS), garbage, fc.boolean(), async (where, value, isUpdate) => {
    if (isUpdate) expect(await deploy(TEMPLATE)).toBeUndefined();
    const message = await deploy(replaced(TEMPLATE, where, value));
    // A value that is valid for its property can be wrong for another resource that refers to it, which is then named.
    if (message !== undefined) expect([where, value, message]).toEqual([where, value, expect.stringMatching(IDS.join('|'))]);
    expect(harness.deployment.describe().map(({ status }) => status)).not.toContainEqual(expect.stringContaining('FAILED'));
    if (isUpdate || message === undefined) await harness.deployment.destroy('Chat');
    expect(harness.deployment.describe()).toEqual([]);
  }), { numRuns: 300 });
}, 120_000);
