import { App, CfnParameter, Duration, Fn, NestedStack, Stack, Stage, Token } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  ChatAttribute, ChatAuthentication, ChatBans, ChatRole, ChatRoom, ChatTokenEndpoint, type ChatTokenEndpointProps, ClaimMatch, MessageReviewHandler,
} from '../../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const ROOM_ID = 'AbCdEfGhIjKl';
const ADMISSION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:admission';
const authentication = ChatAuthentication.oidc({ issuer: 'https://login.example.com', audience: ['chat'] });
const STAFF = ClaimMatch.contains('groups', 'staff');

function newFunction(scope: Construct, id = 'Function', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'), ...props,
  });
}

function newEndpoint(scope: Construct, props: Partial<ChatTokenEndpointProps> = {}, id = 'Tokens'): ChatTokenEndpoint {
  const rooms = props.admission ? undefined : [props.rooms ? undefined : ChatRoom.fromRoomId(scope, `${id}Room`, ROOM_ID)].filter(room => room !== undefined);
  return new ChatTokenEndpoint(scope, id, { rooms, authentication, ...props });
}

/** The functions of token endpoints in a template, by logical ID. */
function endpointsOf(template: any): [string, any][] {
  return Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).filter(([, { Properties }]) => Properties.Handler === 'token-endpoint/index.handler');
}

/** The settings of the only token endpoint of a template. References are written as `<LogicalId.Attribute>`. */
function settingsOf(template: any): any {
  const [[, { Properties }]] = endpointsOf(template);
  const value = Properties.Environment.Variables.TOKEN_ENDPOINT;
  return JSON.parse(written(value));
}

function written(value: any): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries<any>(value);
  if (name === 'Fn::Join') return argument[1].map(written).join(argument[0]);
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt') return `<${argument.join('.')}>`;
  return `<${name} ${JSON.stringify(argument).replaceAll('"', '\'')}>`;
}

function rolePolicyOf(template: any): any[] {
  const [[, { Properties }]] = endpointsOf(template);
  const [role] = Properties.Role['Fn::GetAtt'];
  const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter(policy => policy.Properties.Roles.some((each: any) => each.Ref === role));
  expect(policies).toHaveLength(1);
  return policies[0].Properties.PolicyDocument.Statement;
}

const logStatement = expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TokensLog/), 'Arn'] } });

describe('the function', () => {
  test('is small, has a log group of a month, and depends on its permissions', () => {
    const stack = newStack();
    newEndpoint(stack);

    const template = templateOf(stack).toJSON();
    const [[, fn]] = endpointsOf(template);
    expect(fn.Properties).toMatchObject({ Architectures: ['arm64'], MemorySize: 256, Runtime: 'nodejs24.x', Timeout: 15, Description: 'Issues chat tokens' });
    expect(fn.Properties.ReservedConcurrentExecutions).toBeUndefined();
    expect(template.Resources[fn.Properties.LoggingConfig.LogGroup.Ref].Properties).toEqual({ RetentionInDays: 30 });
    expect(template.Resources[fn.DependsOn.find((id: string) => template.Resources[id].Type === 'AWS::IAM::Policy')].Properties.Roles)
      .toEqual([{ Ref: fn.Properties.Role['Fn::GetAtt'][0] }]);
  });

  test('has one log group if the app lets the CDK create log groups', () => {
    const app = new App({ context: { '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true } });
    const stack = new Stack(app, 'Stack');
    newEndpoint(stack);

    templateOf(stack).resourceCountIs('AWS::Logs::LogGroup', 1);
  });

  test('can create tokens for its rooms and write its log, nothing else', () => {
    const stack = newStack();
    newEndpoint(stack, { rooms: [new ChatRoom(stack, 'Lobby'), new ChatRoom(stack, 'Backstage')] });

    expect(rolePolicyOf(templateOf(stack).toJSON())).toEqual([
      logStatement,
      allow('ivschat:CreateChatToken', [
        { 'Fn::GetAtt': [expect.stringMatching(/^Lobby/), 'Arn'] }, { 'Fn::GetAtt': [expect.stringMatching(/^Backstage/), 'Arn'] },
      ]),
    ]);
  });

  test('can read bans, and invoke the functions of bans and admission', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    newEndpoint(stack, { rooms: [new ChatRoom(stack, 'Lobby')], bans: new ChatBans(stack, 'Bans', { encryptionKey }), admission: newFunction(stack, 'Admission') });

    expect(rolePolicyOf(templateOf(stack).toJSON())).toEqual([
      logStatement,
      allow('ivschat:CreateChatToken', { 'Fn::GetAtt': [expect.stringMatching(/^Lobby/), 'Arn'] }),
      allow('dynamodb:BatchGetItem', { 'Fn::GetAtt': [expect.stringMatching(/^BansTable/), 'Arn'] }),
      allow('lambda:InvokeFunction', [
        { 'Fn::GetAtt': [expect.stringMatching(/^BansFunction/), 'Arn'] }, { 'Fn::GetAtt': [expect.stringMatching(/^Admission/), 'Arn'] },
      ]),
      allow('kms:Decrypt', { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] }),
    ]);
  });

  test('can create tokens for all rooms of the account and region if only the admission function decides', () => {
    const stack = newStack(ENV);
    newEndpoint(stack, { admission: lambda.Function.fromFunctionArn(stack, 'Admission', ADMISSION_ARN) });

    const template = templateOf(stack).toJSON();
    expect(rolePolicyOf(template)).toEqual([
      logStatement,
      allow('ivschat:CreateChatToken', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:room/*']] }),
      allow('lambda:InvokeFunction', ADMISSION_ARN),
    ]);
    expect(settingsOf(template)).toMatchObject({ admissionFunctionArn: ADMISSION_ARN });
    expect(settingsOf(template)).not.toHaveProperty('roomIds');
  });

  test('can be limited to a number of concurrent requests', () => {
    const stack = newStack();
    newEndpoint(stack, { reservedConcurrentExecutions: 20 });

    templateOf(stack).hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 20 });
  });

  test('has metrics with its name', () => {
    const stack = newStack();
    const endpoint = newEndpoint(stack);

    for (const [metric, metricName] of [[endpoint.metricRefused(), 'Refused'], [endpoint.metricThrottled(), 'Throttled'], [endpoint.metricFailed(), 'Failed']] as const) {
      expect(metric).toMatchObject({ namespace: 'cdk-ivschat', metricName, statistic: 'Sum', dimensions: { FunctionName: endpoint.function.functionName } });
      expect(metric.period.toSeconds()).toBe(300);
    }
    expect(endpoint.metricFailed({ period: Duration.minutes(1) }).period.toSeconds()).toBe(60);
    expect(errorOf(() => endpoint.metricFailed({ period: 60 } as any))?.code).toBe('DurationExpected');
  });
});

describe('the settings', () => {
  test('are complete', () => {
    const stack = newStack(ENV);
    newEndpoint(stack, {
      rooms: [ChatRoom.fromRoomId(stack, 'Room', ROOM_ID)],
      admission: lambda.Function.fromFunctionArn(stack, 'Admission', ADMISSION_ARN),
      userIdClaim: 'oid',
      userIdPrefix: 'staff:',
      roles: [ChatRole.moderator({ allRooms: true }).when(ClaimMatch.allOf(STAFF, ClaimMatch.scope('chat:moderate'))), ChatRole.moderator().when(STAFF)],
      defaultRole: ChatRole.viewer(),
      anonymous: ChatRole.viewer(),
      attributes: { displayName: ChatAttribute.fromClaim('name'), color: ChatAttribute.fromRequest('color', { maxLength: 7 }) },
      sessionDuration: Duration.hours(3),
      bans: ChatBans.fromChatBansAttributes(stack, 'Bans', {
        tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans', functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Bans',
      }),
    });

    expect(settingsOf(templateOf(stack).toJSON())).toEqual({
      roomIds: [ROOM_ID],
      admissionFunctionArn: ADMISSION_ARN,
      authentication: { type: 'jwt', issuer: 'https://login.example.com', audience: ['chat'] },
      userIdClaim: 'oid',
      userIdPrefix: 'staff:',
      roles: [
        { role: 'moderator', allRooms: true, when: { allOf: [{ claim: 'groups', contains: 'staff' }, { scope: 'chat:moderate' }] } },
        { role: 'moderator', when: { claim: 'groups', contains: 'staff' } },
      ],
      defaultRole: { role: 'viewer' },
      anonymousRole: { role: 'viewer' },
      attributes: { displayName: { claim: 'name', maxLength: 64 }, color: { request: 'color', maxLength: 7 } },
      sessionMinutes: 180,
      bans: { tableName: 'Bans', functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Bans' },
    });
  });

  test('have secure defaults', () => {
    const stack = newStack();
    newEndpoint(stack);

    expect(settingsOf(templateOf(stack).toJSON())).toEqual({
      roomIds: [ROOM_ID],
      authentication: { type: 'jwt', issuer: 'https://login.example.com', audience: ['chat'] },
      userIdClaim: 'sub',
      roles: [],
      defaultRole: { role: 'participant' },
      anonymousRole: { role: 'refused' },
      attributes: {},
      sessionMinutes: 60,
    });
  });

  const rooms: [string, (stack: Stack) => IRoomRef, string | RegExp][] = [
    ['a room of the stack', stack => new ChatRoom(stack, 'Room'), /^<Room\w+\.Id>$/],
    ['an L1 room', stack => new CfnRoom(stack, 'Room'), '<Room.Id>'],
    ['an import by ID', stack => ChatRoom.fromRoomId(stack, 'Room', ROOM_ID), ROOM_ID],
    ['an import by ARN', stack => ChatRoom.fromRoomArn(stack, 'Room', `arn:aws:ivschat:us-east-1:111122223333:room/${ROOM_ID}`), ROOM_ID],
    ['an import by an ID known at deployment', stack => ChatRoom.fromRoomId(stack, 'Room', new CfnParameter(stack, 'Id').valueAsString), '<Id>'],
    ['an import by an export', stack => ChatRoom.fromRoomArn(stack, 'Room', Fn.importValue('RoomArn')), /Fn::Select.*RoomArn/],
    ['a room of another stack', stack => new ChatRoom(new Stack(stack.node.root, 'Other'), 'Room'), /Fn::Select.*Other:ExportsOutputFnGetAttRoom\w+Arn/],
    ['a room of a nested stack', stack => new ChatRoom(new NestedStack(stack, 'Nested'), 'Room'), /Fn::Select.*Nested/],
  ];

  test.each(rooms)('contain the ID of %s', (_, create, expected) => {
    const stack = newStack();
    newEndpoint(stack, { rooms: [create(stack)] });

    const { roomIds } = settingsOf(templatesOf(stack.node.root as App)['Stack.template.json']);
    expect(roomIds).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  test('need one export of a room in another stack', () => {
    const app = new App();
    const room = new ChatRoom(new Stack(app, 'Rooms'), 'Room');
    newEndpoint(new Stack(app, 'Endpoint'), { rooms: [room] });

    expect(Object.keys(templatesOf(app)['Rooms.template.json'].Outputs)).toEqual([expect.stringMatching(/^ExportsOutputFnGetAttRoom\w+Arn/)]);
  });

  test('contain a room once', () => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room');
    newEndpoint(stack, { rooms: [room, room] });

    const template = templateOf(stack).toJSON();
    expect(settingsOf(template).roomIds).toHaveLength(1);
    expect(rolePolicyOf(template)[1].Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Room/), 'Arn'] });
  });

  test('contain the table and the function of bans in another stack', () => {
    const app = new App();
    const bans = new ChatBans(new Stack(app, 'Bans'), 'Bans');
    newEndpoint(new Stack(app, 'Endpoint'), { bans });

    const templates = templatesOf(app);
    expect(settingsOf(templates['Endpoint.template.json']).bans).toEqual({
      tableName: expect.stringMatching(/Fn::Select.*Bans:ExportsOutputFnGetAttBansTable\w+Arn/), functionArn: expect.stringMatching(/Bans:ExportsOutputFnGetAttBansFunction\w+Arn/),
    });
    expect(Object.keys(templates['Bans.template.json'].Outputs)).toHaveLength(2);
  });

  test('fit into the environment with the largest number of rooms', () => {
    const stack = newStack();
    newEndpoint(stack, { rooms: roomsOf(stack, 140), bans: new ChatBans(stack, 'Bans'), admission: newFunction(stack) });

    const { roomIds, ...others } = settingsOf(templateOf(stack).toJSON());
    expect(roomIds).toHaveLength(140);
    expect(140 * '"AbCdEfGhIjKl",'.length + JSON.stringify(others).length).toBeLessThan(3_000);
  });
});

function roomsOf(scope: Construct, count: number): ChatRoom[] {
  return Array.from({ length: count }, (_, index) => new ChatRoom(scope, `Room${index}`));
}

describe('140 rooms', () => {
  /** The longest values at deployment, in the region with the longest name. */
  function deployed(value: any): any {
    if (Array.isArray(value)) return value.map(deployed);
    if (typeof value !== 'object' || value === null) return value;
    if (value['Fn::GetAtt']?.[1] !== undefined) return longestArn(value['Fn::GetAtt'][0]);
    if (value.Ref !== undefined) return value.Ref;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner)]));
  }

  function longestArn(logicalId: string): string {
    const environment = 'ap-northeast-1:111122223333';
    if (logicalId.startsWith('Room')) return `arn:aws:ivschat:${environment}:room/${ROOM_ID}`;
    if (logicalId.includes('Table')) return `arn:aws:dynamodb:${environment}:table/${'x'.repeat(255)}`;
    if (logicalId.includes('Log')) return `arn:aws:logs:${environment}:log-group:${'x'.repeat(128)}:*`;
    if (logicalId.startsWith('Key')) return `arn:aws:kms:${environment}:key/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f`;
    return `arn:aws:lambda:${environment}:function:${'x'.repeat(64)}`;
  }

  test('fit into the policies of a role', () => {
    const stack = newStack();
    newEndpoint(stack, { rooms: roomsOf(stack, 140), admission: newFunction(stack, 'Admission'), bans: new ChatBans(stack, 'Bans', { encryptionKey: new kms.Key(stack, 'Key') }) });

    const document = { Statement: rolePolicyOf(templateOf(stack).toJSON()), Version: '2012-10-17' };
    const { length } = JSON.stringify(deployed(document));
    expect(length).toBeGreaterThan(9_500);
    expect(length).toBeLessThanOrEqual(10_240);
  });

  test('are the most', () => {
    const stack = newStack();

    expect(errorOf(() => newEndpoint(stack, { rooms: roomsOf(stack, 141) }))).toEqual({
      code: 'TooManyRooms',
      message: 'rooms must have at most 140 elements, got 141: divide the rooms between several constructs, because more do not fit into the policies of one role',
    });
  });
});

describe('the URL', () => {
  test('is public, for the function verifies tokens itself', () => {
    const stack = newStack();
    const endpoint = newEndpoint(stack);

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Url', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE', Cors: Match.absent() });
    const [id] = Object.keys(template.findResources('AWS::Lambda::Url'));
    expect(stack.resolve(endpoint.url)).toEqual({ 'Fn::GetAtt': [id, 'FunctionUrl'] });
  });

  // Since October 2025, Lambda requires both.
  test('can be invoked by everyone, but the function only through the URL', () => {
    const stack = newStack();
    newEndpoint(stack);

    const permissions = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Permission'));
    const FunctionName = { 'Fn::GetAtt': [expect.stringMatching(/^TokensFunction/), 'Arn'] };
    expect(permissions.map(({ Properties }) => Properties)).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', FunctionName, FunctionUrlAuthType: 'NONE', Principal: '*' },
      { Action: 'lambda:InvokeFunction', FunctionName, InvokedViaFunctionUrl: true, Principal: '*' },
    ]);
  });

  test('allows the named origins', () => {
    const stack = newStack();
    newEndpoint(stack, { allowedOrigins: ['https://app.example.com', 'http://localhost:3000'] });

    templateOf(stack).hasResourceProperties('AWS::Lambda::Url', {
      Cors: {
        AllowCredentials: Match.absent(),
        AllowHeaders: ['authorization', 'content-type'],
        AllowMethods: ['POST'],
        AllowOrigins: ['https://app.example.com', 'http://localhost:3000'],
        ExposeHeaders: ['retry-after'],
        MaxAge: 86_400,
      },
    });
  });

  test('requires a signature with IAM authentication', () => {
    const stack = newStack();
    newEndpoint(stack, { authentication: ChatAuthentication.iam(), allowedOrigins: ['https://app.example.com'] });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    template.hasResourceProperties('AWS::Lambda::Url', {
      AuthType: 'AWS_IAM',
      Cors: { AllowHeaders: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'] },
    });
    expect(settingsOf(template.toJSON()).authentication).toEqual({ type: 'iam' });
  });

  test('can be granted, without permission to invoke the function with any identity', () => {
    const stack = newStack();
    const endpoint = newEndpoint(stack, { authentication: ChatAuthentication.iam() });
    const role = new iam.Role(stack, 'Machine', { assumedBy: new iam.AccountRootPrincipal() });
    expect(endpoint.grantInvokeUrl(role).success).toBe(true);

    const template = templateOf(stack).toJSON();
    const policy = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).find(({ Properties }) => Properties.Roles[0].Ref.startsWith('Machine'));
    const Resource = { 'Fn::GetAtt': [endpointsOf(template)[0][0], 'Arn'] };
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }, Effect: 'Allow', Resource },
      { Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }, Effect: 'Allow', Resource },
    ]);
  });

  test('does not exist with functionUrl: false', () => {
    const stack = newStack();
    const endpoint = newEndpoint(stack, { functionUrl: false });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Url', 0);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    for (const call of [() => endpoint.url, () => endpoint.grantInvokeUrl(new iam.ServicePrincipal('ec2.amazonaws.com'))]) {
      expect(errorOf(call)).toEqual({
        code: 'UrlNotAvailable',
        message: 'functionUrl must be true to use the URL, got false: use the URL of the API in front of the function, or omit functionUrl',
      });
    }
  });
});

describe('fails', () => {
  const invalid: [string, Partial<Record<keyof ChatTokenEndpointProps, unknown>>, string, string][] = [
    ['neither rooms nor admission', { rooms: undefined }, 'NoRooms',
      'rooms must be set if admission is not set, got neither: pass the rooms, or a function that decides who can enter rooms created at runtime'],
    ['no rooms', { rooms: [] }, 'ListIsEmpty', 'rooms must have at least one element, got an empty list: pass for example room'],
    ['userIdClaim name', { userIdClaim: 'name' }, 'UserIdClaimIsWritable',
      'userIdClaim must be a claim that users cannot change, got "name", with which a user could pretend to be another one: omit the property, and pass the claim in attributes'],
    ['an empty userIdClaim', { userIdClaim: '' }, 'StringIsEmpty', 'userIdClaim must have at least one character, got an empty string: pass the name of a claim, or omit the property'],
    ['a prefix of anonymous users', { userIdPrefix: 'anonymous:' }, 'UserIdPrefixInvalid',
      'userIdPrefix must have at most 64 characters and must not start with "anonymous:", got "anonymous:": choose another prefix'],
    ['a prefix of 65 characters', { userIdPrefix: 'x'.repeat(65) }, 'UserIdPrefixInvalid',
      `userIdPrefix must have at most 64 characters and must not start with "anonymous:", got "${'x'.repeat(65)}": choose another prefix`],
    ['anonymous moderators', { anonymous: ChatRole.moderator() }, 'AnonymousModerator',
      'anonymous must be ChatRole.participant(), viewer() or refused(), got ChatRole.moderator(): moderators must sign in'],
    ['anonymous users without a signature', { authentication: ChatAuthentication.iam(), anonymous: ChatRole.viewer() }, 'AnonymousWithSignedRequests',
      'anonymous must be ChatRole.refused() with ChatAuthentication.iam(), which refuses requests without a signature, got ChatRole.viewer(): omit the property'],
    ...[ChatRole.viewer(), ChatRole.refused()].map((role): typeof invalid[number] => [
      `two rules for ${role.roleName}`, { roles: [role.when(STAFF), role.when(ClaimMatch.equalTo('plan', 'free'))] }, 'RoleRepeated',
      `roles must have at most one rule for the role ${role.roleName}, got 2: combine their conditions with ClaimMatch.anyOf()`,
    ]),
    ['the attribute role', { attributes: { role: ChatAttribute.fromClaim('role') } }, 'AttributeNameInvalid',
      'attributes must have names other than "role", which the endpoint writes itself, and the empty string, got "role": rename the attribute'],
    ['attributes of 1,025 bytes', { attributes: { a: ChatAttribute.fromClaim('a', { maxLength: 996 }) } }, 'AttributesTooLarge',
      'attributes must fit into 1024 bytes as JSON, including the attribute role and values of maxLength, got 1025: reduce maxLength, or remove an attribute'],
    ...[Duration.minutes(0), Duration.seconds(90), Duration.minutes(181), Duration.millis(60_001)].map((sessionDuration): typeof invalid[number] => [
      `a session of ${sessionDuration.toMilliseconds()} ms`, { sessionDuration }, 'SessionDurationOutOfRange',
      `sessionDuration must be a whole number of minutes from 1 to 180, got ${sessionDuration.toHumanString()}: choose a duration in that range`,
    ]),
    ['a session known at deployment', { sessionDuration: Duration.minutes(Token.asNumber({ Ref: 'Minutes' })) }, 'SessionDurationOutOfRange',
      'sessionDuration must be a whole number of minutes from 1 to 180, got a token: choose a duration in that range'],
    ...['https://app.example.com/', 'https://app.example.com/chat', 'https://App.example.com', 'app.example.com', 'https://app.example.com:443', 'https://*.example.com/', 'ftp://app.example.com', 'null', 'https://app.example.com, https://b.example.com']
      .map((origin): typeof invalid[number] => [
        `the origin ${origin}`, { allowedOrigins: [origin] }, 'OriginInvalid',
        `allowedOrigins must contain origins as browsers send them, such as "https://app.example.com", got "${origin}": pass the scheme, the host in lower case and, if it is not the default, the port, without a path`,
      ]),
    ['no origins', { allowedOrigins: [] }, 'ListIsEmpty', 'allowedOrigins must have at least one element, got an empty list: pass for example \'https://app.example.com\''],
    ['origins without a URL', { allowedOrigins: ['https://app.example.com'], functionUrl: false }, 'OriginsWithoutUrl',
      'allowedOrigins must not be set with functionUrl: false, got a list: set the origins on the API in front of the function instead'],
    ['a concurrency below 0', { reservedConcurrentExecutions: -1 }, 'NumberOutOfRange',
      'reservedConcurrentExecutions must be a whole number from 0 to 9007199254740991, got -1: choose a number in that range'],
  ];

  test.each(invalid)('for %s', (_, props, code, message) => {
    const stack = newStack();
    const rooms = [ChatRoom.fromRoomId(stack, 'Room', ROOM_ID)];

    expect(errorOf(() => new ChatTokenEndpoint(stack, 'Tokens', { rooms, authentication, ...props } as ChatTokenEndpointProps))).toEqual({ code, message });
  });

  test.each([
    ['the longest attributes', { attributes: { a: ChatAttribute.fromClaim('a', { maxLength: 995 }) } }],
    ['the shortest session', { sessionDuration: Duration.minutes(1) }],
    ['the longest prefix', { userIdPrefix: 'x'.repeat(64) }],
    ['several rules for moderators', { roles: [ChatRole.moderator({ allRooms: true }).when(STAFF), ChatRole.moderator().when(ClaimMatch.equalTo('plan', 'pro'))] }],
    ['an email address as user ID', { userIdClaim: 'email' }],
    ['no roles and attributes', { roles: [], attributes: {} }],
    ['a concurrency of 0', { reservedConcurrentExecutions: 0 }],
  ])('not for %s', (_, props) => {
    const stack = newStack();

    newEndpoint(stack, props);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(['name', 'nickname', 'given_name', 'family_name', 'middle_name', 'preferred_username', 'profile', 'picture', 'website', 'gender', 'birthdate',
    'zoneinfo', 'locale', 'phone_number', 'address', 'updated_at'])('for the user ID from %s', userIdClaim => {
    expect(errorOf(() => newEndpoint(newStack(), { userIdClaim }))?.code).toBe('UserIdClaimIsWritable');
  });

  test.each([
    ['directly', ClaimMatch.scope('chat:moderate')],
    ['in allOf()', ClaimMatch.allOf(STAFF, ClaimMatch.scope('chat:moderate'))],
    ['in anyOf()', ClaimMatch.anyOf(STAFF, ClaimMatch.allOf(ClaimMatch.scope('chat:moderate')))],
  ])('for a scope with a user pool, %s', (_, match) => {
    const stack = newStack();

    expect(errorOf(() => newEndpoint(stack, { authentication: userPoolOf(stack), roles: [ChatRole.moderator().when(match)] }))).toEqual({
      code: 'ScopeWithUserPool',
      message: 'roles must not compare scopes with ChatAuthentication.userPool(), whose ID tokens have none, got ClaimMatch.scope() for moderator: use ClaimMatch.contains(\'cognito:groups\', \'staff\')',
    });
  });

  test('for settings that do not fit into the environment', () => {
    const roles = Array.from({ length: 40 }, (_, index) => ChatRole.moderator().when(ClaimMatch.equalTo(`https://example.com/claims/${index}`, 'x'.repeat(40))));

    expect(errorOf(() => newEndpoint(newStack(), { roles }))).toEqual({
      code: 'SettingsTooLarge',
      message: expect.stringMatching(/^props must fit into the environment variables of a function, 4096 bytes, got about \d{4}: pass fewer rooms, roles or attributes, or shorter names and values$/),
    });
  });

  test('for settings of more than 4,096 bytes, but not of 4,096', () => {
    const endpointWith = (length: number) => {
      const stack = newStack();
      newEndpoint(stack, { roles: [ChatRole.moderator().when(ClaimMatch.equalTo('a', 'x'.repeat(length)))] });
      const [[, { Properties }]] = endpointsOf(templateOf(stack).toJSON());
      return 'TOKEN_ENDPOINT'.length + Properties.Environment.Variables.TOKEN_ENDPOINT.length;
    };
    const rest = 4_096 - endpointWith(1) + 1;

    expect(endpointWith(rest)).toBe(4_096);
    expect(errorOf(() => endpointWith(rest + 1))?.code).toBe('SettingsTooLarge');
  });

  test.each([
    ['rooms', (stack: Stack) => ({ rooms: [ChatRoom.fromRoomArn(stack, 'Other', `arn:aws:ivschat:eu-west-1:111122223333:room/${ROOM_ID}`)] }), 'rooms[0]'],
    ['admission', (stack: Stack) => ({ admission: lambda.Function.fromFunctionArn(stack, 'Other', ADMISSION_ARN.replace('us-east-1', 'eu-west-1')) }), 'admission'],
    ['bans', (stack: Stack) => ({
      bans: ChatBans.fromChatBansAttributes(stack, 'Other', {
        tableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Bans', functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:Bans',
      }),
    }), 'bans'],
  ])('for %s in another region', (_, propsOf, property) => {
    const stack = newStack(ENV);

    expect(errorOf(() => newEndpoint(stack, propsOf(stack)))?.message)
      .toBe(`${property} must be in the same account and region as this construct, got region eu-west-1 instead of us-east-1: use one in region us-east-1`);
  });

  test.each<[string, (stack: Stack) => Pick<ChatTokenEndpointProps, 'admission' | 'rooms'>, string]>([
    ['a room', stack => ({ rooms: [new ChatRoom(stack, 'Lobby'), new ChatRoom(stack, 'Backstage')] }), 'Stack/Backstage/Resource'],
    ['an imported room', stack => ({ rooms: [ChatRoom.fromRoomId(stack, 'Imported', ROOM_ID)] }), `"${ROOM_ID}"`],
    ['rooms created at runtime', stack => ({ admission: newFunction(stack) }), 'rooms created at runtime'],
  ])('for %s that its bans do not include', (_, propsOf, missing) => {
    const stack = newStack();
    const props = propsOf(stack);
    const bans = new ChatBans(stack, 'Bans', { rooms: [props.rooms?.[0] instanceof ChatRoom ? props.rooms[0] : new ChatRoom(stack, 'Lobby')] });

    expect(errorOf(() => newEndpoint(stack, { ...props, bans }))).toEqual({
      code: 'RoomNotInBans',
      message: `bans must be able to disconnect users from all rooms of the endpoint, got ChatBans whose property rooms does not contain ${missing}: add the rooms to that property, or omit it`,
    });
  });

  test('not for rooms that its bans include, also in another stack', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new Stack(app, id));
    const rooms = [new ChatRoom(one, 'Lobby'), ChatRoom.fromRoomId(one, 'Imported', ROOM_ID)];
    const bans = new ChatBans(one, 'Bans', { rooms });
    newEndpoint(two, { rooms: [rooms[0], ChatRoom.fromRoomId(two, 'Imported', ROOM_ID)], bans });

    expect(Object.keys(templatesOf(app))).toHaveLength(2);
  });

  test.each<[keyof ChatTokenEndpointProps, unknown, string, string]>([
    ['rooms', 'lobby', 'ListExpected', 'rooms must be a list, got "lobby": pass for example [room]'],
    ['rooms', ['lobby'], 'RoomExpected', 'rooms[0] must be a chat room, got "lobby": pass the construct'],
    ['authentication', { issuer: 'https://login.example.com' }, 'TypeExpected', 'authentication must be a ChatAuthentication, got an object: pass for example ChatAuthentication.userPool(userPool, { userPoolClients: [client] })'],
    ['authentication', undefined, 'TypeExpected', 'authentication must be a ChatAuthentication, got undefined'],
    ['admission', ADMISSION_ARN, 'TypeExpected', `admission must be a Lambda function, an alias or a version, got "${ADMISSION_ARN}"`],
    ['userIdClaim', 7, 'StringExpected', 'userIdClaim must be a string, got 7'],
    ['userIdPrefix', '', 'StringIsEmpty', 'userIdPrefix must have at least one character'],
    ['roles', ChatRole.moderator(), 'RolesExpected', 'roles must be a list of rules, got a ChatRole: pass for example [ChatRole.moderator().when(ClaimMatch.contains(\'cognito:groups\', \'staff\'))]'],
    ['roles', [ChatRole.moderator()], 'TypeExpected', 'roles[0] must be a rule, got a ChatRole'],
    ['defaultRole', 'viewer', 'TypeExpected', 'defaultRole must be a ChatRole, got "viewer": pass for example ChatRole.viewer()'],
    ['anonymous', 'viewer', 'TypeExpected', 'anonymous must be a ChatRole, got "viewer"'],
    ['attributes', ['displayName'], 'MapExpected', 'attributes must be an object, got a list: pass for example { displayName: ChatAttribute.fromClaim(\'name\') }'],
    ['attributes', { displayName: 'name' }, 'TypeExpected', 'attributes["displayName"] must be a ChatAttribute, got "name"'],
    ['attributes', { '': ChatAttribute.fromClaim('name') }, 'AttributeNameInvalid', 'attributes must have names other than'],
    ['sessionDuration', 60, 'TypeExpected', 'sessionDuration must be a Duration, got 60: pass for example Duration.minutes(60)'],
    ['bans', 'Bans', 'TypeExpected', 'bans must be a ChatBans, got "Bans": pass for example new ChatBans(this, \'Bans\')'],
    ['allowedOrigins', 'https://app.example.com', 'ListExpected', 'allowedOrigins must be a list, got "https://app.example.com"'],
    ['allowedOrigins', [7], 'StringExpected', 'allowedOrigins[0] must be a string, got 7'],
    ['functionUrl', 'no', 'BooleanExpected', 'functionUrl must be true or false, got "no"'],
    ['reservedConcurrentExecutions', '20', 'NumberOutOfRange', 'reservedConcurrentExecutions must be a whole number from 0 to'],
  ])('for %s %p, as JavaScript can pass it', (property, value, code, message) => {
    const stack = newStack();
    const rooms = [ChatRoom.fromRoomId(stack, 'Room', ROOM_ID)];
    const error = errorOf(() => new ChatTokenEndpoint(stack, 'Tokens', { rooms, authentication, [property]: value } as unknown as ChatTokenEndpointProps));

    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  test('without properties, and creates nothing', () => {
    const stack = newStack();

    expect(errorOf(() => new ChatTokenEndpoint(stack, 'Tokens', undefined as any))?.code).toBe('PropsExpected');
    expect(errorOf(() => newEndpoint(stack, { sessionDuration: Duration.days(1) }, 'Others'))?.code).toBe('SessionDurationOutOfRange');
    templateOf(stack).templateMatches({ Resources: Match.absent() });
  });
});

function userPoolOf(scope: Construct): ChatAuthentication {
  return ChatAuthentication.userPool(UserPool.fromUserPoolId(scope, 'Pool', 'us-east-1_AbCdEfGhI'), {
    userPoolClients: [UserPoolClient.fromUserPoolClientId(scope, 'Client', 'client')],
  });
}

describe('warns', () => {
  test('of anonymous participants, but not of anonymous viewers', () => {
    const stack = newStack();
    newEndpoint(stack, { anonymous: ChatRole.participant() });

    expect(warningsOf(stack)).toEqual([['/Stack/Tokens', expect.stringContaining('Anonymous users can send messages, with a new user ID for each chat token.')]]);
    expect(warningsOf(stack)[0][1]).toContain('[ack: cdk-ivschat:anonymousParticipants]');
  });

  test('of any origin', () => {
    const stack = newStack();
    newEndpoint(stack, { allowedOrigins: ['*'] });

    expect(warningsOf(stack)).toEqual([['/Stack/Tokens', expect.stringContaining('allowedOrigins contains "*"')]]);
  });

  test('of a user ID from a custom attribute of a user pool, but not of another provider', () => {
    const stack = newStack();
    newEndpoint(stack, { authentication: userPoolOf(stack), userIdClaim: 'custom:employee' });
    newEndpoint(stack, { userIdClaim: 'custom:employee', userIdPrefix: 'x' }, 'Others');

    expect(warningsOf(stack)).toEqual([['/Stack/Tokens', expect.stringContaining('userIdClaim is custom:employee, which users of the user pool can change')]]);
  });

  test.each([
    ['a nickname', ClaimMatch.equalTo('nickname', 'admin'), 'nickname'],
    ['an email address', ClaimMatch.equalTo('email', 'a@example.com'), 'email'],
    ['an email address that need not be verified', ClaimMatch.anyOf(ClaimMatch.equalTo('email', 'a@example.com'), ClaimMatch.equalTo('email_verified', 'true')), 'email'],
    ['an email address that is not verified', ClaimMatch.allOf(ClaimMatch.equalTo('email', 'a@example.com'), ClaimMatch.equalTo('email_verified', 'false')), 'email'],
    ['several claims', ClaimMatch.anyOf(STAFF, ClaimMatch.contains('profile', 'x'), ClaimMatch.allOf(ClaimMatch.equalTo('name', 'x'))), 'profile, name'],
  ])('of a role by %s', (_, match, claims) => {
    const stack = newStack();
    newEndpoint(stack, { roles: [ChatRole.moderator().when(match)] });

    expect(warningsOf(stack)).toEqual([['/Stack/Tokens', expect.stringContaining(`The role moderator depends on ${claims}, which users can usually change themselves.`)]]);
  });

  test.each([
    ['a group', STAFF],
    ['a scope', ClaimMatch.scope('chat')],
    ['a verified email address', ClaimMatch.allOf(ClaimMatch.equalTo('email', 'a@example.com'), ClaimMatch.equalTo('email_verified', 'true'))],
    ['a custom claim', ClaimMatch.equalTo('custom:level', '3')],
  ])('not of a role by %s', (_, match) => {
    const stack = newStack();
    newEndpoint(stack, { roles: [ChatRole.moderator().when(match)] });

    expect(warningsOf(stack)).toEqual([]);
  });

  test('of a role by a custom attribute of a user pool', () => {
    const stack = newStack();
    newEndpoint(stack, { authentication: userPoolOf(stack), roles: [ChatRole.moderator().when(ClaimMatch.equalTo('custom:level', '3'))] });

    expect(warningsOf(stack)).toEqual([['/Stack/Tokens', expect.stringContaining('The role moderator depends on custom:level')]]);
  });

  test('of a region without the service', () => {
    const stack = newStack({ region: 'eu-north-1' });
    newEndpoint(stack);

    expect(warningsOf(stack)).toEqual([['/Stack', expect.stringContaining('not known to be available in eu-north-1')]]);
  });
});

describe('two endpoints', () => {
  const other = ChatAuthentication.oidc({ issuer: 'https://other.example.com', audience: ['chat'] });
  const sameRoom = (stack: Stack, id: string) => ({ rooms: [ChatRoom.fromRoomId(stack, id, ROOM_ID)] });

  test.each<[string, (stack: Stack) => Partial<ChatTokenEndpointProps>, (stack: Stack) => Partial<ChatTokenEndpointProps>]>([
    ['two issuers and an imported room', stack => sameRoom(stack, 'A'), stack => ({ ...sameRoom(stack, 'B'), authentication: other })],
    ['an issuer and IAM', stack => sameRoom(stack, 'A'), stack => ({ ...sameRoom(stack, 'B'), authentication: ChatAuthentication.iam() })],
    ['one room of several', stack => ({ rooms: [new ChatRoom(stack, 'X'), ...sameRoom(stack, 'A').rooms] }), stack => ({ ...sameRoom(stack, 'B'), authentication: other })],
    ['all rooms', stack => sameRoom(stack, 'A'), stack => ({ admission: newFunction(stack), authentication: other })],
    ['the same prefix', stack => ({ ...sameRoom(stack, 'A'), userIdPrefix: 'x:' }), stack => ({ ...sameRoom(stack, 'B'), userIdPrefix: 'x:', authentication: other })],
  ])('with %s cause a warning', (_, one, two) => {
    const stack = newStack();
    newEndpoint(stack, one(stack), 'One');
    newEndpoint(stack, two(stack), 'Two');

    expect(warningsOf(stack)).toEqual([['/Stack/Two', expect.stringContaining('Stack/One and Stack/Two issue chat tokens for the same room to users of different identity providers.')]]);
  });

  test('in two stacks and with a room of the app cause a warning', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new Stack(app, id));
    const rooms = [new ChatRoom(one, 'Room')];
    newEndpoint(one, { rooms });
    newEndpoint(two, { rooms, authentication: other });

    expect(warningsOf(two)).toHaveLength(1);
  });

  test.each<[string, (stack: Stack) => Partial<ChatTokenEndpointProps>, (stack: Stack) => Partial<ChatTokenEndpointProps>]>([
    ['the same issuer', stack => sameRoom(stack, 'A'), stack => ({
      ...sameRoom(stack, 'B'), authentication: ChatAuthentication.oidc({ issuer: 'https://login.example.com', audience: ['mobile'] }),
    })],
    ['a prefix', stack => sameRoom(stack, 'A'), stack => ({ ...sameRoom(stack, 'B'), authentication: other, userIdPrefix: 'other:' })],
    ['different rooms', stack => sameRoom(stack, 'A'), stack => ({ rooms: [new ChatRoom(stack, 'Room')], authentication: other })],
  ])('with %s cause no warning', (_, one, two) => {
    const stack = newStack();
    newEndpoint(stack, one(stack), 'One');
    newEndpoint(stack, two(stack), 'Two');

    expect(warningsOf(stack)).toEqual([]);
  });

  test('in two stages or environments cause no warning', () => {
    const app = new App();
    const stacks = [
      new Stack(new Stage(app, 'Beta'), 'Chat'), new Stack(new Stage(app, 'Prod'), 'Chat'),
      new Stack(app, 'Here', { env: ENV }), new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } }),
    ];
    stacks.forEach((stack, index) => newEndpoint(stack, { admission: newFunction(stack), authentication: index % 2 ? other : authentication }));

    expect(stacks.flatMap(warningsOf)).toEqual([]);
  });
});

describe('a function that reviews the messages of a room', () => {
  const arrangements: [string, (app: App) => { readonly ofFunction: Stack; readonly ofRoom: Stack; readonly ofEndpoint: Stack }][] = [
    ['in the same stack', app => {
      const stack = new Stack(app, 'Stack');
      return { ofFunction: stack, ofRoom: stack, ofEndpoint: stack };
    }],
    ['in another stack than the room and the endpoint', app => {
      const chat = new Stack(app, 'Chat');
      return { ofFunction: new Stack(app, 'Functions'), ofRoom: chat, ofEndpoint: chat };
    }],
    ['and three stacks', app => ({ ofFunction: new Stack(app, 'Functions'), ofRoom: new Stack(app, 'Rooms'), ofEndpoint: new Stack(app, 'Endpoint') })],
    ['in a parent stack, with the room and the endpoint in a nested stack', app => {
      const parent = new Stack(app, 'Parent');
      const nested = new NestedStack(parent, 'Nested');
      return { ofFunction: parent, ofRoom: nested, ofEndpoint: nested };
    }],
  ];

  test.each(arrangements)('can get permission to invoke the URL, %s', (_, newStacks) => {
    const app = new App();
    const { ofFunction, ofRoom, ofEndpoint } = newStacks(app);
    const reviewer = newFunction(ofFunction, 'Reviewer');
    const room = new ChatRoom(ofRoom, 'Room', { messageReviewHandler: new MessageReviewHandler(ofRoom, 'Review', { handler: reviewer }) });
    const endpoint = newEndpoint(ofEndpoint, { rooms: [room], authentication: ChatAuthentication.iam(), bans: new ChatBans(ofEndpoint, 'Bans') });
    endpoint.grantInvokeUrl(reviewer);
    endpoint.grantInvokeUrl(reviewer);

    const statements = Object.values(templatesOf(app)).flatMap(statementsOf);
    expect(statements.filter(({ Action }) => Action === 'lambda:InvokeFunctionUrl')).toHaveLength(1);
  });

  // Nothing tells that the function reviews messages before the property is set.
  test('can get permission to invoke the URL before it is the handler of an L1 room', () => {
    const stack = newStack();
    const reviewer = newFunction(stack, 'Reviewer');
    const room = new CfnRoom(stack, 'Room');
    newEndpoint(stack, { rooms: [room], authentication: ChatAuthentication.iam() }).grantInvokeUrl(reviewer);
    room.messageReviewHandler = { uri: reviewer.functionArn };

    expect(statementsOf(templateOf(stack).toJSON()).map(({ Action }) => Action)).toContain('lambda:InvokeFunctionUrl');
  });

  test.each<[string, (endpoint: ChatTokenEndpoint) => string]>([
    ['URL', endpoint => endpoint.url],
    ['function', endpoint => endpoint.function.functionArn],
    ['name of the function', endpoint => endpoint.function.functionName],
  ])('must not have the %s in its environment', (_, valueOf) => {
    const stack = newStack();
    const reviewer = newFunction(stack, 'Reviewer');
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: reviewer }) });
    reviewer.addEnvironment('ENDPOINT', valueOf(newEndpoint(stack, { rooms: [room] })));

    expect(errorOf(() => (stack.node.root as App).synth())).toEqual({
      code: 'ReviewerDependsOnRoom',
      message: expect.stringContaining('rooms must not have a room whose review function depends on this construct, got Stack/Room/Resource, reviewed by Stack/Reviewer/Resource, whose environment variables refer to Stack/Tokens: '),
    });
  });

  test('can have the URL of an endpoint for other rooms in its environment', () => {
    const stack = newStack();
    const reviewer = newFunction(stack, 'Reviewer', { environment: { OTHER: 'value' } });
    const reviewed = new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: reviewer }) });
    newEndpoint(stack, { rooms: [reviewed] });
    reviewer.addEnvironment('ENDPOINT', newEndpoint(stack, { rooms: [new ChatRoom(stack, 'Other')] }, 'Others').url);

    templateOf(stack).resourceCountIs('AWS::Lambda::Url', 2);
  });
});
