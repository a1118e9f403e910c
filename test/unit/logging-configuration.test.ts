import { App, CfnParameter, CfnResource, Fn, Stack, Tags, ValidationError } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-ivschat';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatRoom, LoggingConfiguration, type LoggingConfigurationProps, LoggingDestination } from '../../src';
import { ENV, newStack, resourcesOf, templateOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const LOGGING_ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';

/** Returns a logging configuration with an imported destination. */
function newLoggingConfiguration(stack: Stack, props: Partial<LoggingConfigurationProps> = {}): LoggingConfiguration {
  return new LoggingConfiguration(stack, 'ChatLog', {
    destination: LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(stack, 'Group', '/aws/vendedlogs/chat')), ...props,
  });
}

/** Returns the only logging configuration in the template of a stack. */
function configurationOf(stack: Stack): any {
  const configurations = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::LoggingConfiguration'));
  expect(configurations).toHaveLength(1);
  return configurations[0];
}

/** Returns the error that a logging configuration throws. It must not have created a resource before. */
function failureOf(props: Partial<LoggingConfigurationProps>): Error {
  const stack = newStack();
  const error = thrownBy(() => newLoggingConfiguration(stack, props));
  expect(error).toBeInstanceOf(ValidationError);
  expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  return error;
}

function manyTags(count: number, prefix = 'key'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'value']));
}

describe('a logging configuration', () => {
  const destination = { CloudWatchLogs: { LogGroupName: '/aws/vendedlogs/chat' } };

  test('has only a destination by default', () => {
    const stack = newStack();
    newLoggingConfiguration(stack);

    expect(templateOf(stack).toJSON().Resources).toEqual({
      ChatLog7021A630: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration: destination } },
    });
  });

  test('has the given properties', () => {
    const stack = newStack();
    newLoggingConfiguration(stack, { loggingConfigurationName: 'chat-log', tags: { team: 'chat' } });

    expect(configurationOf(stack)).toEqual({
      Type: 'AWS::IVSChat::LoggingConfiguration',
      Properties: { Name: 'chat-log', DestinationConfiguration: destination, Tags: [{ Key: 'team', Value: 'chat' }] },
    });
  });

  test('returns its ARN, ID and state as attributes', () => {
    const stack = newStack(ENV);
    const configuration = newLoggingConfiguration(stack, { loggingConfigurationName: 'chat-log' });
    const attribute = (name: string) => ({ 'Fn::GetAtt': [stack.getLogicalId(configuration.node.defaultChild as CfnLoggingConfiguration), name] });

    expect(stack.resolve(configuration.loggingConfigurationArn)).toEqual(attribute('Arn'));
    expect(stack.resolve(configuration.loggingConfigurationId)).toEqual(attribute('Id'));
    expect(stack.resolve(configuration.loggingConfigurationState)).toEqual(attribute('State'));
    expect(stack.resolve(configuration.loggingConfigurationRef)).toEqual({ loggingConfigurationArn: attribute('Arn') });
    expect(configuration.env).toEqual(ENV);
  });

  test('can be changed through node.defaultChild', () => {
    const stack = newStack();
    const resource = newLoggingConfiguration(stack).node.defaultChild as CfnLoggingConfiguration;
    resource.addPropertyOverride('DestinationConfiguration.CloudWatchLogs.LogGroupName', 'elsewhere');

    expect(resource).toBeInstanceOf(CfnLoggingConfiguration);
    expect(configurationOf(stack).Properties.DestinationConfiguration).toEqual({ CloudWatchLogs: { LogGroupName: 'elsewhere' } });
  });

  test('accepts a token for every property', () => {
    const stack = newStack();
    const text = new CfnParameter(stack, 'Text').valueAsString;
    newLoggingConfiguration(stack, {
      loggingConfigurationName: text,
      destination: LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(stack, 'Given', text)),
      tags: { team: text },
    });

    const ref = { Ref: 'Text' };
    expect(configurationOf(stack).Properties).toEqual({
      Name: ref, DestinationConfiguration: { CloudWatchLogs: { LogGroupName: ref } }, Tags: [{ Key: 'team', Value: ref }],
    });
  });

  test('can be shared by rooms', () => {
    const stack = newStack();
    const configuration = newLoggingConfiguration(stack);
    ['One', 'Two'].forEach(id => new ChatRoom(stack, id, { loggingConfigurations: [configuration] }));

    templateOf(stack).allResourcesProperties('AWS::IVSChat::Room', {
      LoggingConfigurationIdentifiers: [stack.resolve(configuration.loggingConfigurationArn)],
    });
  });
});

describe('loggingConfigurationName', () => {
  test.each(['', 'a', 'n'.repeat(128), 'Chat-log_1'])('accepts %j', loggingConfigurationName => {
    const stack = newStack();
    newLoggingConfiguration(stack, { loggingConfigurationName });

    expect(configurationOf(stack).Properties.Name).toBe(loggingConfigurationName);
  });

  test('fails for 129 characters', () => {
    const loggingConfigurationName = 'n'.repeat(129);

    expect(failureOf({ loggingConfigurationName })).toMatchObject({
      name: 'NameTooLong', message: `loggingConfigurationName must have at most 128 characters, got 129 ("${loggingConfigurationName}"): shorten it`,
    });
  });

  test.each(['chat log', 'chat.log', '/chat/log', 'log🎉', 'log\n'])('fails for the characters in %j', loggingConfigurationName => {
    expect(failureOf({ loggingConfigurationName })).toMatchObject({
      name: 'NameHasInvalidCharacters',
      message: 'loggingConfigurationName must contain only letters, digits, hyphens and underscores, '
        + `got ${JSON.stringify(loggingConfigurationName)}: remove or replace all other characters`,
    });
  });
});

describe('tags', () => {
  function tagged(tags: Record<string, string> | undefined, added: Record<string, string> = {}): Stack {
    const stack = newStack();
    const configuration = newLoggingConfiguration(stack, { tags });
    Object.entries(added).forEach(([key, value]) => Tags.of(configuration).add(key, value));
    return stack;
  }

  test('can be set with the property, with Tags.of() or both', () => {
    expect(configurationOf(tagged({ team: 'chat' }, { stage: 'prod' })).Properties.Tags)
      .toEqual([{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'chat' }]);
    expect(configurationOf(tagged(undefined, { stage: 'prod' })).Properties.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
  });

  test.each<[string, Record<string, string>]>([
    ['50 of them', manyTags(50)],
    ['a key of 1 character and one of 128', { k: 'value', ['k'.repeat(128)]: 'value' }],
    ['a value of 0 characters and one of 256', { none: '', many: 'v'.repeat(256) }],
  ])('accepts %s', (_, tags) => {
    expect(configurationOf(tagged(tags)).Properties.Tags).toHaveLength(Object.keys(tags).length);
  });

  test.each<[string, Record<string, string>, string]>([
    ['51 of them', manyTags(51), 'tags must have at most 50 entries, got 51: remove 1, tags added with Tags.of() count as well (TooManyTags)'],
    ['a key with Aws:', { 'Aws:team': 'x' },
      'tags must not have keys that start with the reserved prefix "aws:", got "Aws:team": rename the key (TagKeyReserved)'],
    ['an empty key', { '': 'x' }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength)'],
    ['a key of 129 characters', { ['k'.repeat(129)]: 'x' },
      `tags must have keys of 1 to 128 characters, got 129 ("${'k'.repeat(129)}"): change the key (TagKeyLength)`],
    ['a value of 257 characters', { team: 'v'.repeat(257) },
      'tags must have values of 0 to 256 characters, got 257 for the key "team": change the value (TagValueLength)'],
  ])('fails at synthesis for %s, in the property or with Tags.of()', (_, tags, message) => {
    for (const stack of [tagged(tags), tagged(undefined, tags)]) {
      expect(thrownBy(() => (stack.node.root as App).synth()).message).toContain(`[Stack/ChatLog/Resource] ${message}`);
    }
  });
});

describe('the region', () => {
  const warning = Match.stringLikeRegexp('cdk-ivschat:regionWithoutService');

  test.each(['eu-central-2', 'cn-north-1'])('warns for %s, where the service is not available', region => {
    const stack = newStack({ ...ENV, region });
    newLoggingConfiguration(stack);

    Annotations.fromStack(stack).hasWarning('/Stack', warning);
  });

  test.each(['ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', undefined])(
    'does not warn for %s', region => {
      const stack = newStack(region === undefined ? undefined : { ...ENV, region });
      newLoggingConfiguration(stack);

      expect(Annotations.fromStack(stack).findWarning('*', warning)).toEqual([]);
    },
  );
});

describe('fromLoggingConfigurationArn', () => {
  test('imports a logging configuration in the account and region of the ARN', () => {
    const stack = newStack(ENV);
    const arn = 'arn:aws:ivschat:us-west-2:444455556666:logging-configuration/AbCdEfGhIjKl';
    const configuration = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', arn);

    expect(configuration.loggingConfigurationArn).toBe(arn);
    expect(configuration.loggingConfigurationId).toBe('AbCdEfGhIjKl');
    expect(configuration.loggingConfigurationRef).toEqual({ loggingConfigurationArn: arn });
    expect(configuration.env).toEqual({ account: '444455556666', region: 'us-west-2' });
    expect(templateOf(stack).findResources('*')).toEqual({});
  });

  test('accepts a token', () => {
    const stack = newStack();
    const configuration = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', Fn.importValue('arn'));
    const split = (separator: string, value: unknown) => ({ 'Fn::Split': [separator, value] });
    const part = (index: number) => ({ 'Fn::Select': [index, split(':', { 'Fn::ImportValue': 'arn' })] });

    expect(stack.resolve(configuration.loggingConfigurationId)).toEqual({ 'Fn::Select': [1, split('/', part(5))] });
    expect(stack.resolve(configuration.env)).toEqual({ account: part(4), region: part(3) });
  });

  const example = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
  const isNotOne = `loggingConfigurationArn must be the ARN of a logging configuration, such as ${example}`;
  const isIncomplete = `loggingConfigurationArn must have a region, an account of 12 digits and an ID of 12 letters and digits, such as ${example}`;
  test.each([
    ['AbCdEfGhIjKl', 'ArnExpected', `${isNotOne}, got "AbCdEfGhIjKl": pass the ARN, or import an ID with LoggingConfiguration.fromLoggingConfigurationId()`],
    [ROOM_ARN, 'ArnOfOtherResource', `${isNotOne}, got the ARN of another resource, "${ROOM_ARN}": pass the ARN of a logging configuration`],
    [LOGGING_ARN.slice(0, -1), 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN.slice(0, -1)}": copy the complete ARN`],
    [`${LOGGING_ARN}m`, 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN}m": copy the complete ARN`],
    [LOGGING_ARN.replace('us-east-1', ''), 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN.replace('us-east-1', '')}": copy the complete ARN`],
  ])('fails for %j', (arn, name, message) => {
    const error = thrownBy(() => LoggingConfiguration.fromLoggingConfigurationArn(newStack(), 'ChatLog', arn));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ name, message });
  });
});

describe('fromLoggingConfigurationId', () => {
  test('imports a logging configuration in the account and region of the stack', () => {
    const stack = newStack(ENV);
    const configuration = LoggingConfiguration.fromLoggingConfigurationId(stack, 'ChatLog', 'AbCdEfGhIjKl');

    expect(configuration.loggingConfigurationId).toBe('AbCdEfGhIjKl');
    expect(stack.resolve(configuration.loggingConfigurationArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl']],
    });
    expect(configuration.env).toEqual(ENV);
  });

  test('accepts a token in an environment-agnostic stack', () => {
    const stack = newStack();
    const configuration = LoggingConfiguration.fromLoggingConfigurationId(stack, 'ChatLog', Fn.importValue('id'));

    expect(stack.resolve(configuration.loggingConfigurationId)).toEqual({ 'Fn::ImportValue': 'id' });
  });

  test.each(['', LOGGING_ARN, 'AbCdEfGhIjK', 'AbCdEfGhIjKlm', 'chat-log-one'])('fails for %j, which is not an ID', id => {
    expect(thrownBy(() => LoggingConfiguration.fromLoggingConfigurationId(newStack(), 'ChatLog', id))).toMatchObject({
      name: 'ResourceIdInvalid',
      message: `loggingConfigurationId must be the ID of a logging configuration, 12 letters and digits, got "${id}": `
        + 'pass only the ID, or import an ARN with LoggingConfiguration.fromLoggingConfigurationArn()',
    });
  });
});

describe('fromLookup', () => {
  const NAME = { loggingConfigurationName: 'chat-log' };
  const missingContext = (stack: Stack) => (stack.node.root as App).synth().manifest.missing ?? [];

  /** Returns a stack with this result of the lookup of "chat-log" in its context. */
  function stackWithResult(result: unknown): Stack {
    const blank = newStack(ENV);
    LoggingConfiguration.fromLookup(blank, 'ChatLog', NAME);
    const app = new App();
    app.node.setContext(missingContext(blank)[0].key, result);
    return new Stack(app, 'Stack', { env: ENV });
  }

  test('requests exactly one logging configuration with the name from the CLI', () => {
    const stack = newStack(ENV);
    LoggingConfiguration.fromLookup(stack, 'ChatLog', NAME);

    expect(missingContext(stack)).toEqual([{
      key: expect.stringMatching(/^cc-api-provider:/),
      provider: 'cc-api-provider',
      props: {
        ...ENV,
        typeName: 'AWS::IVSChat::LoggingConfiguration',
        propertyMatch: { Name: 'chat-log' },
        propertiesToReturn: ['Arn'],
        expectedMatchCount: 'exactly-one',
        dummyValue: [{ Arn: 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/dummyLog1234' }],
        lookupRoleArn: expect.any(String),
      },
    }]);
  });

  test('returns a placeholder before the lookup, which a room accepts', () => {
    const stack = newStack(ENV);
    const chatLog = LoggingConfiguration.fromLookup(stack, 'ChatLog', NAME);
    new ChatRoom(stack, 'Room', { loggingConfigurations: [chatLog] });

    expect(chatLog.loggingConfigurationId).toBe('dummyLog1234');
    templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { LoggingConfigurationIdentifiers: [chatLog.loggingConfigurationArn] });
  });

  test('returns the logging configuration that was found', () => {
    const stack = stackWithResult([{ Arn: LOGGING_ARN, Identifier: LOGGING_ARN }]);
    const chatLog = LoggingConfiguration.fromLookup(stack, 'ChatLog', NAME);

    expect(chatLog.loggingConfigurationArn).toBe(LOGGING_ARN);
    expect(chatLog.env).toEqual(ENV);
    expect(missingContext(stack)).toEqual([]);
  });

  test.each([
    ['none', [], '0 logging configurations found'],
    ['several', [{ Arn: LOGGING_ARN }, { Arn: LOGGING_ARN.toLowerCase() }], '2 logging configurations found'],
    ['an error of the CLI', { $providerError: 'Access denied' }, 'Access denied'],
  ])('fails for %s in the context', (_, result, reason) => {
    const error = thrownBy(() => LoggingConfiguration.fromLookup(stackWithResult(result), 'ChatLog', NAME));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'LookupFailed',
      message: `loggingConfigurationName must be the name of exactly one logging configuration in account 111122223333 and region us-east-1, got "chat-log" (${reason}): check the name and the environment, or use LoggingConfiguration.fromLoggingConfigurationArn() if the name is not unique`,
    });
  });

  test.each([
    ['a token', Fn.importValue('name'), 'LookupNameIsToken', 'loggingConfigurationName must be known at synthesis, got a token: pass a string, or use LoggingConfiguration.fromLoggingConfigurationArn()'],
    ['an empty name', '', 'LookupNameEmpty', 'loggingConfigurationName must not be empty, got "": a logging configuration without a name cannot be looked up, use LoggingConfiguration.fromLoggingConfigurationArn()'],
    ['an invalid name', 'chat log', 'NameHasInvalidCharacters', 'loggingConfigurationName must contain only letters, digits, hyphens and underscores, got "chat log": remove or replace all other characters'],
  ])('fails for %s', (_, loggingConfigurationName, name, message) => {
    expect(thrownBy(() => LoggingConfiguration.fromLookup(newStack(ENV), 'ChatLog', { loggingConfigurationName }))).toMatchObject({ name, message });
  });
});
