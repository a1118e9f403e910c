import type { GetRoomResponse } from '@aws-sdk/client-ivschat';
import {
  answers, answersWith, calls, conflict, denied, event, failureOf, gone, HANDLER, holdRoom, log, logging, noPermission, OTHER_HANDLER, OTHER_ROOM,
  reset, respondIn, ROOM, serviceError, startAnew,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const TYPE = 'Custom::IVSChatRoomSettings';
const id = `${ROOM}/settings`;
const [A, B, C, OURS] = ['logA', 'logB', 'logC', 'ours'].map(logging);
const create = (settings: object) => respondIn(4 * MINUTES, event(TYPE, 'Create', { RoomArn: ROOM, ...settings }));
const update = (settings: object, old: object) =>
  respondIn(4 * MINUTES, event(TYPE, 'Update', { RoomArn: ROOM, ...settings }, { id, old: { RoomArn: ROOM, ...old } }));
const remove = (settings: object, of = id) => respondIn(4 * MINUTES, event(TYPE, 'Delete', { RoomArn: ROOM, ...settings }, { id: of }));
const read = ['GetRoom', { identifier: ROOM }];
const change = (what: object) => ['UpdateRoom', { identifier: ROOM, ...what }];
const tag = (tags: object) => ['TagResource', { resourceArn: ROOM, tags }];
const untag = (...tagKeys: string[]) => ['UntagResource', { resourceArn: ROOM, tagKeys }];

/** A room of somebody else. */
const theirs = (): GetRoomResponse => ({
  maximumMessageLength: 500,
  maximumMessageRatePerSecond: 10,
  messageReviewHandler: { uri: OTHER_HANDLER, fallbackResult: 'ALLOW' },
  loggingConfigurationIdentifiers: [A],
  tags: { team: 'live' },
});
const everything = {
  MaximumMessageLength: '300',
  MaximumMessageRatePerSecond: '50',
  MessageReviewHandler: { Uri: HANDLER, FallbackResult: 'DENY' },
  LoggingConfigurationIdentifiers: [OURS],
  Tags: { team: 'chat', tier: '1' },
};
const tagsOnly = { Tags: { tier: '1' } };

beforeEach(startAnew);

describe('create', () => {
  test('is a read, one update of all that is named, and one call for tags', async () => {
    holdRoom(theirs());
    expect(await create(everything)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([
      read,
      change({
        maximumMessageLength: 300,
        maximumMessageRatePerSecond: 50,
        messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
        loggingConfigurationIdentifiers: [A, OURS],
      }),
      tag({ team: 'chat', tier: '1' }),
    ]);
  });

  test.each<[string, object, object]>([
    ['length', { MaximumMessageLength: '300' }, { maximumMessageLength: 300 }],
    ['rate', { MaximumMessageRatePerSecond: '11' }, { maximumMessageRatePerSecond: 11 }],
    ['handler, without a fallback result', { MessageReviewHandler: { Uri: HANDLER } }, { messageReviewHandler: { uri: HANDLER } }],
    ['fallback result of the handler that is there',
      { MessageReviewHandler: { Uri: OTHER_HANDLER, FallbackResult: 'DENY' } },
      { messageReviewHandler: { uri: OTHER_HANDLER, fallbackResult: 'DENY' } }],
    ['no handler', { MessageReviewHandler: { Uri: '' } }, { messageReviewHandler: { uri: '' } }],
    ['logging, each once', { LoggingConfigurationIdentifiers: [A, OURS, OURS] }, { loggingConfigurationIdentifiers: [A, OURS] }],
  ])('names nothing but the %s', async (_, settings, expected) => {
    holdRoom(theirs());
    await create(settings);
    expect(calls()).toEqual([read, change(expected)]);
  });

  test('of tags alone is no update of the room', async () => {
    holdRoom(theirs());
    await create(tagsOnly);
    expect(calls()).toEqual([read, tag({ tier: '1' })]);
  });

  test.each([
    ['a room that is so already', {
      MaximumMessageLength: '500', MessageReviewHandler: { Uri: OTHER_HANDLER }, LoggingConfigurationIdentifiers: [A], Tags: { team: 'live' },
    }],
    ['nothing', {}],
    ['an empty list', { LoggingConfigurationIdentifiers: [] }],
    ['properties of a later release', { Later: { Deep: 'x' } }],
  ])('of %s is a read only', async (_, settings) => {
    holdRoom(theirs());
    await create(settings);
    expect(calls()).toEqual([read]);
  });

  test('no handler where there is none is a read only', async () => {
    holdRoom({ ...theirs(), messageReviewHandler: undefined });
    await create({ MessageReviewHandler: { Uri: '', FallbackResult: 'DENY' } });
    expect(calls()).toEqual([read]);
  });

  test('a second call for one event changes nothing more', async () => {
    const room = holdRoom(theirs());
    await create(everything);
    const once = structuredClone(room);
    await create(everything);
    expect(room).toEqual(once);
    expect(calls()).toHaveLength(4);
  });

  test('fails where the room would have more than 3 logging configurations, and names those it has', async () => {
    holdRoom({ ...theirs(), loggingConfigurationIdentifiers: [A, B, C] });
    expect(await failureOf(create({ LoggingConfigurationIdentifiers: [OURS, A] }))).toBe(`The settings of room ${ROOM} could not be applied: `
      + `a room has at most 3 logging configurations, and this one has ${B}, ${C} already, which with the 2 of these settings is 4. `
      + 'Take some off the room, or out of the settings.');
    expect(calls()).toEqual([read]);
  });

  test('fails of a room that does not exist, and says what to do', async () => {
    answers('GetRoom', gone);
    expect(await failureOf(create(everything))).toBe(`The settings of room ${ROOM} could not be applied: `
      + 'the room does not exist. Name a room that does, in the account and region of this stack, or remove the settings.');
  });

  test('waits for the permission of the review handler', async () => {
    holdRoom(theirs());
    answers('UpdateRoom', ...Array(8).fill(noPermission), {});
    await create({ MessageReviewHandler: { Uri: HANDLER } });
    expect(calls()).toEqual([read, ...Array(9).fill(change({ messageReviewHandler: { uri: HANDLER } }))]);
  });

  test('fails before anything was changed, and takes nothing back', async () => {
    holdRoom(theirs());
    answers('UpdateRoom', serviceError('ValidationException', 400, 'bad'));
    await failureOf(create(everything));
    expect(calls().map(([operation]) => operation)).toEqual(['GetRoom', 'UpdateRoom']);
  });
});

describe('create that fails midway', () => {
  const refused = serviceError('ValidationException', 400, 'Too many tags');

  test('fails with the first error, and puts back what was read', async () => {
    const room = holdRoom(theirs());
    answersWith('TagResource', () => refused);
    expect(await failureOf(create(everything)))
      .toBe(`The settings of room ${ROOM} could not be applied: ivschat:TagResource on ${ROOM} was refused (Too many tags).`);
    expect(room).toEqual(theirs());
    expect(calls().slice(3)).toEqual([
      read,
      change({
        maximumMessageLength: 500,
        maximumMessageRatePerSecond: 10,
        messageReviewHandler: { uri: OTHER_HANDLER, fallbackResult: 'ALLOW' },
        loggingConfigurationIdentifiers: [A],
      }),
    ]);
  });

  test('fails, and leaves what somebody else has set since', async () => {
    const room = holdRoom(theirs());
    answersWith('TagResource', () => {
      Object.assign(room, { maximumMessageLength: 100, loggingConfigurationIdentifiers: [B, OURS], messageReviewHandler: { uri: 'another' } });
      return refused;
    });
    await failureOf(create(everything));
    expect(room).toEqual({
      ...theirs(), maximumMessageLength: 100, loggingConfigurationIdentifiers: [B], messageReviewHandler: { uri: 'another' },
    });
  });

  test('fails without an answer to tags that were set, and puts those back too', async () => {
    const room = holdRoom(theirs());
    let lost = 0;
    answersWith('TagResource', ({ tags }) => {
      (room as any).tags = { ...room.tags, ...tags };
      return lost++ < 5 ? reset : {};
    });
    await failureOf(create(everything));
    expect(room).toEqual(theirs());
    expect(calls().slice(-2)).toEqual([untag('tier'), tag({ team: 'live' })]);
  });

  test('fails, and takes off a handler where there was none', async () => {
    const room = holdRoom({ ...theirs(), messageReviewHandler: undefined });
    answersWith('TagResource', () => refused);
    await failureOf(create({ ...tagsOnly, MessageReviewHandler: { Uri: HANDLER } }));
    expect(room.messageReviewHandler).toEqual({ uri: '' });
  });

  test('fails, and gives back a handler that was taken off', async () => {
    const room = holdRoom(theirs());
    answersWith('TagResource', () => refused);
    await failureOf(create({ ...tagsOnly, MessageReviewHandler: { Uri: '' } }));
    expect(room).toEqual(theirs());
  });

  test('fails, and puts back at the time limit', async () => {
    const room = holdRoom(theirs());
    answersWith('TagResource', () => serviceError('ThrottlingException', 429));
    expect(await failureOf(create(everything))).toContain('still limited the rate of ivschat:TagResource when the time was up');
    expect(room).toEqual(theirs());
  });

  test('fails, and leaves alone a room that is gone by then', async () => {
    holdRoom(theirs());
    answersWith('TagResource', () => {
      answers('GetRoom', gone, gone);
      return gone;
    });
    expect(await failureOf(create(everything))).toBe(`The settings of room ${ROOM} could not be applied: `
      + 'the room does not exist. Name a room that does, in the account and region of this stack, or remove the settings.');
    expect(calls().map(([operation]) => operation)).toEqual(['GetRoom', 'UpdateRoom', 'TagResource', 'GetRoom', 'GetRoom']);
  });
});

describe('update', () => {
  test('of nothing is no call', async () => {
    expect(await update(everything, everything)).toEqual({ PhysicalResourceId: id });
    expect(await update({ ...everything, Later: '1' }, everything)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test('is a read and an update', async () => {
    holdRoom({ ...theirs(), maximumMessageLength: 300 });
    await update({ MaximumMessageLength: '200' }, { MaximumMessageLength: '300' });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 200 })]);
  });

  test('of the length leaves a logging list that is as it should be to whoever changes it meanwhile', async () => {
    holdRoom({ ...theirs(), loggingConfigurationIdentifiers: [A, OURS] });
    await update({ MaximumMessageLength: '200', LoggingConfigurationIdentifiers: [OURS] }, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 200 })]);
  });

  test('takes out of the logging list what is no longer named, and puts in what is', async () => {
    holdRoom({ ...theirs(), loggingConfigurationIdentifiers: [A, OURS] });
    await update({ LoggingConfigurationIdentifiers: [B] }, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read, change({ loggingConfigurationIdentifiers: [A, B] })]);
  });

  test('leaves the logging list where nothing of ours is in it any more', async () => {
    holdRoom(theirs());
    await update({}, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read]);
  });

  test('takes off a handler that is no longer named', async () => {
    holdRoom({ ...theirs(), messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });
    await update({ MaximumMessageLength: '500' }, { MaximumMessageLength: '500', MessageReviewHandler: { Uri: HANDLER } });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 500, messageReviewHandler: { uri: '' } })]);
  });

  test.each([HANDLER, ''])('leaves a handler that somebody else has set since (%j before)', async Uri => {
    holdRoom(theirs());
    await update({}, { MessageReviewHandler: { Uri } });
    expect(calls()).toEqual([read]);
  });

  test('leaves length and rate that are no longer named', async () => {
    holdRoom({ ...theirs(), maximumMessageLength: 300, maximumMessageRatePerSecond: 50 });
    await update({}, { MaximumMessageLength: '300', MaximumMessageRatePerSecond: '50' });
    expect(calls()).toEqual([read]);
  });

  test('sets tags that are new or other, and takes off those that are no longer named and still ours', async () => {
    holdRoom({ ...theirs(), tags: { kept: '1', changed: '1', dropped: '1', taken: 'by somebody' } });
    await update(
      { Tags: { kept: '1', changed: '2', added: '1' } },
      { Tags: { kept: '1', changed: '1', dropped: '1', taken: '1', missing: '1' } },
    );
    expect(calls()).toEqual([read, untag('dropped'), tag({ changed: '2', added: '1' })]);
  });

  test('that rolls back leaves the room as it was', async () => {
    const room = holdRoom(theirs());
    await create({ ...everything, MaximumMessageLength: '400' });
    const before = structuredClone(room);
    const next = { ...everything, MaximumMessageLength: '400', LoggingConfigurationIdentifiers: [B, C], Tags: { other: 'x' }, MessageReviewHandler: undefined };
    await update(next, { ...everything, MaximumMessageLength: '400' });
    expect(room.loggingConfigurationIdentifiers).toEqual([A, B, C]);
    await update({ ...everything, MaximumMessageLength: '400' }, next);
    expect(room).toEqual(before);
  });

  test('fails of a room deleted by hand, and says what to do', async () => {
    answers('GetRoom', gone);
    expect(await failureOf(update(everything, {}))).toBe(`The settings of room ${ROOM} could not be changed: `
      + 'the room does not exist. Name a room that does, in the account and region of this stack, or remove the settings.');
  });

  test('of the room is a create there, and CloudFormation deletes the old id', async () => {
    holdRoom(theirs());
    const there = { RoomArn: OTHER_ROOM, ...tagsOnly };
    expect(await respondIn(4 * MINUTES, event(TYPE, 'Update', there, { id, old: { RoomArn: ROOM, ...tagsOnly } })))
      .toEqual({ PhysicalResourceId: `${OTHER_ROOM}/settings` });
    expect(calls()).toEqual([['GetRoom', { identifier: OTHER_ROOM }], ['TagResource', { resourceArn: OTHER_ROOM, tags: { tier: '1' } }]]);
  });

  test('of the room fails midway, and is taken back there, for nobody deletes the new id', async () => {
    const room = holdRoom(theirs());
    answersWith('TagResource', () => serviceError('ValidationException', 400));
    await failureOf(respondIn(4 * MINUTES, event(TYPE, 'Update', { RoomArn: OTHER_ROOM, ...everything }, { id, old: { RoomArn: ROOM } })));
    expect(room).toEqual(theirs());
  });
});

describe('the logging list changed between read and write', () => {
  test.each([['gone', gone], ['in conflict', conflict], ['too many', serviceError('ServiceQuotaExceededException', 402)]])(
    'is read again (%s)', async (_, failure) => {
      answers('GetRoom', { loggingConfigurationIdentifiers: [A, B] }, { loggingConfigurationIdentifiers: [A] });
      answers('UpdateRoom', failure, {});
      await create({ LoggingConfigurationIdentifiers: [OURS] });
      expect(calls()).toEqual([
        read, change({ loggingConfigurationIdentifiers: [A, B, OURS] }),
        read, change({ loggingConfigurationIdentifiers: [A, OURS] }),
      ]);
    });

  test('fails after five rounds', async () => {
    answersWith('GetRoom', () => ({ loggingConfigurationIdentifiers: [A] }));
    answersWith('UpdateRoom', () => gone);
    expect(await failureOf(create({ LoggingConfigurationIdentifiers: [OURS] })))
      .toBe(`The settings of room ${ROOM} could not be applied: ivschat:UpdateRoom on ${ROOM} was refused (Resource does not exist).`);
    expect(calls()).toHaveLength(10);
  });

  test('fails where it has become too long meanwhile', async () => {
    answers('GetRoom', { loggingConfigurationIdentifiers: [A] }, { loggingConfigurationIdentifiers: [A, B, C] });
    answers('UpdateRoom', conflict);
    expect(await failureOf(create({ LoggingConfigurationIdentifiers: [OURS] }))).toContain(`this one has ${A}, ${B}, ${C} already`);
    expect(calls()).toHaveLength(3);
  });
});

describe('delete', () => {
  test('takes off what is still ours, in three calls, and leaves length and rate', async () => {
    const room = holdRoom(theirs());
    await create(everything);
    const before = calls().length;
    expect(await remove(everything)).toEqual({ PhysicalResourceId: id });
    expect(calls().slice(before)).toEqual([
      read,
      change({ messageReviewHandler: { uri: '' }, loggingConfigurationIdentifiers: [A] }),
      untag('team', 'tier'),
    ]);
    expect(room).toMatchObject({ maximumMessageLength: 300, maximumMessageRatePerSecond: 50 });
  });

  test('of what is no longer ours is a read only', async () => {
    holdRoom(theirs());
    await remove(everything);
    expect(calls()).toEqual([read]);
  });

  test('twice is a success', async () => {
    holdRoom(theirs());
    await create(everything);
    await remove(everything);
    const before = calls().length;
    await remove(everything);
    expect(calls().slice(before)).toEqual([read]);
  });

  test('of no handler gives none back', async () => {
    holdRoom({ ...theirs(), messageReviewHandler: undefined });
    await remove({ MessageReviewHandler: { Uri: '' } });
    expect(calls()).toEqual([read]);
  });

  test('of a room that is gone is a success', async () => {
    answers('GetRoom', gone);
    await remove(everything);
    expect(calls()).toEqual([read]);
  });

  test.each(['UpdateRoom', 'UntagResource'] as const)('of a room that goes before %s is a success', async operation => {
    holdRoom(theirs());
    await create(everything);
    answersWith(operation, () => {
      answers('GetRoom', gone);
      return gone;
    });
    await remove(everything);
    expect(calls().at(-1)).toEqual(read);
  });

  test.each([
    ['an id CloudFormation made up', everything, 'Chat-Resource-1A2B3C'],
    ['the id of another room', everything, `${OTHER_ROOM}/settings`],
    ['properties that were always refused', { MaximumMessageLength: '501' }, id],
  ])('of %s is a success without a call', async (_, settings, of) => {
    expect(await remove(settings, of)).toEqual({ PhysicalResourceId: of });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${of} was never made here: nothing to delete`]);
  });

  test('denied for good fails, for the room would keep what is taken away', async () => {
    answersWith('GetRoom', () => denied);
    expect(await failureOf(remove(everything)))
      .toMatch(new RegExp(`^The settings of room ${ROOM} could not be taken off: the role of the custom resources may not call ivschat:GetRoom`));
  });
});
