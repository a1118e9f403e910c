import { Aspects, CfnParameter, Fn, Lazy, RemovalPolicy, type Stack, Tags, Token } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, type ChatRoomProps, FallbackResult, LoggingConfiguration, MessageReviewHandler } from '../../../src';
import {
  statementsFor, customResourcesOf, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration, onlyResource,
  customPropertiesOf,
} from '../../support/custom-resources/template';
import { allow, statementsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';
import { thrownBy } from '../../support/thrown-by';

const TYPE = 'Custom::IVSChatRoomRate';

/** Returns the room properties in the only rate resource of a stack, a change of which sets the rate again. */
function trackedPropertiesIn(stack: Stack): any {
  return customPropertiesOf(onlyResource(templateOf(stack).toJSON(), TYPE).resource).Room;
}

function newRoom(stack: Stack, props: ChatRoomProps = {}): { room: ChatRoom; resource: CfnRoom } {
  const room = new ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: 50, ...props });
  return { room, resource: room.node.defaultChild as CfnRoom };
}

describe('a rate above 10', () => {
  test('is a custom resource, and is not set on the L1', () => {
    const stack = newStack();
    const { room } = newRoom(stack);

    const template = templateOf(stack).toJSON();
    const roomArn = { 'Fn::GetAtt': [logicalId(room), 'Arn'] };
    expect(resourcesOf(template, 'AWS::IVSChat::Room')).toEqual({ [logicalId(room)]: { Type: 'AWS::IVSChat::Room' } });
    expect(resourcesOf(template, TYPE)).toEqual({
      Room4AB29A70Rate3608554F: {
        Type: TYPE,
        Properties: {
          ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] },
          ServiceTimeout: '300',
          RoomArn: roomArn,
          MaximumMessageRatePerSecond: 50,
          Room: {},
        },
        DependsOn: [LOG_POLICY, 'Room4AB29A70RatePolicy61C47D67'],
        UpdateReplacePolicy: 'Delete',
        DeletionPolicy: 'Delete',
      },
    });
  });

  test('allows the handler to get and update this room only', () => {
    const stack = newStack();
    const { room } = newRoom(stack);

    const template = templateOf(stack).toJSON();
    const statements = [allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], { 'Fn::GetAtt': [logicalId(room), 'Arn'] })];
    expect(statementsFor(template, onlyResource(template, TYPE).resource)).toEqual(statements);
    expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toEqual(statements);
  });

  test('does not depend on the policies of other rooms', () => {
    const stack = newStack();
    const rooms = ['One', 'Two', 'Three'].map((id, index) => new ChatRoom(stack, id, { maximumMessageRatePerSecond: 20 + index }));

    const template = templateOf(stack).toJSON();
    const resources = Object.values<any>(customResourcesOf(template));
    expect(resources.map(customPropertiesOf)).toEqual(rooms.map((room, index) => (
      { RoomArn: { 'Fn::GetAtt': [logicalId(room), 'Arn'] }, MaximumMessageRatePerSecond: 20 + index, Room: {} }
    )));
    for (const resource of resources) {
      expect(statementsFor(template, resource)).toEqual([allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], customPropertiesOf(resource).RoomArn)]);
    }
  });

  test('is a dependency of constructs that depend on the room', () => {
    const stack = newStack();
    const { room } = newRoom(stack);
    const fn = newFunction(stack);
    fn.node.addDependency(room);

    const template = templateOf(stack).toJSON();
    expect(template.Resources[logicalId(fn)].DependsOn).toEqual(expect.arrayContaining([onlyResource(template, TYPE).id, logicalId(room)]));
  });
});

describe('a rate of', () => {
  test.each([1, 10])('%d is set on the L1, without a custom resource', maximumMessageRatePerSecond => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond });

    expect(Object.values(templateOf(stack).toJSON().Resources)).toEqual([
      { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageRatePerSecond: maximumMessageRatePerSecond } },
    ]);
  });

  test.each([11, 100])('%d is set on the custom resource only', maximumMessageRatePerSecond => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond, roomName: 'lobby' });

    const template = templateOf(stack).toJSON();
    expect(onlyResource(template, TYPE).resource.Properties.MaximumMessageRatePerSecond).toBe(maximumMessageRatePerSecond);
    expect(onlyResource(template, 'AWS::IVSChat::Room').resource.Properties).toEqual({ Name: 'lobby' });
  });

  test.each<[string, (stack: Stack) => number, unknown]>([
    ['a parameter', stack => new CfnParameter(stack, 'Rate', { type: 'Number' }).valueAsNumber, { Ref: 'Rate' }],
    ['an export', () => Token.asNumber(Fn.importValue('rate')), { 'Fn::ImportValue': 'rate' }],
    ['a lazy number', () => Lazy.number({ produce: () => 50 }), 50],
  ])('%s is set on the L1', (_, rateIn, expected) => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond: rateIn(stack) });

    const template = templateOf(stack).toJSON();
    expect(onlyResource(template, 'AWS::IVSChat::Room').resource.Properties).toEqual({ MaximumMessageRatePerSecond: expected });
    expect(customResourcesOf(template)).toEqual({});
  });

  test('101 fails without creating a resource', () => {
    const stack = newStack();

    expect(thrownBy(() => newRoom(stack, { maximumMessageRatePerSecond: 101 }))).toMatchObject({
      name: 'MessageRateOutOfRange',
      message: 'maximumMessageRatePerSecond must be a whole number from 1 to 100, got 101: choose a rate in that range',
    });
    expect(templateOf(stack).toJSON().Resources).toBeUndefined();
  });
});

describe('the custom resource contains', () => {
  test('no properties of a room without any', () => {
    const stack = newStack();
    newRoom(stack);

    expect(trackedPropertiesIn(stack)).toEqual({});
  });

  test('all properties of the room', () => {
    const stack = newStack();
    newRoom(stack, {
      roomName: 'lobby',
      maximumMessageLength: 300,
      messageReviewHandler: new MessageReviewHandler(stack, 'Review', {
        handler: lambda.Function.fromFunctionArn(stack, 'Moderator', FUNCTION_ARN), fallbackResult: FallbackResult.DENY,
      }),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN)],
      tags: { team: 'chat' },
    });

    expect(trackedPropertiesIn(stack)).toEqual({
      Name: 'lobby',
      MaximumMessageLength: 300,
      MessageReviewHandler: { uri: FUNCTION_ARN, fallbackResult: 'DENY' },
      LoggingConfigurationIdentifiers: [LOGGING_ARN],
      Tags: [{ key: 'team', value: 'chat' }],
    });
  });

  test.each<[string, (stack: Stack) => ChatRoomProps, (stack: Stack) => object]>([
    ['the name', () => ({ roomName: 'lobby' }), () => ({ Name: 'lobby' })],
    ['the message length', () => ({ maximumMessageLength: 300 }), () => ({ MaximumMessageLength: 300 })],
    ['the handler', stack => ({ messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) }) }),
      stack => ({ MessageReviewHandler: { uri: { 'Fn::GetAtt': [logicalId(stack.node.findChild('Moderator')), 'Arn'] }, fallbackResult: 'ALLOW' } })],
    ['no handler', () => ({ messageReviewHandler: MessageReviewHandler.none() }), () => ({ MessageReviewHandler: { uri: '' } })],
    ['the logging configurations', stack => ({ loggingConfigurations: [newLoggingConfiguration(stack)] }),
      stack => ({ LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [logicalId(stack.node.findChild('ChatLog')), 'Arn'] }] })],
    ['the tags', () => ({ tags: { team: 'chat' } }), () => ({ Tags: [{ key: 'team', value: 'chat' }] })],
    ['a name that is a token', stack => ({ roomName: new CfnParameter(stack, 'Name').valueAsString }), () => ({ Name: { Ref: 'Name' } })],
  ])('%s', (_, propsIn, expectedIn) => {
    const stack = newStack();
    newRoom(stack, propsIn(stack));

    expect(trackedPropertiesIn(stack)).toEqual(expectedIn(stack));
  });

  test('tags added with Tags.of(), to the room and to its stack', () => {
    const stack = newStack();
    const { room } = newRoom(stack, { tags: { team: 'chat', gone: 'soon' } });
    Tags.of(room).add('stage', 'prod');
    Tags.of(stack).add('owner', 'us');
    Tags.of(stack).remove('gone');

    expect(trackedPropertiesIn(stack)).toEqual({
      Tags: [{ key: 'owner', value: 'us' }, { key: 'stage', value: 'prod' }, { key: 'team', value: 'chat' }],
    });
  });

  test('changes made by aspects', () => {
    const stack = newStack();
    newRoom(stack);
    Aspects.of(stack).add({
      visit: node => {
        if (!CfnRoom.isCfnRoom(node)) return;
        node.name = 'renamed';
        node.tags.setTag('late', 'x');
      },
    }, { priority: 900 });

    expect(trackedPropertiesIn(stack)).toEqual({ Name: 'renamed', Tags: [{ key: 'late', value: 'x' }] });
  });

  test('changes made through node.defaultChild', () => {
    const stack = newStack();
    const { resource } = newRoom(stack, { roomName: 'lobby', maximumMessageLength: 300 });
    resource.name = 'renamed';
    resource.maximumMessageLength = undefined;
    resource.messageReviewHandler = { uri: FUNCTION_ARN };
    resource.loggingConfigurationIdentifiers = [LOGGING_ARN];
    resource.tags.setTag('team', 'chat');

    expect(trackedPropertiesIn(stack)).toEqual({
      Name: 'renamed',
      MessageReviewHandler: { uri: FUNCTION_ARN },
      LoggingConfigurationIdentifiers: [LOGGING_ARN],
      Tags: [{ key: 'team', value: 'chat' }],
    });
  });
});

describe('the custom resource follows the removal policy of its room', () => {
  test.each<[RemovalPolicy, object]>([
    [RemovalPolicy.DESTROY, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
    // Not Retain: a rate that is added to a room must be reset if the deployment is rolled back.
    [RemovalPolicy.RETAIN, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
  ])('%s', (policy, expected) => {
    const apply: ((stack: Stack, room: ChatRoom) => void)[] = [
      (_, room) => room.applyRemovalPolicy(policy),
      (_, room) => (room.node.defaultChild as CfnRoom).applyRemovalPolicy(policy),
      stack => Aspects.of(stack).add({ visit: node => { if (CfnRoom.isCfnRoom(node)) node.applyRemovalPolicy(policy); } }),
    ];
    for (const applyTo of apply) {
      const stack = newStack();
      applyTo(stack, newRoom(stack).room);

      expect(onlyResource(templateOf(stack).toJSON(), TYPE).resource).toMatchObject(expected);
    }
  });
});

test('a rate above 10 is a custom resource in other regions as well', () => {
  const stack = newStack({ ...ENV, region: 'eu-west-1' });
  newRoom(stack);

  expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(1);
});
