import { Annotations as CoreAnnotations, App, Aspects, CfnParameter, CfnResource, Fn, Stack, Tags, Token, ValidationError } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnLoggingConfiguration, CfnRoom, type ILoggingConfigurationRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatRoom, type ChatRoomProps, FallbackResult, LoggingConfiguration, LoggingDestination, MessageReviewHandler } from '../../src';
import { ENV, newStack, resourcesOf, templateOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
const LOGGING_ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';

/** Returns the only room in the template of a stack. */
function roomOf(stack: Stack): any {
  const rooms = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room'));
  expect(rooms).toHaveLength(1);
  return rooms[0];
}

function propertiesOf(props?: ChatRoomProps): any {
  const stack = newStack();
  new ChatRoom(stack, 'Room', props);
  return roomOf(stack).Properties ?? {};
}

/** Returns the error that a room throws. It must not have created a resource before. */
function failureOf(props: ChatRoomProps): Error {
  const stack = newStack();
  const error = thrownBy(() => new ChatRoom(stack, 'Room', props));
  expect(error).toBeInstanceOf(ValidationError);
  expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  return error;
}

function newLoggingConfiguration(stack: Stack, id = 'ChatLog'): LoggingConfiguration {
  return new LoggingConfiguration(stack, id, { destination: LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(stack, `${id}Group`, id)) });
}

function newFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Moderator', {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
}

function manyTags(count: number, prefix = 'key'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'value']));
}

describe('a room', () => {
  test.each([['no properties', undefined], ['empty properties', {}]])('with %s has the defaults of the service', (_, props) => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', props);

    expect(roomOf(stack)).toEqual({ Type: 'AWS::IVSChat::Room' });
  });

  test('has the given properties and no others', () => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', {
      roomName: 'lobby',
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 5,
      messageReviewHandler: new MessageReviewHandler(stack, 'Review', {
        handler: lambda.Function.fromFunctionArn(stack, 'Moderator', FUNCTION_ARN), fallbackResult: FallbackResult.DENY,
      }),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN)],
      tags: { team: 'chat' },
    });

    expect(roomOf(stack)).toEqual({
      Type: 'AWS::IVSChat::Room',
      Properties: {
        Name: 'lobby',
        MaximumMessageLength: 300,
        MaximumMessageRatePerSecond: 5,
        MessageReviewHandler: { Uri: FUNCTION_ARN, FallbackResult: 'DENY' },
        LoggingConfigurationIdentifiers: [LOGGING_ARN],
        Tags: [{ Key: 'team', Value: 'chat' }],
      },
      DependsOn: [expect.stringMatching(/^ReviewInvokePermission/)],
    });
  });

  test('returns its ARN and ID as attributes', () => {
    const stack = newStack(ENV);
    const room = new ChatRoom(stack, 'Room', { roomName: 'lobby' });
    const logicalId = stack.getLogicalId(room.node.defaultChild as CfnRoom);

    expect(stack.resolve(room.roomArn)).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
    expect(stack.resolve(room.roomId)).toEqual({ 'Fn::GetAtt': [logicalId, 'Id'] });
    expect(stack.resolve(room.roomRef)).toEqual({ roomArn: { 'Fn::GetAtt': [logicalId, 'Arn'] } });
    expect(room.env).toEqual(ENV);
  });

  test('can be changed through node.defaultChild', () => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room', { maximumMessageLength: 300 });
    const resource = room.node.defaultChild as CfnRoom;
    resource.addPropertyOverride('MaximumMessageLength', 200);
    resource.addPropertyOverride('Name', 'renamed');

    expect(resource).toBeInstanceOf(CfnRoom);
    expect(roomOf(stack).Properties).toEqual({ MaximumMessageLength: 200, Name: 'renamed' });
  });

  test('has a stable logical ID', () => {
    const stack = newStack();
    new ChatRoom(stack, 'Lobby');

    expect(Object.keys(templateOf(stack).toJSON().Resources)).toEqual(['Lobby53468202']);
  });

  test('accepts a token for every property', () => {
    const stack = newStack();
    const text = new CfnParameter(stack, 'Text').valueAsString;
    const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    new ChatRoom(stack, 'Room', {
      roomName: text,
      maximumMessageLength: number,
      maximumMessageRatePerSecond: Token.asNumber(Fn.importValue('rate')),
      messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: lambda.Function.fromFunctionArn(stack, 'Moderator', text) }),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', text)],
      tags: { team: text, [Fn.importValue('key')]: 'chat' },
    });

    const ref = { Ref: 'Text' };
    const { Tags: tags, ...properties } = roomOf(stack).Properties;
    expect(properties).toEqual({
      Name: ref,
      MaximumMessageLength: { Ref: 'Number' },
      MaximumMessageRatePerSecond: { 'Fn::ImportValue': 'rate' },
      MessageReviewHandler: { Uri: ref, FallbackResult: 'ALLOW' },
      LoggingConfigurationIdentifiers: [ref],
    });
    expect(tags).toHaveLength(2);
    expect(tags).toEqual(expect.arrayContaining([{ Key: 'team', Value: ref }, { Key: { 'Fn::ImportValue': 'key' }, Value: 'chat' }]));
  });
});

describe('roomName', () => {
  test.each(['', 'a', 'n'.repeat(128), 'Lobby-1_x', '-', '_'])('accepts %j', roomName => {
    expect(propertiesOf({ roomName })).toEqual({ Name: roomName });
  });

  test('fails for 129 characters', () => {
    const roomName = 'n'.repeat(129);

    expect(failureOf({ roomName })).toMatchObject({
      name: 'NameTooLong', message: `roomName must have at most 128 characters, got 129 ("${roomName}"): shorten it`,
    });
  });

  test.each(['my room', 'my.room', 'my/room', 'my:room', 'rôom', 'party🎉', ' lobby', 'lobby\n', '*'])('fails for the characters in %j', roomName => {
    expect(failureOf({ roomName })).toMatchObject({
      name: 'NameHasInvalidCharacters',
      message: `roomName must contain only letters, digits, hyphens and underscores, got ${JSON.stringify(roomName)}: remove or replace all other characters`,
    });
  });
});

describe('maximumMessageLength', () => {
  test.each([1, 500])('accepts %d', maximumMessageLength => {
    expect(propertiesOf({ maximumMessageLength })).toEqual({ MaximumMessageLength: maximumMessageLength });
  });

  test.each([-1, 0, 501, 1.5, NaN, Infinity, -Infinity])('fails for %d', maximumMessageLength => {
    expect(failureOf({ maximumMessageLength })).toMatchObject({
      name: 'MessageLengthOutOfRange',
      message: `maximumMessageLength must be a whole number of characters from 1 to 500, got ${maximumMessageLength}: choose a length in that range`,
    });
  });
});

describe('maximumMessageRatePerSecond', () => {
  test.each([1, 10])('accepts %d', maximumMessageRatePerSecond => {
    expect(propertiesOf({ maximumMessageRatePerSecond })).toEqual({ MaximumMessageRatePerSecond: maximumMessageRatePerSecond });
  });

  test.each([11, 100])('accepts %d, but does not set it on the L1', maximumMessageRatePerSecond => {
    expect(propertiesOf({ maximumMessageRatePerSecond })).toEqual({});
  });

  test.each([-1, 0, 101, 1.5, 10.5, NaN, Infinity])('fails for %d', maximumMessageRatePerSecond => {
    expect(failureOf({ maximumMessageRatePerSecond })).toMatchObject({
      name: 'MessageRateOutOfRange',
      message: `maximumMessageRatePerSecond must be a whole number from 1 to 100, got ${maximumMessageRatePerSecond}: choose a rate in that range`,
    });
  });
});

describe('loggingConfigurations', () => {
  /** Returns the error that a room with these logging configurations throws. */
  function loggingFailureOf(stack: Stack, loggingConfigurations: ILoggingConfigurationRef[]): Error {
    const error = thrownBy(() => new ChatRoom(stack, 'Room', { loggingConfigurations }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(stack.node.findAll().filter(CfnRoom.isCfnRoom)).toEqual([]);
    return error;
  }

  test('can be an L2, an L1 and an import', () => {
    const stack = newStack();
    const l2 = newLoggingConfiguration(stack);
    const l1 = new CfnLoggingConfiguration(stack, 'L1', { destinationConfiguration: { cloudWatchLogs: { logGroupName: 'logs' } } });
    const imported = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Imported', LOGGING_ARN);
    new ChatRoom(stack, 'Room', { loggingConfigurations: [l2, l1, imported] });

    expect(roomOf(stack).Properties).toEqual({
      LoggingConfigurationIdentifiers: [
        { 'Fn::GetAtt': [stack.getLogicalId(l2.node.defaultChild as CfnLoggingConfiguration), 'Arn'] },
        stack.resolve(l1.loggingConfigurationRef.loggingConfigurationArn),
        LOGGING_ARN,
      ],
    });
  });

  test('are an empty list in the template if none are given, which detaches all of them', () => {
    expect(propertiesOf({ loggingConfigurations: [] })).toEqual({ LoggingConfigurationIdentifiers: [] });
  });

  test.each([[4, 1], [6, 3]])('fails for %d of them', (count, surplus) => {
    const stack = newStack();
    const configurations = Array.from({ length: count }, (_, index) => newLoggingConfiguration(stack, `Log${index}`));

    expect(loggingFailureOf(stack, configurations)).toMatchObject({
      name: 'TooManyLoggingConfigurations',
      message: `loggingConfigurations must have at most 3 elements, got ${count}: remove ${surplus}`,
    });
  });

  const twins: [string, (stack: Stack) => ILoggingConfigurationRef[]][] = [
    ['an L2', stack => Array(2).fill(newLoggingConfiguration(stack, 'Twin'))],
    ['an L1', stack => Array(2).fill(new CfnLoggingConfiguration(stack, 'Twin', { destinationConfiguration: {} }))],
    ['two imports of one ARN', stack => ['One', 'Twin'].map(id => LoggingConfiguration.fromLoggingConfigurationArn(stack, id, LOGGING_ARN))],
    ['two imports of one id', stack => ['One', 'Twin'].map(id => LoggingConfiguration.fromLoggingConfigurationId(stack, id, 'AbCdEfGhIjKl'))],
    ['an import of an L1 and the L1', stack => {
      const l1 = new CfnLoggingConfiguration(stack, 'One', { destinationConfiguration: {} });
      return [l1, LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Twin', l1.loggingConfigurationRef.loggingConfigurationArn)];
    }],
    ['an L2 and its L1', stack => {
      const l2 = newLoggingConfiguration(stack, 'Twin');
      return [l2, l2.node.defaultChild as CfnLoggingConfiguration];
    }],
  ];
  test.each(twins)('fails for duplicates: %s', (_, newTwins) => {
    const stack = newStack();
    const [one, twin] = newTwins(stack);
    const other = newLoggingConfiguration(stack, 'Other');

    expect(loggingFailureOf(stack, [one, other, twin])).toMatchObject({
      name: 'DuplicateLoggingConfiguration',
      message: `loggingConfigurations must not have duplicates, got ${twin.node.path} at positions 0 and 2: remove one`,
    });
  });

  test.each<[string, (stack: Stack) => string[]]>([
    ['two ids', stack => ['AbCdEfGhIjKl', 'LkJiHgFeDcBa'].map((id, index) =>
      LoggingConfiguration.fromLoggingConfigurationId(stack, `Log${index}`, id).loggingConfigurationArn)],
    ['two parameters', stack => ['One', 'Two'].map(id => new CfnParameter(stack, id).valueAsString)],
    ['two elements of one parameter', stack => {
      const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
      return [Fn.select(0, list), Fn.select(1, list)];
    }],
    ['two attributes of one resource', stack => {
      const resource = new CfnResource(stack, 'Custom', { type: 'Custom::Finder' });
      return ['First', 'Second'].map(attribute => resource.getAtt(attribute).toString());
    }],
  ])('are not duplicates if they are %s', (_, arnsIn) => {
    const stack = newStack();
    const arns = arnsIn(stack);
    new ChatRoom(stack, 'Room', {
      loggingConfigurations: arns.map((arn, index) => LoggingConfiguration.fromLoggingConfigurationArn(stack, `Import${index}`, arn)),
    });

    expect(roomOf(stack).Properties).toEqual({ LoggingConfigurationIdentifiers: stack.resolve(arns) });
  });

  test.each([
    ['ArnOfOtherResource', ROOM_ARN],
    ['ArnExpected', 'AbCdEfGhIjKl'],
  ])('fails with %s for a reference with %s', (name, loggingConfigurationArn) => {
    const stack = newStack();
    const l1 = new CfnLoggingConfiguration(stack, 'L1', { destinationConfiguration: {} });
    const reference = { node: l1.node, env: l1.env, loggingConfigurationRef: { loggingConfigurationArn } } as ILoggingConfigurationRef;

    const error = loggingFailureOf(stack, [newLoggingConfiguration(stack), reference]);
    expect(error.name).toBe(name);
    expect(error.message).toMatch(/^loggingConfigurations\[1\] must be the ARN of a logging configuration, such as arn:aws:ivschat:/);
  });

  test.each([
    ['region', 'arn:aws:ivschat:us-west-2:111122223333:logging-configuration/AbCdEfGhIjKl', 'us-west-2', 'us-east-1'],
    ['account', 'arn:aws:ivschat:us-east-1:444455556666:logging-configuration/AbCdEfGhIjKl', '444455556666', '111122223333'],
  ])('fails for one that is known to be in another %s', (part, arn, theirs, ours) => {
    const stack = newStack(ENV);
    const configuration = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', arn);

    expect(loggingFailureOf(stack, [configuration])).toMatchObject({
      name: 'OtherEnvironment',
      message: `loggingConfigurations[0] must be in the same account and region as this construct, got ${part} ${theirs} instead of ${ours}: use one in ${part} ${ours}`,
    });
  });

  test('are accepted if it is not known whether the environment is the same', () => {
    const agnostic = newStack();
    const arn = 'arn:aws:ivschat:us-west-2:444455556666:logging-configuration/AbCdEfGhIjKl';
    new ChatRoom(agnostic, 'Room', { loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(agnostic, 'ChatLog', arn)] });
    const known = newStack(ENV);
    new ChatRoom(known, 'Room', { loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(known, 'ChatLog', Fn.importValue('arn'))] });

    expect(roomOf(agnostic).Properties).toEqual({ LoggingConfigurationIdentifiers: [arn] });
    expect(roomOf(known).Properties).toEqual({ LoggingConfigurationIdentifiers: [{ 'Fn::ImportValue': 'arn' }] });
  });
});

test('a room depends on the invoke permission of its handler and nothing else', () => {
  const stack = newStack();
  const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
  new ChatRoom(stack, 'Room', { messageReviewHandler: review });

  expect(roomOf(stack).DependsOn).toEqual([stack.getLogicalId(review.node.defaultChild as lambda.CfnPermission)]);
});

describe('addLoggingConfiguration', () => {
  test('adds to the logging configurations of the properties', () => {
    const stack = newStack();
    const [first, second] = ['First', 'Second'].map(id => newLoggingConfiguration(stack, id));
    const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [first] });
    room.addLoggingConfiguration(second);
    room.addLoggingConfiguration(LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Third', LOGGING_ARN));

    expect(roomOf(stack).Properties.LoggingConfigurationIdentifiers)
      .toEqual([first.loggingConfigurationArn, second.loggingConfigurationArn, LOGGING_ARN].map(arn => stack.resolve(arn)));
  });

  test.each([undefined, []])('adds to %j', loggingConfigurations => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', { loggingConfigurations })
      .addLoggingConfiguration(LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN));

    expect(roomOf(stack).Properties.LoggingConfigurationIdentifiers).toEqual([LOGGING_ARN]);
    expect(loggingConfigurations ?? []).toEqual([]);
  });

  test('can be called by an aspect', () => {
    const stack = newStack();
    const chatLog = newLoggingConfiguration(stack);
    new ChatRoom(stack, 'Room');
    Aspects.of(stack).add({ visit: node => { if (node instanceof ChatRoom) node.addLoggingConfiguration(chatLog); } });

    expect(roomOf(stack).Properties.LoggingConfigurationIdentifiers).toEqual([stack.resolve(chatLog.loggingConfigurationArn)]);
  });

  test('makes the room depend on the detachment of the logging configuration', () => {
    const stack = newStack();
    const chatLog = new LoggingConfiguration(stack, 'ChatLog', {
      destination: LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(stack, 'Group', 'chat')), detachOnDelete: true,
    });
    new ChatRoom(stack, 'Room').addLoggingConfiguration(chatLog);

    expect(roomOf(stack).DependsOn).toEqual([expect.stringMatching(/^ChatLog\w{8}Detachment/)]);
  });

  test('sets a high rate again', () => {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: 50 });
    room.addLoggingConfiguration(LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN));

    templateOf(stack).hasResourceProperties('Custom::IVSChatRoomRate', { Room: { LoggingConfigurationIdentifiers: [LOGGING_ARN] } });
  });

  test('fails for the fourth, counting those of the properties', () => {
    const stack = newStack();
    const [first, ...others] = [1, 2, 3, 4].map(index => newLoggingConfiguration(stack, `ChatLog${index}`));
    const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [first] });
    others.slice(0, 2).forEach(chatLog => room.addLoggingConfiguration(chatLog));

    expect(thrownBy(() => room.addLoggingConfiguration(others[2]))).toMatchObject({ name: 'TooManyLoggingConfigurations' });
    expect(roomOf(stack).Properties.LoggingConfigurationIdentifiers).toHaveLength(3);
  });

  test('fails for a logging configuration that the room has, also as an L1', () => {
    const stack = newStack();
    const chatLog = newLoggingConfiguration(stack);
    const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [chatLog] });

    for (const same of [chatLog, chatLog.node.defaultChild as CfnLoggingConfiguration]) {
      expect(thrownBy(() => room.addLoggingConfiguration(same))).toMatchObject({ name: 'DuplicateLoggingConfiguration' });
    }
    expect(roomOf(stack).Properties.LoggingConfigurationIdentifiers).toHaveLength(1);
  });

  test('fails for one in another region', () => {
    const stack = newStack(ENV);
    const arn = LOGGING_ARN.replace('us-east-1', 'eu-west-1');
    const room = new ChatRoom(stack, 'Room');

    expect(thrownBy(() => room.addLoggingConfiguration(LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', arn))))
      .toMatchObject({ name: 'OtherEnvironment' });
  });

  test('fails after synthesis', () => {
    const stack = newStack();
    const chatLog = newLoggingConfiguration(stack);
    const room = new ChatRoom(stack, 'Room');
    templateOf(stack);

    expect(thrownBy(() => room.addLoggingConfiguration(chatLog))).toMatchObject({
      name: 'RoomIsSynthesized',
      message: 'loggingConfiguration must be added before synthesis, got Stack/ChatLog afterwards: call addLoggingConfiguration() before app.synth() or Template.fromStack()',
    });
  });
});

describe('the name of a room', () => {
  test('is known if it is a property or was looked up', () => {
    const stack = newStack(ENV);

    expect(new ChatRoom(stack, 'Room', { roomName: 'lobby' }).roomName).toBe('lobby');
    expect(ChatRoom.fromLookup(stack, 'LookedUp', { roomName: 'lobby' }).roomName).toBe('lobby');
  });

  test('is not known otherwise', () => {
    const stack = newStack(ENV);

    expect(new ChatRoom(stack, 'Room').roomName).toBeUndefined();
    expect(ChatRoom.fromRoomArn(stack, 'Imported', ROOM_ARN).roomName).toBeUndefined();
    expect(ChatRoom.fromRoomId(stack, 'ById', 'AbCdEfGhIjKl').roomName).toBeUndefined();
  });
});

describe('tags', () => {
  function tagged(tags: Record<string, string> | undefined, added: Record<string, string> = {}): Stack {
    const stack = newStack();
    const room = new ChatRoom(stack, 'Room', { tags });
    Object.entries(added).forEach(([key, value]) => Tags.of(room).add(key, value));
    return stack;
  }

  test('can be set with the property, with Tags.of() or both', () => {
    expect(roomOf(tagged({ team: 'chat' })).Properties.Tags).toEqual([{ Key: 'team', Value: 'chat' }]);
    expect(roomOf(tagged(undefined, { stage: 'prod' })).Properties.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
    expect(roomOf(tagged({ team: 'chat' }, { stage: 'prod' })).Properties.Tags)
      .toEqual([{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'chat' }]);
    expect(roomOf(tagged({})).Properties).toBeUndefined();
  });

  test('of Tags.of() override and remove those of the property', () => {
    const stack = tagged({ team: 'chat', gone: 'soon' }, { team: 'video' });
    Tags.of(stack).remove('gone');

    expect(roomOf(stack).Properties.Tags).toEqual([{ Key: 'team', Value: 'video' }]);
  });

  test.each<[string, Record<string, string>]>([
    ['50 of them', manyTags(50)],
    ['a key of 1 character and one of 128', { k: 'value', ['k'.repeat(128)]: 'value' }],
    ['a value of 1 character and one of 256', { one: 'v', many: 'v'.repeat(256) }],
    ['a key with aws: inside', { 'my-aws:key': 'value', 'aws': 'value', 'aws-x': 'value' }],
  ])('accepts %s', (_, tags) => {
    expect(roomOf(tagged(tags)).Properties.Tags).toHaveLength(Object.keys(tags).length);
  });

  test.each<[string, Record<string, string>, string]>([
    ['51 of them', manyTags(51), 'tags must have at most 50 entries, got 51: remove 1, tags added with Tags.of() count as well (TooManyTags)'],
    ['a key with aws:', { 'aws:team': 'x' },
      'tags must not have keys that start with the reserved prefix "aws:", got "aws:team": rename the key (TagKeyReserved)'],
    ['a key with AWS:', { 'AWS:team': 'x' },
      'tags must not have keys that start with the reserved prefix "aws:", got "AWS:team": rename the key (TagKeyReserved)'],
    ['a key with aWs:', { 'aWs:': 'x' },
      'tags must not have keys that start with the reserved prefix "aws:", got "aWs:": rename the key (TagKeyReserved)'],
    ['an empty key', { '': 'x' }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength)'],
    ['a key of 129 characters', { ['k'.repeat(129)]: 'x' },
      `tags must have keys of 1 to 128 characters, got 129 ("${'k'.repeat(129)}"): change the key (TagKeyLength)`],
    ['an empty value', { team: '' }, 'tags must have values of 1 to 256 characters, got 0 for the key "team": change the value (TagValueLength)'],
    ['a value of 257 characters', { team: 'v'.repeat(257) },
      'tags must have values of 1 to 256 characters, got 257 for the key "team": change the value (TagValueLength)'],
  ])('fails at synthesis for %s, in the property or with Tags.of()', (_, tags, message) => {
    for (const stack of [tagged(tags), tagged(undefined, tags)]) {
      expect(thrownBy(() => (stack.node.root as App).synth()).message).toContain(`[Stack/Room/Resource] ${message}`);
      expect(() => templateOf(stack)).toThrow(message);
    }
  });

  test('fails at synthesis if the property and Tags.of() together have 51', () => {
    expect(() => templateOf(tagged(manyTags(30), manyTags(21, 'added')))).toThrow('tags must have at most 50 entries, got 51: remove 1,');
    expect(() => templateOf(tagged(manyTags(30), manyTags(20, 'added')))).not.toThrow();
  });

  test('reports all errors at once', () => {
    const { message } = thrownBy(() => templateOf(tagged({ ...manyTags(50), 'aws:team': '' })));

    expect(message).toContain('(TagKeyReserved)');
    expect(message).toContain('(TagValueLength)');
    expect(message).toContain('(TooManyTags)');
  });

  test('fails at synthesis for a tag that an aspect adds', () => {
    const stack = tagged({ team: 'chat' });
    Aspects.of(stack).add({
      visit: node => {
        if (CfnRoom.isCfnRoom(node)) node.tags.setTag('aws:late', 'x');
      },
    }, { priority: 900 });

    expect(() => templateOf(stack)).toThrow('got "aws:late"');
  });

  test('are not validated if they contain tokens', () => {
    const tags = { team: 'v'.repeat(256) + Fn.importValue('value'), ['k'.repeat(128) + Fn.importValue('key')]: 'x' };

    expect(roomOf(tagged(tags)).Properties.Tags).toHaveLength(2);
  });
});

describe('the region', () => {
  const warning = Match.stringLikeRegexp('regionWithoutService');

  test.each(['eu-central-2', 'cn-north-1', 'us-gov-west-1', 'eu-west-2'])('warns for %s, where the service is not available', region => {
    const stack = newStack({ ...ENV, region });
    new ChatRoom(stack, 'Room');
    new ChatRoom(stack, 'SecondRoom');

    Annotations.fromStack(stack).hasWarning('/Stack',
      `Amazon IVS Chat is not known to be available in ${region}. It is available in ap-northeast-1, ap-northeast-2, ap-south-1, eu-central-1, eu-west-1, `
      + `us-east-1, us-west-2. Deploy to one of these regions, or acknowledge this warning if the service is available in ${region} now. [ack: cdk-ivschat:regionWithoutService]`);
    expect(Annotations.fromStack(stack).findWarning('*', warning)).toHaveLength(1);
  });

  test('does not warn if acknowledged', () => {
    const stack = newStack({ ...ENV, region: 'eu-central-2' });
    new ChatRoom(stack, 'Room');
    CoreAnnotations.of(stack).acknowledgeWarning('cdk-ivschat:regionWithoutService');

    expect(Annotations.fromStack(stack).findWarning('*', warning)).toEqual([]);
  });

  test.each(['ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', undefined])(
    'does not warn for %s', region => {
      const stack = newStack(region === undefined ? undefined : { ...ENV, region });
      new ChatRoom(stack, 'Room');

      expect(Annotations.fromStack(stack).findWarning('*', warning)).toEqual([]);
    },
  );
});

describe('fromRoomArn', () => {
  test('imports a room in the account and region of the ARN', () => {
    const stack = newStack(ENV);
    const arn = 'arn:aws:ivschat:us-west-2:444455556666:room/AbCdEfGhIjKl';
    const room = ChatRoom.fromRoomArn(stack, 'Room', arn);

    expect(room.roomArn).toBe(arn);
    expect(room.roomId).toBe('AbCdEfGhIjKl');
    expect(room.roomRef).toEqual({ roomArn: arn });
    expect(room.env).toEqual({ account: '444455556666', region: 'us-west-2' });
    expect(templateOf(stack).findResources('*')).toEqual({});
  });

  test('accepts a token', () => {
    const stack = newStack();
    const room = ChatRoom.fromRoomArn(stack, 'Room', Fn.importValue('arn'));
    const split = (separator: string, value: unknown) => ({ 'Fn::Split': [separator, value] });
    const part = (index: number) => ({ 'Fn::Select': [index, split(':', { 'Fn::ImportValue': 'arn' })] });

    expect(stack.resolve(room.roomArn)).toEqual({ 'Fn::ImportValue': 'arn' });
    expect(stack.resolve(room.roomId)).toEqual({ 'Fn::Select': [1, split('/', part(5))] });
    expect(stack.resolve(room.env)).toEqual({ account: part(4), region: part(3) });
  });

  test('accepts an ARN in another partition', () => {
    const arn = 'arn:aws-us-gov:ivschat:us-gov-west-1:111122223333:room/AbCdEfGhIjKl';

    expect(ChatRoom.fromRoomArn(newStack(), 'Room', arn).roomArn).toBe(arn);
  });

  const example = 'must be the ARN of a room, such as arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
  test.each(['AbCdEfGhIjKl', '', 'lobby', `https://example.com/${ROOM_ARN}`, ` ${ROOM_ARN}`])('fails for %j, which is not an ARN', roomArn => {
    const error = thrownBy(() => ChatRoom.fromRoomArn(newStack(), 'Room', roomArn));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'ArnExpected',
      message: `roomArn ${example}, got ${JSON.stringify(roomArn)}: pass the ARN, or import an ID with ChatRoom.fromRoomId()`,
    });
  });

  test.each([
    LOGGING_ARN,
    FUNCTION_ARN,
    'arn:aws:ivs:us-east-1:111122223333:channel/abcdABCDefgh',
    'arn:aws:ivs:us-east-1:111122223333:room/AbCdEfGhIjKl',
    'arn:aws:s3:::bucket',
  ])('fails for %s, the ARN of another resource', roomArn => {
    expect(thrownBy(() => ChatRoom.fromRoomArn(newStack(), 'Room', roomArn))).toMatchObject({
      name: 'ArnOfOtherResource',
      message: `roomArn ${example}, got the ARN of another resource, "${roomArn}": pass the ARN of a room`,
    });
  });

  test.each([
    ['no region', 'arn:aws:ivschat::111122223333:room/AbCdEfGhIjKl'],
    ['no account', 'arn:aws:ivschat:us-east-1::room/AbCdEfGhIjKl'],
    ['an account of 11 digits', 'arn:aws:ivschat:us-east-1:11112222333:room/AbCdEfGhIjKl'],
    ['an account of 13 digits', 'arn:aws:ivschat:us-east-1:1111222233334:room/AbCdEfGhIjKl'],
    ['no id', 'arn:aws:ivschat:us-east-1:111122223333:room'],
    ['an empty id', 'arn:aws:ivschat:us-east-1:111122223333:room/'],
    ['an id of 11 characters', 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjK'],
    ['an id of 13 characters', 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKlm'],
    ['an asterisk for an id', 'arn:aws:ivschat:us-east-1:111122223333:room/*'],
    ['a path below the id', `${ROOM_ARN}/messages`],
    ['a line break', `${ROOM_ARN}\n`],
  ])('fails for %s', (_, roomArn) => {
    expect(thrownBy(() => ChatRoom.fromRoomArn(newStack(), 'Room', roomArn))).toMatchObject({
      name: 'ArnMalformed',
      message: 'roomArn must have a region, an account of 12 digits and an ID of 12 letters and digits, '
        + `such as arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl, got ${JSON.stringify(roomArn)}: copy the complete ARN`,
    });
  });

  test.each([
    'arn:', 'arn:aws', 'arn:aws:ivschat', 'arn:aws:ivschat:us-east-1', 'arn:aws:ivschat:us-east-1:111122223333', 'arn:aws:ivschat:us-east-1:111122223333:',
    'arn::ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl', 'arn:aws::us-east-1:111122223333:room/AbCdEfGhIjKl',
    'arn:aws:ivschat:us-east-1:111122223333:room:AbCdEfGhIjKl', 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl:x',
  ])('fails with an error of this library for %s', roomArn => {
    const error = thrownBy(() => ChatRoom.fromRoomArn(newStack(), 'Room', roomArn));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error.name).toMatch(/^Arn(Expected|OfOtherResource|Malformed)$/);
    expect(error.message).toContain(`"${roomArn}"`);
  });
});

describe('fromRoomId', () => {
  test('imports a room in the account and region of the stack', () => {
    const stack = newStack(ENV);
    const room = ChatRoom.fromRoomId(stack, 'Room', 'AbCdEfGhIjKl');

    expect(room.roomId).toBe('AbCdEfGhIjKl');
    expect(stack.resolve(room.roomArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl']],
    });
    expect(room.env).toEqual(ENV);
    expect(templateOf(stack).findResources('*')).toEqual({});
  });

  test('accepts a token in an environment-agnostic stack', () => {
    const stack = newStack();
    const room = ChatRoom.fromRoomId(stack, 'Room', Fn.importValue('id'));

    expect(stack.resolve(room.roomId)).toEqual({ 'Fn::ImportValue': 'id' });
    expect(stack.resolve(room.roomArn)).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/', { 'Fn::ImportValue': 'id' },
      ]],
    });
  });

  test.each(['', ROOM_ARN, 'AbCdEfGhIjK', 'AbCdEfGhIjKlm', 'AbCdEfGhIjK-', 'lobby', 'AbCdEfGhIjKl\n'])('fails for %j, which is not an ID', roomId => {
    const error = thrownBy(() => ChatRoom.fromRoomId(newStack(), 'Room', roomId));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'ResourceIdInvalid',
      message: `roomId must be the ID of a room, 12 letters and digits, got ${JSON.stringify(roomId)}: pass only the ID, or import an ARN with ChatRoom.fromRoomArn()`,
    });
  });
});

describe('fromLookup', () => {
  function missingContext(stack: Stack) {
    return (stack.node.root as App).synth().manifest.missing ?? [];
  }

  /** Returns a stack with this result of the lookup of the room "lobby" in its context. */
  function stackWithResult(result: unknown): Stack {
    const blank = newStack(ENV);
    ChatRoom.fromLookup(blank, 'Room', { roomName: 'lobby' });
    const app = new App();
    app.node.setContext(missingContext(blank)[0].key, result);
    return new Stack(app, 'Stack', { env: ENV });
  }

  test('requests exactly one room with the name from the CLI', () => {
    const stack = newStack(ENV);
    ChatRoom.fromLookup(stack, 'Room', { roomName: 'lobby' });

    expect(missingContext(stack)).toEqual([{
      key: expect.stringMatching(/^cc-api-provider:/),
      provider: 'cc-api-provider',
      props: {
        ...ENV,
        typeName: 'AWS::IVSChat::Room',
        propertyMatch: { Name: 'lobby' },
        propertiesToReturn: ['Arn'],
        expectedMatchCount: 'exactly-one',
        dummyValue: [{ Arn: expect.stringMatching(/:ivschat:us-east-1:111122223333:room\/dummyRoom123$/) }],
        lookupRoleArn: expect.any(String),
      },
    }]);
  });

  test('returns a placeholder before the lookup', () => {
    const stack = newStack(ENV);
    const room = ChatRoom.fromLookup(stack, 'Room', { roomName: 'lobby' });

    expect(room.roomId).toBe('dummyRoom123');
    expect(room.roomArn).toBe('arn:aws:ivschat:us-east-1:111122223333:room/dummyRoom123');
    expect(room.env).toEqual(ENV);
  });

  test('returns the room that was found', () => {
    const stack = stackWithResult([{ Arn: ROOM_ARN, Identifier: ROOM_ARN }]);
    const room = ChatRoom.fromLookup(stack, 'Room', { roomName: 'lobby' });

    expect(room.roomArn).toBe(ROOM_ARN);
    expect(room.roomId).toBe('AbCdEfGhIjKl');
    expect(room.env).toEqual(ENV);
    expect(missingContext(stack)).toEqual([]);
  });

  test('caches each name separately', () => {
    const stack = stackWithResult([{ Arn: ROOM_ARN }]);

    expect(ChatRoom.fromLookup(stack, 'Other', { roomName: 'other' }).roomId).toBe('dummyRoom123');
    expect(missingContext(stack)).toHaveLength(1);
  });

  const got = 'roomName must be the name of exactly one room in account 111122223333 and region us-east-1, got "lobby"';
  const advice = 'check the name and the environment, or use ChatRoom.fromRoomArn() if the name is not unique';
  test.each([
    ['no room', [], '0 rooms found'],
    ['several rooms', [{ Arn: ROOM_ARN }, { Arn: ROOM_ARN.toLowerCase() }], '2 rooms found'],
    ['an error of the CLI', { $providerError: 'Expected exactly one resource, found 0' }, 'Expected exactly one resource, found 0'],
  ])('fails for %s in the context', (_, result, reason) => {
    const error = thrownBy(() => ChatRoom.fromLookup(stackWithResult(result), 'Room', { roomName: 'lobby' }));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ name: 'LookupFailed', message: `${got} (${reason}): ${advice}` });
  });

  test.each([undefined, { account: '111122223333' }, { region: 'us-east-1' }])('fails with an error of the CDK in a stack with the environment %j', env => {
    expect(() => ChatRoom.fromLookup(newStack(env), 'Room', { roomName: 'lobby' }))
      .toThrow(/account\/region are not specified at the stack level\. Configure "env"/);
  });

  test('fails for a token', () => {
    expect(thrownBy(() => ChatRoom.fromLookup(newStack(ENV), 'Room', { roomName: Fn.importValue('name') }))).toMatchObject({
      name: 'LookupNameIsToken',
      message: 'roomName must be known at synthesis, got a token: pass a string, or use ChatRoom.fromRoomArn()',
    });
  });

  test('fails for an empty name', () => {
    expect(thrownBy(() => ChatRoom.fromLookup(newStack(ENV), 'Room', { roomName: '' }))).toMatchObject({
      name: 'LookupNameEmpty',
      message: 'roomName must not be empty, got "": a room without a name cannot be looked up, use ChatRoom.fromRoomArn()',
    });
  });

  test('fails for an invalid name', () => {
    expect(thrownBy(() => ChatRoom.fromLookup(newStack(ENV), 'Room', { roomName: 'my room' })).name).toBe('NameHasInvalidCharacters');
    expect(thrownBy(() => ChatRoom.fromLookup(newStack(ENV), 'Room', { roomName: 'n'.repeat(129) })).name).toBe('NameTooLong');
  });
});
