import {
  answers, calls, conflict, denied, event, failureOf, gone, log, now, OTHER_ROOM, reset, respondIn, ROOM, service, startAnew, throttled,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50', Room: { Name: 'lobby', MaximumMessageLength: '300' } };
const id = `${ROOM}/rate`;
const create = (properties: object = props) => respondIn(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Create', properties));
const update = (properties: object, old: object, of = id) =>
  respondIn(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Update', properties, { id: of, old }));
const remove = (properties: object = props, of = id) => respondIn(4 * MINUTES, event('Custom::IVSChatRoomRate', 'Delete', properties, { id: of }));
const set = (rate: number, room = ROOM) => ['UpdateRoom', { identifier: room, maximumMessageRatePerSecond: rate }];
const read = ['GetRoom', { identifier: ROOM }];

beforeEach(startAnew);

describe('create', () => {
  test('is one call, of a number', async () => {
    answers('UpdateRoom', {});
    expect(await create()).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });

  test('a second call for one event does the same again', async () => {
    answers('UpdateRoom', {}, {});
    expect(await create()).toEqual(await create());
    expect(calls()).toEqual([set(50), set(50)]);
  });

  test('fails of a room that is gone, and says what to do', async () => {
    answers('UpdateRoom', gone);
    expect(await failureOf(create())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: the room does not exist any more. `
      + 'Give its ChatRoom another construct id, so that CloudFormation makes a new one.');
    expect(calls()).toEqual([set(50)]);
  });

  test('fails without an answer, and takes back what was done', async () => {
    answers('UpdateRoom', reset, reset, reset, reset, reset, {});
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    expect(await failureOf(create())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: `
      + 'Amazon IVS Chat gave no usable answer to ivschat:UpdateRoom in 5 tries (socket hang up). Try again.');
    expect(calls()).toEqual([...Array(5).fill(set(50)), read, set(10)]);
  });

  test('fails without an answer, and finds that nothing was done', async () => {
    answers('UpdateRoom', reset, denied, ...Array(200).fill(denied));
    answers('GetRoom', { maximumMessageRatePerSecond: 10 });
    expect(await failureOf(create())).toContain('may not call ivschat:UpdateRoom');
    expect(calls().filter(([operation]) => operation === 'GetRoom')).toHaveLength(1);
    expect(calls().at(-1)).toEqual(read);
  });

  test('fails with the first error where nothing can be taken back either', async () => {
    answers('UpdateRoom', ...Array(5).fill(reset));
    answers('GetRoom', ...Array(5).fill(reset));
    expect(await failureOf(create())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be set to 50: `
      + 'Amazon IVS Chat gave no usable answer to ivschat:UpdateRoom in 5 tries (socket hang up). Try again. What was done already could not be '
      + 'taken back: Amazon IVS Chat gave no usable answer to ivschat:GetRoom in 5 tries (socket hang up). Try again.');
  });

  test('fails of an answer that is certain, and takes nothing back', async () => {
    answers('UpdateRoom', conflict);
    await failureOf(create());
    expect(calls()).toEqual([set(50)]);
  });
});

describe('update', () => {
  test('of nothing is no call', async () => {
    expect(await update(props, JSON.parse(JSON.stringify(props)))).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test.each([
    ['the rate', { ...props, MaximumMessageRatePerSecond: '20' }, 20],
    ['another property of the room', { ...props, Room: { ...props.Room, Name: 'hall' } }, 50],
    ['something deep in the room', { ...props, Room: { ...props.Room, Tags: [{ Key: 'a', Value: 'b' }] } }, 50],
  ])('of %s is one call', async (_, properties, rate) => {
    answers('UpdateRoom', {});
    expect(await update(properties, props)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(rate)]);
  });

  test('of a property that this release does not know is no call', async () => {
    expect(await update({ ...props, Later: '1' }, props)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([]);
  });

  test('from a release that did not send the room is one call', async () => {
    answers('UpdateRoom', {});
    const { Room: _, ...earlier } = props;
    await update(props, earlier);
    expect(calls()).toEqual([set(50)]);
  });

  test('that rolls back sets what was', async () => {
    answers('UpdateRoom', {}, {});
    await update({ ...props, MaximumMessageRatePerSecond: '20' }, props);
    await update(props, { ...props, MaximumMessageRatePerSecond: '20' });
    expect(calls()).toEqual([set(20), set(50)]);
  });

  test('that rolls back from properties that were refused sets what was', async () => {
    answers('UpdateRoom', {});
    expect(await update(props, { ...props, MaximumMessageRatePerSecond: '1000' })).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });

  test('fails of a room deleted by hand, and says what to do', async () => {
    answers('UpdateRoom', gone);
    expect(await failureOf(update({ ...props, MaximumMessageRatePerSecond: '20' }, props))).toContain('Give its ChatRoom another construct id');
  });

  test('of one room fails without an answer, and leaves the rest to the update that rolls back', async () => {
    answers('UpdateRoom', ...Array(5).fill(reset));
    await failureOf(update({ ...props, MaximumMessageRatePerSecond: '20' }, props));
    expect(calls()).toEqual(Array(5).fill(set(20)));
  });
});

describe('replacement of the room', () => {
  const other = { ...props, RoomArn: OTHER_ROOM };

  test('sets the new one, and CloudFormation deletes the old id', async () => {
    answers('UpdateRoom', {}, {});
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    expect(await update(other, props)).toEqual({ PhysicalResourceId: `${OTHER_ROOM}/rate` });
    expect(await remove(props, id)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50, OTHER_ROOM), read, set(10)]);
  });

  test('fails without an answer, and takes it back, for nobody deletes the new id', async () => {
    answers('UpdateRoom', ...Array(5).fill(reset), {});
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    await failureOf(update(other, props));
    expect(calls().slice(-2)).toEqual([['GetRoom', { identifier: OTHER_ROOM }], set(10, OTHER_ROOM)]);
  });

  test('rolled back sets the old one', async () => {
    answers('UpdateRoom', {});
    expect(await update(props, other, `${OTHER_ROOM}/rate`)).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([set(50)]);
  });
});

describe('delete', () => {
  test('sets back what is still ours, in two calls', async () => {
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    answers('UpdateRoom', {});
    expect(await remove()).toEqual({ PhysicalResourceId: id });
    expect(calls()).toEqual([read, set(10)]);
  });

  test('leaves a rate that is no longer ours', async () => {
    answers('GetRoom', { maximumMessageRatePerSecond: 5 });
    await remove();
    expect(calls()).toEqual([read]);
  });

  test('of a room that is gone is a success', async () => {
    answers('GetRoom', gone);
    await remove();
    expect(calls()).toEqual([read]);
  });

  test('of a room that goes between the two calls is a success', async () => {
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    answers('UpdateRoom', gone);
    await remove();
    expect(calls()).toEqual([read, set(10)]);
  });

  test.each([
    ['an id CloudFormation made up', props, 'Chat-Resource-1A2B3C'],
    ['the id of another room', props, `${OTHER_ROOM}/rate`],
    ['the id of other settings of the room', props, `${ROOM}/settings`],
    ['properties that were always refused', { ...props, MaximumMessageRatePerSecond: 'many' }, id],
    ['no properties', {}, id],
  ])('of %s is a success without a call', async (_, properties, of) => {
    expect(await remove(properties, of)).toEqual({ PhysicalResourceId: of });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${of} was never made here: nothing to delete`]);
  });

  test.each(['GetRoom', 'UpdateRoom'] as const)('with %s denied for good is a success, and says so in the log', async operation => {
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    answers(operation, ...Array(100).fill(denied));
    const start = now;
    await remove();
    expect(now - start).toBeLessThan(20_000);
    expect(log.at(-1)).toMatch(new RegExp(`^left the rate of ${ROOM} as it is: the role of the custom resources may not call ivschat:${operation}`));
  });

  test('denied for some seconds still sets back', async () => {
    answers('GetRoom', denied, denied, denied, { maximumMessageRatePerSecond: 50 });
    answers('UpdateRoom', {});
    await remove();
    expect(calls()).toEqual([read, read, read, read, set(10)]);
  });

  test('throttled for a while still sets back', async () => {
    answers('GetRoom', ...Array(20).fill(throttled), { maximumMessageRatePerSecond: 50 });
    answers('UpdateRoom', ...Array(20).fill(throttled), {});
    await remove();
    expect(calls().at(-1)).toEqual(set(10));
  });

  test('fails with a sentence where the service refuses', async () => {
    answers('GetRoom', { maximumMessageRatePerSecond: 50 });
    answers('UpdateRoom', conflict);
    expect(await failureOf(remove())).toBe(`maximumMessageRatePerSecond of room ${ROOM} could not be set back to 10: `
      + `ivschat:UpdateRoom on ${ROOM} was refused (Resource is being updated).`);
  });
});

test('a refused shape fails before any call', async () => {
  expect(await failureOf(create({ ...props, RoomArn: 'abcDEF123456' })))
    .toBe('RoomArn must be the ARN of a room, not its id or name, got "abcDEF123456": pass such a value.');
  expect(service.calls()).toHaveLength(0);
});
