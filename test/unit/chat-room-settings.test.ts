import { App, CfnParameter, CfnResource, Fn, type IPropertyInjector, PropertyInjectors, Stack, Stage, Token, ValidationError } from 'aws-cdk-lib';
import { type CfnLoggingConfiguration, CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ChatRoom, ChatRoomSettings, type ChatRoomSettingsProps, FallbackResult, type IMessageReviewHandler, LoggingConfiguration, MessageReviewHandler,
} from '../../src';
import {
  agnosticArn, policyOf, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration, newReview,
  onlyResource, ROOM_ARN, ROOM_ID, propsOf,
} from '../support/custom-resources/template';
import { allow, statementsOf, warningsOf } from '../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const TYPE = 'Custom::IVSChatRoomSettings';
const ACTIONS = ['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'];

type Settings = Omit<ChatRoomSettingsProps, 'room'>;

function importIn(stack: Stack, roomArn = ROOM_ARN, id = 'Imported'): IRoomRef {
  return ChatRoom.fromRoomArn(stack, id, roomArn);
}

/** A room as another library refers to it. */
function referenceIn(stack: Stack, roomArn: string): IRoomRef {
  const { node, env } = new CfnResource(stack, 'Other', { type: 'Custom::Room' });
  return { node, env, roomRef: { roomArn } } as IRoomRef;
}

function newSettings(stack: Stack, props: Partial<ChatRoomSettingsProps>, id = 'Settings'): ChatRoomSettings {
  return new ChatRoomSettings(stack, id, { room: props.room ?? importIn(stack), ...props });
}

function settingsIn(stack: Stack): { id: string; resource: any; template: any } {
  const template = templateOf(stack).toJSON();
  return { ...onlyResource(template, TYPE), template };
}

/** What the handler is told beside the room. */
function told(settingsOf: Settings | ((stack: Stack) => Settings)): any {
  const stack = newStack(ENV);
  newSettings(stack, typeof settingsOf === 'function' ? settingsOf(stack) : settingsOf);
  const { RoomArn, ...rest } = propsOf(settingsIn(stack).resource);
  expect(RoomArn).toBe(ROOM_ARN);
  return rest;
}

/** What settings throw. They must not have made anything by then, a permission for the handler included. */
function failureOf(stack: Stack, props: Partial<ChatRoomSettingsProps>, id = 'Settings'): Error {
  const resources = () => stack.node.findAll().filter(CfnResource.isCfnResource).map(({ node }) => node.path);
  const before = resources();
  const error = thrownBy(() => newSettings(stack, props, id));
  expect(error).toBeInstanceOf(ValidationError);
  expect(resources()).toEqual(before);
  return error;
}

describe('the settings of a room', () => {
  test('are a custom resource with these properties', () => {
    const stack = newStack(ENV);
    newSettings(stack, {
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 50,
      messageReviewHandler: new MessageReviewHandler(stack, 'Review', {
        handler: lambda.Function.fromFunctionArn(stack, 'Moderator', FUNCTION_ARN), fallbackResult: FallbackResult.DENY,
      }),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN)],
      tags: { team: 'chat' },
    });

    const { template } = settingsIn(stack);
    expect(resourcesOf(template, TYPE)).toEqual({
      SettingsRoomAbCdEfGhIjKlBFF0E50B: {
        Type: TYPE,
        Properties: {
          ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] },
          ServiceTimeout: '300',
          RoomArn: ROOM_ARN,
          MaximumMessageLength: 300,
          MaximumMessageRatePerSecond: 50,
          MessageReviewHandler: { Uri: FUNCTION_ARN, FallbackResult: 'DENY' },
          LoggingConfigurationIdentifiers: [LOGGING_ARN],
          Tags: { team: 'chat' },
        },
        DependsOn: [LOG_POLICY, expect.stringMatching(/^ReviewInvokePermission/), expect.stringMatching(/^SettingsRoomAbCdEfGhIjKlPolicy/)],
        UpdateReplacePolicy: 'Delete',
        DeletionPolicy: 'Delete',
      },
    });
  });

  test('may do the same for the one room whatever is set', () => {
    const settings: Settings[] = [
      { maximumMessageLength: 300 }, { maximumMessageRatePerSecond: 50 }, { tags: { team: 'chat' } }, { loggingConfigurations: [] },
      { messageReviewHandler: MessageReviewHandler.none() },
    ];
    for (const setting of settings) {
      const stack = newStack(ENV);
      newSettings(stack, setting);

      const { resource, template } = settingsIn(stack);
      expect(policyOf(template, resource)).toEqual([allow(ACTIONS, ROOM_ARN)]);
      expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toHaveLength(1);
    }
  });

  test('of two rooms are two custom resources, which wait for no policy of one another', () => {
    const stack = newStack(ENV);
    const arns = [ROOM_ARN, ROOM_ARN.replace('AbCd', 'DcBa')];
    arns.forEach((arn, index) => newSettings(stack, { room: importIn(stack, arn, `Room${index}`), maximumMessageLength: 300 }, `Settings${index}`));

    const template = templateOf(stack).toJSON();
    const allowed = Object.values(resourcesOf(template, TYPE)).map(resource => [propsOf(resource).RoomArn, policyOf(template, resource)]);
    expect(allowed).toEqual(arns.map(arn => [arn, [allow(ACTIONS, arn)]]));
  });

  test('are waited for by what waits for them', () => {
    const stack = newStack(ENV);
    const fn = newFunction(stack);
    fn.node.addDependency(newSettings(stack, { maximumMessageLength: 300 }));

    const { id, template } = settingsIn(stack);
    expect(template.Resources[logicalId(fn)].DependsOn).toContain(id);
  });

  test('take a reference that is no construct of ours', () => {
    const stack = newStack(ENV);
    newSettings(stack, { room: referenceIn(stack, ROOM_ARN), maximumMessageLength: 300 });

    expect(propsOf(settingsIn(stack).resource).RoomArn).toBe(ROOM_ARN);
  });

  test('in a region without the service are a warning', () => {
    const stack = newStack({ ...ENV, region: 'eu-central-2' });
    newSettings(stack, { room: importIn(stack, ROOM_ARN.replace('us-east-1', 'eu-central-2')), maximumMessageLength: 300 });

    expect(warningsOf(stack)).toEqual([['/Stack/Settings', expect.stringContaining('[ack: cdk-ivschat:regionWithoutService]')]]);
  });
});

describe('each setting', () => {
  test.each<[string, Settings | ((stack: Stack) => Settings), object]>([
    ['the length', { maximumMessageLength: 500 }, { MaximumMessageLength: 500 }],
    ['a rate CloudFormation would take', { maximumMessageRatePerSecond: 1 }, { MaximumMessageRatePerSecond: 1 }],
    ['a rate it would not', { maximumMessageRatePerSecond: 100 }, { MaximumMessageRatePerSecond: 100 }],
    ['the tags, of which values may be empty', { tags: { team: 'chat', live: '' } }, { Tags: { team: 'chat', live: '' } }],
    ['no tags', { tags: {} }, { Tags: {} }],
    ['no logging configurations', { loggingConfigurations: [] }, { LoggingConfigurationIdentifiers: [] }],
    ['no handler', { messageReviewHandler: MessageReviewHandler.none() }, { MessageReviewHandler: { Uri: '' } }],
    ['a handler of someone else', { messageReviewHandler: { bind: () => ({ handlerUri: FUNCTION_ARN }) } satisfies IMessageReviewHandler },
      { MessageReviewHandler: { Uri: FUNCTION_ARN } }],
    ['a logging configuration of this stack', stack => ({ loggingConfigurations: [newLoggingConfiguration(stack)] }),
      { LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [expect.stringMatching(/^ChatLog/), 'Arn'] }] }],
    ['three logging configurations', stack => ({ loggingConfigurations: [1, 2, 3].map(i => newLoggingConfiguration(stack, false, `ChatLog${i}`)) }),
      { LoggingConfigurationIdentifiers: [1, 2, 3].map(i => ({ 'Fn::GetAtt': [expect.stringMatching(`^ChatLog${i}`), 'Arn'] })) }],
    ['tokens', stack => {
      const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
      return { maximumMessageLength: number, maximumMessageRatePerSecond: number, tags: { team: Fn.importValue('team') } };
    }, { MaximumMessageLength: { Ref: 'Number' }, MaximumMessageRatePerSecond: { Ref: 'Number' }, Tags: { team: { 'Fn::ImportValue': 'team' } } }],
  ])('%s', (_, settings, expected) => {
    expect(told(settings)).toEqual(expected);
  });

  test('the permission of the handler is in the stack of the settings, which wait for it', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env: ENV });
    const review = newReview(functions);
    const stack = new Stack(app, 'Stack', { env: ENV });
    newSettings(stack, { messageReviewHandler: review });

    const template = templatesOf(app)['Stack.template.json'];
    const { id, resource: permission } = onlyResource(template, 'AWS::Lambda::Permission');
    const { resource } = onlyResource(template, TYPE);
    expect(permission.Properties.FunctionName).toEqual(propsOf(resource).MessageReviewHandler.Uri);
    expect(resource.DependsOn).toContain(id);
    expect(functions.dependencies).toEqual([]);
  });

  test('the permission of a handler of the same stack is that of the handler', () => {
    const stack = newStack(ENV);
    const review = newReview(stack);
    newSettings(stack, { messageReviewHandler: review });

    const { resource, template } = settingsIn(stack);
    expect(onlyResource(template, 'AWS::Lambda::Permission').id).toBe(logicalId(review));
    expect(resource.DependsOn).toContain(logicalId(review));
  });
});

describe('the logical id', () => {
  function idFor(room: (stack: Stack) => IRoomRef, env?: { account: string; region: string }): string {
    const stack = newStack(env);
    newSettings(stack, { room: room(stack), maximumMessageLength: 300 });
    return settingsIn(stack).id;
  }

  test('is another for another room, because the policies of both are needed while it is replaced', () => {
    const ids = [ROOM_ARN, ROOM_ARN.replace(ROOM_ID, 'LkJiHgFeDcBa')].map(arn => idFor(stack => importIn(stack, arn), ENV));

    expect(ids[0]).toMatch(/^SettingsRoomAbCdEfGhIjKl[0-9A-F]{8}$/);
    expect(ids[1]).toMatch(/^SettingsRoomLkJiHgFeDcBa[0-9A-F]{8}$/);
  });

  test.each([['known', ENV], ['unknown', undefined]])('is another for another id, in a stack of %s environment', (_, env) => {
    const ids = [ROOM_ID, 'LkJiHgFeDcBa'].map(id => idFor(stack => ChatRoom.fromRoomId(stack, 'Imported', id), env));

    expect(ids[0]).not.toBe(ids[1]);
  });

  test('is the same for the same room, however it is imported', () => {
    const byArn = idFor(stack => importIn(stack), ENV);

    expect(idFor(stack => ChatRoom.fromRoomId(stack, 'Imported', ROOM_ID), ENV)).toBe(byArn);
  });

  test('stays where the room is known only at deployment', () => {
    const ids = ['One', 'Two'].map(name => idFor(stack => importIn(stack, Fn.importValue(name))));

    expect(ids[0]).toMatch(/^SettingsRoom[0-9A-F]{8}$/);
    expect(ids[1]).toBe(ids[0]);
  });
});

describe('a room of this app', () => {
  const refused = (path: string) => ({
    name: 'RoomIsDeclared',
    message: `room must be one that this app does not declare, got ${path}: set its own properties, or CloudFormation and these settings `
      + 'would undo each other',
  });

  test.each<[string, (stack: Stack) => IRoomRef]>([
    ['a room of ours', stack => new ChatRoom(stack, 'Room')],
    ['its L1', stack => new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom],
    ['an import of its ARN', stack => importIn(stack, new ChatRoom(stack, 'Room').roomArn)],
  ])('fails: %s', (_, roomIn) => {
    const stack = newStack();

    expect(failureOf(stack, { room: roomIn(stack), maximumMessageLength: 300 })).toMatchObject(refused('Stack/Room/Resource'));
  });

  test('fails: an L1', () => {
    const stack = newStack();

    expect(failureOf(stack, { room: new CfnRoom(stack, 'Room'), maximumMessageLength: 300 })).toMatchObject(refused('Stack/Room'));
  });

  test('fails: a room of another stack', () => {
    const app = new App();
    const room = new ChatRoom(new Stack(app, 'Other', { env: ENV }), 'Room');

    expect(failureOf(new Stack(app, 'Stack', { env: ENV }), { room, maximumMessageLength: 300 })).toMatchObject(refused('Other/Room/Resource'));
  });

  test('fails: a room of another stage', () => {
    const app = new App();
    const room = new ChatRoom(new Stack(new Stage(app, 'Prod'), 'Other'), 'Room');

    expect(failureOf(new Stack(app, 'Stack'), { room, maximumMessageLength: 300 })).toMatchObject(refused('Prod/Other/Room/Resource'));
  });

  test('made by something else than CloudFormation is not of this app', () => {
    const stack = newStack();
    const roomArn = new CfnResource(stack, 'Launcher', { type: 'Custom::Room' }).getAtt('Arn').toString();
    newSettings(stack, { room: importIn(stack, roomArn), maximumMessageLength: 300 });

    const arn = { 'Fn::GetAtt': ['Launcher', 'Arn'] };
    const { resource, template } = settingsIn(stack);
    expect(propsOf(resource).RoomArn).toEqual(arn);
    expect(policyOf(template, resource)).toEqual([allow(ACTIONS, arn)]);
  });
});

describe('the settings of one room twice in a stack', () => {
  const refused = (id: string) => ({
    name: 'RoomHasSettings',
    message: `room must have its settings once in a stack, got settings at Stack/First and at Stack/${id}: put them into one construct`,
  });

  test.each<[string, { account: string; region: string } | undefined, (stack: Stack) => [IRoomRef, IRoomRef]]>([
    ['one import', ENV, stack => Array(2).fill(importIn(stack)) as [IRoomRef, IRoomRef]],
    ['two imports of one ARN', ENV, stack => [importIn(stack, ROOM_ARN, 'One'), importIn(stack, ROOM_ARN, 'Two')]],
    ['one by ARN, one by id', ENV, stack => [importIn(stack), ChatRoom.fromRoomId(stack, 'ById', ROOM_ID)]],
    ['one by id, one by ARN, for any environment', undefined, stack => [ChatRoom.fromRoomId(stack, 'ById', ROOM_ID), importIn(stack)]],
    ['two imports of one export', ENV, stack => [importIn(stack, Fn.importValue('arn'), 'One'), importIn(stack, Fn.importValue('arn'), 'Two')]],
    ['two imports of one parameter', undefined, stack => {
      const arn = new CfnParameter(stack, 'Arn').valueAsString;
      return [importIn(stack, arn, 'One'), importIn(stack, arn, 'Two')];
    }],
  ])('fail: %s', (_, env, roomsIn) => {
    const stack = newStack(env);
    const [first, second] = roomsIn(stack);
    newSettings(stack, { room: first, maximumMessageLength: 300 }, 'First');

    expect(failureOf(stack, { room: second, tags: { team: 'chat' } }, 'Second')).toMatchObject(refused('Second'));
    expect(failureOf(stack, { room: second, messageReviewHandler: newReview(stack) }, 'Third')).toMatchObject(refused('Third'));
  });

  test.each<[string, (stack: Stack) => [string, string]]>([
    ['two exports', () => [Fn.importValue('one'), Fn.importValue('two')]],
    ['two parameters', stack => [new CfnParameter(stack, 'P1').valueAsString, new CfnParameter(stack, 'P2').valueAsString]],
    ['an export and an ARN', () => [Fn.importValue('one'), ROOM_ARN]],
  ])('are not those of %s', (_, arnsIn) => {
    const stack = newStack();
    for (const [index, arn] of arnsIn(stack).entries()) {
      newSettings(stack, { room: importIn(stack, arn, `Room${index}`), maximumMessageLength: 300 }, `Settings${index}`);
    }

    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), TYPE))).toHaveLength(2);
  });

  test('are not those of two stacks', () => {
    const app = new App();
    for (const id of ['One', 'Two']) newSettings(new Stack(app, id, { env: ENV }), { maximumMessageLength: 300 });

    for (const template of Object.values(templatesOf(app))) onlyResource(template, TYPE);
  });

  test('are not those of two apps with a stack of the same name', () => {
    for (const stack of [newStack(ENV), newStack(ENV)]) {
      newSettings(stack, { maximumMessageLength: 300 });
      settingsIn(stack);
    }
  });

  test('are not those that were refused for something else', () => {
    const stack = newStack(ENV);
    const room = importIn(stack);
    failureOf(stack, { room, maximumMessageLength: 501 });
    newSettings(stack, { room, maximumMessageLength: 500 }, 'Second');

    expect(propsOf(settingsIn(stack).resource)).toEqual({ RoomArn: ROOM_ARN, MaximumMessageLength: 500 });
  });
});

describe('fails, before there is any resource', () => {
  const noSettings = {
    name: 'NoSettings',
    message: 'ChatRoomSettings must have at least one of maximumMessageLength, maximumMessageRatePerSecond, messageReviewHandler, '
      + 'loggingConfigurations and tags, got none: add one, or remove the construct',
  };
  test.each<[string, Settings]>([['no settings', {}], ['settings that are undefined', { tags: undefined, maximumMessageLength: undefined }]])(
    'with %s', (_, settings) => {
      expect(failureOf(newStack(), settings)).toMatchObject(noSettings);
    });

  test.each([0, 501, 1.5, NaN])('with a length of %d', maximumMessageLength => {
    expect(failureOf(newStack(), { maximumMessageLength })).toMatchObject({
      name: 'MessageLengthOutOfRange',
      message: `maximumMessageLength must be a whole number of characters from 1 to 500, got ${maximumMessageLength}: choose a length in that range`,
    });
  });

  test.each([0, 101, 10.5, NaN])('with a rate of %d', maximumMessageRatePerSecond => {
    expect(failureOf(newStack(), { maximumMessageRatePerSecond })).toMatchObject({
      name: 'MessageRateOutOfRange',
      message: `maximumMessageRatePerSecond must be a whole number from 1 to 100, got ${maximumMessageRatePerSecond}: choose a rate in that range`,
    });
  });

  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'value']));
  test.each<[string, Record<string, string>, string]>([
    ['51 tags', many, 'tags must be at most 50, got 51: remove 1, tags added by Tags.of count too (TooManyTags)'],
    ['a reserved key', { 'Aws:team': 'x' },
      'tags must not have a key that begins with "aws:", which is reserved, got "Aws:team": rename it (TagKeyReserved)'],
    ['an empty key', { '': 'x' }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength)'],
    ['a value of 257 characters', { team: 'v'.repeat(257) },
      'tags must have values of 0 to 256 characters, got 257 for the key "team": change the value (TagValueLength)'],
    ['two broken rules', { '': 'v'.repeat(257) }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength); '
      + 'tags must have values of 0 to 256 characters, got 257 for the key "": change the value (TagValueLength)'],
  ])('with %s', (_, tags, message) => {
    expect(failureOf(newStack(), { tags })).toMatchObject({ name: 'TagsInvalid', message });
  });

  test('with four logging configurations', () => {
    const stack = newStack();
    const loggingConfigurations = [1, 2, 3, 4].map(i => newLoggingConfiguration(stack, false, `ChatLog${i}`));

    expect(failureOf(stack, { loggingConfigurations })).toMatchObject({
      name: 'TooManyLoggingConfigurations', message: 'loggingConfigurations must be at most 3, got 4: remove 1',
    });
  });

  test('with one logging configuration twice', () => {
    const stack = newStack();
    const l2 = newLoggingConfiguration(stack);

    expect(failureOf(stack, { loggingConfigurations: [l2, l2.node.defaultChild as CfnLoggingConfiguration] })).toMatchObject({
      name: 'DuplicateLoggingConfiguration',
      message: 'loggingConfigurations must have each logging configuration once, got Stack/ChatLog/Resource at 0 and 1: remove one',
    });
  });

  test.each([
    ['region', ROOM_ARN.replace('us-east-1', 'us-west-2'), 'us-west-2', 'us-east-1'],
    ['account', ROOM_ARN.replace('111122223333', '444455556666'), '444455556666', '111122223333'],
  ])('with a room of another %s', (part, arn, theirs, ours) => {
    const stack = newStack(ENV);

    expect(failureOf(stack, { room: importIn(stack, arn), maximumMessageLength: 300 })).toMatchObject({
      name: 'OtherEnvironment',
      message: `room must be in the same account and region, got ${part} ${theirs} where this construct is in ${ours}: use one of ${part} ${ours}`,
    });
  });

  test('with a handler of another region', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } });

    expect(failureOf(new Stack(app, 'Stack', { env: ENV }), { messageReviewHandler: newReview(there) })).toMatchObject({
      name: 'OtherEnvironment',
      message: 'messageReviewHandler must be in the same account and region, got region eu-west-1 where this construct is in us-east-1: '
        + 'use one of region us-east-1',
    });
  });

  test.each([
    ['ArnExpected', ROOM_ID, `got "${ROOM_ID}": pass the whole ARN, or import an id with the function made for ids`],
    ['ArnOfOtherResource', LOGGING_ARN, `got "${LOGGING_ARN}": that is another kind of resource, pass the ARN of a room`],
  ])('with %s for a reference that holds %s', (name, roomArn, end) => {
    const stack = newStack();

    expect(failureOf(stack, { room: referenceIn(stack, roomArn), maximumMessageLength: 300 })).toMatchObject({
      name, message: `room must be the ARN of a room, such as arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl, ${end}`,
    });
  });

  test('with a handler and another setting that is wrong, without a permission for the handler', () => {
    const app = new App();
    const review = newReview(new Stack(app, 'Functions', { env: ENV }));
    const wrong: Settings[] = [
      { maximumMessageLength: 501 }, { maximumMessageRatePerSecond: 101 }, { tags: { '': 'x' } },
      { loggingConfigurations: Array(4).fill(newLoggingConfiguration(new Stack(app, 'Logs', { env: ENV }))) },
    ];

    for (const [index, settings] of wrong.entries()) {
      failureOf(new Stack(app, `Stack${index}`, { env: ENV }), { messageReviewHandler: review, ...settings });
    }
  });
});

test('a room known only at deployment may be anywhere', () => {
  const known = newStack(ENV);
  newSettings(known, { room: importIn(known, Fn.importValue('arn')), maximumMessageLength: 300 });
  const agnostic = newStack();
  newSettings(agnostic, { room: importIn(agnostic, ROOM_ARN.replace('us-east-1', 'us-west-2')), maximumMessageLength: 300 });
  const byId = newStack();
  newSettings(byId, { room: ChatRoom.fromRoomId(byId, 'Imported', ROOM_ID), maximumMessageLength: 300 });

  expect(propsOf(settingsIn(known).resource).RoomArn).toEqual({ 'Fn::ImportValue': 'arn' });
  expect(propsOf(settingsIn(agnostic).resource).RoomArn).toBe(ROOM_ARN.replace('us-east-1', 'us-west-2'));
  expect(propsOf(settingsIn(byId).resource).RoomArn).toEqual(agnosticArn(`room/${ROOM_ID}`));
});

test('a room with an id known only at deployment', () => {
  const stack = newStack();
  newSettings(stack, { room: ChatRoom.fromRoomId(stack, 'Imported', Token.asString({ Ref: 'Anything' })), maximumMessageLength: 300 });

  expect(settingsIn(stack).id).toMatch(/^SettingsRoom[0-9A-F]{8}$/);
});

test('settings take the defaults of an injector', () => {
  const injector: IPropertyInjector = {
    constructUniqueId: ChatRoomSettings.PROPERTY_INJECTION_ID,
    inject: (props: any) => ({ tags: { team: 'chat' }, ...props }),
  };
  const stack = newStack(ENV);
  PropertyInjectors.of(stack).add(injector);
  newSettings(stack, {});

  expect(ChatRoomSettings.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.ChatRoomSettings');
  expect(propsOf(settingsIn(stack).resource)).toEqual({ RoomArn: ROOM_ARN, Tags: { team: 'chat' } });
});
