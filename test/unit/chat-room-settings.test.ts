import { App, ArnFormat, CfnOutput, CfnParameter, CfnResource, Fn, type IPropertyInjector, PropertyInjectors, RemovalPolicy, Stack, Stage, Token, ValidationError } from 'aws-cdk-lib';
import { type CfnLoggingConfiguration, CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ChatRoom, ChatRoomSettings, type ChatRoomSettingsProps, FallbackResult, type IMessageReviewHandler, LoggingConfiguration, MessageReviewHandler,
} from '../../src';
import {
  agnosticArn, statementsFor, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration, newReview,
  onlyResource, ROOM_ARN, ROOM_ID, customPropertiesOf,
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

/** Returns a reference to a room, as another library could provide it. */
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

/** Returns the properties of the custom resource without the room. */
function settingProperties(settingsOf: Settings | ((stack: Stack) => Settings)): any {
  const stack = newStack(ENV);
  newSettings(stack, typeof settingsOf === 'function' ? settingsOf(stack) : settingsOf);
  const { RoomArn, ...rest } = customPropertiesOf(settingsIn(stack).resource);
  expect(RoomArn).toBe(ROOM_ARN);
  return rest;
}

/** Returns the error that settings throw. They must not have created a resource before, including a permission for the handler. */
function failureOf(stack: Stack, props: Partial<ChatRoomSettingsProps>, id = 'Settings'): Error {
  const resources = () => stack.node.findAll().filter(CfnResource.isCfnResource).map(({ node }) => node.path);
  const before = resources();
  const error = thrownBy(() => newSettings(stack, props, id));
  expect(error).toBeInstanceOf(ValidationError);
  expect(resources()).toEqual(before);
  return error;
}

describe('room settings', () => {
  test('can be changed through node.defaultChild', () => {
    const stack = newStack(ENV);
    const settings = newSettings(stack, { maximumMessageLength: 300 });
    const resource = settings.node.defaultChild as CfnResource;
    resource.addPropertyOverride('MaximumMessageLength', 200);
    settings.applyRemovalPolicy(RemovalPolicy.RETAIN);

    const { resource: synthesized } = settingsIn(stack);
    expect(customPropertiesOf(synthesized)).toEqual({ RoomArn: ROOM_ARN, MaximumMessageLength: 200 });
    expect(synthesized.DeletionPolicy).toBe('Retain');
  });

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
      RoomAbCdEfGhIjKlSettings723F1240: {
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
        DependsOn: [LOG_POLICY, expect.stringMatching(/^ReviewInvokePermission/), 'RoomAbCdEfGhIjKlSettingsPolicyE796FB14'],
        UpdateReplacePolicy: 'Delete',
        DeletionPolicy: 'Delete',
      },
    });
  });

  test('have the same permissions on the room whichever setting is given', () => {
    const settings: Settings[] = [
      { maximumMessageLength: 300 }, { maximumMessageRatePerSecond: 50 }, { tags: { team: 'chat' } }, { loggingConfigurations: [] },
      { messageReviewHandler: MessageReviewHandler.none() },
    ];
    for (const setting of settings) {
      const stack = newStack(ENV);
      newSettings(stack, setting);

      const { resource, template } = settingsIn(stack);
      expect(statementsFor(template, resource)).toEqual([allow(ACTIONS, ROOM_ARN)]);
      expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toHaveLength(1);
    }
  });

  test('of two rooms do not depend on the policies of each other', () => {
    const stack = newStack(ENV);
    const arns = [ROOM_ARN, ROOM_ARN.replace('AbCd', 'DcBa')];
    arns.forEach((arn, index) => newSettings(stack, { room: importIn(stack, arn, `Room${index}`), maximumMessageLength: 300 }, `Settings${index}`));

    const template = templateOf(stack).toJSON();
    const allowed = Object.values(resourcesOf(template, TYPE))
      .map(resource => [customPropertiesOf(resource).RoomArn, statementsFor(template, resource)]);
    expect(allowed).toEqual(arns.map(arn => [arn, [allow(ACTIONS, arn)]]));
  });

  test('can be a dependency of other constructs', () => {
    const stack = newStack(ENV);
    const fn = newFunction(stack);
    fn.node.addDependency(newSettings(stack, { maximumMessageLength: 300 }));

    const { id, template } = settingsIn(stack);
    expect(template.Resources[logicalId(fn)].DependsOn).toContain(id);
  });

  test('accept a reference from another library', () => {
    const stack = newStack(ENV);
    newSettings(stack, { room: referenceIn(stack, ROOM_ARN), maximumMessageLength: 300 });

    expect(customPropertiesOf(settingsIn(stack).resource).RoomArn).toBe(ROOM_ARN);
  });

  test('warn in a region without the service', () => {
    const stack = newStack({ ...ENV, region: 'eu-central-2' });
    newSettings(stack, { room: importIn(stack, ROOM_ARN.replace('us-east-1', 'eu-central-2')), maximumMessageLength: 300 });

    expect(warningsOf(stack)).toEqual([['/Stack', expect.stringContaining('[ack: cdk-ivschat:regionWithoutService]')]]);
  });
});

describe('the custom resource receives', () => {
  test.each<[string, Settings | ((stack: Stack) => Settings), object]>([
    ['the message length', { maximumMessageLength: 500 }, { MaximumMessageLength: 500 }],
    ['a rate that CloudFormation supports', { maximumMessageRatePerSecond: 1 }, { MaximumMessageRatePerSecond: 1 }],
    ['a rate that CloudFormation does not support', { maximumMessageRatePerSecond: 100 }, { MaximumMessageRatePerSecond: 100 }],
    ['tags, which can have empty values', { tags: { team: 'chat', live: '' } }, { Tags: { team: 'chat', live: '' } }],
    ['no tags', { tags: {} }, { Tags: {} }],
    ['no logging configurations', { loggingConfigurations: [] }, { LoggingConfigurationIdentifiers: [] }],
    ['no handler', { messageReviewHandler: MessageReviewHandler.none() }, { MessageReviewHandler: { Uri: '' } }],
    ['a custom handler', { messageReviewHandler: { bind: () => ({ handlerUri: FUNCTION_ARN }) } satisfies IMessageReviewHandler },
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
    expect(settingProperties(settings)).toEqual(expected);
  });

  test('the settings depend on a permission for the handler in their own stack', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env: ENV });
    const review = newReview(functions);
    const stack = new Stack(app, 'Stack', { env: ENV });
    newSettings(stack, { messageReviewHandler: review });

    const template = templatesOf(app)['Stack.template.json'];
    const { id, resource: permission } = onlyResource(template, 'AWS::Lambda::Permission');
    const { resource } = onlyResource(template, TYPE);
    expect(permission.Properties.FunctionName).toEqual(customPropertiesOf(resource).MessageReviewHandler.Uri);
    expect(resource.DependsOn).toContain(id);
    expect(functions.dependencies).toEqual([]);
  });

  test('the settings depend on the permission of a handler in the same stack', () => {
    const stack = newStack(ENV);
    const review = newReview(stack);
    newSettings(stack, { messageReviewHandler: review });

    const { resource, template } = settingsIn(stack);
    expect(onlyResource(template, 'AWS::Lambda::Permission').id).toBe(logicalId(review));
    expect(resource.DependsOn).toContain(logicalId(review));
  });
});

describe('the logical ID', () => {
  function idFor(room: (stack: Stack) => IRoomRef, env?: { account: string; region: string }): string {
    const stack = newStack(env);
    newSettings(stack, { room: room(stack), maximumMessageLength: 300 });
    return settingsIn(stack).id;
  }

  test('differs for another room, because a replacement needs the policies of both rooms', () => {
    const ids = [ROOM_ARN, ROOM_ARN.replace(ROOM_ID, 'LkJiHgFeDcBa')].map(arn => idFor(stack => importIn(stack, arn), ENV));

    expect(ids[0]).toMatch(/^RoomAbCdEfGhIjKlSettings[0-9A-F]{8}$/);
    expect(ids[1]).toMatch(/^RoomLkJiHgFeDcBaSettings[0-9A-F]{8}$/);
  });

  test.each([['a known', ENV], ['an unknown', undefined]])('differs for another ID, in a stack with %s environment', (_, env) => {
    const ids = [ROOM_ID, 'LkJiHgFeDcBa'].map(id => idFor(stack => ChatRoom.fromRoomId(stack, 'Imported', id), env));

    expect(ids[0]).not.toBe(ids[1]);
  });

  test('is the same whether a room is imported by its ARN or its ID', () => {
    const byArn = idFor(stack => importIn(stack), ENV);

    expect(idFor(stack => ChatRoom.fromRoomId(stack, 'Imported', ROOM_ID), ENV)).toBe(byArn);
  });
});

describe('a room that is defined in this app', () => {
  const refused = (path: string) => ({
    name: 'RoomIsDeclared',
    message: `room must not be defined in this app, got ${path}: set the properties of that room instead, or CloudFormation and `
      + 'ChatRoomSettings would overwrite each other',
  });

  test.each<[string, (stack: Stack) => IRoomRef]>([
    ['a ChatRoom', stack => new ChatRoom(stack, 'Room')],
    ['its L1', stack => new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom],
    ['an import of its ARN', stack => importIn(stack, new ChatRoom(stack, 'Room').roomArn)],
    ['an import of its ID', stack => ChatRoom.fromRoomId(stack, 'Imported', new ChatRoom(stack, 'Room').roomId)],
    ['Fn.join', stack => importIn(stack, Fn.join('/', [stack.formatArn({ service: 'ivschat', resource: 'room', arnFormat: ArnFormat.NO_RESOURCE_NAME }), new ChatRoom(stack, 'Room').roomId]))],
    ['Fn.select of Fn.split', stack => importIn(stack, Fn.select(0, Fn.split(',', new ChatRoom(stack, 'Room').roomArn)))],
    ['a variable of Fn.sub', stack => importIn(stack, Fn.sub('${Arn}', { Arn: new ChatRoom(stack, 'Room').roomArn }))],
    ['a logical ID in Fn.sub', stack => {
      const id = stack.getLogicalId(new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom);
      return importIn(stack, Fn.sub(`arn:aws:ivschat:\${AWS::Region}:\${AWS::AccountId}:room/\${${id}.Id}`));
    }],
    ['a handwritten Ref', stack => {
      const id = stack.getLogicalId(new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom);
      return importIn(stack, Token.asString({ Ref: id }));
    }],
    ['a handwritten GetAtt in a Join', stack => {
      const id = stack.getLogicalId(new ChatRoom(stack, 'Room').node.defaultChild as CfnRoom);
      return importIn(stack, Token.asString({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }]] }));
    }],
  ])('fails for %s', (_, roomIn) => {
    const stack = newStack();

    expect(failureOf(stack, { room: roomIn(stack), maximumMessageLength: 300 })).toMatchObject(refused('Stack/Room/Resource'));
  });

  test('fails for an L1', () => {
    const stack = newStack();

    expect(failureOf(stack, { room: new CfnRoom(stack, 'Room'), maximumMessageLength: 300 })).toMatchObject(refused('Stack/Room'));
  });

  test('fails for a room in another stack', () => {
    const app = new App();
    const room = new ChatRoom(new Stack(app, 'Other', { env: ENV }), 'Room');

    expect(failureOf(new Stack(app, 'Stack', { env: ENV }), { room, maximumMessageLength: 300 })).toMatchObject(refused('Other/Room/Resource'));
  });

  test.each<[string, (other: Stack, room: ChatRoom) => string]>([
    ['exportValue', (other, room) => other.exportValue(room.roomArn)],
    ['exportValue with a name', (other, room) => other.exportValue(room.roomArn, { name: 'lobby' })],
    ['an output with an export name', (other, room) => new CfnOutput(other, 'Arn', { value: Fn.join('', [room.roomArn]), exportName: 'lobby' }).importValue],
    ['Fn.importValue', (other, room) => {
      new CfnOutput(other, 'Arn', { value: room.roomArn, exportName: `${other.stackName}:lobby` });
      return Fn.importValue('Other:lobby');
    }],
  ])('fails for a room in another stack that is imported by %s', (_, exportFrom) => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const roomArn = exportFrom(other, new ChatRoom(other, 'Room'));
    const stack = new Stack(app, 'Stack');

    expect(failureOf(stack, { room: importIn(stack, roomArn), maximumMessageLength: 300 })).toMatchObject(refused('Other/Room/Resource'));
  });

  test('does not include a room with the same logical ID in another stack, or an export of another room', () => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const room = new ChatRoom(other, 'Room');
    new CfnOutput(other, 'Arn', { value: room.roomArn, exportName: 'lobby' });
    const stack = new Stack(app, 'Stack');
    const logicalIdOfRoom = other.getLogicalId(room.node.defaultChild as CfnRoom);
    newSettings(stack, { room: importIn(stack, Fn.importValue('backstage')), maximumMessageLength: 300 }, 'One');
    new CfnParameter(stack, 'Arn').overrideLogicalId(logicalIdOfRoom);
    newSettings(stack, { room: importIn(stack, Fn.sub(`\${${logicalIdOfRoom}}`), 'ByParameter'), maximumMessageLength: 300 }, 'Two');

    expect(Object.keys(resourcesOf(templatesOf(app)['Stack.template.json'], TYPE))).toHaveLength(2);
  });

  test('fails for a room in another stage', () => {
    const app = new App();
    const room = new ChatRoom(new Stack(new Stage(app, 'Prod'), 'Other'), 'Room');

    expect(failureOf(new Stack(app, 'Stack'), { room, maximumMessageLength: 300 })).toMatchObject(refused('Prod/Other/Room/Resource'));
  });

  test('does not include a room that a custom resource creates', () => {
    const stack = newStack();
    const roomArn = new CfnResource(stack, 'Launcher', { type: 'Custom::Room' }).getAtt('Arn').toString();
    newSettings(stack, { room: importIn(stack, roomArn), maximumMessageLength: 300 });

    const arn = { 'Fn::GetAtt': ['Launcher', 'Arn'] };
    const { resource, template } = settingsIn(stack);
    expect(customPropertiesOf(resource).RoomArn).toEqual(arn);
    expect(statementsFor(template, resource)).toEqual([allow(ACTIONS, arn)]);
  });
});

describe('a room with two settings in a stack', () => {
  const refused = (id: string) => ({
    name: 'RoomHasSettings',
    message: `room must have at most one ChatRoomSettings in a stack, got Stack/First and Stack/${id}: merge them into one construct`,
  });

  test.each<[string, { account: string; region: string } | undefined, (stack: Stack) => [IRoomRef, IRoomRef]]>([
    ['one import', ENV, stack => Array(2).fill(importIn(stack)) as [IRoomRef, IRoomRef]],
    ['two imports of one ARN', ENV, stack => [importIn(stack, ROOM_ARN, 'One'), importIn(stack, ROOM_ARN, 'Two')]],
    ['one by ARN, one by ID', ENV, stack => [importIn(stack), ChatRoom.fromRoomId(stack, 'ById', ROOM_ID)]],
    ['one by ID, one by ARN, in an environment-agnostic stack', undefined, stack => [ChatRoom.fromRoomId(stack, 'ById', ROOM_ID), importIn(stack)]],
    ['two imports of one export', ENV, stack => [importIn(stack, Fn.importValue('arn'), 'One'), importIn(stack, Fn.importValue('arn'), 'Two')]],
    ['two imports of one parameter', undefined, stack => {
      const arn = new CfnParameter(stack, 'Arn').valueAsString;
      return [importIn(stack, arn, 'One'), importIn(stack, arn, 'Two')];
    }],
  ])('fails for %s', (_, env, roomsIn) => {
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
  ])('is not %s', (_, arnsIn) => {
    const stack = newStack();
    for (const [index, arn] of arnsIn(stack).entries()) {
      newSettings(stack, { room: importIn(stack, arn, `Room${index}`), maximumMessageLength: 300 }, `Settings${index}`);
    }

    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), TYPE))).toHaveLength(2);
  });

  test('is not one with settings in two stacks', () => {
    const app = new App();
    for (const id of ['One', 'Two']) newSettings(new Stack(app, id, { env: ENV }), { maximumMessageLength: 300 });

    for (const template of Object.values(templatesOf(app))) onlyResource(template, TYPE);
  });

  test('is not one in two apps with stacks of the same name', () => {
    for (const stack of [newStack(ENV), newStack(ENV)]) {
      newSettings(stack, { maximumMessageLength: 300 });
      settingsIn(stack);
    }
  });

  test('is not one whose first settings were rejected for another reason', () => {
    const stack = newStack(ENV);
    const room = importIn(stack);
    failureOf(stack, { room, maximumMessageLength: 501 });
    newSettings(stack, { room, maximumMessageLength: 500 }, 'Second');

    expect(customPropertiesOf(settingsIn(stack).resource)).toEqual({ RoomArn: ROOM_ARN, MaximumMessageLength: 500 });
  });
});

describe('fails without creating a resource', () => {
  const noSettings = {
    name: 'NoSettings',
    message: 'ChatRoomSettings must have at least one of maximumMessageLength, maximumMessageRatePerSecond, messageReviewHandler, '
      + 'loggingConfigurations and tags, got none: add a setting, or remove the construct',
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
    ['51 tags', many, 'tags must have at most 50 entries, got 51: remove 1, tags added with Tags.of() count as well (TooManyTags)'],
    ['a reserved key', { 'Aws:team': 'x' },
      'tags must not have keys that start with the reserved prefix "aws:", got "Aws:team": rename the key (TagKeyReserved)'],
    ['an empty key', { '': 'x' }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength)'],
    ['a value of 257 characters', { team: 'v'.repeat(257) },
      'tags must have values of 0 to 256 characters, got 257 for the key "team": change the value (TagValueLength)'],
    ['two errors', { '': 'v'.repeat(257) }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength); '
      + 'tags must have values of 0 to 256 characters, got 257 for the key "": change the value (TagValueLength)'],
  ])('with %s', (_, tags, message) => {
    expect(failureOf(newStack(), { tags })).toMatchObject({ name: 'TagsInvalid', message });
  });

  test('with four logging configurations', () => {
    const stack = newStack();
    const loggingConfigurations = [1, 2, 3, 4].map(i => newLoggingConfiguration(stack, false, `ChatLog${i}`));

    expect(failureOf(stack, { loggingConfigurations })).toMatchObject({
      name: 'TooManyLoggingConfigurations', message: 'loggingConfigurations must have at most 3 elements, got 4: remove 1',
    });
  });

  test('with duplicate logging configurations', () => {
    const stack = newStack();
    const l2 = newLoggingConfiguration(stack);

    expect(failureOf(stack, { loggingConfigurations: [l2, l2.node.defaultChild as CfnLoggingConfiguration] })).toMatchObject({
      name: 'DuplicateLoggingConfiguration',
      message: 'loggingConfigurations must not have duplicates, got Stack/ChatLog/Resource at positions 0 and 1: remove one',
    });
  });

  test.each([
    ['region', ROOM_ARN.replace('us-east-1', 'us-west-2'), 'us-west-2', 'us-east-1'],
    ['account', ROOM_ARN.replace('111122223333', '444455556666'), '444455556666', '111122223333'],
  ])('with a room in another %s', (part, arn, theirs, ours) => {
    const stack = newStack(ENV);

    expect(failureOf(stack, { room: importIn(stack, arn), maximumMessageLength: 300 })).toMatchObject({
      name: 'OtherEnvironment',
      message: `room must be in the same account and region as this construct, got ${part} ${theirs} instead of ${ours}: use one in ${part} ${ours}`,
    });
  });

  test('with a handler in another region', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } });

    expect(failureOf(new Stack(app, 'Stack', { env: ENV }), { messageReviewHandler: newReview(there) })).toMatchObject({
      name: 'OtherEnvironment',
      message: 'messageReviewHandler must be in the same account and region as this construct, got region eu-west-1 instead of us-east-1: '
        + 'use one in region us-east-1',
    });
  });

  test.each([
    ['ArnExpected', ROOM_ID, `got "${ROOM_ID}": pass the ARN, or import an ID with ChatRoom.fromRoomId()`],
    ['ArnOfOtherResource', LOGGING_ARN, `got the ARN of another resource, "${LOGGING_ARN}": pass the ARN of a room`],
  ])('with %s for a reference with %s', (name, roomArn, end) => {
    const stack = newStack();

    expect(failureOf(stack, { room: referenceIn(stack, roomArn), maximumMessageLength: 300 })).toMatchObject({
      name, message: `room must be the ARN of a room, such as arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl, ${end}`,
    });
  });

  test('with a valid handler and another setting that is invalid', () => {
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

test('a room is accepted if it is not known whether the environment is the same', () => {
  const known = newStack(ENV);
  newSettings(known, { room: importIn(known, Fn.importValue('arn')), maximumMessageLength: 300 });
  const agnostic = newStack();
  newSettings(agnostic, { room: importIn(agnostic, ROOM_ARN.replace('us-east-1', 'us-west-2')), maximumMessageLength: 300 });
  const byId = newStack();
  newSettings(byId, { room: ChatRoom.fromRoomId(byId, 'Imported', ROOM_ID), maximumMessageLength: 300 });

  expect(customPropertiesOf(settingsIn(known).resource).RoomArn).toEqual({ 'Fn::ImportValue': 'arn' });
  expect(customPropertiesOf(settingsIn(agnostic).resource).RoomArn).toBe(ROOM_ARN.replace('us-east-1', 'us-west-2'));
  expect(customPropertiesOf(settingsIn(byId).resource).RoomArn).toEqual(agnosticArn(`room/${ROOM_ID}`));
});

test('the ID of the room can be a token', () => {
  const stack = newStack();
  newSettings(stack, { room: ChatRoom.fromRoomId(stack, 'Imported', Token.asString({ Ref: 'Anything' })), maximumMessageLength: 300 });

  expect(settingsIn(stack).id).toMatch(/^RoomSettings[0-9A-F]{8}$/);
});

test('settings use the defaults of an injector', () => {
  const injector: IPropertyInjector = {
    constructUniqueId: ChatRoomSettings.PROPERTY_INJECTION_ID,
    inject: (props: any) => ({ tags: { team: 'chat' }, ...props }),
  };
  const stack = newStack(ENV);
  PropertyInjectors.of(stack).add(injector);
  newSettings(stack, {});

  expect(ChatRoomSettings.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.ChatRoomSettings');
  expect(customPropertiesOf(settingsIn(stack).resource)).toEqual({ RoomArn: ROOM_ARN, Tags: { team: 'chat' } });
});
