import { parseDetachment, parseRoomRate, parseRoomSettings } from '../../../handlers/custom-resources/properties';
import { HANDLER, logging, ROOM } from '../../support/custom-resources/handler';

describe('room rate', () => {
  test('parses the strings that CloudFormation sends, and ignores unknown properties', () => {
    expect(parseRoomRate({ ServiceToken: 't', RoomArn: ROOM, MaximumMessageRatePerSecond: '50', Room: { A: '1' }, Later: 'x' }))
      .toEqual({ RoomArn: ROOM, MaximumMessageRatePerSecond: 50, Room: { A: '1' } });
  });

  test('accepts numbers, and does not require the properties of the room', () => {
    expect(parseRoomRate({ RoomArn: ROOM, MaximumMessageRatePerSecond: 100 })).toEqual({ RoomArn: ROOM, MaximumMessageRatePerSecond: 100, Room: {} });
  });

  test.each(['0', '101', '1.5', '', ' ', 'many', 'NaN', 'Infinity', true, [50], {}, null])('fails for the rate %j', rate => {
    expect(() => parseRoomRate({ RoomArn: ROOM, MaximumMessageRatePerSecond: rate }))
      .toThrow(`MaximumMessageRatePerSecond must be a whole number from 1 to 100, got ${JSON.stringify(rate)}: correct the parameter or other deployment-time value that it comes from.`);
  });

  test.each(['abcDEF123456', '', 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/abcDEF123456', 5, null])('fails for the room %j', arn => {
    expect(() => parseRoomRate({ RoomArn: arn, MaximumMessageRatePerSecond: '50' }))
      .toThrow(`RoomArn must be the ARN of a room, got ${JSON.stringify(arn)}: correct the parameter or other deployment-time value that it comes from.`);
  });

  test('fails for a missing property', () => {
    expect(() => parseRoomRate({ RoomArn: ROOM })).toThrow(/^MaximumMessageRatePerSecond is missing: deploy with the version of cdk-ivschat/);
    expect(() => parseRoomRate({})).toThrow(/^RoomArn is missing: /);
  });

  test.each(['aws-cn', 'aws-us-gov'])('accepts ARNs of the partition %s', partition => {
    const arn = ROOM.replace('aws', partition);
    expect(parseRoomRate({ RoomArn: arn, MaximumMessageRatePerSecond: '1' }).RoomArn).toBe(arn);
  });
});

describe('room settings', () => {
  test('parses every property', () => {
    expect(parseRoomSettings({
      RoomArn: ROOM,
      MaximumMessageLength: '500',
      MaximumMessageRatePerSecond: '100',
      MessageReviewHandler: { Uri: HANDLER, FallbackResult: 'DENY', Later: 'x' },
      LoggingConfigurationIdentifiers: [logging('a'), logging('a'), logging('b')],
      Tags: { text: 'a', empty: '', number: 5, flag: true },
    })).toEqual({
      RoomArn: ROOM,
      MaximumMessageLength: 500,
      MaximumMessageRatePerSecond: 100,
      MessageReviewHandler: { Uri: HANDLER, FallbackResult: 'DENY' },
      LoggingConfigurationIdentifiers: [logging('a'), logging('b')],
      Tags: { text: 'a', empty: '', number: '5', flag: 'true' },
    });
  });

  test('requires only the room', () => {
    expect(parseRoomSettings({ RoomArn: ROOM })).toEqual({ RoomArn: ROOM });
  });

  test.each<[string, object, string]>([
    ['length', { MaximumMessageLength: '501' }, 'MaximumMessageLength must be a whole number from 1 to 500, got "501"'],
    ['rate', { MaximumMessageRatePerSecond: '101' }, 'MaximumMessageRatePerSecond must be a whole number from 1 to 100, got "101"'],
    ['handler', { MessageReviewHandler: HANDLER }, 'MessageReviewHandler must be a map'],
    ['handler without a URI', { MessageReviewHandler: {} }, 'MessageReviewHandler.Uri must be the ARN of a function, or empty to detach any handler, got undefined'],
    ['fallback result', { MessageReviewHandler: { Uri: '', FallbackResult: 'NONE' } }, 'MessageReviewHandler.FallbackResult must be ALLOW or DENY, got "NONE"'],
    ['logging list', { LoggingConfigurationIdentifiers: logging('a') }, 'LoggingConfigurationIdentifiers must be a list of ARNs'],
    ['logging configuration', { LoggingConfigurationIdentifiers: [''] }, 'LoggingConfigurationIdentifiers must be an ARN, got ""'],
    ['number of logging configurations', { LoggingConfigurationIdentifiers: ['a', 'b', 'c', 'd'] }, 'LoggingConfigurationIdentifiers must be at most 3 ARNs'],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'Tags must be a map'],
    ['tag', { Tags: { a: { b: 'c' } } }, 'Tags.a must be a string'],
  ])('fails for an invalid %s', (_, settings, message) => {
    expect(() => parseRoomSettings({ RoomArn: ROOM, ...settings })).toThrow(message);
  });
});

describe('detachment', () => {
  test.each([{ MessageReviewHandlerUri: HANDLER }, { LoggingConfigurationArn: logging('a') }])('parses %j', properties => {
    expect(parseDetachment({ ServiceToken: 't', ...properties })).toEqual(properties);
  });

  test.each([{}, { MessageReviewHandlerUri: HANDLER, LoggingConfigurationArn: logging('a') }])('fails for %j', properties => {
    expect(() => parseDetachment(properties)).toThrow(/^Exactly one of MessageReviewHandlerUri and LoggingConfigurationArn must be set/);
  });

  test('fails for an empty URI, which would match every room without a handler', () => {
    expect(() => parseDetachment({ MessageReviewHandlerUri: '' })).toThrow('MessageReviewHandlerUri must be an ARN, got ""');
  });
});
