import { functionOf, Machine, ROLE, stackOf } from '../../support/deployment-harness';

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
});

afterEach(async () => {
  await machine.stop();
});

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:review';
const deployed = async (resources: Record<string, object>, more: object = {}) => machine.deployment.deploy(stackOf(resources, more));
const outputsOf = (values: Record<string, unknown>) => {
  return { Outputs: Object.fromEntries(Object.entries(values).map(([name, Value]) => [name, { Value }])) };
};

describe('AWS::IVSChat', () => {
  const PERMISSION = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['Review', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: 'ivschat.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:ivschat:${AWS::Region}:${AWS::AccountId}:room/*' },
    },
  };
  const BASE = {
    Role: ROLE,
    Review: functionOf('review'),
    Permission: PERMISSION,
    Group: { Type: 'AWS::Logs::LogGroup' },
    Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration: { CloudWatchLogs: { LogGroupName: { Ref: 'Group' } } } } },
  };
  const room = (properties: object) => ({ ...BASE, Room: { Type: 'AWS::IVSChat::Room', DependsOn: 'Permission', Properties: properties } });
  const theRoom = () => machine.controlPlane.listRooms()[0];
  const tagsOf = async (resourceArn: string) => (await machine.controlPlane.call('ListTagsForResource', { resourceArn })).tags;
  const FULL = {
    Name: 'lobby',
    MaximumMessageLength: '300',
    MaximumMessageRatePerSecond: 5,
    MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Review', 'Arn'] }, FallbackResult: 'DENY' },
    LoggingConfigurationIdentifiers: [{ Ref: 'Log' }],
    Tags: [{ Key: 'team', Value: 'chat' }, { Key: 'stage', Value: 'test' }],
  };

  test('a room with everything', async () => {
    const { outputs } = await deployed(room(FULL), outputsOf({
      ref: { Ref: 'Room' },
      arn: { 'Fn::GetAtt': ['Room', 'Arn'] },
      id: { 'Fn::GetAtt': ['Room', 'Id'] },
      log: { Ref: 'Log' },
      logArn: { 'Fn::GetAtt': ['Log', 'Arn'] },
      logId: { 'Fn::GetAtt': ['Log', 'Id'] },
      state: { 'Fn::GetAtt': ['Log', 'State'] },
    }));
    expect(theRoom()).toEqual(expect.objectContaining({
      arn: outputs.arn,
      id: outputs.id,
      name: 'lobby',
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 5,
      messageReviewHandler: { uri: FUNCTION_ARN, fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers: [outputs.log],
    }));
    expect(await tagsOf(outputs.arn)).toEqual({ team: 'chat', stage: 'test' });
    expect(outputs).toEqual({
      ref: outputs.arn,
      arn: `arn:aws:ivschat:us-east-1:111122223333:room/${outputs.id}`,
      id: expect.stringMatching(/^[a-zA-Z0-9]{12}$/),
      log: outputs.logArn,
      logArn: `arn:aws:ivschat:us-east-1:111122223333:logging-configuration/${outputs.logId}`,
      logId: expect.stringMatching(/^[a-zA-Z0-9]{12}$/),
      state: 'ACTIVE',
    });
    expect(machine.lines('notice')).toEqual([]);
  });

  test('a region without chat is mentioned, once', async () => {
    await machine.stop();
    const environment = { account: '111122223333', region: 'eu-north-1' };
    machine = await Machine.start({ environment });
    await machine.deployment.deploy(stackOf({ One: { Type: 'AWS::IVSChat::Room' }, Two: { Type: 'AWS::IVSChat::Room' } }, {}, { environment }));
    expect(machine.lines('notice')).toEqual([
      'Chat: One (AWS::IVSChat::Room) goes to eu-north-1, and Amazon IVS Chat is known to be in '
      + 'ap-northeast-1, ap-northeast-2, ap-south-1, eu-central-1, eu-west-1, us-east-1, us-west-2',
    ]);
  });

  test('updates in place, and so are its tags', async () => {
    await deployed(room(FULL));
    const { arn } = theRoom();
    await deployed(room({ ...FULL, Name: 'hall', MessageReviewHandler: { Uri: '' }, Tags: [{ Key: 'team', Value: 'video' }, { Key: 'new', Value: '1' }] }));
    expect(theRoom()).toEqual(expect.objectContaining({ arn, name: 'hall' }));
    expect(theRoom().messageReviewHandler).toBeUndefined();
    expect(await tagsOf(arn)).toEqual({ team: 'video', new: '1' });
  });

  test.each([
    [{ roomUpdateResetsRate: true }, 10], [{ roomUpdateResetsRate: false }, 50], [{}, 50],
  ])('an update without a rate after the API has set one, with %j', async (options, rate) => {
    await machine.stop();
    machine = await Machine.start(options);
    await deployed(room({ Name: 'one' }));
    await machine.controlPlane.call('UpdateRoom', { identifier: theRoom().arn, maximumMessageRatePerSecond: 50 });
    await deployed(room({ Name: 'one' }));
    expect(theRoom().maximumMessageRatePerSecond).toBe(50);
    await deployed(room({ Name: 'two' }));
    expect(theRoom().maximumMessageRatePerSecond).toBe(rate);
  });

  test.each([
    [{ removalClearsProperty: true }, true], [{ removalClearsProperty: false }, false], [{}, false],
  ])('handler and logging configurations removed from the template, with %j', async (options, cleared) => {
    await machine.stop();
    machine = await Machine.start(options);
    await deployed(room(FULL));
    await deployed(room({ Name: 'lobby' }));
    expect(theRoom().messageReviewHandler?.uri).toBe(cleared ? undefined : FUNCTION_ARN);
    expect(theRoom().loggingConfigurationIdentifiers).toHaveLength(cleared ? 0 : 1);
    // An update that removes nothing clears nothing.
    await machine.controlPlane.call('UpdateRoom', { identifier: theRoom().arn, messageReviewHandler: { uri: FUNCTION_ARN } });
    await deployed(room({ Name: 'hall' }));
    expect(theRoom().messageReviewHandler?.uri).toBe(FUNCTION_ARN);
  });

  test.each<[string, object, string]>([
    ['a rate above CloudFormation\'s limit', { MaximumMessageRatePerSecond: 11 }, 'MaximumMessageRatePerSecond has to be from 1 to 10, not 11.'],
    ['a length', { MaximumMessageLength: 501 }, 'MaximumMessageLength has to be from 1 to 500, not 501.'],
    ['a length that is no number', { MaximumMessageLength: 'long' }, 'MaximumMessageLength has to be a whole number.'],
    ['a name', { Name: 'a b' }, 'Name does not match'],
    ['a long name', { Name: 'a'.repeat(129) }, 'Name has to have 0 to 128 characters, not 129.'],
    ['an id instead of an ARN', { LoggingConfigurationIdentifiers: ['abcdefghijkl'] }, 'LoggingConfigurationIdentifiers.0 does not match'],
    ['the same configuration twice', { LoggingConfigurationIdentifiers: [{ Ref: 'Log' }, { Ref: 'Log' }] }, 'LoggingConfigurationIdentifiers cannot have the same item twice.'],
    ['51 configurations', { LoggingConfigurationIdentifiers: Array.from({ length: 51 }, (_, index) => `arn:aws:ivschat:us-east-1:1:logging-configuration/${index}`) },
      'LoggingConfigurationIdentifiers can have at most 50 items, not 51.'],
    ['a handler that is none', { MessageReviewHandler: { Uri: 'review' } }, 'MessageReviewHandler.Uri does not match'],
    ['a fallback', { MessageReviewHandler: { FallbackResult: 'MAYBE' } }, 'MessageReviewHandler.FallbackResult does not match'],
    ['an empty tag', { Tags: [{ Key: 'a', Value: '' }] }, 'Tags.0.Value has to have 1 to 256 characters, not 0.'],
    ['a property there is not', { RoomName: 'x' }, 'RoomName is not one it knows.'],
  ])('fails for %s, before the service is asked', async (_name, properties, sentence) => {
    const call = jest.spyOn(machine.controlPlane, 'call');
    await expect(deployed(room(properties))).rejects.toThrow(`Room (AWS::IVSChat::Room): CloudFormation does not accept its properties: ${sentence}`);
    expect(call.mock.calls.map(([operation]) => operation)).not.toContain('CreateRoom');
  });

  test('fails for what only the service refuses: four configurations, and a handler without permission', async () => {
    const four = Array.from({ length: 4 }, (_, index) => `arn:aws:ivschat:us-east-1:1:logging-configuration/${index}`);
    await expect(deployed(room({ LoggingConfigurationIdentifiers: four }))).rejects.toThrow('Room (AWS::IVSChat::Room): ');
    const { Permission, ...without } = BASE;
    expect(Permission).toBeDefined();
    await expect(deployed({ ...without, Room: { Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Review', 'Arn'] } } } } }))
      .rejects.toThrow('invalid lambda permission');
  });

  test.each<[string, object, string]>([
    ['no destination', {}, 'DestinationConfiguration is missing.'],
    ['a destination without a name', { DestinationConfiguration: { S3: {} } }, 'DestinationConfiguration.S3.BucketName is missing.'],
    ['an ARN', { DestinationConfiguration: { CloudWatchLogs: { LogGroupName: 'arn:aws:logs:x' } } }, 'DestinationConfiguration.CloudWatchLogs.LogGroupName does not match'],
  ])('fails for a logging configuration with %s', async (_name, Properties, sentence) => {
    await expect(deployed({ Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties } })).rejects.toThrow(sentence);
  });

  test('a logging configuration changes its destination in place; one that is not in the deployment is mentioned', async () => {
    const stack = (DestinationConfiguration: object) => ({
      Bucket: { Type: 'AWS::S3::Bucket' },
      Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream' },
      Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration } },
    });
    const { resources: { Log } } = await deployed(stack({ S3: { BucketName: { Ref: 'Bucket' } } }));
    await deployed(stack({ Firehose: { DeliveryStreamName: { Ref: 'Stream' } } }));
    expect(machine.controlPlane.loggingConfiguration(Log.physicalId)?.destinationConfiguration)
      .toEqual({ firehose: { deliveryStreamName: expect.stringMatching(/^Chat-Stream-[0-9A-Z]{12}$/) } });
    expect(machine.lines('notice')).toEqual([]);
    await deployed(stack({ S3: { BucketName: 'elsewhere' } }));
    expect(machine.lines('notice')).toEqual([
      'Chat: Log (AWS::IVSChat::LoggingConfiguration) writes to elsewhere, which is not part of this deployment: in AWS it has to exist',
    ]);
  });

  test('a room that somebody else has deleted does not hinder the deletion of the stack', async () => {
    await deployed(room(FULL));
    await machine.controlPlane.call('DeleteRoom', { identifier: theRoom().arn });
    await machine.deployment.destroy('Chat');
    expect(machine.deployment.describe()).toEqual([]);
  });
});

describe('AWS::Lambda', () => {
  test('a function with everything, its code from an asset', async () => {
    const { outputs } = await machine.deployment.deploy(stackOf({
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
    expect([...machine.functions.definitions.values()]).toEqual([{
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

  test('a generated name keeps to 64 characters', async () => {
    const logicalId = 'AnExtremelyLongLogicalIdWhichSaysEverythingThereIsToSayAboutAFunction';
    await machine.deployment.deploy(stackOf({ Role: ROLE, [logicalId]: functionOf('', { FunctionName: { Ref: 'AWS::NoValue' } }) }, {}, { name: 'AStackWithALongNameAsWell' }));
    expect([...machine.functions.definitions.keys()][0]).toMatch(/^AStackWithALongNameAsWell-AnExtremelyLongLogicalIdW-[0-9A-Z]{12}$/);
    expect([...machine.functions.definitions.keys()][0].length).toBeLessThanOrEqual(64);
  });

  test('version, alias, permission and URL', async () => {
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
    expect([...machine.functions.aliases]).toEqual([[`${FUNCTION_ARN}:live`, '1']]);
    expect([...machine.functions.urls]).toEqual([[`${FUNCTION_ARN}:live`, { authType: 'NONE', cors: { AllowOrigins: ['*'] } }]]);
    expect([...machine.functions.permissions.values()]).toEqual([{ id: expect.any(String), action: 'lambda:InvokeFunctionUrl', principal: '*', functionUrlAuthType: 'NONE' }]);

    const before = [...machine.functions.permissions.keys()];
    await deployed(stack('AWS_IAM'));
    expect(machine.functions.urls.get(`${FUNCTION_ARN}:live`)?.authType).toBe('AWS_IAM');
    expect([...machine.functions.permissions.keys()]).toHaveLength(1);
    expect([...machine.functions.permissions.keys()]).not.toEqual(before);

    await machine.deployment.destroy('Chat');
    const { aliases, definitions, permissions, urls, versions } = machine.functions;
    expect([aliases, definitions, permissions, urls, versions].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
  });

  test('another name is another function', async () => {
    await deployed({ Role: ROLE, Function: functionOf('one') });
    await deployed({ Role: ROLE, Function: functionOf('two') });
    expect([...machine.functions.definitions.keys()]).toEqual(['two']);
  });

  test('what is left out is said', async () => {
    await machine.deployment.deploy(stackOf({
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
    expect(machine.lines('notice').sort()).toEqual([
      'Chat: Alias (AWS::Lambda::Alias) says ProvisionedConcurrencyConfig, which has no effect here',
      'Chat: Alias (AWS::Lambda::Alias) shares its invocations among versions, which is not done here: all go to its FunctionVersion',
      'Chat: Function (AWS::Lambda::Function) has layers, which it runs without here',
      'Chat: Function (AWS::Lambda::Function) says FileSystemConfigs, VpcConfig, which have no effect here',
      'Chat: Skill (AWS::Lambda::Permission) says EventSourceToken, which has no effect here',
      'Chat: Url (AWS::Lambda::Url) says Unheard, which has no effect here',
      'Chat: Url (AWS::Lambda::Url) streams its responses, which is not supported here: they come in one piece',
      'Chat: Version (AWS::Lambda::Version) says ProvisionedConcurrencyConfig, which has no effect here',
    ]);
  });

  test('a permission for those who cannot be here allows nothing, and says so', async () => {
    const permission = (more: object) => ({ Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', ...more } });
    await deployed({
      Role: ROLE,
      Function: functionOf('one'),
      Organization: permission({ Principal: '*', PrincipalOrgID: 'o-1234567890' }),
      Account: permission({ Principal: '444455556666' }),
      Service: permission({ Principal: 'events.amazonaws.com' }),
    });
    expect([...machine.functions.permissions.values()]).toContainEqual(expect.objectContaining({ principal: '*', principalOrgId: 'o-1234567890' }));
    expect(machine.lines('notice').sort()).toEqual([
      'Chat: Account (AWS::Lambda::Permission) is for 444455556666, and allows nothing here: whether a role may invoke a function is told by the policies of the role',
      'Chat: Organization (AWS::Lambda::Permission) is for the organization o-1234567890, which nobody here belongs to: it allows nothing',
    ]);
  });

  test('its log group and its asset by path', async () => {
    await machine.deployment.deploy(stackOf({
      Role: ROLE, Function: functionOf('one', { Code: './src', LoggingConfig: { LogGroup: 'chat-functions' } }),
    }, {}, { asset: () => ({ directory: '/src' }) }));
    expect(machine.functions.definitions.get('one')).toMatchObject({ code: { directory: '/src' }, logGroup: 'chat-functions' });
  });

  test.each<[string, object, string]>([
    ['an image', { PackageType: 'Image', Code: { ImageUri: 'x' } }, 'Functions in container images are not supported here.'],
    ['no code', { Code: {} }, 'A function needs Code with an S3Key or a ZipFile.'],
    ['code that is not here', { Code: { S3Key: 'other.zip' } }, 'Its code other.zip is not on this machine: it is no asset of the app.'],
    ['packed code', { Code: { S3Key: 'packed.jar' } }, 'Its code /app.jar is one packed file (.zip or .jar), which is not supported here: make it a folder.'],
    ['no handler', { Handler: { Ref: 'AWS::NoValue' } }, 'A function needs a Handler.'],
    ['no time', { Timeout: 0 }, 'Timeout has to be a whole number from 1 to 900, not 0.'],
    ['too much time', { Timeout: 901 }, 'Timeout has to be a whole number from 1 to 900, not 901.'],
    ['time in words', { Timeout: 'long' }, 'Timeout has to be a whole number from 1 to 900, not "long".'],
    ['too little memory', { MemorySize: 127 }, 'MemorySize has to be a whole number of at least 128, not 127.'],
    ['less than no processes', { ReservedConcurrentExecutions: -1 }, 'ReservedConcurrentExecutions has to be a whole number of at least 0, not -1.'],
    ['a name that is none', { FunctionName: { a: 1 } }, 'Something in the template is not of the form CloudFormation asks for'],
    ['what functions refuse', { Handler: 'refused' }, 'the handler is refused'],
  ])('fails for %s', async (_name, properties, sentence) => {
    await expect(machine.deployment.deploy(stackOf({ Role: ROLE, Function: functionOf('one', properties) }, {}, {
      asset: key => key === 'packed.jar' ? { file: '/app.jar' } : undefined,
    }))).rejects.toThrow(sentence);
  });
});

describe('AWS::IAM', () => {
  const statement = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  const allowed = (role: string) => ['ivschat:GetRoom', 'ivschat:UpdateRoom', 'ivschat:DeleteRoom', 'ivschat:SendEvent', 'lambda:InvokeFunction']
    .filter(action => machine.iam.authorize(role, { action, resource: '*', context: {} }).allowed);

  test('a role may do what its own, attached and managed policies say, and no longer when they go', async () => {
    const role = (Policies: object[], ManagedPolicyArns: unknown[] = []) => ({ ...ROLE, Properties: { ...ROLE.Properties, Path: '/chat/', Policies, ManagedPolicyArns } });
    const policy = (action: string) => ({ Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'same', PolicyDocument: statement(action), Roles: [{ Ref: 'Role' }] } });
    const managed = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement('ivschat:DeleteRoom'), Roles: [{ Ref: 'Role' }] } };
    const listed = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement('ivschat:SendEvent') } };
    const inline = { PolicyName: 'same', PolicyDocument: statement('ivschat:GetRoom') };

    const { outputs } = await deployed({
      Listed: listed,
      Role: role([inline], [{ Ref: 'Listed' }, 'arn:aws:iam::aws:policy/service-role/AWSLambdaRole']),
      Policy: policy('ivschat:UpdateRoom'),
      Managed: managed,
    }, outputsOf({ arn: { 'Fn::GetAtt': ['Role', 'Arn'] }, id: { 'Fn::GetAtt': ['Role', 'RoleId'] }, name: { Ref: 'Role' } }));
    expect(outputs).toEqual({
      arn: `arn:aws:iam::111122223333:role/chat/${outputs.name}`,
      id: expect.stringMatching(/^AROA[0-9A-Z]{17}$/),
      name: expect.stringMatching(/^Chat-Role-[0-9A-Z]{12}$/),
    });
    expect(allowed(outputs.arn)).toEqual(['ivschat:GetRoom', 'ivschat:UpdateRoom', 'ivschat:DeleteRoom', 'ivschat:SendEvent', 'lambda:InvokeFunction']);

    await deployed({ Role: role([]), Policy: policy('ivschat:SendEvent'), Managed: managed });
    expect(allowed(outputs.arn)).toEqual(['ivschat:DeleteRoom', 'ivschat:SendEvent']);
    await deployed({ Role: role([inline]) });
    expect(allowed(outputs.arn)).toEqual(['ivschat:GetRoom']);
    await machine.deployment.destroy('Chat');
    expect(allowed(outputs.arn)).toEqual([]);
    expect(machine.lines('notice')).toEqual([]);
  });

  test('a RolePolicy is one more policy of its role, until it goes or moves to another', async () => {
    const rolePolicy = (action: string, RoleName: unknown) => ({
      Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'chat', RoleName, PolicyDocument: statement(action) },
    });
    const roles = { One: ROLE, Two: ROLE };
    const outputs = outputsOf({ one: { 'Fn::GetAtt': 'One.Arn' }, two: { 'Fn::GetAtt': 'Two.Arn' } });
    const { outputs: { one, two } } = await deployed({ ...roles, Policy: rolePolicy('ivschat:GetRoom', { Ref: 'One' }) }, outputs);
    expect([allowed(one), allowed(two)]).toEqual([['ivschat:GetRoom'], []]);

    await deployed({ ...roles, Policy: rolePolicy('ivschat:UpdateRoom', { Ref: 'One' }) }, outputs);
    expect([allowed(one), allowed(two)]).toEqual([['ivschat:UpdateRoom'], []]);
    await deployed({ ...roles, Policy: rolePolicy('ivschat:UpdateRoom', { Ref: 'Two' }) }, outputs);
    expect([allowed(one), allowed(two)]).toEqual([[], ['ivschat:UpdateRoom']]);
    await deployed(roles, outputs);
    expect([allowed(one), allowed(two)]).toEqual([[], []]);
    expect(machine.lines('notice')).toEqual([]);
  });

  test('who else a policy is for is said', async () => {
    await deployed({
      Role: ROLE,
      Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement('a:b'), Roles: [{ Ref: 'Role' }], Users: ['ada'], Groups: ['all'] } },
    });
    expect(machine.lines('notice')).toEqual(['Chat: Policy (AWS::IAM::Policy) says Groups, Users, which have no effect here']);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'Allow'],
    ['no statement', { Version: '2012-10-17' }],
    ['an empty list', { Statement: [] }],
    ['a statement that is none', { Statement: [null] }],
    ['another effect', { Statement: { Effect: 'allow', Action: '*', Resource: '*' } }],
  ])('fails for a policy that is %s', async (_what, PolicyDocument) => {
    const sentence = 'A PolicyDocument needs statements, each with an Effect of Allow or Deny.';
    const kinds = {
      Role: { ...ROLE, Properties: { ...ROLE.Properties, Policies: [{ PolicyName: 'p', PolicyDocument }] } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument } },
      RolePolicy: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'p', RoleName: 'r', PolicyDocument } },
      Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } },
    };
    for (const [id, resource] of Object.entries(kinds)) {
      await expect(deployed({ [id]: resource })).rejects.toThrow(`${id} (${resource.Type}): ${sentence}`);
    }
  });

  test('fails for more inline policies than a role may have, and works again without', async () => {
    const policy = (action: string) => ({
      Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement(action), Roles: [{ Ref: 'Role' }] },
    });
    const small = policy('ivschat:GetRoom');
    const outputs = outputsOf({ arn: { 'Fn::GetAtt': 'Role.Arn' } });
    await deployed({ Role: ROLE, Small: small }, outputs);

    await expect(deployed({ Role: ROLE, Small: small, Large: policy(`a:${'b'.repeat(10_100)}`) }, outputs))
      .rejects.toThrow('Maximum policy size of 10240 bytes exceeded for role ');
    const { outputs: { arn } } = await deployed({ Role: ROLE, Small: small, Other: policy(`ivschat:${' '.repeat(10_240)}UpdateRoom`) }, outputs);
    expect(allowed(arn)).toContain('ivschat:GetRoom');
  });

  test('what nobody knows the content of is said', async () => {
    await deployed({
      Role: { ...ROLE, Properties: { ...ROLE.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/Unheard'], PermissionsBoundary: 'arn:aws:iam::aws:policy/Unheard' } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement('a:b'), Roles: ['elsewhere'] } },
    });
    expect(machine.lines('notice').sort()).toEqual([
      'Chat: Policy (AWS::IAM::Policy) is for the role elsewhere, which is not part of this deployment',
      'Chat: Role (AWS::IAM::Role) has a permissions boundary, which is not looked at here',
      'Chat: Role (AWS::IAM::Role) has the managed policy arn:aws:iam::aws:policy/Unheard, whose content is not known here: what it allows is denied',
    ]);
  });
});

test('destinations have names and ARNs', async () => {
  const { outputs } = await deployed({
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/chat' } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' } } },
    Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: { DeliveryStreamName: 'chat' } },
  }, outputsOf({
    group: { 'Fn::GetAtt': ['Group', 'Arn'] },
    bucket: { Ref: 'Bucket' },
    bucketArn: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
    host: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
    stream: { 'Fn::GetAtt': ['Stream', 'Arn'] },
  }));
  expect(outputs).toEqual({
    group: 'arn:aws:logs:us-east-1:111122223333:log-group:/chat:*',
    bucket: expect.stringMatching(/^chat-bucket-[0-9a-z]{12}$/),
    bucketArn: `arn:aws:s3:::${outputs.bucket}`,
    host: `${outputs.bucket}.s3.us-east-1.amazonaws.com`,
    stream: 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat',
  });
  expect(machine.lines('notice')).toEqual([]);
  await expect(machine.deployment.deploy(stackOf({ Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/chat' } } }, {}, { name: 'Twin' })))
    .rejects.toThrow('/chat is already there.');
});

test('every other type is a stand-in that says so', async () => {
  const stack = { Queue: { Type: 'AWS::SQS::Queue' }, Table: { Type: 'AWS::DynamoDB::Table' }, Topic: { Type: 'AWS::SNS::Topic' }, Meta: { Type: 'AWS::CDK::Metadata' } };
  const { outputs } = await deployed(stack, outputsOf({
    queue: { Ref: 'Queue' },
    table: { Ref: 'Table' },
    tableArn: { 'Fn::GetAtt': ['Table', 'Arn'] },
    topic: { Ref: 'Topic' },
    any: { 'Fn::GetAtt': ['Table', 'Anything'] },
    endpoint: { 'Fn::GetAtt': ['Table', 'Endpoint'] },
    id: { 'Fn::GetAtt': ['Table', 'TableUUID'] },
    url: { 'Fn::GetAtt': ['Queue', 'QueueUrl'] },
    name: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
  }));
  expect(outputs).toEqual({
    queue: outputs.url,
    table: expect.stringMatching(/^Chat-Table-[0-9A-Z]{12}$/),
    tableArn: `arn:aws:dynamodb:us-east-1:111122223333:table/${outputs.table}`,
    topic: expect.stringMatching(/^arn:aws:sns:us-east-1:111122223333:Chat-Topic-/),
    any: expect.stringMatching(/^Anything-[0-9A-Z]{12}$/),
    endpoint: `${outputs.table.toLowerCase()}.dynamodb.invalid`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: expect.stringMatching(/^https:\/\/chat-queue-[0-9a-z]{12}\.sqs\.invalid\/$/),
    name: expect.stringMatching(/^Chat-Queue-[0-9A-Z]{12}$/),
  });
  expect(machine.lines('notice').sort()).toEqual(['Queue (AWS::SQS::Queue)', 'Table (AWS::DynamoDB::Table)', 'Topic (AWS::SNS::Topic)']
    .map(it => `Chat: ${it} is a stand-in: it can be referred to, and does nothing here`));
});
