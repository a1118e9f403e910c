import type { GetRoomResponse } from '@aws-sdk/client-ivschat';
import {
  calls, conflict, connectionReset, denied, errorMessageOf, event, fakeRoom, HANDLER, handlerNotInvokable, log, logging, mockAnswers,
  mockOperation, notFound, now, OTHER_HANDLER, OTHER_ROOM, resetAll, respondWithin, ROOM, serviceError, throttled,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const TYPE = 'Custom::IVSChatRoomSettings';
const id = `${ROOM}/settings`;
const [A, B, C, OURS] = ['logA', 'logB', 'logC', 'ours'].map(logging);
const create = (settings: object) => respondWithin(4 * MINUTES, event(TYPE, 'Create', { RoomArn: ROOM, ...settings }));
const update = (settings: object, old: object) =>
  respondWithin(4 * MINUTES, event(TYPE, 'Update', { RoomArn: ROOM, ...settings }, { id, old: { RoomArn: ROOM, ...old } }));
const remove = (settings: object, physicalId = id) =>
  respondWithin(4 * MINUTES, event(TYPE, 'Delete', { RoomArn: ROOM, ...settings }, { id: physicalId }));
const read = ['GetRoom', { identifier: ROOM }];
const change = (settings: object) => ['UpdateRoom', { identifier: ROOM, ...settings }];
const tag = (tags: object) => ['TagResource', { resourceArn: ROOM, tags }];
const untag = (...tagKeys: string[]) => ['UntagResource', { resourceArn: ROOM, tagKeys }];

/** The settings of a room before the stack changes them. */
const initialRoom = (): GetRoomResponse => ({
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

beforeEach(resetAll);

describe('create', () => {
  test('reads the room, updates it in one call, and tags it in another', async () => {
    fakeRoom(initialRoom());
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
    ['fallback result of the current handler',
      { MessageReviewHandler: { Uri: OTHER_HANDLER, FallbackResult: 'DENY' } },
      { messageReviewHandler: { uri: OTHER_HANDLER, fallbackResult: 'DENY' } }],
    ['no handler', { MessageReviewHandler: { Uri: '' } }, { messageReviewHandler: { uri: '' } }],
    ['logging configurations, each once', { LoggingConfigurationIdentifiers: [A, OURS, OURS] }, { loggingConfigurationIdentifiers: [A, OURS] }],
  ])('updates only the %s', async (_, settings, expected) => {
    fakeRoom(initialRoom());
    await create(settings);
    expect(calls()).toEqual([read, change(expected)]);
  });

  test('of all settings for a room that has none', async () => {
    const room = fakeRoom({});
    await create(everything);
    expect(room).toEqual({
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 50,
      messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers: [OURS],
      tags: { team: 'chat', tier: '1' },
    });
  });

  test('with only tags does not update the room', async () => {
    fakeRoom(initialRoom());
    await create(tagsOnly);
    expect(calls()).toEqual([read, tag({ tier: '1' })]);
  });

  test.each([
    ['no settings', {}],
    ['an empty logging list', { LoggingConfigurationIdentifiers: [] }],
    ['properties of a later version', { Later: { Deep: 'x' } }],
  ])('with %s only reads the room', async (_, settings) => {
    fakeRoom(initialRoom());
    await create(settings);
    expect(calls()).toEqual([read]);
  });

  test.each([
    ['settings', initialRoom(), {
      MaximumMessageLength: '500', MessageReviewHandler: { Uri: OTHER_HANDLER }, LoggingConfigurationIdentifiers: [A], Tags: { team: 'live' },
    }],
    ['handler, which is none,', { ...initialRoom(), messageReviewHandler: undefined }, { MessageReviewHandler: { Uri: '', FallbackResult: 'DENY' } }],
  ])('with the %s that the room already has only reads the room, twice', async (_, room, settings) => {
    const start = now;
    fakeRoom(room);
    await create(settings);
    expect(calls()).toEqual([read, read]);
    expect(now - start).toBe(3_000);
  });

  test('waits for a room that was created a moment ago', async () => {
    const start = now;
    const room = initialRoom();
    fakeRoom(room);
    mockOperation('GetRoom', () => now - start < 19_000 ? notFound : structuredClone(room));
    await create(everything);
    expect(room.maximumMessageLength).toBe(300);
  });

  test('waits for a logging configuration that was created a moment ago', async () => {
    const start = now;
    const room = fakeRoom(initialRoom());
    mockOperation('UpdateRoom', input => now - start < 19_000 ? notFound : Object.assign(room, input));
    await create({ LoggingConfigurationIdentifiers: [OURS] });
    expect(room.loggingConfigurationIdentifiers).toEqual([A, OURS]);
  });

  test.each(['constructor', 'toString', '__proto__'])('sets, keeps, changes and removes a tag with the key %s like any other', async key => {
    const tagged = (value: string) => ({ Tags: { ['other']: 'x', [key]: value } });
    const room = fakeRoom({ ...initialRoom(), tags: {} });
    await create(tagged('a'));
    expect(JSON.stringify(room.tags)).toBe(`{"other":"x","${key}":"a"}`);
    const before = calls().length;
    await create(tagged('a'));
    expect(calls().slice(before)).toEqual([read, read]);
    await update(tagged('b'), tagged('a'));
    expect(JSON.stringify(room.tags)).toBe(`{"other":"x","${key}":"b"}`);
    await update({ Tags: { other: 'x' } }, tagged('b'));
    expect(JSON.stringify(room.tags)).toBe('{"other":"x"}');
    await update(tagged('c'), { Tags: { other: 'x' } });
    await remove(tagged('c'));
    expect(JSON.stringify(room.tags)).toBe('{}');
  });

  test('is idempotent', async () => {
    const room = fakeRoom(initialRoom());
    await create(everything);
    const afterFirst = structuredClone(room);
    await create(everything);
    expect(room).toEqual(afterFirst);
    expect(calls().slice(3)).toEqual([read, read]);
  });

  test('fails if the room would have more than 3 logging configurations, and names the current ones', async () => {
    fakeRoom({ ...initialRoom(), loggingConfigurationIdentifiers: [A, B, C] });
    expect(await errorMessageOf(create({ LoggingConfigurationIdentifiers: [OURS, A] }))).toBe(`The settings of room ${ROOM} could not be applied: `
      + `a room can have at most 3 logging configurations, got 4: 2 in these settings, and ${B}, ${C} already attached to the room. `
      + 'Remove some from the settings, or detach some from the room.');
    expect(calls()).toEqual([read]);
  });

  test('fails for a room that does not exist, and says what to do', async () => {
    mockOperation('GetRoom', () => notFound);
    expect(await errorMessageOf(create(everything))).toBe(`The settings of room ${ROOM} could not be applied: `
      + 'the room does not exist. Use a room in the account and region of this stack, or remove its ChatRoomSettings.');
  });

  test('waits for the invoke permission of the review handler', async () => {
    fakeRoom(initialRoom());
    mockAnswers('UpdateRoom', ...Array(8).fill(handlerNotInvokable), {});
    await create({ MessageReviewHandler: { Uri: HANDLER } });
    expect(calls().filter(([operation]) => operation === 'UpdateRoom')).toEqual(Array(9).fill(change({ messageReviewHandler: { uri: HANDLER } })));
  });

  test('fails before the first change, and undoes nothing', async () => {
    fakeRoom(initialRoom());
    mockAnswers('UpdateRoom', serviceError('ValidationException', 400, 'bad'));
    await errorMessageOf(create(everything));
    expect(calls().map(([operation]) => operation)).toEqual(['GetRoom', 'UpdateRoom']);
  });
});

describe('create that fails midway', () => {
  const rejected = serviceError('ValidationException', 400, 'Too many tags');

  test('fails with the first error, and restores the previous settings', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('TagResource', () => rejected);
    expect(await errorMessageOf(create(everything)))
      .toBe(`The settings of room ${ROOM} could not be applied: Amazon IVS Chat rejected ivschat:TagResource on ${ROOM} (Too many tags).`);
    expect(room).toEqual(initialRoom());
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

  test('fails, and keeps what others have changed since', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('TagResource', () => {
      Object.assign(room, { maximumMessageLength: 100, loggingConfigurationIdentifiers: [B, OURS], messageReviewHandler: { uri: 'another' } });
      return rejected;
    });
    await errorMessageOf(create(everything));
    expect(room).toEqual({
      ...initialRoom(), maximumMessageLength: 100, loggingConfigurationIdentifiers: [B], messageReviewHandler: { uri: 'another' },
    });
  });

  test('fails, and restores settings that a read does not show yet', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('GetRoom', initialRoom);
    let attempts = 0;
    mockOperation('TagResource', ({ tags }) => {
      if (attempts++ === 1) return rejected;
      (room as any).tags = { ...room.tags, ...tags };
      return tags.tier ? connectionReset : {};
    });
    await errorMessageOf(create(everything));
    expect(room).toEqual(initialRoom());
    expect(calls().slice(-2)).toEqual([untag('tier'), tag({ team: 'live' })]);
  });

  test('fails, and keeps what others changed while a write was throttled', async () => {
    const room = fakeRoom(initialRoom());
    let throttledAttempts = 0;
    mockOperation('UpdateRoom', input => {
      if (throttledAttempts++ === 8) Object.assign(room, { maximumMessageLength: 100, loggingConfigurationIdentifiers: [A, B] });
      return throttledAttempts < 10 ? throttled : Object.assign(room, input);
    });
    mockOperation('TagResource', () => rejected);
    await errorMessageOf(create(everything));
    expect(room).toEqual({ ...initialRoom(), maximumMessageLength: 100, loggingConfigurationIdentifiers: [A, B], identifier: ROOM });
  });

  test.each<Record<string, string>>([{}, { ['constructor']: 'before', ['__proto__']: 'before' }])('fails, and restores the tags %j, with any key', async tags => {
    const room = fakeRoom({ ...initialRoom(), tags });
    let attempts = 0;
    mockOperation('TagResource', input => {
      if (attempts++ === 1) return rejected;
      (room as any).tags = { ...room.tags, ...input.tags };
      return attempts === 1 ? connectionReset : {};
    });
    mockAnswers('GetRoom', structuredClone(room), structuredClone(room), structuredClone(room));
    await errorMessageOf(create({ Tags: { ['constructor']: 'a', ['toString']: 'b', ['__proto__']: 'c' } }));
    expect(JSON.stringify(room.tags)).toBe(JSON.stringify(tags));
  });

  test('fails, and leaves a room without settings as it was', async () => {
    const room = fakeRoom({});
    mockOperation('TagResource', () => rejected);
    await errorMessageOf(create({ LoggingConfigurationIdentifiers: [OURS], ...tagsOnly }));
    expect(room).toEqual({ loggingConfigurationIdentifiers: [] });
  });

  test('fails, and detaches the handler from a room that had none', async () => {
    const room = fakeRoom({ ...initialRoom(), messageReviewHandler: undefined });
    mockOperation('TagResource', () => rejected);
    await errorMessageOf(create({ ...tagsOnly, MessageReviewHandler: { Uri: HANDLER } }));
    expect(room.messageReviewHandler).toEqual({ uri: '' });
  });

  test('fails, and restores a handler that was detached', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('TagResource', () => rejected);
    await errorMessageOf(create({ ...tagsOnly, MessageReviewHandler: { Uri: '' } }));
    expect(room).toEqual(initialRoom());
  });

  test('fails at the time limit, and restores the previous settings', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('TagResource', () => serviceError('ThrottlingException', 429));
    expect(await errorMessageOf(create(everything))).toContain('throttled ivschat:TagResource until the time limit');
    expect(room).toEqual(initialRoom());
  });

  test('fails, and undoes nothing if the room has been deleted by then', async () => {
    fakeRoom(initialRoom());
    mockOperation('TagResource', () => {
      mockOperation('GetRoom', () => notFound);
      return notFound;
    });
    expect(await errorMessageOf(create(everything))).toBe(`The settings of room ${ROOM} could not be applied: `
      + 'the room does not exist. Use a room in the account and region of this stack, or remove its ChatRoomSettings.');
    expect([...new Set(calls().slice(3).map(([operation]) => operation))]).toEqual(['GetRoom']);
  });
});

describe('update', () => {
  test('without changes makes no call', async () => {
    expect(await update(everything, everything)).toEqual({ PhysicalResourceId: id });
    expect(await update({ ...everything, Later: '1' }, everything)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test('reads the room and updates it', async () => {
    fakeRoom({ ...initialRoom(), maximumMessageLength: 300 });
    await update({ MaximumMessageLength: '200' }, { MaximumMessageLength: '300' });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 200 })]);
  });

  test('of the length does not write an unchanged logging list, which others may be changing', async () => {
    fakeRoom({ ...initialRoom(), loggingConfigurationIdentifiers: [A, OURS] });
    await update({ MaximumMessageLength: '200', LoggingConfigurationIdentifiers: [OURS] }, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 200 })]);
  });

  test('replaces logging configurations that were removed from the settings', async () => {
    fakeRoom({ ...initialRoom(), loggingConfigurationIdentifiers: [A, OURS] });
    await update({ LoggingConfigurationIdentifiers: [B] }, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read, change({ loggingConfigurationIdentifiers: [A, B] })]);
  });

  test('keeps a logging list from which the removed ones are already gone', async () => {
    fakeRoom(initialRoom());
    await update({}, { LoggingConfigurationIdentifiers: [OURS] });
    expect(calls()).toEqual([read, read]);
  });

  test('detaches a handler that was removed from the settings', async () => {
    fakeRoom({ ...initialRoom(), messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });
    await update({ MaximumMessageLength: '500' }, { MaximumMessageLength: '500', MessageReviewHandler: { Uri: HANDLER } });
    expect(calls()).toEqual([read, change({ maximumMessageLength: 500, messageReviewHandler: { uri: '' } })]);
  });

  test.each([HANDLER, ''])('keeps a handler that others have set since (%j before)', async Uri => {
    fakeRoom(initialRoom());
    await update({}, { MessageReviewHandler: { Uri } });
    expect(calls()).toEqual(Uri ? [read, read] : [read]);
  });

  test('keeps length and rate that were removed from the settings', async () => {
    fakeRoom({ ...initialRoom(), maximumMessageLength: 300, maximumMessageRatePerSecond: 50 });
    await update({}, { MaximumMessageLength: '300', MaximumMessageRatePerSecond: '50' });
    expect(calls()).toEqual([read]);
  });

  test('sets new and changed tags, and removes those that were removed from the settings and not changed since', async () => {
    fakeRoom({ ...initialRoom(), tags: { kept: '1', changed: '1', removed: '1', changedByOthers: '2' } });
    await update(
      { Tags: { kept: '1', changed: '2', added: '1' } },
      { Tags: { kept: '1', changed: '1', removed: '1', changedByOthers: '1', removedByOthers: '1' } },
    );
    expect(calls()).toEqual([read, untag('removed'), tag({ changed: '2', added: '1' }), read]);
  });

  test.each<[string, object, object, GetRoomResponse, GetRoomResponse]>([
    ['a length', { MaximumMessageLength: '300' }, { MaximumMessageLength: '200' }, { maximumMessageLength: 300 }, { maximumMessageLength: 200 }],
    ['a rate', { MaximumMessageRatePerSecond: '5' }, { MaximumMessageRatePerSecond: '50' },
      { maximumMessageRatePerSecond: 5 }, { maximumMessageRatePerSecond: 50 }],
    ['a handler', { MessageReviewHandler: { Uri: HANDLER } }, { MessageReviewHandler: { Uri: OTHER_HANDLER } },
      { messageReviewHandler: { uri: HANDLER } }, { messageReviewHandler: { uri: OTHER_HANDLER } }],
    ['no handler', {}, { MessageReviewHandler: { Uri: HANDLER } }, {}, { messageReviewHandler: { uri: HANDLER } }],
    ['a logging configuration', { LoggingConfigurationIdentifiers: [OURS] }, {},
      { loggingConfigurationIdentifiers: [A, OURS] }, { loggingConfigurationIdentifiers: [A] }],
    ['no logging configuration', {}, { LoggingConfigurationIdentifiers: [OURS] },
      { loggingConfigurationIdentifiers: [A] }, { loggingConfigurationIdentifiers: [A, OURS] }],
    ['a tag', { Tags: { team: 'a' } }, { Tags: { team: 'b' } }, { tags: { team: 'a' } }, { tags: { team: 'b' } }],
    ['no tag', {}, { Tags: { team: 'a' } }, { tags: {} }, { tags: { team: 'a' } }],
  ])('of %s that a read from before the last update shows looks again', async (_, settings, old, stale, room) => {
    const state = fakeRoom({ loggingConfigurationIdentifiers: [], ...room });
    const start = now;
    mockOperation('GetRoom', () => structuredClone(now - start < 2_000 ? { ...state, ...stale } : state));
    await update(settings, old);
    expect(state).toMatchObject(stale.messageReviewHandler === undefined && room.messageReviewHandler ? { messageReviewHandler: { uri: '' } } : stale);
    if (stale.tags) expect(state.tags).toEqual(stale.tags);
  });

  test('reads again after a wait, and keeps what others have added meanwhile', async () => {
    const room = fakeRoom(initialRoom());
    const start = now;
    mockOperation('UpdateRoom', input => {
      if (now - start > 30_000) room.loggingConfigurationIdentifiers = [A, B];
      return now - start < 60_000 ? throttled : Object.assign(room, input);
    });
    await update({ LoggingConfigurationIdentifiers: [OURS] }, {});
    expect(room.loggingConfigurationIdentifiers).toEqual([A, B, OURS]);
  });

  test('does not repeat a completed step when it reads the room again for a later one', async () => {
    const room = fakeRoom(initialRoom());
    const start = now;
    mockOperation('TagResource', ({ tags }) => {
      room.maximumMessageLength = 100;
      return now - start < 10_000 ? throttled : Object.assign(room.tags!, tags);
    });
    await update({ MaximumMessageLength: '300', ...tagsOnly }, {});
    expect(calls().filter(([operation]) => operation === 'UpdateRoom')).toHaveLength(1);
    expect(room.maximumMessageLength).toBe(100);
  });

  test('that is rolled back leaves the room as before', async () => {
    const room = fakeRoom(initialRoom());
    await create({ ...everything, MaximumMessageLength: '400' });
    const before = structuredClone(room);
    const next = { ...everything, MaximumMessageLength: '400', LoggingConfigurationIdentifiers: [B, C], Tags: { other: 'x' }, MessageReviewHandler: undefined };
    await update(next, { ...everything, MaximumMessageLength: '400' });
    expect(room.loggingConfigurationIdentifiers).toEqual([A, B, C]);
    await update({ ...everything, MaximumMessageLength: '400' }, next);
    expect(room).toEqual(before);
  });

  test('fails for a room that was deleted outside the stack, and says what to do', async () => {
    mockAnswers('GetRoom', notFound, notFound);
    expect(await errorMessageOf(update(everything, {}))).toBe(`The settings of room ${ROOM} could not be changed: `
      + 'the room does not exist. Use a room in the account and region of this stack, or remove its ChatRoomSettings.');
  });

  test('to another room is a creation there, and CloudFormation deletes the old resource', async () => {
    fakeRoom(initialRoom());
    const otherRoom = { RoomArn: OTHER_ROOM, ...tagsOnly };
    expect(await respondWithin(4 * MINUTES, event(TYPE, 'Update', otherRoom, { id, old: { RoomArn: ROOM, ...tagsOnly } })))
      .toEqual({ PhysicalResourceId: `${OTHER_ROOM}/settings` });
    expect(calls()).toEqual([['GetRoom', { identifier: OTHER_ROOM }], ['TagResource', { resourceArn: OTHER_ROOM, tags: { tier: '1' } }]]);
  });

  test('to another room fails midway, and is undone there, because CloudFormation does not delete the new id', async () => {
    const room = fakeRoom(initialRoom());
    mockOperation('TagResource', () => serviceError('ValidationException', 400));
    await errorMessageOf(respondWithin(4 * MINUTES, event(TYPE, 'Update', { RoomArn: OTHER_ROOM, ...everything }, { id, old: { RoomArn: ROOM } })));
    expect(room).toEqual(initialRoom());
  });
});

describe('a logging list that changes between read and write', () => {
  test.each([['not found', notFound], ['conflict', conflict], ['quota exceeded', serviceError('ServiceQuotaExceededException', 402)]])(
    'is read again (%s)', async (_, failure) => {
      mockAnswers('GetRoom', { loggingConfigurationIdentifiers: [A, B] }, { loggingConfigurationIdentifiers: [A] });
      mockAnswers('UpdateRoom', failure, {});
      await create({ LoggingConfigurationIdentifiers: [OURS] });
      expect(calls()).toEqual([
        read, change({ loggingConfigurationIdentifiers: [A, B, OURS] }),
        read, change({ loggingConfigurationIdentifiers: [A, OURS] }),
      ]);
    });

  test('fails after 20 seconds', async () => {
    const start = now;
    mockOperation('GetRoom', () => ({ loggingConfigurationIdentifiers: [A] }));
    mockOperation('UpdateRoom', () => notFound);
    expect(await errorMessageOf(create({ LoggingConfigurationIdentifiers: [OURS] })))
      .toBe(`The settings of room ${ROOM} could not be applied: Amazon IVS Chat rejected ivschat:UpdateRoom on ${ROOM} (Resource does not exist).`);
    expect(now - start).toBeGreaterThanOrEqual(20_000);
    expect(now - start).toBeLessThan(25_000);
  });

  test('fails if it has become too long', async () => {
    mockAnswers('GetRoom', { loggingConfigurationIdentifiers: [A] }, { loggingConfigurationIdentifiers: [A, B, C] });
    mockAnswers('UpdateRoom', conflict);
    expect(await errorMessageOf(create({ LoggingConfigurationIdentifiers: [OURS] }))).toContain(`1 in these settings, and ${A}, ${B}, ${C} already attached to the room`);
    expect(calls()).toHaveLength(3);
  });
});

describe('delete', () => {
  test('removes unchanged settings in three calls, and keeps length and rate', async () => {
    const room = fakeRoom(initialRoom());
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

  test('of settings that others have changed since only reads the room, twice', async () => {
    fakeRoom(initialRoom());
    await remove(everything);
    expect(calls()).toEqual([read, read]);
  });

  test('is idempotent', async () => {
    fakeRoom(initialRoom());
    await create(everything);
    await remove(everything);
    const before = calls().length;
    await remove(everything);
    expect(calls().slice(before)).toEqual([read, read]);
  });

  test.each<[string, boolean, string]>([
    ['leaves them if the template has other settings for the room', false, 'abcDEF123456=FFFFFFFF'],
    ['removes them if the template has other settings for another room', true, 'ghiJKL789012=FFFFFFFF'],
    ['removes them if the template has them, because then the stack is deleted', true, 'abcDEF123456=FFFFFFFF,abcDEF123456=Resource'],
  ])('%s', async (_, removes, settingsList) => {
    const room = fakeRoom(initialRoom());
    await create(everything);
    const before = calls().length;
    const sent = event(TYPE, 'Delete', { RoomArn: ROOM, ...everything }, { id });
    expect(await respondWithin(4 * MINUTES, sent, settingsList)).toEqual({ PhysicalResourceId: id });
    expect(calls().slice(before)).toHaveLength(removes ? 3 : 0);
    expect(room.tags).toEqual(removes ? {} : { team: 'chat', tier: '1' });
    expect(log.at(-1)).toBe(removes ? `UntagResource ${ROOM}: succeeded` : `The settings of room ${ROOM} stay, because the template has others for it`);
  });

  test('of no handler does not restore one', async () => {
    fakeRoom({ ...initialRoom(), messageReviewHandler: undefined });
    await remove({ MessageReviewHandler: { Uri: '' } });
    expect(calls()).toEqual([read]);
  });

  test('of a deleted room succeeds, after a second look', async () => {
    mockAnswers('GetRoom', notFound, notFound);
    await remove(everything);
    expect(calls()).toEqual([read, read]);
  });

  test.each(['UpdateRoom', 'UntagResource'] as const)('of a room that is deleted before %s succeeds', async operation => {
    fakeRoom(initialRoom());
    await create(everything);
    mockOperation(operation, () => {
      mockAnswers('GetRoom', notFound, notFound);
      return notFound;
    });
    await remove(everything);
    expect(calls().at(-1)).toEqual(read);
  });

  test.each([
    ['an id made up by CloudFormation', everything, 'Chat-Resource-1A2B3C'],
    ['the id of another room', everything, `${OTHER_ROOM}/settings`],
    ['properties that were always rejected', { MaximumMessageLength: '501' }, id],
  ])('of %s succeeds without a call', async (_, settings, physicalId) => {
    expect(await remove(settings, physicalId)).toEqual({ PhysicalResourceId: physicalId });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${physicalId} was not created by this handler: nothing to delete`]);
  });

  test('fails when the service rejects the change', async () => {
    fakeRoom({ tags: { tier: '1' } });
    mockOperation('UntagResource', () => serviceError('ValidationException', 400, 'bad'));
    expect(await errorMessageOf(remove(tagsOnly)))
      .toBe(`The settings of room ${ROOM} could not be removed: Amazon IVS Chat rejected ivschat:UntagResource on ${ROOM} (bad).`);
  });

  test('fails without permission, because the room would keep its settings', async () => {
    mockOperation('GetRoom', () => denied);
    expect(await errorMessageOf(remove(everything)))
      .toMatch(new RegExp(`^The settings of room ${ROOM} could not be removed: the role of the custom resources is not authorized to perform ivschat:GetRoom`));
  });
});
