import {
  calls, connectionReset, denied, errorMessageOf, event, log, mockAnswers, mockOperation, notFound, now, OTHER_ROOM, resetAll, respondWithin, ROOM,
  service, serviceError, throttled,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50', Room: { Name: 'lobby', MaximumMessageLength: '300' } };
const id = `${ROOM}/rate`;
const create = (properties: object = props) => respondWithin(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Create', properties));
const update = (properties: object, old: object, physicalId = id) =>
  respondWithin(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Update', properties, { id: physicalId, old }));
const remove = (properties: object = props, physicalId = id) => respondWithin(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Delete', properties, { id: physicalId }));
const set = (rate: number, room = ROOM) => ['UpdateRoom', { identifier: room, maximumMessageRatePerSecond: rate }];
/** Never answers a call that sets this rate. */
const neverAnswers = (rate: number) => mockOperation('UpdateRoom', input => input.maximumMessageRatePerSecond === rate ? connectionReset : {});
const read = ['GetRoom', { identifier: ROOM }];
const rejected = serviceError('ValidationException', 400, 'bad');

beforeEach(resetAll);

describe('create', () => {
  test('is one call, with a number', async () => {
    mockAnswers('UpdateRoom', {});
    expect(await create()).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });

  test('is idempotent', async () => {
    mockAnswers('UpdateRoom', {}, {});
    expect(await create()).toEqual(await create());
    expect(calls()).toEqual([set(50), set(50)]);
  });

  test('waits for a room that was created a moment ago', async () => {
    const start = now;
    mockOperation('UpdateRoom', () => now - start < 19_000 ? notFound : {});
    await create();
    expect(calls()).toEqual(calls().map(() => set(50)));
  });

  test('fails for a deleted room after 20 seconds, and says what to do', async () => {
    const start = now;
    mockOperation('UpdateRoom', () => notFound);
    expect(await errorMessageOf(create())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: the room no longer exists. `
      + 'Change the construct id of its ChatRoom, so that CloudFormation creates a new room.');
    expect(now - start).toBeGreaterThanOrEqual(20_000);
    expect(now - start).toBeLessThan(25_000);
  });

  test('fails without a response, and undoes the change', async () => {
    neverAnswers(50);
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 });
    expect(await errorMessageOf(create())).toMatch(new RegExp(`^maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: `
      + 'Amazon IVS Chat returned no usable response to ivschat:UpdateRoom \\(\\d+ attempts in 9\\d seconds; socket hang up\\)\\. Try again\\.$'));
    expect(calls().slice(-3)).toEqual([set(50), read, set(10)]);
  });

  test('fails without a response, and undoes nothing if others have changed the rate since', async () => {
    mockAnswers('UpdateRoom', connectionReset, rejected);
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 5 });
    expect(await errorMessageOf(create())).toContain('Amazon IVS Chat rejected ivschat:UpdateRoom');
    expect(calls()).toEqual([set(50), set(50), read]);
  });

  test('fails without a response, and undoes the change if a read does not show it yet', async () => {
    mockAnswers('UpdateRoom', connectionReset, rejected, {});
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 10 });
    await errorMessageOf(create());
    expect(calls()).toEqual([set(50), set(50), read, set(10)]);
  });

  test('fails with both errors when undoing fails as well', async () => {
    neverAnswers(50);
    mockOperation('GetRoom', () => connectionReset);
    expect(await errorMessageOf(create())).toMatch(new RegExp(`^maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: `
      + 'Amazon IVS Chat returned no usable response to ivschat:UpdateRoom \\([^)]+\\)\\. Try again\\. The changes made before that '
      + 'could not be undone: Amazon IVS Chat returned no usable response to ivschat:GetRoom \\([^)]+\\)\\. Try again\\.$'));
  });

  test('fails for a definite error, and undoes nothing', async () => {
    mockAnswers('UpdateRoom', rejected);
    await errorMessageOf(create());
    expect(calls()).toEqual([set(50)]);
  });
});

describe('update', () => {
  test('without changes makes no call', async () => {
    expect(await update(props, JSON.parse(JSON.stringify(props)))).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test.each([
    ['the rate', { ...props, MaximumMessageRatePerSecond: '20' }, 20],
    ['another property of the room', { ...props, Room: { ...props.Room, Name: 'hall' } }, 50],
    ['a nested property of the room', { ...props, Room: { ...props.Room, Tags: [{ Key: 'a', Value: 'b' }] } }, 50],
  ])('of %s is one call', async (_, properties, rate) => {
    mockAnswers('UpdateRoom', {});
    expect(await update(properties, props)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(rate)]);
  });

  test('of a property that this version does not know makes no call', async () => {
    expect(await update({ ...props, Later: '1' }, props)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test('from a version that did not send the properties of the room is one call', async () => {
    mockAnswers('UpdateRoom', {});
    const { Room: _, ...earlier } = props;
    await update(props, earlier);
    expect(calls()).toEqual([set(50)]);
  });

  test('that is rolled back sets the previous rate', async () => {
    mockAnswers('UpdateRoom', {}, {});
    await update({ ...props, MaximumMessageRatePerSecond: '20' }, props);
    await update(props, { ...props, MaximumMessageRatePerSecond: '20' });
    expect(calls()).toEqual([set(20), set(50)]);
  });

  test('that rolls back rejected properties sets the previous rate', async () => {
    mockAnswers('UpdateRoom', {});
    expect(await update(props, { ...props, MaximumMessageRatePerSecond: '1000' })).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });

  test('fails for a room that was deleted outside the stack, and says what to do', async () => {
    mockAnswers('UpdateRoom', notFound, notFound);
    expect(await errorMessageOf(update({ ...props, MaximumMessageRatePerSecond: '20' }, props))).toContain('Change the construct id of its ChatRoom');
  });

  test('fails without a response, and leaves undoing to the rollback', async () => {
    neverAnswers(20);
    await errorMessageOf(update({ ...props, MaximumMessageRatePerSecond: '20' }, props));
    expect(calls()).toEqual(calls().map(() => set(20)));
  });
});

describe('replacement of the room', () => {
  const other = { ...props, RoomArn: OTHER_ROOM };

  test('sets the rate of the new room, and CloudFormation deletes the old resource', async () => {
    mockAnswers('UpdateRoom', {}, {});
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 });
    expect(await update(other, props)).toEqual({ PhysicalResourceId: `${OTHER_ROOM}/rate` });
    expect(await remove(props, id)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50, OTHER_ROOM), read, set(10)]);
  });

  test('fails without a response, and undoes the change, because CloudFormation does not delete the new id', async () => {
    neverAnswers(50);
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 });
    await errorMessageOf(update(other, props));
    expect(calls().slice(-2)).toEqual([['GetRoom', { identifier: OTHER_ROOM }], set(10, OTHER_ROOM)]);
  });

  test('that is rolled back sets the rate of the old room', async () => {
    mockAnswers('UpdateRoom', {});
    expect(await update(props, other, `${OTHER_ROOM}/rate`)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });
});

describe('delete', () => {
  test('resets a rate that is unchanged, in two calls', async () => {
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 });
    mockAnswers('UpdateRoom', {});
    expect(await remove()).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([read, set(10)]);
  });

  test('keeps a rate that has been changed since, after a second look', async () => {
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 5 }, { maximumMessageRatePerSecond: 5 });
    const start = now;
    await remove();
    expect(calls()).toEqual([read, read]);
    expect(now - start).toBe(3_000);
  });

  test('resets a rate that the first read did not show yet', async () => {
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 10 }, { maximumMessageRatePerSecond: 50 });
    mockAnswers('UpdateRoom', {});
    await remove();
    expect(calls()).toEqual([read, read, set(10)]);
  });

  test('of a deleted room succeeds, after a second look', async () => {
    mockAnswers('GetRoom', notFound, notFound);
    const start = now;
    await remove();
    expect(calls()).toEqual([read, read]);
    expect(now - start).toBe(3_000);
  });

  test('of a room that is deleted between the two calls succeeds', async () => {
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 }, notFound, notFound);
    mockAnswers('UpdateRoom', notFound);
    await remove();
    expect(calls()).toEqual([read, set(10), read, read]);
  });

  test('keeps a rate that others set while it is throttled', async () => {
    let rate = 50;
    const start = now;
    mockOperation('GetRoom', () => ({ maximumMessageRatePerSecond: rate }));
    mockOperation('UpdateRoom', () => {
      if (now - start > 30_000) rate = 70;
      return now - start < 60_000 ? throttled : {};
    });
    await remove();
    expect(calls().at(-1)).toEqual(read);
  });

  test.each([
    ['an id made up by CloudFormation', props, 'Chat-Resource-1A2B3C'],
    ['the id of another room', props, `${OTHER_ROOM}/rate`],
    ['the id of other settings of the room', props, `${ROOM}/settings`],
    ['properties that were always rejected', { ...props, MaximumMessageRatePerSecond: 'many' }, id],
    ['no properties', {}, id],
  ])('of %s succeeds without a call', async (_, properties, physicalId) => {
    expect(await remove(properties, physicalId)).toEqual({ PhysicalResourceId: physicalId });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${physicalId} was not created by this handler: nothing to delete`]);
  });

  test.each(['GetRoom', 'UpdateRoom'] as const)('without permission for %s succeeds, and logs why', async operation => {
    mockOperation('GetRoom', () => ({ maximumMessageRatePerSecond: 50 }));
    mockOperation(operation, () => denied);
    const start = now;
    await remove();
    expect(now - start).toBeLessThan(20_000);
    expect(log.at(-1)).toMatch(new RegExp(`^Left the rate of ${ROOM} unchanged: the role of the custom resources is not authorized to perform ivschat:${operation}`));
  });

  test('resets the rate after access was denied for some seconds', async () => {
    mockAnswers('GetRoom', denied, denied, denied, { maximumMessageRatePerSecond: 50 });
    mockAnswers('UpdateRoom', {});
    await remove();
    expect(calls()).toEqual([read, read, read, read, set(10)]);
  });

  test('resets the rate after throttling', async () => {
    const start = now;
    mockOperation('GetRoom', () => now - start < 60_000 ? throttled : { maximumMessageRatePerSecond: 50 });
    mockOperation('UpdateRoom', () => now - start < 120_000 ? throttled : {});
    await remove();
    expect(calls().slice(-2)).toEqual([read, set(10)]);
  });

  test('fails when the service rejects the change', async () => {
    mockAnswers('GetRoom', { maximumMessageRatePerSecond: 50 });
    mockAnswers('UpdateRoom', rejected);
    expect(await errorMessageOf(remove())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be reset to 10: `
      + `Amazon IVS Chat rejected ivschat:UpdateRoom on ${ROOM} (bad).`);
  });
});

test('fails for invalid properties before any call', async () => {
  expect(await errorMessageOf(create({ ...props, RoomArn: 'abcDEF123456' })))
    .toBe('RoomArn must be the ARN of a room, got "abcDEF123456": correct the parameter or other deployment-time value that it comes from.');
  expect(service.calls()).toHaveLength(0);
});
