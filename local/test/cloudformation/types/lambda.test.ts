import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';
import { writeFile } from '../../support/write-file';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:review';
const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));

test('a function with all properties, and code from an asset', async () => {
  const { outputs } = await harness.deployment.deploy(stackOf({
    Role: ROLE,
    Function: functionOf('', {
      FunctionName: { Ref: 'AWS::NoValue' },
      Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
      Timeout: '20',
      MemorySize: 256,
      Environment: { Variables: { NUMBER: 5, FLAG: true, ARN: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'FATAL' },
      ReservedConcurrentExecutions: 0,
      Architectures: ['arm64'],
    }),
  }, outputsOf({ name: { Ref: 'Function' }, arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, role: { 'Fn::GetAtt': ['Role', 'Arn'] } }), {
    asset: key => key === 'abc.zip' ? { directory: '/code' } : undefined,
  }));
  expect([...harness.functions.definitions.values()]).toEqual([{
    functionName: outputs.name,
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    code: { directory: '/code' },
    environment: { NUMBER: '5', FLAG: 'true', ARN: outputs.role },
    timeoutSeconds: 20,
    memorySize: 256,
    roleArn: outputs.role,
    logFormat: 'JSON',
    applicationLogLevel: 'FATAL',
    reservedConcurrency: 0,
    architecture: 'arm64',
  }]);
  expect(outputs.name).toMatch(/^Chat-Function-[0-9A-Z]{12}$/);
  expect(outputs.arn).toBe(`arn:aws:lambda:us-east-1:111122223333:function:${outputs.name}`);
});

test('the tags of a function are those of the last deployment, also after a rollback', async () => {
  const tagsWith = async (Tags: unknown, more: Record<string, object> = {}) => {
    await harness.deployment.deploy(stackOf({ Role: ROLE, Function: functionOf('moderator', { Tags }), ...more })).catch(() => undefined);
    return [...harness.functions.definitions.values()][0].tags;
  };
  expect(await tagsWith([{ Key: 'team', Value: 'chat' }, { Key: 'number', Value: 1 }])).toEqual({ team: 'chat', number: '1' });
  expect(await tagsWith([], { Broken: { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageLength: 501 }, DependsOn: 'Function' } }))
    .toEqual({ team: 'chat', number: '1' });
  expect(await tagsWith(undefined)).toBeUndefined();
});

test('a generated name has at most 64 characters', async () => {
  const logicalId = 'AnExtremelyLongLogicalIdWhichSaysEverythingThereIsToSayAboutAFunction';
  await harness.deployment.deploy(stackOf({ Role: ROLE, [logicalId]: functionOf('', { FunctionName: { Ref: 'AWS::NoValue' } }) }, {}, { name: 'AStackWithALongNameAsWell' }));
  expect([...harness.functions.definitions.keys()][0]).toMatch(/^AStackWithALongNameAsWell-AnExtremelyLongLogicalIdW-[0-9A-Z]{12}$/);
  expect([...harness.functions.definitions.keys()][0].length).toBeLessThanOrEqual(64);
});

test('a version, an alias, a permission and a URL', async () => {
  const stack = (AuthType: string) => ({
    Role: ROLE,
    Review: functionOf('review'),
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Review' } } },
    Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { 'Fn::GetAtt': ['Review', 'Arn'] }, FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] }, Name: 'live' } },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Review' }, Qualifier: 'live', AuthType, Cors: { AllowOrigins: ['*'] } }, DependsOn: 'Alias' },
    Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Alias' }, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: AuthType } },
  });
  const { outputs } = await deployed(stack('NONE'), outputsOf({
    version: { Ref: 'Version' },
    alias: { Ref: 'Alias' },
    aliasArn: { 'Fn::GetAtt': ['Alias', 'AliasArn'] },
    url: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] },
    urlArn: { Ref: 'Url' },
  }));
  expect(outputs).toEqual({
    version: `${FUNCTION_ARN}:1`,
    alias: `${FUNCTION_ARN}:live`,
    aliasArn: `${FUNCTION_ARN}:live`,
    url: 'http://127.0.0.1:1/lambda-url/url/',
    urlArn: `${FUNCTION_ARN}:live`,
  });
  expect([...harness.functions.aliases]).toEqual([[`${FUNCTION_ARN}:live`, '1']]);
  expect([...harness.functions.urls]).toEqual([[`${FUNCTION_ARN}:live`, { authType: 'NONE', cors: { AllowOrigins: ['*'] } }]]);
  expect([...harness.functions.permissions.values()]).toEqual([{ id: expect.any(String), action: 'lambda:InvokeFunctionUrl', principal: '*', functionUrlAuthType: 'NONE' }]);

  const before = [...harness.functions.permissions.keys()];
  await deployed(stack('AWS_IAM'));
  expect(harness.functions.urls.get(`${FUNCTION_ARN}:live`)?.authType).toBe('AWS_IAM');
  expect([...harness.functions.permissions.keys()]).toHaveLength(1);
  expect([...harness.functions.permissions.keys()]).not.toEqual(before);

  await harness.deployment.destroy('Chat');
  const { aliases, definitions, permissions, urls, versions } = harness.functions;
  expect([aliases, definitions, permissions, urls, versions].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
});

test('another name replaces the function', async () => {
  await deployed({ Role: ROLE, Function: functionOf('one') });
  await deployed({ Role: ROLE, Function: functionOf('two') });
  expect([...harness.functions.definitions.keys()]).toEqual(['two']);
});

test('ignored properties are reported', async () => {
  await harness.deployment.deploy(stackOf({
    Role: ROLE,
    Function: functionOf('one', { Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'], VpcConfig: {}, FileSystemConfigs: [], Tags: [], Description: 'x' }),
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' }, ProvisionedConcurrencyConfig: {} } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'Function' }, FunctionVersion: { 'Fn::GetAtt': 'Version.Version' }, Name: 'live', RoutingConfig: {}, ProvisionedConcurrencyConfig: {} },
    },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Function' }, AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM', Unheard: 1 } },
    Skill: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'x' },
    },
  }));
  const ignored = (logicalId: string, ...properties: string[]) => ({ logicalId, notice: 'ignored', properties });
  expect(harness.notices).toEqual([
    ignored('Alias', 'ProvisionedConcurrencyConfig'),
    ignored('Alias', 'RoutingConfig'),
    { ...ignored('Function', 'Layers'), layer: 'arn:aws:lambda:us-east-1:1:layer:x:1' },
    ignored('Function', 'FileSystemConfigs', 'VpcConfig'),
    ignored('Skill', 'EventSourceToken'),
    ignored('Url', 'Unheard'),
    ignored('Url', 'InvokeMode'),
    ignored('Version', 'ProvisionedConcurrencyConfig'),
  ]);
});

test('a permission for an account or an organization allows nothing, which is reported', async () => {
  const permission = (more: object) => ({ Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', ...more } });
  await deployed({
    Role: ROLE,
    Function: functionOf('one'),
    Organization: permission({ Principal: '*', PrincipalOrgID: 'o-1234567890' }),
    Account: permission({ Principal: '444455556666' }),
    Service: permission({ Principal: 'events.amazonaws.com' }),
  });
  expect([...harness.functions.permissions.values()]).toContainEqual(expect.objectContaining({ principal: '*', principalOrgId: 'o-1234567890' }));
  expect(harness.notices).toEqual([
    { logicalId: 'Account', notice: 'allows-nothing', principal: '444455556666' },
    { logicalId: 'Organization', notice: 'allows-nothing', principal: 'o-1234567890' },
  ]);
});

test('a function with a log group, and code from a relative path', async () => {
  await harness.deployment.deploy(stackOf({
    Role: ROLE, Function: functionOf('one', { Code: './src', LoggingConfig: { LogGroup: 'chat-functions' } }),
  }, {}, { asset: () => ({ directory: '/src' }) }));
  expect(harness.functions.definitions.get('one')).toMatchObject({ code: { directory: '/src' }, logGroup: 'chat-functions' });
});

test('a function from a .zip file, with layers', async () => {
  const asset = (key: string) => key === 'code' ? { file: '/code.zip' } : key === 'first' ? { directory: '/first' } : { file: '/second.zip' };
  const stack = (content: string) => stackOf({
    Role: ROLE,
    First: { Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: 'tools', Content: { S3Bucket: 'assets', S3Key: content } } },
    Second: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: './second', Description: 'Fonts' } },
    Function: functionOf('one', {
      Code: { S3Key: 'code' },
      Layers: [{ Ref: 'First' }, 'arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:38', { 'Fn::GetAtt': ['Second', 'LayerVersionArn'] }],
    }),
  }, outputsOf({ first: { Ref: 'First' }, second: { Ref: 'Second' } }), { asset });
  const { outputs } = await harness.deployment.deploy(stack('first'));
  expect(outputs).toEqual({
    first: 'arn:aws:lambda:us-east-1:111122223333:layer:tools:1',
    second: expect.stringMatching(/^arn:aws:lambda:us-east-1:111122223333:layer:Chat-Second-[0-9A-Z]{12}:1$/),
  });
  expect(harness.functions.definitions.get('one')).toMatchObject({ code: { archive: '/code.zip' }, layers: [{ directory: '/first' }, { archive: '/second.zip' }] });
  expect(harness.notices).toEqual([{
    logicalId: 'Function', notice: 'ignored', properties: ['Layers'], layer: 'arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:38',
  }]);

  const updated = await harness.deployment.deploy(stack('changed'));
  expect(updated.outputs.first).toBe('arn:aws:lambda:us-east-1:111122223333:layer:tools:2');
  expect(harness.functions.definitions.get('one')).toMatchObject({ layers: [{ archive: '/second.zip' }, { archive: '/second.zip' }] });
});

test('a function and a layer are updated when the zip file of a template written by hand changes', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'zip-'));
  const deployWith = async (content: string) => {
    const file = writeFile(directory, 'code.zip', content);
    const Layer = { Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: 'tools', Content: 'code.zip' } };
    const stack = stackOf({ Role: ROLE, Layer, Function: functionOf('one', { Code: 'code.zip' }) }, outputsOf({ layer: { Ref: 'Layer' } }));
    const { outputs } = await harness.deployment.deploy({ ...stack, asset: () => ({ file }), watched: [file] });
    return [outputs.layer.slice(-1), (harness.functions.definitions.get('one')!.code as { fingerprint?: string }).fingerprint];
  };
  try {
    const [first, unchanged, changed] = [await deployWith('1'), await deployWith('1'), await deployWith('2')];
    expect(unchanged).toEqual(first);
    expect(changed).toEqual(['2', expect.not.stringMatching(first[1]!)]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});

test.each<[string, object, string]>([
  ['no S3Key', { Content: {} }, 'Content must have an S3Key.'],
  ['content that is not an asset', { Content: { S3Key: 'other.zip' } }, 'Content other.zip must be an asset of the app: it does not exist on this machine.'],
  ['no content', {}, 'Content is missing.'],
])('a layer fails for %s', async (_name, properties, message) => {
  await expect(deployed({ Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: properties } })).rejects.toThrow(message);
});

test.each<[string, object, string]>([
  ['an image', { PackageType: 'Image', Code: { ImageUri: 'x' } }, 'Functions in container images are not supported.'],
  ['no code', { Code: {} }, 'Code must have an S3Key or a ZipFile.'],
  ['code that is not an asset', { Code: { S3Key: 'other.zip' } }, 'Code other.zip must be an asset of the app: it does not exist on this machine.'],
  ['a .jar file', { Code: { S3Key: 'packed.jar' } }, 'Code must be a folder or a .zip file, got the file /app.jar.'],
  ['no handler', { Handler: { Ref: 'AWS::NoValue' } }, 'Handler is missing.'],
  ['a timeout of 0', { Timeout: 0 }, 'Timeout must be a whole number from 1 to 900, got 0.'],
  ['a timeout above 900', { Timeout: 901 }, 'Timeout must be a whole number from 1 to 900, got 901.'],
  ['a timeout that is not a number', { Timeout: 'long' }, 'Timeout must be a whole number from 1 to 900, got "long".'],
  ['a memory size below 128', { MemorySize: 127 }, 'MemorySize must be a whole number of at least 128, got 127.'],
  ['a negative concurrency', { ReservedConcurrentExecutions: -1 }, 'ReservedConcurrentExecutions must be a whole number of at least 0, got -1.'],
  ['a name that is an object', { FunctionName: { a: 1 } }, 'FunctionName must be the name or ARN of a function, got {"a":1}.'],
  ['a handler that the function service refuses', { Handler: 'refused' }, 'the handler is refused'],
])('fails for %s', async (_name, properties, message) => {
  await expect(harness.deployment.deploy(stackOf({ Role: ROLE, Function: functionOf('one', properties) }, {}, {
    asset: key => key === 'packed.jar' ? { file: '/app.jar' } : undefined,
  }))).rejects.toThrow(message);
});
