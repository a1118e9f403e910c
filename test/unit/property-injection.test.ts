import { type IPropertyInjector, PropertyInjectors, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  AutoModerator, ChatAuthentication, ChatBans, ChatRoom, ChatTokenEndpoint, FallbackResult, LoggingConfiguration, LoggingDestination, MessageReviewHandler,
} from '../../src';
import { newStack, templateOf } from '../support/synth';

/** Returns an injector of defaults, as an organization could add to all its stacks. */
function defaultsFor(constructUniqueId: string, defaults: object): IPropertyInjector {
  return { constructUniqueId, inject: (props: any) => ({ ...defaults, ...props }) };
}

function stackWith(...injectors: IPropertyInjector[]): Stack {
  const stack = newStack();
  PropertyInjectors.of(stack).add(...injectors);
  return stack;
}

test('the IDs of the classes are stable', () => {
  expect(ChatRoom.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.ChatRoom');
  expect(LoggingConfiguration.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.LoggingConfiguration');
  expect(MessageReviewHandler.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.MessageReviewHandler');
  expect(ChatBans.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.ChatBans');
  expect(ChatTokenEndpoint.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.ChatTokenEndpoint');
  expect(AutoModerator.PROPERTY_INJECTION_ID).toBe('cdk-ivschat.AutoModerator');
});

describe('a room', () => {
  test.each([
    ['no properties', undefined, { MaximumMessageLength: 200 }],
    ['other properties', { roomName: 'lobby' }, { MaximumMessageLength: 200, Name: 'lobby' }],
    ['the same property', { maximumMessageLength: 300 }, { MaximumMessageLength: 300 }],
  ])('with %s uses the defaults of an injector', (_, props, expected) => {
    const stack = stackWith(defaultsFor(ChatRoom.PROPERTY_INJECTION_ID, { maximumMessageLength: 200 }));
    new ChatRoom(stack, 'Room', props);

    expect(Object.values<any>(templateOf(stack).findResources('AWS::IVSChat::Room')).map(room => room.Properties)).toEqual([expected]);
  });

  test('fails for an invalid default', () => {
    const stack = stackWith(defaultsFor(ChatRoom.PROPERTY_INJECTION_ID, { maximumMessageLength: 501 }));

    expect(() => new ChatRoom(stack, 'Room')).toThrow('maximumMessageLength must be');
  });

  test('does not use the defaults of another class', () => {
    const stack = stackWith(defaultsFor(LoggingConfiguration.PROPERTY_INJECTION_ID, { tags: { team: 'chat' } }));
    new ChatRoom(stack, 'Room');

    expect(Object.values(templateOf(stack).findResources('AWS::IVSChat::Room'))).toEqual([{ Type: 'AWS::IVSChat::Room' }]);
  });
});

test('a logging configuration uses the defaults of an injector', () => {
  const stack = stackWith(defaultsFor(LoggingConfiguration.PROPERTY_INJECTION_ID, { loggingConfigurationName: 'injected', tags: { team: 'chat' } }));
  new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(new LogGroup(stack, 'Group')) });

  templateOf(stack).hasResourceProperties('AWS::IVSChat::LoggingConfiguration', { Name: 'injected', Tags: [{ Key: 'team', Value: 'chat' }] });
});

test('a review handler uses the defaults of an injector', () => {
  const stack = stackWith(defaultsFor(MessageReviewHandler.PROPERTY_INJECTION_ID, { fallbackResult: FallbackResult.DENY }));
  const handler = lambda.Function.fromFunctionArn(stack, 'Function', 'arn:aws:lambda:us-east-1:111122223333:function:moderator');
  new ChatRoom(stack, 'Room', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler }) });

  templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { MessageReviewHandler: { FallbackResult: 'DENY' } });
});

test('bans use the defaults of an injector', () => {
  const stack = stackWith(defaultsFor(ChatBans.PROPERTY_INJECTION_ID, { removalPolicy: RemovalPolicy.DESTROY }));
  new ChatBans(stack, 'Bans');

  templateOf(stack).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
});

test('a token endpoint uses the defaults of an injector', () => {
  const stack = stackWith(defaultsFor(ChatTokenEndpoint.PROPERTY_INJECTION_ID, { reservedConcurrentExecutions: 20 }));
  new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], authentication: ChatAuthentication.iam() });

  templateOf(stack).hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 20 });
});
