import { type App, CfnParameter, CfnResource, Fn, type Stack, Tags, ValidationError } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-ivschat';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatRoom, LoggingConfiguration, type LoggingConfigurationProps, LoggingDestination } from '../../src';
import { ENV, newStack, resourcesOf, templateOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const LOGGING_ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';

/** A logging configuration that owns nothing else. */
function newLoggingConfiguration(stack: Stack, props: Partial<LoggingConfigurationProps> = {}): LoggingConfiguration {
  return new LoggingConfiguration(stack, 'ChatLog', {
    destination: LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(stack, 'Group', '/aws/vendedlogs/chat')), ...props,
  });
}

/** The definition of the only logging configuration of a stack. */
function configurationOf(stack: Stack): any {
  const configurations = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::LoggingConfiguration'));
  expect(configurations).toHaveLength(1);
  return configurations[0];
}

/** What creating a logging configuration throws, which must be before there is any resource. */
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

  test('with a destination alone has nothing else', () => {
    const stack = newStack();
    newLoggingConfiguration(stack);

    expect(templateOf(stack).toJSON().Resources).toEqual({
      ChatLog7021A630: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration: destination } },
    });
  });

  test('has what it is given', () => {
    const stack = newStack();
    newLoggingConfiguration(stack, { loggingConfigurationName: 'chat-log', tags: { team: 'chat' } });

    expect(configurationOf(stack)).toEqual({
      Type: 'AWS::IVSChat::LoggingConfiguration',
      Properties: { Name: 'chat-log', DestinationConfiguration: destination, Tags: [{ Key: 'team', Value: 'chat' }] },
    });
  });

  test('has an ARN, an id and a state from the deployment', () => {
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

  test('takes a token for every property', () => {
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

  test('serves many rooms', () => {
    const stack = newStack();
    const configuration = newLoggingConfiguration(stack);
    ['One', 'Two'].forEach(id => new ChatRoom(stack, id, { loggingConfigurations: [configuration] }));

    templateOf(stack).allResourcesProperties('AWS::IVSChat::Room', {
      LoggingConfigurationIdentifiers: [stack.resolve(configuration.loggingConfigurationArn)],
    });
  });
});

describe('loggingConfigurationName', () => {
  test.each(['', 'a', 'n'.repeat(128), 'Chat-log_1'])('%j is legal', loggingConfigurationName => {
    const stack = newStack();
    newLoggingConfiguration(stack, { loggingConfigurationName });

    expect(configurationOf(stack).Properties.Name).toBe(loggingConfigurationName);
  });

  test('fails with 129 characters', () => {
    const loggingConfigurationName = 'n'.repeat(129);

    expect(failureOf({ loggingConfigurationName })).toMatchObject({
      name: 'NameTooLong', message: `loggingConfigurationName must have at most 128 characters, got 129 ("${loggingConfigurationName}"): shorten it`,
    });
  });

  test.each(['chat log', 'chat.log', '/chat/log', 'log🎉', 'log\n'])('fails with the characters of %j', loggingConfigurationName => {
    expect(failureOf({ loggingConfigurationName })).toMatchObject({
      name: 'NameHasInvalidCharacters',
      message: 'loggingConfigurationName may have letters, digits, hyphens and underscores only, '
        + `got ${JSON.stringify(loggingConfigurationName)}: leave out or replace every other character`,
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

  test('come by the property, by Tags.of, or both', () => {
    expect(configurationOf(tagged({ team: 'chat' }, { stage: 'prod' })).Properties.Tags)
      .toEqual([{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'chat' }]);
    expect(configurationOf(tagged(undefined, { stage: 'prod' })).Properties.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
  });

  test.each<[string, Record<string, string>]>([
    ['50 of them', manyTags(50)],
    ['a key of 1 character and one of 128', { k: 'value', ['k'.repeat(128)]: 'value' }],
    ['a value of 0 characters and one of 256', { none: '', many: 'v'.repeat(256) }],
  ])('%s are legal', (_, tags) => {
    expect(configurationOf(tagged(tags)).Properties.Tags).toHaveLength(Object.keys(tags).length);
  });

  test.each<[string, Record<string, string>, string]>([
    ['51 of them', manyTags(51), 'tags must be at most 50, got 51: remove 1, tags added by Tags.of count too (TooManyTags)'],
    ['a key with Aws:', { 'Aws:team': 'x' },
      'tags must not have a key that begins with "aws:", which is reserved, got "Aws:team": rename it (TagKeyReserved)'],
    ['an empty key', { '': 'x' }, 'tags must have keys of 1 to 128 characters, got 0 (""): change the key (TagKeyLength)'],
    ['a key of 129 characters', { ['k'.repeat(129)]: 'x' },
      `tags must have keys of 1 to 128 characters, got 129 ("${'k'.repeat(129)}"): change the key (TagKeyLength)`],
    ['a value of 257 characters', { team: 'v'.repeat(257) },
      'tags must have values of 0 to 256 characters, got 257 for the key "team": change the value (TagValueLength)'],
  ])('fails at synthesis with %s, however it came', (_, tags, message) => {
    for (const stack of [tagged(tags), tagged(undefined, tags)]) {
      expect(thrownBy(() => (stack.node.root as App).synth()).message).toContain(`[Stack/ChatLog/Resource] ${message}`);
    }
  });
});

describe('the region', () => {
  const warning = Match.stringLikeRegexp('cdk-ivschat:regionWithoutService');

  test.each(['eu-central-2', 'cn-north-1'])('%s, without the service, is a warning', region => {
    const stack = newStack({ ...ENV, region });
    newLoggingConfiguration(stack);

    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', warning);
  });

  test.each(['ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', undefined])(
    '%s is no warning', region => {
      const stack = newStack(region === undefined ? undefined : { ...ENV, region });
      newLoggingConfiguration(stack);

      expect(Annotations.fromStack(stack).findWarning('*', warning)).toEqual([]);
    },
  );
});

describe('fromLoggingConfigurationArn', () => {
  test('is a logging configuration of the account and region of the ARN', () => {
    const stack = newStack(ENV);
    const arn = 'arn:aws:ivschat:us-west-2:444455556666:logging-configuration/AbCdEfGhIjKl';
    const configuration = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', arn);

    expect(configuration.loggingConfigurationArn).toBe(arn);
    expect(configuration.loggingConfigurationId).toBe('AbCdEfGhIjKl');
    expect(configuration.loggingConfigurationRef).toEqual({ loggingConfigurationArn: arn });
    expect(configuration.env).toEqual({ account: '444455556666', region: 'us-west-2' });
    expect(templateOf(stack).findResources('*')).toEqual({});
  });

  test('takes a token apart', () => {
    const stack = newStack();
    const configuration = LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', Fn.importValue('arn'));
    const split = (separator: string, value: unknown) => ({ 'Fn::Split': [separator, value] });
    const part = (index: number) => ({ 'Fn::Select': [index, split(':', { 'Fn::ImportValue': 'arn' })] });

    expect(stack.resolve(configuration.loggingConfigurationId)).toEqual({ 'Fn::Select': [1, split('/', part(5))] });
    expect(stack.resolve(configuration.env)).toEqual({ account: part(4), region: part(3) });
  });

  const example = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
  const isNotOne = `loggingConfigurationArn must be the ARN of a logging-configuration, such as ${example}`;
  const isIncomplete = `loggingConfigurationArn must have a region, an account of 12 digits and an id of 12 letters and digits, as in ${example}`;
  test.each([
    ['AbCdEfGhIjKl', 'ArnExpected', `${isNotOne}, got "AbCdEfGhIjKl": pass the whole ARN, or import an id with the function made for ids`],
    [ROOM_ARN, 'ArnOfOtherResource', `${isNotOne}, got "${ROOM_ARN}": that is another kind of resource, pass the ARN of a logging-configuration`],
    [LOGGING_ARN.slice(0, -1), 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN.slice(0, -1)}": copy the ARN whole`],
    [`${LOGGING_ARN}m`, 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN}m": copy the ARN whole`],
    [LOGGING_ARN.replace('us-east-1', ''), 'ArnMalformed', `${isIncomplete}, got "${LOGGING_ARN.replace('us-east-1', '')}": copy the ARN whole`],
  ])('fails with %j', (arn, name, message) => {
    const error = thrownBy(() => LoggingConfiguration.fromLoggingConfigurationArn(newStack(), 'ChatLog', arn));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ name, message });
  });
});

describe('fromLoggingConfigurationId', () => {
  test('is a logging configuration of the account and region of the stack', () => {
    const stack = newStack(ENV);
    const configuration = LoggingConfiguration.fromLoggingConfigurationId(stack, 'ChatLog', 'AbCdEfGhIjKl');

    expect(configuration.loggingConfigurationId).toBe('AbCdEfGhIjKl');
    expect(stack.resolve(configuration.loggingConfigurationArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl']],
    });
    expect(configuration.env).toEqual(ENV);
  });

  test('takes a token, in a stack for any environment', () => {
    const stack = newStack();
    const configuration = LoggingConfiguration.fromLoggingConfigurationId(stack, 'ChatLog', Fn.importValue('id'));

    expect(stack.resolve(configuration.loggingConfigurationId)).toEqual({ 'Fn::ImportValue': 'id' });
  });

  test.each(['', LOGGING_ARN, 'AbCdEfGhIjK', 'AbCdEfGhIjKlm', 'chat-log-one'])('fails with %j, which is no id', id => {
    expect(thrownBy(() => LoggingConfiguration.fromLoggingConfigurationId(newStack(), 'ChatLog', id))).toMatchObject({
      name: 'ResourceIdInvalid',
      message: `loggingConfigurationId must be the id of a logging-configuration, 12 letters and digits, got "${id}": `
        + 'pass the id alone, or import an ARN with the function made for ARNs',
    });
  });
});
