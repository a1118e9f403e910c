import { ListTagsForResourceCommand } from '@aws-sdk/client-ivschat';
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import {
  calls as allCalls, denied, errorMessageOf, event, HANDLER, log, logging, mockAnswers, mockOperation,
  notFound, now, OTHER_HANDLER, resetAll, respondWithin, service, serviceError, throttled, type Operation,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const TYPE = 'Custom::IVSChatDetachment';
const OURS = logging('ours');
const OTHER = logging('other');
const TagKey = 'cdk-ivschat:detach-on-delete';
const handlerProps = { MessageReviewHandlerUri: HANDLER, FunctionArn: HANDLER, TagKey };
const loggingProps = { LoggingConfigurationArn: OURS, TagKey };

const lambda = mockClient(LambdaClient);

/** Sets the tags of the function and the logging configuration. */
function mockTags(tags: Record<string, string> | Error): void {
  const answer = (properties: object) => {
    if (tags instanceof Error) throw tags;
    return properties;
  };
  lambda.reset();
  lambda.on(ListTagsCommand, { Resource: HANDLER }).callsFake(() => answer({ Tags: tags }));
  service.on(ListTagsForResourceCommand, { resourceArn: OURS }).callsFake(() => answer({ tags }));
}

/** All calls about rooms. */
const calls = () => allCalls().filter(([operation]) => operation !== 'ListTagsForResource');
const remove = (properties: object, physicalId: string, minutes = 4) =>
  respondWithin(minutes * MINUTES, event(TYPE, 'Delete', properties, { id: physicalId }));
const removeHandler = (minutes?: number) => remove(handlerProps, `${HANDLER}/detachment`, minutes);
const removeLogging = () => remove(loggingProps, `${OURS}/detachment`);

interface Summary { arn: string; messageReviewHandler?: { uri: string }; loggingConfigurationIdentifiers?: string[] }

/** Stateful rooms. The list may be stale for a number of calls. */
function fakeRooms(count: number, staleLists = 0): Map<string, Summary> {
  const rooms = new Map<string, Summary>();
  for (let number = 0; number < count; number++) {
    const arn = `arn:aws:ivschat:us-east-1:111122223333:room/${String(number).padStart(12, '0')}`;
    rooms.set(arn, { arn, messageReviewHandler: { uri: HANDLER }, loggingConfigurationIdentifiers: [OTHER, OURS] });
  }
  let listed = structuredClone([...rooms.values()]);
  let lists = 0;
  mockOperation('ListRooms', ({ messageReviewHandlerUri: uri, loggingConfigurationIdentifier: arn, nextToken, maxResults }) => {
    if (lists++ >= staleLists) listed = structuredClone([...rooms.values()]);
    const found = listed.filter(room => uri
      ? room.messageReviewHandler?.uri === uri
      : room.loggingConfigurationIdentifiers?.includes(arn));
    const start = Number(nextToken ?? 0);
    const end = start + maxResults;
    return { rooms: found.slice(start, end), nextToken: end < found.length ? String(end) : undefined };
  });
  mockOperation('UpdateRoom', ({ identifier, ...change }) => {
    if (!rooms.has(identifier)) return notFound;
    Object.assign(rooms.get(identifier)!, change);
    return {};
  });
  return rooms;
}

const callsOf = (operation: Operation) => calls().filter(([name]) => name === operation);

beforeEach(() => {
  resetAll();
  mockTags({ [TagKey]: 'true' });
});

test.each([
  ['Create', handlerProps, `${HANDLER}/detachment`],
  ['Create', loggingProps, `${OURS}/detachment`],
  ['Update', handlerProps, `${HANDLER}/detachment`],
] as const)('%s of %j makes no call', async (requestType, properties, expected) => {
  expect(await respondWithin(MINUTES, event(TYPE, requestType, properties, { id: 'old', old: loggingProps }))).toEqual({ PhysicalResourceId: expected });
  expect(service.calls()).toEqual([]);
});

test('an update without changes keeps the physical id', async () => {
  expect(await respondWithin(MINUTES, event(TYPE, 'Update', handlerProps, { id: `${HANDLER}/detachment`, old: handlerProps })))
    .toEqual({ PhysicalResourceId: `${HANDLER}/detachment` });
  expect(service.calls()).toEqual([]);
});

describe('delete', () => {
  test.each<[string, Record<string, string>, object]>([
    ['of a handler whose function stays', {}, handlerProps],
    ['of a logging configuration that stays', { other: 'true' }, loggingProps],
    ['of an alias that stays', { [TagKey]: 'true' }, { ...handlerProps, TagKey: `${TagKey}:0A1B2C3D` }],
    ['with a tag key that every object has', {}, { ...handlerProps, TagKey: 'constructor' }],
    ['with properties of an earlier version', { [TagKey]: 'true' }, { MessageReviewHandlerUri: HANDLER }],
  ])('%s detaches nothing', async (_, tags, properties) => {
    mockTags(tags);
    const arn = 'LoggingConfigurationArn' in properties ? OURS : HANDLER;
    expect(await remove(properties, `${arn}/detachment`)).toEqual({ PhysicalResourceId: `${arn}/detachment` });
    expect(calls()).toEqual([]);
    expect(log).toContain(`${arn} stays, so it is not detached`);
  });

  test.each([['handler', handlerProps, HANDLER], ['logging configuration', loggingProps, OURS]])(
    'of a %s that was deleted outside the stack detaches it', async (_, properties, arn) => {
      mockTags(notFound);
      fakeRooms(1);
      await remove(properties, `${arn}/detachment`);
      expect(callsOf('UpdateRoom')).toHaveLength(1);
    });

  test.each([
    ['message review handler', handlerProps, HANDLER, 'lambda:ListTags'], ['logging configuration', loggingProps, OURS, 'ivschat:ListTagsForResource'],
  ])('of a %s fails if its tags cannot be read', async (kind, properties, arn, action) => {
    mockTags(denied);
    const error = await errorMessageOf(remove(properties, `${arn}/detachment`));
    expect(error).toContain(`The ${kind} ${arn} could not be detached`);
    expect(error).toContain(`not authorized to perform ${action} on ${arn}`);
    expect(calls()).toEqual([]);
  });

  test('detaches a handler, page by page', async () => {
    const rooms = fakeRooms(25);
    expect(await removeHandler()).toEqual({ PhysicalResourceId: `${HANDLER}/detachment` });
    const list = ['ListRooms', { messageReviewHandlerUri: HANDLER, maxResults: 10 }];
    const page = (from: number, to: number) => [...rooms.keys()].slice(from, to)
      .map(identifier => ['UpdateRoom', { identifier, messageReviewHandler: { uri: '' } }]);
    expect(calls()).toEqual([list, ...page(0, 10), list, ...page(10, 20), list, ...page(20, 25), list]);
  });

  test('detaches a logging configuration, and keeps the others of the room', async () => {
    const rooms = fakeRooms(2);
    await removeLogging();
    const list = ['ListRooms', { loggingConfigurationIdentifier: OURS, maxResults: 10 }];
    expect(calls()).toEqual([
      list,
      ...[...rooms.keys()].map(identifier => ['UpdateRoom', { identifier, loggingConfigurationIdentifiers: [OTHER] }]),
      list,
    ]);
  });

  test('of an unused handler is one call', async () => {
    fakeRooms(0);
    await removeHandler();
    expect(callsOf('ListRooms')).toHaveLength(1);
    expect(callsOf('UpdateRoom')).toHaveLength(0);
  });

  test('of a logging configuration that no longer exists succeeds', async () => {
    mockAnswers('ListRooms', notFound);
    await removeLogging();
    expect(calls()).toHaveLength(1);
  });

  test('is idempotent', async () => {
    fakeRooms(3);
    await removeHandler();
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(3);
  });

  test.each([
    ['an id made up by CloudFormation', handlerProps, 'Chat-Resource-1A2B3C'],
    ['the id of another handler', handlerProps, `${OTHER_HANDLER}/detachment`],
    ['properties that name neither', {}, `${HANDLER}/detachment`],
    ['properties that name both', { ...handlerProps, ...loggingProps }, `${HANDLER}/detachment`],
  ])('of %s succeeds without a call', async (_, properties, physicalId) => {
    expect(await remove(properties, physicalId)).toEqual({ PhysicalResourceId: physicalId });
    expect(calls()).toEqual([]);
    expect(log).toEqual([`${physicalId} was not created by this handler: nothing to delete`]);
  });

  test('of hundreds of rooms makes at most five calls a second, and not many fewer', async () => {
    fakeRooms(300);
    const sent: number[] = [];
    const start = now;
    mockOperation('UpdateRoom', detachInOrder(sent));
    await removeHandler();
    expect(sent).toHaveLength(300);
    for (let index = 5; index < sent.length; index++) expect(sent[index] - sent[index - 5]).toBeGreaterThanOrEqual(1_000);
    expect(now - start).toBeLessThanOrEqual(1.5 * 300 / 5 * 1_000);
  });

  test('waits again for each room that stays in the list', async () => {
    const [one, two] = summaries(2).map(room => ({ rooms: [room] }));
    mockAnswers('ListRooms', one, one, one, two, two, two, two, { rooms: [] });
    mockAnswers('UpdateRoom', {}, {});
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(2);
  });

  test('ignores a room that is deleted meanwhile', async () => {
    const rooms = fakeRooms(3, 1);
    rooms.delete([...rooms.keys()][1]);
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(3);
    expect([...rooms.values()].map(room => room.messageReviewHandler!.uri)).toEqual(['', '']);
  });

  test('tries a room again if its list contained a deleted logging configuration', async () => {
    const rooms = fakeRooms(1);
    const [room] = rooms.values();
    mockOperation('UpdateRoom', ({ loggingConfigurationIdentifiers }) => {
      room.loggingConfigurationIdentifiers = loggingConfigurationIdentifiers.includes(OTHER) ? [OURS] : loggingConfigurationIdentifiers;
      return loggingConfigurationIdentifiers.includes(OTHER) ? notFound : {};
    });
    await removeLogging();
    expect(callsOf('UpdateRoom').map(([, input]) => (input as any).loggingConfigurationIdentifiers)).toEqual([[OTHER], []]);
  });

  test('waits for a stale list, and updates no room twice meanwhile', async () => {
    fakeRooms(25, 6);
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(25);
  });

  test.each([['handler', removeHandler], ['logging configuration', removeLogging]])(
    'skips a room that is listed with another %s', async (_, removeResource) => {
      mockAnswers('ListRooms',
        { rooms: [{ arn: 'room', messageReviewHandler: { uri: OTHER_HANDLER }, loggingConfigurationIdentifiers: [OTHER] }] }, { rooms: [] });
      await removeResource();
      expect(calls()).toHaveLength(2);
    });

  test('skips a room that is listed without logging configurations', async () => {
    mockAnswers('ListRooms', { rooms: [{ arn: 'room' }] }, {});
    await removeLogging();
    expect(calls()).toHaveLength(2);
  });

  test('continues when only the last page is empty', async () => {
    const [one, two] = summaries(2);
    mockAnswers('ListRooms', { rooms: [one] }, { rooms: [one], nextToken: 'more' }, { rooms: [] }, { rooms: [two] }, { rooms: [] });
    mockAnswers('UpdateRoom', {}, {});
    await removeHandler();
    expect(callsOf('UpdateRoom').map(([, input]) => (input as any).identifier)).toEqual([one.arn, two.arn]);
  });

  test('fails if it is attached again each time', async () => {
    fakeRooms(1, Infinity);
    const start = now;
    expect(await errorMessageOf(removeHandler())).toBe(`The message review handler ${HANDLER} was detached from 1 room, but not from all: delete the stack again to continue. `
      + 'It stopped because some rooms are still listed with it, or it was attached to them again. Stop the application that attaches it.');
    expect(callsOf('UpdateRoom')).toHaveLength(3);
    expect(now - start).toBeGreaterThanOrEqual(20_000);
  });

  test('fails before the time limit, and reports its progress', async () => {
    fakeRooms(600);
    const start = now;
    const message = await errorMessageOf(removeHandler(1));
    expect(now - start).toBeLessThanOrEqual(50_000);
    const count = callsOf('UpdateRoom').length;
    expect(count).toBeGreaterThan(200);
    expect(message).toBe(`The message review handler ${HANDLER} was detached from ${count} rooms, but not from all: delete the stack again to continue. `
      + 'It stopped because the time limit was reached before ivschat:UpdateRoom could be called. Try again.');
  });

  test('continues when it is called again', async () => {
    const rooms = fakeRooms(600);
    await errorMessageOf(removeHandler(1));
    await errorMessageOf(removeHandler(1));
    await removeHandler(2);
    expect([...rooms.values()].every(room => room.messageReviewHandler!.uri === '')).toBe(true);
    expect(callsOf('UpdateRoom')).toHaveLength(600);
  });

  test('retries while it is throttled', async () => {
    fakeRooms(2);
    mockAnswers('UpdateRoom', ...Array(15).fill(throttled), {}, {});
    mockAnswers('ListRooms', throttled, { rooms: summaries(2) }, { rooms: [] });
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(17);
  });

  test.each([
    ['message review handler', HANDLER, removeHandler],
    ['logging configuration', OURS, removeLogging],
  ])('fails without permission to list the rooms of a %s', async (kind, arn, removeResource) => {
    mockOperation('ListRooms', () => denied);
    expect(await errorMessageOf(removeResource()))
      .toMatch(`The ${kind} ${arn} could not be detached from its rooms: the role of the custom resources is not authorized to perform ivschat:ListRooms`);
  });

  test('fails with its progress when the service rejects a room', async () => {
    mockAnswers('ListRooms', { rooms: summaries(3) });
    mockAnswers('UpdateRoom', {}, {}, serviceError('PendingVerification', 403, 'Your account is pending verification'));
    expect(await errorMessageOf(removeHandler())).toBe(`The message review handler ${HANDLER} was detached from 2 rooms, but not from all: delete the stack again to continue. `
      + 'It stopped because Amazon IVS Chat rejected ivschat:UpdateRoom on room2 (Your account is pending verification).');
  });
});

function summaries(count: number): Summary[] {
  return Array.from({ length: count }, (_, number) => ({ arn: `room${number}`, messageReviewHandler: { uri: HANDLER } }));
}

/** Records when each call was sent. 300 rooms leave the list one by one. */
function detachInOrder(sent: number[]): () => object {
  const remaining = summaries(300);
  mockOperation('ListRooms', ({ maxResults }) => ({ rooms: remaining.slice(0, maxResults), nextToken: remaining.length > maxResults ? 'more' : undefined }));
  return () => {
    sent.push(now);
    remaining.shift();
    return {};
  };
}
