import * as fs from 'fs';
import * as path from 'path';
import { App, CfnParameter, Duration, type IResource, NestedStack, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ChatAuthentication, ChatBans, type ChatBansProps, ChatRoom, ChatTokenEndpoint, MessageReviewHandler } from '../../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const ROOM_ID = 'AbCdEfGhIjKl';
const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Bans';
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f';

function newFunction(scope: Construct, id = 'Function'): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
}

function only(template: any, type: string): [string, any] {
  const resources = Object.entries(resourcesOf(template, type));
  expect(resources).toHaveLength(1);
  return resources[0];
}

const arnOf = (prefix: string) => ({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${prefix}`)), 'Arn'] });

/** The statements of the function of bans. */
function permissionsOf(template: any): any[] {
  return only(template, 'AWS::IAM::Policy')[1].Properties.PolicyDocument.Statement;
}

const logStatement = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('BansLog'));
const tableStatement = allow(['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], arnOf('BansTable'));
const queueStatement = allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'], arnOf('BansSecondDisconnects'));

describe('the table', () => {
  test('is retained, backed up, and deletes bans that have ended', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');

    const [id, table] = only(templateOf(stack).toJSON(), 'AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'room', KeyType: 'HASH' }, { AttributeName: 'userId', KeyType: 'RANGE' }],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: false },
        TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
      },
    });
    expect(stack.resolve(bans.tableArn)).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(stack.resolve((bans.node.defaultChild as any).logicalId)).toBe(id);
  });

  test.each<[RemovalPolicy, string]>([
    [RemovalPolicy.DESTROY, 'Delete'], [RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('can have the removal policy %s', (removalPolicy, expected) => {
    const stack = newStack();
    new ChatBans(stack, 'Bans', { removalPolicy });

    expect(only(templateOf(stack).toJSON(), 'AWS::DynamoDB::Table')[1].DeletionPolicy).toBe(expected);
  });

  test('applies a removal policy that is set later', () => {
    const stack = newStack();
    new ChatBans(stack, 'Bans').applyRemovalPolicy(RemovalPolicy.DESTROY);

    expect(only(templateOf(stack).toJSON(), 'AWS::DynamoDB::Table')[1].DeletionPolicy).toBe('Delete');
  });
});

describe('the queue', () => {
  test('waits for six timeouts of the function, and gives up after five attempts', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');

    const template = templateOf(stack).toJSON();
    const deadLetterQueue = stack.resolve(bans.deadLetterQueue.queueArn);
    expect(Object.values(resourcesOf(template, 'AWS::SQS::Queue')).map(({ Properties }) => Properties)).toEqual([
      { MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true },
      { RedrivePolicy: { deadLetterTargetArn: deadLetterQueue, maxReceiveCount: 5 }, SqsManagedSseEnabled: true, VisibilityTimeout: 180 },
    ]);
    expect(only(template, 'AWS::Lambda::Function')[1].Properties.Timeout).toBe(30);
    expect(Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties.PolicyDocument.Statement[0].Effect)).toEqual(['Deny', 'Deny']);
  });

  test('invokes the function, which reports the messages that failed', () => {
    const stack = newStack();
    new ChatBans(stack, 'Bans');

    const template = templateOf(stack).toJSON();
    expect(only(template, 'AWS::Lambda::EventSourceMapping')[1].Properties).toEqual({
      BatchSize: 10,
      EventSourceArn: arnOf('BansSecondDisconnects'),
      FunctionName: { Ref: only(template, 'AWS::Lambda::Function')[0] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('the function', () => {
  test('gets the names of the table and the queue', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');

    const template = templateOf(stack).toJSON();
    const [id, { DependsOn, Properties }] = only(template, 'AWS::Lambda::Function');
    expect(Properties).toMatchObject({ Handler: 'bans/index.handler', Architectures: ['arm64'], MemorySize: 256, Runtime: 'nodejs24.x' });
    expect(Properties.Environment.Variables.BANS).toEqual({
      'Fn::Join': ['', [
        '{"tableName":"', { Ref: expect.stringMatching(/^BansTable/) }, '","queueUrl":"', { Ref: expect.stringMatching(/^BansSecondDisconnects/) }, '"}',
      ]],
    });
    expect(DependsOn).toContain(only(template, 'AWS::IAM::Policy')[0]);
    expect(template.Resources[Properties.LoggingConfig.LogGroup.Ref].Properties).toEqual({ RetentionInDays: 30 });
    expect(stack.resolve(bans.banFunctionArn)).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(bans.function.functionArn).toBe(bans.banFunctionArn);
  });

  test('can disconnect users from all rooms of the account and region by default', () => {
    const stack = newStack();
    new ChatBans(stack, 'Bans');

    expect(permissionsOf(templateOf(stack).toJSON())).toEqual([
      logStatement,
      tableStatement,
      allow('ivschat:DisconnectUser', {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/*']],
      }),
      queueStatement,
    ]);
  });

  test('can disconnect users only from the given rooms, whose IDs it knows', () => {
    const stack = newStack();
    new ChatBans(stack, 'Bans', { rooms: [new ChatRoom(stack, 'Lobby'), ChatRoom.fromRoomArn(stack, 'Imported', `arn:aws:ivschat:us-east-1:111122223333:room/${ROOM_ID}`)] });

    const template = templateOf(stack).toJSON();
    expect(permissionsOf(template)[2]).toEqual(allow('ivschat:DisconnectUser', [arnOf('Lobby'), `arn:aws:ivschat:us-east-1:111122223333:room/${ROOM_ID}`]));
    const parts = only(template, 'AWS::Lambda::Function')[1].Properties.Environment.Variables.BANS['Fn::Join'][1];
    expect(parts.slice(-3)).toEqual(['","roomIds":["', { 'Fn::GetAtt': [expect.stringMatching(/^Lobby/), 'Id'] }, `","${ROOM_ID}"]}`]);
  });

  test('has a metric', () => {
    const bans = new ChatBans(newStack(), 'Bans');
    const metric = bans.metricSecondDisconnectFailed({ period: Duration.minutes(1) });

    expect(metric).toMatchObject({
      namespace: 'cdk-ivschat', metricName: 'SecondDisconnectFailed', statistic: 'Sum', dimensions: { FunctionName: bans.function.functionName },
    });
    expect(metric.period.toMinutes()).toBe(1);
  });
});

describe('a customer managed key', () => {
  test.each<[string, (stack: Stack) => kms.IKey, unknown]>([
    ['of the stack', stack => new kms.Key(stack, 'Key'), arnOf('Key')],
    ['that is imported', stack => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN), KEY_ARN],
  ])('%s encrypts the table and the queues, and the function can use it', (_, keyOf, arn) => {
    const stack = newStack();
    const encryptionKey = keyOf(stack);
    const bans = new ChatBans(stack, 'Bans', { encryptionKey });

    const template = templateOf(stack).toJSON();
    expect(only(template, 'AWS::DynamoDB::Table')[1].Properties.SSESpecification).toEqual({ KMSMasterKeyId: arn, SSEEnabled: true, SSEType: 'KMS' });
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::SQS::Queue'))) {
      expect(Properties.KmsMasterKeyId).toEqual(arn);
      expect(Properties.SqsManagedSseEnabled).toBeUndefined();
    }
    expect(permissionsOf(template)).toEqual([logStatement, tableStatement, expect.anything(), queueStatement, allow(['kms:Decrypt', 'kms:GenerateDataKey'], arn)]);
    expect(bans.encryptionKey).toBe(encryptionKey);
  });
});

describe('grantBan', () => {
  const invoke = (resource: unknown) => allow('lambda:InvokeFunction', resource);

  test('grants permission to invoke the function, and nothing else', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');
    const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    expect(bans.grantBan(role).success).toBe(true);
    bans.grantBan(role);

    const policies = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy')).map(({ Properties }) => Properties);
    expect(policies.filter(({ Roles }) => Roles[0].Ref.startsWith('Backend')).map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([[invoke(arnOf('BansFunction'))]]);
    expect(policies).toHaveLength(2);
  });

  test('grants to a role in another stack in that stack', () => {
    const app = new App();
    const bans = new ChatBans(new Stack(app, 'Chat'), 'Bans');
    bans.grantBan(newFunction(new Stack(app, 'Backend')));

    expect(statementsOf(templatesOf(app)['Backend.template.json'])).toEqual([invoke({ 'Fn::ImportValue': expect.stringMatching(/BansFunction\w+Arn/) })]);
  });

  test.each<[string, (stack: Stack) => iam.IGrantable]>([
    ['a user', stack => new iam.User(stack, 'Grantee')],
    ['a group', stack => new iam.Group(stack, 'Grantee')],
    ['an imported role', stack => iam.Role.fromRoleName(stack, 'Grantee', 'backend')],
  ])('grants to %s', (_, granteeOf) => {
    const stack = newStack();
    const bans = ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn: TABLE_ARN, functionArn: FUNCTION_ARN });
    bans.grantBan(granteeOf(stack));

    expect(statementsOf(templateOf(stack).toJSON())).toEqual([invoke(FUNCTION_ARN)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('can be applied before another resource', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');
    const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    bans.grantBan(role).applyBefore(newFunction(stack, 'Dependent'));

    const template = templateOf(stack).toJSON();
    const [, { DependsOn }] = Object.entries<any>(resourcesOf(template, 'AWS::Lambda::Function')).find(([id]) => id.startsWith('Dependent'))!;
    expect(DependsOn.some((id: string) => template.Resources[id].Properties.Roles?.[0].Ref.startsWith('Backend'))).toBe(true);
  });

  test('warns if the grantee has no policy', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');
    expect(bans.grantBan(new iam.ServicePrincipal('ecs-tasks.amazonaws.com')).success).toBe(false);

    expect(warningsOf(stack)).toEqual([['/Stack/Bans', expect.stringContaining('The grant of lambda:InvokeFunction has no effect: the principal has no policy')]]);
  });

  test('respects a role that ignores policies', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    new ChatBans(stack, 'Bans').grantBan(role.withoutPolicyUpdates());

    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy'))).toHaveLength(1);
  });

  test('fails for something else than a principal', () => {
    expect(errorOf(() => new ChatBans(newStack(), 'Bans').grantBan('backend' as any))?.code).toBe('GranteeExpected');
  });
});

describe('a function that reviews the messages of a room', () => {
  const arrangements: [string, (app: App) => { readonly ofFunction: Stack; readonly ofChat: Stack }][] = [
    ['in the same stack', app => {
      const stack = new Stack(app, 'Stack');
      return { ofFunction: stack, ofChat: stack };
    }],
    ['in another stack', app => ({ ofFunction: new Stack(app, 'Functions'), ofChat: new Stack(app, 'Chat') })],
    ['in a parent stack', app => {
      const parent = new Stack(app, 'Parent');
      return { ofFunction: parent, ofChat: new NestedStack(parent, 'Nested') };
    }],
  ];

  test.each(arrangements.flatMap(arrangement => [true, false].map(isLimited => [...arrangement, isLimited] as const)))(
    'can ban users, %s (%#)', (_, newStacks, isLimited) => {
      const app = new App();
      const { ofFunction, ofChat } = newStacks(app);
      const reviewer = newFunction(ofFunction, 'Reviewer');
      const room = new ChatRoom(ofChat, 'Room', { messageReviewHandler: new MessageReviewHandler(ofChat, 'Review', { handler: reviewer }) });
      const bans = new ChatBans(ofChat, 'Bans', isLimited ? { rooms: [room] } : {});
      new ChatTokenEndpoint(ofChat, 'Tokens', { rooms: [room], bans, authentication: ChatAuthentication.iam() });
      bans.grantBan(reviewer);

      expect(Object.keys(templatesOf(app)).length).toBeGreaterThan(0);
    });

  test('can have the function in its environment, if that depends on no room', () => {
    const stack = newStack();
    const reviewer = newFunction(stack, 'Reviewer');
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: reviewer }) });
    const bans = new ChatBans(stack, 'Bans');
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [room], bans, authentication: ChatAuthentication.iam() });
    bans.grantBan(reviewer);
    reviewer.addEnvironment('BAN_FUNCTION', bans.banFunctionArn);

    templateOf(stack).resourceCountIs('AWS::Lambda::Function', 3);
  });

  test('must not have the function in its environment, if that depends on the room', () => {
    const stack = newStack();
    const reviewer = newFunction(stack, 'Reviewer');
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: reviewer }) });
    const bans = new ChatBans(stack, 'Bans', { rooms: [room] });
    reviewer.addEnvironment('BAN_FUNCTION', bans.banFunctionArn);

    expect(errorOf(() => (stack.node.root as App).synth())).toEqual({
      code: 'ReviewerDependsOnRoom',
      message: expect.stringContaining('rooms must not have a room whose review function depends on this construct, got Stack/Room/Resource, reviewed by Stack/Reviewer/Resource, whose environment variables refer to Stack/Bans: omit the property rooms, or remove the environment variable'),
    });
  });
});

describe('imported bans', () => {
  test('have the attributes, and the environment of the table', () => {
    const stack = newStack();
    const bans = ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn: TABLE_ARN, functionArn: FUNCTION_ARN, encryptionKeyArn: KEY_ARN });

    expect(bans).toMatchObject({ tableArn: TABLE_ARN, banFunctionArn: FUNCTION_ARN, env: ENV });
    expect(bans.encryptionKey?.keyArn).toBe(KEY_ARN);
    expect(ChatBans.fromChatBansAttributes(stack, 'Others', { tableArn: TABLE_ARN, functionArn: FUNCTION_ARN }).encryptionKey).toBeUndefined();
  });

  test('can be used by an endpoint, which can decrypt them', () => {
    const stack = newStack(ENV);
    const bans = ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn: TABLE_ARN, functionArn: FUNCTION_ARN, encryptionKeyArn: KEY_ARN });
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], bans, authentication: ChatAuthentication.iam() });

    expect(permissionsOf(templateOf(stack).toJSON()).slice(2)).toEqual([
      allow('dynamodb:BatchGetItem', TABLE_ARN), allow('lambda:InvokeFunction', FUNCTION_ARN), allow('kms:Decrypt', KEY_ARN),
    ]);
  });

  test('can have ARNs that are known at deployment', () => {
    const stack = newStack();
    const [tableArn, functionArn] = ['TableArn', 'FunctionArn'].map(id => new CfnParameter(stack, id).valueAsString);
    const bans = ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn, functionArn });
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], bans, authentication: ChatAuthentication.iam() });

    const environment = JSON.stringify(only(templateOf(stack).toJSON(), 'AWS::Lambda::Function')[1].Properties.Environment);
    expect(environment).toContain('{"Fn::Select":[1,{"Fn::Split":["/",{"Fn::Select":[5,{"Fn::Split":[":",{"Ref":"TableArn"}]}]}]}]}');
  });

  test.each([
    ['tableArn', 'Bans', 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans'],
    ['tableArn', `${TABLE_ARN}/index/Users`, 'arn:aws:dynamodb:us-east-1:111122223333:table/Bans'],
    ['functionArn', TABLE_ARN, 'arn:aws:lambda:us-east-1:111122223333:function:Bans'],
    ['functionArn', `${FUNCTION_ARN}:1`, 'arn:aws:lambda:us-east-1:111122223333:function:Bans'],
    ['encryptionKeyArn', 'alias/chat', 'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d'],
    ['functionArn', undefined, 'arn:aws:lambda:us-east-1:111122223333:function:Bans'],
  ])('must not have %s %p', (property, value, example) => {
    const stack = newStack();

    expect(errorOf(() => ChatBans.fromChatBansAttributes(stack, 'Bans', { tableArn: TABLE_ARN, functionArn: FUNCTION_ARN, [property]: value as any }))).toEqual({
      code: 'ArnOfTypeExpected',
      message: `${property} must be an ARN such as ${example}, got ${JSON.stringify(value)}: pass the complete ARN, without a version or a path`,
    });
    expect(errorOf(() => ChatBans.fromChatBansAttributes(stack, 'Bans', undefined as any))?.code).toBe('PropsExpected');
  });
});

describe('fails', () => {
  test.each<[keyof ChatBansProps, unknown, string, string]>([
    ['rooms', [], 'ListIsEmpty', 'rooms must have at least one element, got an empty list: pass for example room'],
    ['rooms', ['lobby'], 'RoomExpected', 'rooms[0] must be a chat room, got "lobby"'],
    ['encryptionKey', KEY_ARN, 'TypeExpected', `encryptionKey must be a key of AWS KMS, got "${KEY_ARN}": pass for example new kms.Key(this, 'Key')`],
    ['removalPolicy', RemovalPolicy.SNAPSHOT, 'RemovalPolicyInvalid', 'removalPolicy must be RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY, got "snapshot": a table cannot have another one'],
  ])('for %s %p', (property, value, code, message) => {
    const error = errorOf(() => new ChatBans(newStack(), 'Bans', { [property]: value }));

    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  test('for 141 rooms and for a room in another region', () => {
    const stack = newStack(ENV);
    const rooms = Array.from({ length: 141 }, (_, index) => new ChatRoom(stack, `Room${index}`));

    expect(errorOf(() => new ChatBans(stack, 'Bans', { rooms }))?.code).toBe('TooManyRooms');
    const elsewhere = ChatRoom.fromRoomArn(stack, 'Elsewhere', `arn:aws:ivschat:eu-west-1:111122223333:room/${ROOM_ID}`);
    expect(errorOf(() => new ChatBans(stack, 'Others', { rooms: [elsewhere] }))?.code).toBe('OtherEnvironment');
  });
});

test.each([true, false])('with Role.customizeRoles(), the permissions are in the report (preventSynthesis: %s)', preventSynthesis => {
  const app = new App();
  iam.Role.customizeRoles(app, { preventSynthesis, usePrecreatedRoles: { 'Stack/Bans/Bans/Role': 'bans', 'Stack/Backend': 'backend' } });
  const stack = new Stack(app, 'Stack');
  const bans = new ChatBans(stack, 'Bans');
  bans.grantBan(new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));

  const { directory } = app.synth();
  const { roles } = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf8'));
  const actions = Object.fromEntries(roles.map(({ identityPolicyStatements, roleConstructPath }: any) => (
    [roleConstructPath, identityPolicyStatements.flatMap(({ Action }: any) => Action)]
  )));
  expect(actions).toMatchObject({
    'Stack/Bans/Bans/Role': expect.arrayContaining(['dynamodb:PutItem', 'ivschat:DisconnectUser', 'logs:PutLogEvents', 'sqs:SendMessage']),
    'Stack/Backend': ['lambda:InvokeFunction'],
  });
  expect(resourcesOf(templatesOf(app)['Stack.template.json'], 'AWS::IAM::Policy')).toEqual({});
});

test('bans know their environment', () => {
  const stack = newStack(ENV);
  const bans: IResource = new ChatBans(stack, 'Bans');

  expect(bans.env).toEqual(ENV);
  expect(Token.isUnresolved((bans as ChatBans).tableArn)).toBe(true);
});
