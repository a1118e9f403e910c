import { Aspects, CfnParameter, Fn, Lazy, type Stack, Tags, Token } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, type ChatRoomProps, FallbackResult, LoggingConfiguration, MessageReviewHandler } from '../../../src';
import {
  policyOf, customResourcesOf, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration, onlyResource,
  propsOf,
} from '../../support/custom-resources/template';
import { allow, statementsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';
import { thrownBy } from '../../support/thrown-by';

const TYPE = 'Custom::IVSChatRoomRate';

/** The properties the only rate of a stack is applied again for. */
function followedIn(stack: Stack): any {
  return propsOf(onlyResource(templateOf(stack).toJSON(), TYPE).resource).Room;
}

function newRoom(stack: Stack, props: ChatRoomProps = {}): { room: ChatRoom; resource: CfnRoom } {
  const room = new ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: 50, ...props });
  return { room, resource: room.node.defaultChild as CfnRoom };
}

describe('a rate over 10', () => {
  test('is a custom resource with these properties, and nothing of it is in the room', () => {
    const stack = newStack();
    const { room } = newRoom(stack);

    const template = templateOf(stack).toJSON();
    const roomArn = { 'Fn::GetAtt': [logicalId(room), 'Arn'] };
    expect(resourcesOf(template, 'AWS::IVSChat::Room')).toEqual({ [logicalId(room)]: { Type: 'AWS::IVSChat::Room' } });
    expect(resourcesOf(template, TYPE)).toEqual({
      RoomRate4A1BF129: {
        Type: TYPE,
        Properties: {
          ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] },
          ServiceTimeout: '300',
          RoomArn: roomArn,
          MaximumMessageRatePerSecond: 50,
          Room: {},
        },
        DependsOn: [LOG_POLICY, 'RoomRatePolicyE2A1A5DB'],
        UpdateReplacePolicy: 'Delete',
        DeletionPolicy: 'Delete',
      },
    });
  });

  test('may get and update the one room', () => {
    const stack = newStack();
    const { room } = newRoom(stack);

    const template = templateOf(stack).toJSON();
    const statements = [allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], { 'Fn::GetAtt': [logicalId(room), 'Arn'] })];
    expect(policyOf(template, onlyResource(template, TYPE).resource)).toEqual(statements);
    expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toEqual(statements);
  });

  test('each room has its own custom resource, which waits for no policy of another', () => {
    const stack = newStack();
    const rooms = ['One', 'Two', 'Three'].map((id, index) => new ChatRoom(stack, id, { maximumMessageRatePerSecond: 20 + index }));

    const template = templateOf(stack).toJSON();
    const resources = Object.values<any>(customResourcesOf(template));
    expect(resources.map(propsOf)).toEqual(rooms.map((room, index) => (
      { RoomArn: { 'Fn::GetAtt': [logicalId(room), 'Arn'] }, MaximumMessageRatePerSecond: 20 + index, Room: {} }
    )));
    for (const resource of resources) {
      expect(policyOf(template, resource)).toEqual([allow(['ivschat:GetRoom', 'ivschat:UpdateRoom'], propsOf(resource).RoomArn)]);
    }
  });

  test('is waited for by what waits for the room', () => {
    const stack = newStack();
    const { room } = newRoom(stack);
    const fn = newFunction(stack);
    fn.node.addDependency(room);

    const template = templateOf(stack).toJSON();
    expect(template.Resources[logicalId(fn)].DependsOn).toEqual(expect.arrayContaining([onlyResource(template, TYPE).id, logicalId(room)]));
  });
});

describe('where a rate goes', () => {
  test.each([1, 10])('%d goes to CloudFormation, and the stack has no custom resource', maximumMessageRatePerSecond => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond });

    expect(Object.values(templateOf(stack).toJSON().Resources)).toEqual([
      { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageRatePerSecond: maximumMessageRatePerSecond } },
    ]);
  });

  test.each([11, 100])('%d goes to the custom resource, and the room has none', maximumMessageRatePerSecond => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond, roomName: 'lobby' });

    const template = templateOf(stack).toJSON();
    expect(onlyResource(template, TYPE).resource.Properties.MaximumMessageRatePerSecond).toBe(maximumMessageRatePerSecond);
    expect(onlyResource(template, 'AWS::IVSChat::Room').resource.Properties).toEqual({ Name: 'lobby' });
  });

  test.each<[string, (stack: Stack) => number, unknown]>([
    ['a parameter', stack => new CfnParameter(stack, 'Rate', { type: 'Number' }).valueAsNumber, { Ref: 'Rate' }],
    ['an export', () => Token.asNumber(Fn.importValue('rate')), { 'Fn::ImportValue': 'rate' }],
    ['a number that is made late', () => Lazy.number({ produce: () => 50 }), 50],
  ])('%s goes to CloudFormation as it is', (_, rateIn, expected) => {
    const stack = newStack();
    newRoom(stack, { maximumMessageRatePerSecond: rateIn(stack) });

    const template = templateOf(stack).toJSON();
    expect(onlyResource(template, 'AWS::IVSChat::Room').resource.Properties).toEqual({ MaximumMessageRatePerSecond: expected });
    expect(customResourcesOf(template)).toEqual({});
  });

  test('fails with 101, before there is any resource', () => {
    const stack = newStack();

    expect(thrownBy(() => newRoom(stack, { maximumMessageRatePerSecond: 101 }))).toMatchObject({
      name: 'MessageRateOutOfRange',
      message: 'maximumMessageRatePerSecond must be a whole number from 1 to 100, got 101: choose a rate in that range',
    });
    expect(templateOf(stack).toJSON().Resources).toBeUndefined();
  });
});

describe('the rate is applied again when a property of the room changes', () => {
  test('none', () => {
    const stack = newStack();
    newRoom(stack);

    expect(followedIn(stack)).toEqual({});
  });

  test('all that the room is given, and in no other spelling from one synthesis to the next', () => {
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

    expect(followedIn(stack)).toEqual({
      Name: 'lobby',
      MaximumMessageLength: 300,
      MessageReviewHandler: { uri: FUNCTION_ARN, fallbackResult: 'DENY' },
      LoggingConfigurationIdentifiers: [LOGGING_ARN],
      Tags: [{ key: 'team', value: 'chat' }],
    });
  });

  test.each<[string, (stack: Stack) => ChatRoomProps, (stack: Stack) => object]>([
    ['the name', () => ({ roomName: 'lobby' }), () => ({ Name: 'lobby' })],
    ['the length', () => ({ maximumMessageLength: 300 }), () => ({ MaximumMessageLength: 300 })],
    ['the handler', stack => ({ messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) }) }),
      stack => ({ MessageReviewHandler: { uri: { 'Fn::GetAtt': [logicalId(stack.node.findChild('Moderator')), 'Arn'] }, fallbackResult: 'ALLOW' } })],
    ['no handler', () => ({ messageReviewHandler: MessageReviewHandler.none() }), () => ({ MessageReviewHandler: { uri: '' } })],
    ['the logging configurations', stack => ({ loggingConfigurations: [newLoggingConfiguration(stack)] }),
      stack => ({ LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [logicalId(stack.node.findChild('ChatLog')), 'Arn'] }] })],
    ['the tags', () => ({ tags: { team: 'chat' } }), () => ({ Tags: [{ key: 'team', value: 'chat' }] })],
    ['a name that is known at deployment', stack => ({ roomName: new CfnParameter(stack, 'Name').valueAsString }), () => ({ Name: { Ref: 'Name' } })],
  ])('%s', (_, propsIn, expectedIn) => {
    const stack = newStack();
    newRoom(stack, propsIn(stack));

    expect(followedIn(stack)).toEqual(expectedIn(stack));
  });

  test('tags of Tags.of, on the room and above it', () => {
    const stack = newStack();
    const { room } = newRoom(stack, { tags: { team: 'chat', gone: 'soon' } });
    Tags.of(room).add('stage', 'prod');
    Tags.of(stack).add('owner', 'us');
    Tags.of(stack).remove('gone');

    expect(followedIn(stack)).toEqual({
      Tags: [{ key: 'owner', value: 'us' }, { key: 'stage', value: 'prod' }, { key: 'team', value: 'chat' }],
    });
  });

  test('what an aspect changes last', () => {
    const stack = newStack();
    newRoom(stack);
    Aspects.of(stack).add({
      visit: node => {
        if (!CfnRoom.isCfnRoom(node)) return;
        node.name = 'renamed';
        node.tags.setTag('late', 'x');
      },
    }, { priority: 900 });

    expect(followedIn(stack)).toEqual({ Name: 'renamed', Tags: [{ key: 'late', value: 'x' }] });
  });

  test('what is changed through node.defaultChild', () => {
    const stack = newStack();
    const { resource } = newRoom(stack, { roomName: 'lobby', maximumMessageLength: 300 });
    resource.name = 'renamed';
    resource.maximumMessageLength = undefined;
    resource.messageReviewHandler = { uri: FUNCTION_ARN };
    resource.loggingConfigurationIdentifiers = [LOGGING_ARN];
    resource.tags.setTag('team', 'chat');

    expect(followedIn(stack)).toEqual({
      Name: 'renamed',
      MessageReviewHandler: { uri: FUNCTION_ARN },
      LoggingConfigurationIdentifiers: [LOGGING_ARN],
      Tags: [{ key: 'team', value: 'chat' }],
    });
  });
});

test('a rate of a room in another region goes with its stack', () => {
  const stack = newStack({ ...ENV, region: 'eu-west-1' });
  newRoom(stack);

  expect(Object.keys(customResourcesOf(templateOf(stack).toJSON()))).toHaveLength(1);
});
