import {
  answers, answersWith, calls, denied, event, failureOf, gone, HANDLER, log, logging, now, OTHER_HANDLER, respondIn, service, serviceError, startAnew,
  throttled, type Operation,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const TYPE = 'Custom::IVSChatDetachment';
const OURS = logging('ours');
const OTHER = logging('other');
const ofHandler = { MessageReviewHandlerUri: HANDLER };
const ofLogging = { LoggingConfigurationArn: OURS };
const remove = (properties: object, of: string, minutes = 4) => respondIn(minutes * MINUTES, event(TYPE, 'Delete', properties, { id: of }));
const removeHandler = (minutes?: number) => remove(ofHandler, `${HANDLER}/detachment`, minutes);
const removeLogging = () => remove(ofLogging, `${OURS}/detachment`);

interface Summary { arn: string; messageReviewHandler?: { uri: string }; loggingConfigurationIdentifiers?: string[] }

/** Rooms as the service lists and changes them. What was changed may stay in the list for some lists. */
function holdRooms(count: number, lists = 0): Map<string, Summary> {
  const rooms = new Map<string, Summary>();
  for (let number = 0; number < count; number++) {
    const arn = `arn:aws:ivschat:us-east-1:111122223333:room/${String(number).padStart(12, '0')}`;
    rooms.set(arn, { arn, messageReviewHandler: { uri: HANDLER }, loggingConfigurationIdentifiers: [OTHER, OURS] });
  }
  let shown = structuredClone([...rooms.values()]);
  let behind = 0;
  answersWith('ListRooms', ({ messageReviewHandlerUri: uri, loggingConfigurationIdentifier: arn, nextToken, maxResults }) => {
    if (behind++ >= lists) shown = structuredClone([...rooms.values()]);
    const found = shown.filter(room => uri
      ? room.messageReviewHandler?.uri === uri
      : room.loggingConfigurationIdentifiers?.includes(arn));
    const start = Number(nextToken ?? 0);
    const end = start + maxResults;
    return { rooms: found.slice(start, end), nextToken: end < found.length ? String(end) : undefined };
  });
  answersWith('UpdateRoom', ({ identifier, ...change }) => {
    if (!rooms.has(identifier)) return gone;
    Object.assign(rooms.get(identifier)!, change);
    return {};
  });
  return rooms;
}

const made = (operation: Operation) => calls().filter(([name]) => name === operation);

beforeEach(startAnew);

test.each([
  ['Create', ofHandler, `${HANDLER}/detachment`],
  ['Create', ofLogging, `${OURS}/detachment`],
  ['Update', ofHandler, `${HANDLER}/detachment`],
] as const)('%s of %j is no call', async (requestType, properties, expected) => {
  expect(await respondIn(MINUTES, event(TYPE, requestType, properties, { id: 'old', old: ofLogging }))).toEqual({ PhysicalResourceId: expected });
  expect(service.calls()).toEqual([]);
});

test('an update of nothing keeps its id', async () => {
  expect(await respondIn(MINUTES, event(TYPE, 'Update', ofHandler, { id: `${HANDLER}/detachment`, old: ofHandler })))
    .toEqual({ PhysicalResourceId: `${HANDLER}/detachment` });
  expect(service.calls()).toEqual([]);
});

describe('delete', () => {
  test('takes a handler off, page by page', async () => {
    const rooms = holdRooms(25);
    expect(await removeHandler()).toEqual({ PhysicalResourceId: `${HANDLER}/detachment` });
    const list = ['ListRooms', { messageReviewHandlerUri: HANDLER, maxResults: 10 }];
    const page = (from: number, to: number) => [...rooms.keys()].slice(from, to)
      .map(identifier => ['UpdateRoom', { identifier, messageReviewHandler: { uri: '' } }]);
    expect(calls()).toEqual([list, ...page(0, 10), list, ...page(10, 20), list, ...page(20, 25), list]);
  });

  test('takes a logging configuration off, and leaves the others of the room', async () => {
    const rooms = holdRooms(2);
    await removeLogging();
    const list = ['ListRooms', { loggingConfigurationIdentifier: OURS, maxResults: 10 }];
    expect(calls()).toEqual([
      list,
      ...[...rooms.keys()].map(identifier => ['UpdateRoom', { identifier, loggingConfigurationIdentifiers: [OTHER] }]),
      list,
    ]);
  });

  test('of a handler that no room has is one call', async () => {
    holdRooms(0);
    await removeHandler();
    expect(made('ListRooms')).toHaveLength(1);
    expect(made('UpdateRoom')).toHaveLength(0);
  });

  test('of a logging configuration that is gone is a success', async () => {
    answers('ListRooms', gone);
    await removeLogging();
    expect(calls()).toHaveLength(1);
  });

  test('a second call for one event finds nothing left', async () => {
    holdRooms(3);
    await removeHandler();
    await removeHandler();
    expect(made('UpdateRoom')).toHaveLength(3);
  });

  test.each([
    ['an id CloudFormation made up', ofHandler, 'Chat-Resource-1A2B3C'],
    ['the id of another handler', ofHandler, `${OTHER_HANDLER}/detachment`],
    ['properties of neither', {}, `${HANDLER}/detachment`],
    ['properties of both', { ...ofHandler, ...ofLogging }, `${HANDLER}/detachment`],
  ])('of %s is a success without a call', async (_, properties, of) => {
    expect(await remove(properties, of)).toEqual({ PhysicalResourceId: of });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${of} was never made here: nothing to delete`]);
  });

  test('of hundreds of rooms makes no more than five calls a second, and hardly fewer', async () => {
    holdRooms(300);
    const sent: number[] = [];
    const start = now;
    answersWith('UpdateRoom', inOrder(sent));
    await removeHandler();
    expect(sent).toHaveLength(300);
    for (let index = 5; index < sent.length; index++) expect(sent[index] - sent[index - 5]).toBeGreaterThanOrEqual(1_000);
    expect(now - start).toBeLessThanOrEqual(1.5 * 300 / 5 * 1_000);
  });

  test('waits anew for each room that the list shows for too long', async () => {
    const [one, two] = summaries(2).map(room => ({ rooms: [room] }));
    answers('ListRooms', one, one, one, two, two, two, two, { rooms: [] });
    answers('UpdateRoom', {}, {});
    await removeHandler();
    expect(made('UpdateRoom')).toHaveLength(2);
  });

  test('leaves a room that is gone meanwhile', async () => {
    const rooms = holdRooms(3, 1);
    rooms.delete([...rooms.keys()][1]);
    await removeHandler();
    expect(made('UpdateRoom')).toHaveLength(3);
    expect([...rooms.values()].map(room => room.messageReviewHandler!.uri)).toEqual(['', '']);
  });

  test('tries a room again whose list held a logging configuration that is gone', async () => {
    const rooms = holdRooms(1);
    const [room] = rooms.values();
    answersWith('UpdateRoom', ({ loggingConfigurationIdentifiers }) => {
      room.loggingConfigurationIdentifiers = loggingConfigurationIdentifiers.includes(OTHER) ? [OURS] : loggingConfigurationIdentifiers;
      return loggingConfigurationIdentifiers.includes(OTHER) ? gone : {};
    });
    await removeLogging();
    expect(made('UpdateRoom').map(([, input]) => (input as any).loggingConfigurationIdentifiers)).toEqual([[OTHER], []]);
  });

  test('waits for a list that is behind, and does no room twice meanwhile', async () => {
    holdRooms(25, 6);
    await removeHandler();
    expect(made('UpdateRoom')).toHaveLength(25);
  });

  test.each([['handler', removeHandler], ['logging configuration', removeLogging]])(
    'leaves alone a room that the list shows with another %s', async (_, removeIt) => {
      answers('ListRooms',
        { rooms: [{ arn: 'room', messageReviewHandler: { uri: OTHER_HANDLER }, loggingConfigurationIdentifiers: [OTHER] }] }, { rooms: [] });
      await removeIt();
      expect(calls()).toHaveLength(2);
    });

  test('is not through where the last page is empty and another is not', async () => {
    const [one, two] = summaries(2);
    answers('ListRooms', { rooms: [one] }, { rooms: [one], nextToken: 'more' }, { rooms: [] }, { rooms: [two] }, { rooms: [] });
    answers('UpdateRoom', {}, {});
    await removeHandler();
    expect(made('UpdateRoom').map(([, input]) => (input as any).identifier)).toEqual([one.arn, two.arn]);
  });

  test('fails where a room gets it back each time', async () => {
    holdRooms(1, Infinity);
    const start = now;
    expect(await failureOf(removeHandler())).toBe(`Took the message review handler ${HANDLER} off 1 room, more are left: delete the stack again to go on. `
      + 'It stopped because some rooms are still listed with it, or have it again. Stop what gives it to them.');
    expect(made('UpdateRoom')).toHaveLength(3);
    expect(now - start).toBeGreaterThanOrEqual(20_000);
  });

  test('fails at its time limit, in time, and says how far it came', async () => {
    holdRooms(600);
    const start = now;
    const sentence = await failureOf(removeHandler(1));
    expect(now - start).toBeLessThanOrEqual(50_000);
    const count = made('UpdateRoom').length;
    expect(count).toBeGreaterThan(200);
    expect(sentence).toBe(`Took the message review handler ${HANDLER} off ${count} rooms, more are left: delete the stack again to go on. `
      + 'It stopped because the time was up before ivschat:UpdateRoom could be called. Try again.');
  });

  test('goes on after that where it is called again', async () => {
    const rooms = holdRooms(600);
    await failureOf(removeHandler(1));
    await failureOf(removeHandler(1));
    await removeHandler(2);
    expect([...rooms.values()].every(room => room.messageReviewHandler!.uri === '')).toBe(true);
    expect(made('UpdateRoom')).toHaveLength(600);
  });

  test('waits out throttling', async () => {
    holdRooms(2);
    answers('UpdateRoom', ...Array(15).fill(throttled), {}, {});
    answers('ListRooms', throttled, { rooms: summaries(2) }, { rooms: [] });
    await removeHandler();
    expect(made('UpdateRoom')).toHaveLength(17);
  });

  test('fails where it may not list', async () => {
    answersWith('ListRooms', () => denied);
    expect(await failureOf(removeHandler()))
      .toMatch(`Could not take the message review handler ${HANDLER} off the rooms that have it: the role of the custom resources may not call ivschat:ListRooms`);
  });

  test('fails with how far it came where the service refuses a room', async () => {
    answers('ListRooms', { rooms: summaries(3) });
    answers('UpdateRoom', {}, {}, serviceError('PendingVerification', 403, 'Your account is pending verification'));
    expect(await failureOf(removeHandler())).toBe(`Took the message review handler ${HANDLER} off 2 rooms, more are left: delete the stack again to go on. `
      + 'It stopped because ivschat:UpdateRoom on room2 was refused (Your account is pending verification).');
  });
});

function summaries(count: number): Summary[] {
  return Array.from({ length: count }, (_, number) => ({ arn: `room${number}`, messageReviewHandler: { uri: HANDLER } }));
}

/** Notes when each was sent, and then does what the service would do: 300 rooms leave the list one by one. */
function inOrder(sent: number[]): () => object {
  const left = summaries(300);
  answersWith('ListRooms', ({ maxResults }) => ({ rooms: left.slice(0, maxResults), nextToken: left.length > maxResults ? 'more' : undefined }));
  return () => {
    sent.push(now);
    left.shift();
    return {};
  };
}
