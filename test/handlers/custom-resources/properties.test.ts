import { parseDetachment, parseRoomRate, parseRoomSettings } from '../../../handlers/custom-resources/properties';
import { HANDLER, logging, ROOM } from '../../support/custom-resources/handler';

describe('room rate', () => {
  test('reads what CloudFormation sends as strings', () => {
    expect(parseRoomRate({ ServiceToken: 't', RoomArn: ROOM, MaximumMessageRatePerSecond: '50', Room: { A: '1' }, Later: 'x' }))
      .toEqual({ RoomArn: ROOM, MaximumMessageRatePerSecond: 50, Room: { A: '1' } });
  });

  test('reads numbers, and does without the room', () => {
    expect(parseRoomRate({ RoomArn: ROOM, MaximumMessageRatePerSecond: 100 })).toEqual({ RoomArn: ROOM, MaximumMessageRatePerSecond: 100, Room: {} });
  });

  test.each(['0', '101', '1.5', '', ' ', 'many', 'NaN', 'Infinity', true, [50], {}, null])('fails of the rate %j', rate => {
    expect(() => parseRoomRate({ RoomArn: ROOM, MaximumMessageRatePerSecond: rate }))
      .toThrow(`MaximumMessageRatePerSecond must be a whole number from 1 to 100, got ${JSON.stringify(rate)}: pass such a value.`);
  });

  test.each(['abcDEF123456', '', 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/abcDEF123456', 5, null])('fails of the room %j', arn => {
    expect(() => parseRoomRate({ RoomArn: arn, MaximumMessageRatePerSecond: '50' }))
      .toThrow(`RoomArn must be the ARN of a room, not its id or name, got ${JSON.stringify(arn)}: pass such a value.`);
  });

  test('fails of what is missing', () => {
    expect(() => parseRoomRate({ RoomArn: ROOM })).toThrow(/^MaximumMessageRatePerSecond is missing: deploy again with the release/);
    expect(() => parseRoomRate({})).toThrow(/^RoomArn is missing: /);
  });

  test.each(['aws-cn', 'aws-us-gov'])('reads ARNs of the partition %s', partition => {
    const arn = ROOM.replace('aws', partition);
    expect(parseRoomRate({ RoomArn: arn, MaximumMessageRatePerSecond: '1' }).RoomArn).toBe(arn);
  });
});

describe('room settings', () => {
  test('reads all there is', () => {
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

  test('does without all but the room', () => {
    expect(parseRoomSettings({ RoomArn: ROOM })).toEqual({ RoomArn: ROOM });
  });

  test.each<[string, object, string]>([
    ['length', { MaximumMessageLength: '501' }, 'MaximumMessageLength must be a whole number from 1 to 500, got "501"'],
    ['rate', { MaximumMessageRatePerSecond: '101' }, 'MaximumMessageRatePerSecond must be a whole number from 1 to 100, got "101"'],
    ['handler', { MessageReviewHandler: HANDLER }, 'MessageReviewHandler must be a map'],
    ['handler without a URI', { MessageReviewHandler: {} }, 'MessageReviewHandler.Uri must be the ARN of a function, or empty for none, got undefined'],
    ['fallback result', { MessageReviewHandler: { Uri: '', FallbackResult: 'NONE' } }, 'MessageReviewHandler.FallbackResult must be ALLOW or DENY, got "NONE"'],
    ['logging list', { LoggingConfigurationIdentifiers: logging('a') }, 'LoggingConfigurationIdentifiers must be a list of ARNs'],
    ['logging configuration', { LoggingConfigurationIdentifiers: [''] }, 'LoggingConfigurationIdentifiers must be an ARN, got ""'],
    ['fourth logging configuration', { LoggingConfigurationIdentifiers: ['a', 'b', 'c', 'd'] }, 'LoggingConfigurationIdentifiers must be at most 3 ARNs'],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'Tags must be a map'],
    ['tag', { Tags: { a: { b: 'c' } } }, 'Tags.a must be a text'],
  ])('fails of the %s', (_, settings, sentence) => {
    expect(() => parseRoomSettings({ RoomArn: ROOM, ...settings })).toThrow(sentence);
  });
});

describe('detachment', () => {
  test.each([{ MessageReviewHandlerUri: HANDLER }, { LoggingConfigurationArn: logging('a') }])('reads %j', properties => {
    expect(parseDetachment({ ServiceToken: 't', ...properties })).toEqual(properties);
  });

  test.each([{}, { MessageReviewHandlerUri: HANDLER, LoggingConfigurationArn: logging('a') }])('fails of %j', properties => {
    expect(() => parseDetachment(properties)).toThrow(/^Exactly one of MessageReviewHandlerUri and LoggingConfigurationArn must be given/);
  });

  test('fails of an empty URI, which would be every room without a handler', () => {
    expect(() => parseDetachment({ MessageReviewHandlerUri: '' })).toThrow('MessageReviewHandlerUri must be an ARN, got ""');
  });
});
