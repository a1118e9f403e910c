import { type App, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import type { IGuardrailRef } from 'aws-cdk-lib/aws-bedrock';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { EventBridgeDestination, S3Destination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import {
  AutoModerator, type AutoModeratorProps, ChatAttribute, ChatAuthentication, ChatBans, ChatJudge, ChatRole, ChatRoom, ChatTokenEndpoint,
  LoggingConfiguration, LoggingDestination, ModerationResponse, SenderMatch,
} from '../../../src';
import { allow, errorOf, statementsOf, warningsOf } from '../../support/grants';
import { type Call, policiesOf, simulate } from '../../support/simulate';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';

function chatLogIn(stack: Stack): LogGroup {
  const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_WEEK });
  new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) });
  return chatLog;
}

function moderatorIn(stack: Stack, props: Partial<AutoModeratorProps> = {}): AutoModerator {
  return new AutoModerator(stack, 'Moderator', { chatLog: chatLogIn(stack), judge: ChatJudge.comprehendToxicity(), ...props });
}

/** The settings of the function, with references as `{…}`. */
function settingsOf(stack: Stack): any {
  const [fn] = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Function')).filter(each => each.Properties.Environment?.Variables.AUTO_MODERATOR);
  const value = fn.Properties.Environment.Variables.AUTO_MODERATOR;
  return JSON.parse(typeof value === 'string' ? value : value['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : '{…}').join(''));
}

const synthesize = (stack: Stack) => errorOf(() => (stack.node.root as App).synth());
const DELETE = ModerationResponse.deleteMessage();

describe('a moderator', () => {
  test('is a function that CloudWatch Logs invokes with messages', () => {
    const stack = newStack();
    moderatorIn(stack);

    const template = templateOf(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { Handler: 'auto-moderator/index.handler', Timeout: 900, Runtime: 'nodejs24.x' });
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', { FilterPattern: '{ $.type = "MESSAGE" }', LogGroupName: { Ref: Match.stringLikeRegexp('^ChatLog') } });
    template.hasResourceProperties('AWS::Lambda::Permission', { Principal: 'logs.amazonaws.com' });
    // Before messages are too old: an event that failed then must go to the destination, and not be skipped.
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: 540, MaximumRetryAttempts: 2, Qualifier: '$LATEST' });
    template.resourceCountIs('AWS::DynamoDB::Table', 0);
    expect(settingsOf(stack)).toEqual({
      judge: { kind: 'comprehend', threshold: 0.8, callsPerSecond: 20 }, responses: [], exempt: [], maximumAgeSeconds: 600,
    });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('passes its properties to the function', () => {
    const stack = newStack();
    const bans = new ChatBans(stack, 'Bans');
    moderatorIn(stack, {
      rooms: [ChatRoom.fromRoomId(stack, 'Room', 'AbCdEfGhIjKl')],
      responses: [DELETE, ModerationResponse.disconnectUser({ afterStrikes: 2, reason: 'Calm down.' }), ModerationResponse.ban(bans, { afterStrikes: 3, duration: Duration.hours(1) })],
      exempt: [SenderMatch.role(ChatRole.moderator())],
      dryRun: true,
      strikeWindow: Duration.hours(1),
      maximumAge: Duration.minutes(5),
    });

    expect(settingsOf(stack)).toEqual({
      roomIds: ['AbCdEfGhIjKl'],
      judge: { kind: 'comprehend', threshold: 0.8, callsPerSecond: 20 },
      responses: [
        { kind: 'deleteMessage', afterStrikes: 1 },
        { kind: 'disconnectUser', afterStrikes: 2, reason: 'Calm down.' },
        { kind: 'ban', functionArn: '{…}', minutes: 60, afterStrikes: 3 },
      ],
      strikes: { tableName: '{…}', windowSeconds: 3_600 },
      exempt: [{ attribute: 'role', values: ['moderator'] }],
      dryRun: true,
      maximumAgeSeconds: 300,
    });
    templateOf(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: 240 });
  });

  test('has a table of strikes that expire, with responses', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const moderator = moderatorIn(stack, { responses: [DELETE], encryptionKey, removalPolicy: RemovalPolicy.RETAIN });

    const template = templateOf(stack);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
    expect(moderator.strikesTable).toBeDefined();
    expect(statementsOf(template.toJSON())).toContainEqual(allow(['kms:Decrypt', 'kms:GenerateDataKey'], { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] }));
  });

  test('deletes its table with the stack by default', () => {
    const stack = newStack();
    moderatorIn(stack, { responses: [DELETE] });
    templateOf(stack).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  test('writes to a log group of its own, or to that of a property', () => {
    const stack = newStack();
    const logGroup = new LogGroup(stack, 'Decisions', { retention: RetentionDays.ONE_YEAR });
    moderatorIn(stack, { logGroup });
    templateOf(stack).hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^Decisions') } } });
  });

  test('has metrics', () => {
    const stack = newStack();
    const moderator = moderatorIn(stack);
    expect(moderator.metric('Flagged', { period: Duration.minutes(1) })).toMatchObject({
      namespace: 'cdk-ivschat', metricName: 'Flagged', statistic: 'Sum', dimensions: { FunctionName: moderator.function.functionName }, period: Duration.minutes(1),
    });
    expect(moderator.metricFailed().metricName).toBe('Failed');
    expect(errorOf(() => moderator.metric('Flaged'))?.message).toContain('metricName must be one of Judged, Flagged, Deleted, Disconnected, Banned, Skipped, Failed, Unreadable, got "Flaged"');
  });
});

describe('permissions', () => {
  const inEnvironment = (service: string, resource: string) => `arn:aws:${service}:${ENV.region}:${ENV.account}:${resource}`;
  const GUARDRAIL_ARN = inEnvironment('bedrock', 'guardrail/abc123');
  const JUDGE_ARN = inEnvironment('lambda', 'function:Judge');
  const RESOURCES: Record<string, string> = {
    room: inEnvironment('ivschat', 'room/ThisOneRoom1'),
    otherRoom: inEnvironment('ivschat', 'room/ThisOneRoom2'),
    guardrail: GUARDRAIL_ARN,
    otherGuardrail: inEnvironment('bedrock', 'guardrail/def456'),
    judge: JUDGE_ARN,
    bans: inEnvironment('lambda', 'function:Bans'),
    strikes: inEnvironment('dynamodb', 'table/Strikes'),
    bansTable: inEnvironment('dynamodb', 'table/Bans'),
    log: inEnvironment('logs', 'log-group:moderator:log-stream:one'),
    anything: '*',
  };
  const call = (actions: string[], ...names: string[]) => actions.flatMap(action => names.map((on): Call & { on: string } => ({ action, on, resource: RESOURCES[on] })));
  const CALLS = [
    ...call(['comprehend:DetectToxicContent', 'comprehend:DetectSentiment'], 'anything'),
    ...call(['bedrock:ApplyGuardrail', 'bedrock:UpdateGuardrail'], 'guardrail', 'otherGuardrail'),
    ...call(['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'], 'judge', 'bans'),
    ...call(['ivschat:DeleteMessage', 'ivschat:DisconnectUser', 'ivschat:SendEvent', 'ivschat:CreateChatToken', 'ivschat:DeleteRoom'], 'room', 'otherRoom'),
    ...call(['dynamodb:UpdateItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], 'strikes', 'bansTable'),
  ];

  async function allowedCalls(props: (stack: Stack) => Partial<AutoModeratorProps>): Promise<string[]> {
    const stack = newStack(ENV);
    moderatorIn(stack, props(stack));
    const template = templateOf(stack).toJSON();
    const idOf = (prefix: string, type: string) => Object.keys(resourcesOf(template, type)).find(id => id.startsWith(prefix))!;
    const policies = policiesOf(template, idOf('ModeratorFunctionRole', 'AWS::IAM::Role'), {
      [idOf('ModeratorFunctionLog', 'AWS::Logs::LogGroup')]: inEnvironment('logs', 'log-group:moderator:*'),
      [idOf('ModeratorStrikes', 'AWS::DynamoDB::Table')]: RESOURCES.strikes,
      [idOf('BansFunction', 'AWS::Lambda::Function') ?? idOf('BansBansFunction', 'AWS::Lambda::Function')]: RESOURCES.bans,
    });
    const verdicts = await Promise.all(CALLS.map(async each => simulate(policies, { ...each, resource: each.resource }, ENV.account)));
    expect(verdicts.filter(verdict => verdict.startsWith('error'))).toEqual([]);
    return CALLS.filter((_, index) => verdicts[index] === 'Allowed').map(({ action, on }) => `${action} ${on}`);
  }

  const all = (stack: Stack) => [
    DELETE, ModerationResponse.disconnectUser({ afterStrikes: 2 }), ModerationResponse.ban(new ChatBans(stack, 'Bans'), { afterStrikes: 3, duration: Duration.minutes(10) }),
  ];
  const room = (stack: Stack) => [ChatRoom.fromRoomArn(stack, 'Room', RESOURCES.room)];
  const guardrailOf = (stack: Stack) => {
    const guardrail = { node: stack.node, env: ENV, guardrailRef: { guardrailArn: GUARDRAIL_ARN } } as unknown as IGuardrailRef;
    return ChatJudge.guardrail(guardrail, { version: '1' });
  };

  test('to judge, without responses', async () => {
    expect(await allowedCalls(() => ({}))).toEqual(['comprehend:DetectToxicContent anything']);
    expect(await allowedCalls(stack => ({ judge: ChatJudge.function(lambda.Function.fromFunctionArn(stack, 'Judge', JUDGE_ARN)) }))).toEqual(['lambda:InvokeFunction judge']);
  });

  test('on the guardrail, and no other', async () => {
    expect(await allowedCalls(stack => ({ judge: guardrailOf(stack) }))).toEqual(['bedrock:ApplyGuardrail guardrail']);
  });

  test('on its rooms, its strikes and the function of the bans', async () => {
    expect(await allowedCalls(stack => ({ rooms: room(stack), responses: all(stack) }))).toEqual([
      'comprehend:DetectToxicContent anything', 'lambda:InvokeFunction bans', 'ivschat:DeleteMessage room', 'ivschat:DisconnectUser room',
      'dynamodb:UpdateItem strikes', 'dynamodb:Query strikes',
    ]);
  });

  test('on all rooms, if it has none', async () => {
    expect(await allowedCalls(() => ({ responses: [DELETE] }))).toEqual([
      'comprehend:DetectToxicContent anything', 'ivschat:DeleteMessage room', 'ivschat:DeleteMessage otherRoom', 'dynamodb:UpdateItem strikes', 'dynamodb:Query strikes',
    ]);
  });

  test('to respond are missing in a dry run', async () => {
    expect(await allowedCalls(stack => ({ rooms: room(stack), responses: all(stack), dryRun: true }))).toEqual([
      'comprehend:DetectToxicContent anything', 'dynamodb:UpdateItem strikes', 'dynamodb:Query strikes',
    ]);
  });
});

describe('onFailure', () => {
  test('gets the events, with permission to send them', () => {
    const stack = newStack();
    const queue = new Queue(stack, 'Queue');
    moderatorIn(stack, { onFailure: new SqsDestination(queue) });
    const template = templateOf(stack);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Queue'), 'Arn'] } } } });
    expect(JSON.stringify(statementsOf(template.toJSON()))).toContain('sqs:SendMessage');
  });

  test.each<[string, (stack: Stack) => lambda.IDestination]>([
    ['a queue', stack => new SqsDestination(new Queue(stack, 'Target'))],
    ['a queue with a key', stack => new SqsDestination(new Queue(stack, 'Target', { encryption: QueueEncryption.KMS }))],
    ['an imported queue', stack => new SqsDestination(Queue.fromQueueArn(stack, 'Target', 'arn:aws:sqs:us-east-1:111122223333:failed'))],
    ['a topic with a key', stack => new SnsDestination(new Topic(stack, 'Target', { masterKey: new kms.Key(stack, 'Key') }))],
    ['a topic that gets a key later', stack => {
      const topic = new Topic(stack, 'Target');
      (topic.node.defaultChild as CfnTopic).kmsMasterKeyId = 'alias/aws/sns';
      return new SnsDestination(topic);
    }],
    ['a bucket', stack => new S3Destination(new Bucket(stack, 'Target'))],
    ['an event bus', () => new EventBridgeDestination()],
  ])('may be %s', (_, destinationOf) => {
    const stack = newStack();
    moderatorIn(stack, { onFailure: destinationOf(stack) });
    expect(synthesize(stack)).toBeUndefined();
  });

  test.each<[string, (stack: Stack) => lambda.IDestination, string]>([
    ['a queue without encryption', stack => new SqsDestination(new Queue(stack, 'Target', { encryption: QueueEncryption.UNENCRYPTED })), 'remove encryption: QueueEncryption.UNENCRYPTED from the queue'],
    ['a topic without encryption', stack => new SnsDestination(new Topic(stack, 'Target')), 'set masterKey on the topic'],
  ])('must not be %s', (_, destinationOf, advice) => {
    const stack = newStack();
    moderatorIn(stack, { onFailure: destinationOf(stack) });
    expect(synthesize(stack)).toEqual({
      code: 'FailureDestinationNotEncrypted',
      message: expect.stringContaining(`onFailure must be an encrypted destination, because it receives messages of the chat, got Stack/Target/Resource: ${advice}`),
    });
  });
});

describe('fails', () => {
  const ban = (stack: Stack, afterStrikes: number, rooms?: ChatRoom[]) =>
    ModerationResponse.ban(new ChatBans(stack, `Bans${afterStrikes}`, { rooms }), { afterStrikes, duration: Duration.minutes(10) });

  test.each<[keyof AutoModeratorProps, unknown, string, string]>([
    ['judge', 'comprehend', 'TypeExpected', 'judge must be a ChatJudge, got "comprehend": pass for example ChatJudge.comprehendToxicity()'],
    ['responses', ['delete'], 'TypeExpected', 'responses[0] must be a ModerationResponse, got "delete"'],
    ['responses', DELETE, 'ListExpected', 'responses must be a list, got a ModerationResponse'],
    ['dryRun', 'yes', 'BooleanExpected', 'dryRun must be true or false, got "yes"'],
    ['exempt', ['moderator'], 'TypeExpected', 'exempt[0] must be a SenderMatch, got "moderator"'],
    ['rooms', [], 'ListIsEmpty', 'rooms must have at least one element'],
    ['maximumAge', Duration.seconds(119), 'DurationOutOfRange', 'maximumAge must be a whole number of seconds from 120 to 21600, got 1 minute 59 seconds'],
    ['maximumAge', Duration.hours(7), 'DurationOutOfRange', 'maximumAge must be a whole number of seconds from 120 to 21600, got 7 hours'],
    ['onFailure', 'queue', 'TypeExpected', 'onFailure must be a destination, got "queue"'],
    ['encryptionKey', 'key', 'TypeExpected', 'encryptionKey must be a key of AWS KMS'],
    ['removalPolicy', RemovalPolicy.SNAPSHOT, 'RemovalPolicyInvalid', 'removalPolicy must be RemovalPolicy.RETAIN'],
    ['logGroup', 'log', 'TypeExpected', 'logGroup must be a log group, got "log"'],
    ['chatLog', 'log', 'TypeExpected', 'chatLog must be a log group, got "log"'],
    ['strikeWindow', Duration.seconds(59), 'DurationOutOfRange', 'strikeWindow must be a whole number of seconds from 60 to 31536000, got 59 seconds'],
    ['strikeWindow', 5, 'TypeExpected', 'strikeWindow must be a Duration, got 5'],
  ])('for %s %p', (property, value, code, message) => {
    const error = errorOf(() => moderatorIn(newStack(), { [property]: value }));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  test('for responses that are not in order', () => {
    const stack = newStack();
    expect(errorOf(() => moderatorIn(stack, { responses: [ban(stack, 3), DELETE] }))).toEqual({
      code: 'ResponsesNotInOrder',
      message: expect.stringContaining('responses must be in ascending order of afterStrikes, got deleteMessage after 1 behind ban after 3: move responses[1] forward'),
    });
  });

  test('for a disconnect that could never take effect', () => {
    const stack = newStack();
    expect(errorOf(() => moderatorIn(stack, { responses: [ban(stack, 3), ModerationResponse.disconnectUser({ afterStrikes: 4 })] }))?.code).toBe('DisconnectAfterBan');
  });

  test('for two responses of a kind at the same number of strikes', () => {
    expect(errorOf(() => moderatorIn(newStack(), { responses: [DELETE, ModerationResponse.deleteMessage({ reason: 'No.' })] }))?.code).toBe('ResponseRepeated');
    const stack = newStack();
    moderatorIn(stack, { responses: [ban(stack, 2), ban(stack, 3)] });
    templateOf(stack);
  });

  test('for bans of other rooms', () => {
    const stack = newStack();
    const [room, other] = ['Room', 'Other'].map(id => new ChatRoom(stack, id));
    expect(errorOf(() => moderatorIn(stack, { rooms: [room, other], responses: [ban(stack, 1, [room])] }))).toEqual({
      code: 'RoomNotInBans',
      message: expect.stringContaining('responses[0] must be able to disconnect users from all rooms of the moderator, got ChatBans whose property rooms does not contain Stack/Other/Resource'),
    });
  });

  test('for a log group that is no chat log', () => {
    const stack = newStack();
    new AutoModerator(stack, 'Moderator', { chatLog: new LogGroup(stack, 'Log', { retention: RetentionDays.ONE_DAY }), judge: ChatJudge.comprehendToxicity() });
    expect(synthesize(stack)?.code).toBe('ChatLogExpected');
  });

  test('for a moderator whose own log is the chat log', () => {
    const stack = newStack();
    const chatLog = chatLogIn(stack);
    new AutoModerator(stack, 'Moderator', { chatLog, logGroup: chatLog, judge: ChatJudge.comprehendToxicity() });
    expect(synthesize(stack)?.code).toBe('ChatLogExpected');
  });
});

describe('warns', () => {
  const exempt = [SenderMatch.attribute('vip', 'yes')];
  const messages = (stack: Stack) => {
    (stack.node.root as App).synth();
    return warningsOf(stack).map(([, message]) => message);
  };

  test('if users can exempt themselves by a request', () => {
    const stack = newStack();
    moderatorIn(stack, { exempt });
    new ChatTokenEndpoint(stack, 'Tokens', {
      rooms: [new ChatRoom(stack, 'Room')], authentication: ChatAuthentication.iam(), attributes: { vip: ChatAttribute.fromRequest('vip') },
    });
    expect(messages(stack)).toEqual([expect.stringContaining('Senders are exempt by the attribute vip, which Stack/Tokens takes from the request')]);
  });

  test.each([['the room', true, 1], ['another room', false, 0]])('if a principal can create tokens for %s with any attributes', (_, isModerated, count) => {
    const stack = newStack();
    const [room, other] = ['Room', 'Other'].map(id => new ChatRoom(stack, id));
    moderatorIn(stack, { exempt, rooms: [room] });
    (isModerated ? room : other).grants.createChatToken(new iam.Role(stack, 'Backend', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
    expect(messages(stack).filter(message => message.includes('can create chat tokens for'))).toHaveLength(count);
  });
});
