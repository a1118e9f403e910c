import { ListTagsForResourceCommand } from '@aws-sdk/client-ivschat';
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import {
  calls as allCalls, denied, errorMessageOf, event, HANDLER, internal, log, logging, mockAnswers, mockOperation, notFound, now, OTHER_HANDLER,
  resetAll, respondWithin, service, serviceError, throttled, type Operation,
} from '../../support/custom-resources/handler';

const MINUTES = 60_000;
const TYPE = 'Custom::IVSChatDetachment';
const OURS = logging('ours');
const OTHER = logging('other');
const THEIRS = logging('theirs');
const PROCEED = 'Remove the cause, or detach these rooms with "aws ivschat update-room", and delete the stack again to continue.';
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
    expect(calls()).toEqual([list, ...page(0, 10), list, ...page(10, 20), list, ...page(20, 25), list, list]);
  });

  test('detaches a logging configuration, and keeps the others of the room', async () => {
    const rooms = fakeRooms(2);
    await removeLogging();
    const list = ['ListRooms', { loggingConfigurationIdentifier: OURS, maxResults: 10 }];
    expect(calls()).toEqual([
      list,
      ...[...rooms.keys()].map(identifier => ['UpdateRoom', { identifier, loggingConfigurationIdentifiers: [OTHER] }]),
      list, list,
    ]);
  });

  test('of an unused handler looks twice', async () => {
    fakeRooms(0);
    const start = now;
    await removeHandler();
    expect(callsOf('ListRooms')).toHaveLength(2);
    expect(callsOf('UpdateRoom')).toHaveLength(0);
    expect(now - start).toBe(3_000);
  });

  test('detaches a room that was not listed at first', async () => {
    mockAnswers('ListRooms', { rooms: [] }, { rooms: summaries(1) }, { rooms: [] }, { rooms: [] });
    mockAnswers('UpdateRoom', {});
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(1);
  });

  test('of a logging configuration that no longer exists succeeds', async () => {
    mockAnswers('ListRooms', notFound, notFound);
    await removeLogging();
    expect(calls()).toHaveLength(2);
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
    mockAnswers('ListRooms', one, one, one, two, two, two, two, { rooms: [] }, { rooms: [] });
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
        { rooms: [{ arn: 'room', messageReviewHandler: { uri: OTHER_HANDLER }, loggingConfigurationIdentifiers: [OTHER] }] }, { rooms: [] }, { rooms: [] });
      await removeResource();
      expect(calls()).toHaveLength(3);
    });

  test('skips a room that is listed without logging configurations', async () => {
    mockAnswers('ListRooms', { rooms: [{ arn: 'room' }] }, {}, {});
    await removeLogging();
    expect(calls()).toHaveLength(3);
  });

  test('continues when only the last page is empty', async () => {
    const [one, two] = summaries(2);
    mockAnswers('ListRooms', { rooms: [one] }, { rooms: [one], nextToken: 'more' }, { rooms: [] }, { rooms: [two] }, { rooms: [] }, { rooms: [] });
    mockAnswers('UpdateRoom', {}, {});
    await removeHandler();
    expect(callsOf('UpdateRoom').map(([, input]) => (input as any).identifier)).toEqual([one.arn, two.arn]);
  });

  test('fails if it is attached again each time', async () => {
    const start = now;
    const [room] = fakeRooms(1, Infinity).keys();
    expect(await errorMessageOf(removeHandler())).toBe(`The message review handler ${HANDLER} was detached from 0 rooms, but not from 1 room: ${room}. ${PROCEED} `
      + `The log has the reason for each room; for ${room}, the room is still listed with it, or it was attached to the room again. Stop the application that attaches it.`);
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
    const rooms = fakeRooms(2);
    let attempts = 0;
    mockOperation('UpdateRoom', ({ identifier, ...change }) => ++attempts <= 15 ? throttled : Object.assign(rooms.get(identifier)!, change));
    await removeHandler();
    expect(callsOf('UpdateRoom')).toHaveLength(17);
  });

  test('reads the list again while it is throttled, and keeps what others have attached meanwhile', async () => {
    const rooms = fakeRooms(2);
    const [one] = rooms.values();
    const start = now;
    mockOperation('UpdateRoom', ({ identifier, ...change }) => {
      if (now - start > 30_000 && now - start < 60_000) one.loggingConfigurationIdentifiers = [OTHER, OURS, THEIRS];
      if (now - start < 60_000) return throttled;
      return Object.assign(rooms.get(identifier)!, change);
    });
    await removeLogging();
    expect([...rooms.values()].map(room => room.loggingConfigurationIdentifiers)).toEqual([[OTHER, THEIRS], [OTHER]]);
  });

  test.each([
    ['message review handler', HANDLER, removeHandler],
    ['logging configuration', OURS, removeLogging],
  ])('fails without permission to list the rooms of a %s', async (kind, arn, removeResource) => {
    mockOperation('ListRooms', () => denied);
    expect(await errorMessageOf(removeResource()))
      .toMatch(`The ${kind} ${arn} could not be detached from its rooms: the role of the custom resources is not authorized to perform ivschat:ListRooms`);
  });

  describe('of a room that is refused', () => {
    const pending = serviceError('PendingVerification', 403, 'Your account is pending verification');
    /** Refuses changes to these rooms. */
    const refuse = (rooms: Map<string, Summary>, failure: Error, isRefused: (index: number) => boolean) => {
      const refused = [...rooms.keys()].filter((_, index) => isRefused(index));
      mockOperation('UpdateRoom', ({ identifier, ...change }) => {
        if (refused.includes(identifier)) return failure;
        return Object.assign(rooms.get(identifier)!, change);
      });
      return refused;
    };
    const attached = (rooms: Map<string, Summary>) => [...rooms.values()].filter(room => room.messageReviewHandler!.uri !== '').map(({ arn }) => arn);

    test('detaches the others, and fails at the end with the room and the reason', async () => {
      const rooms = fakeRooms(25);
      const [room] = refuse(rooms, pending, index => index === 3);
      expect(await errorMessageOf(removeHandler())).toBe(`The message review handler ${HANDLER} was detached from 24 rooms, but not from 1 room: ${room}. ${PROCEED} `
        + `The log has the reason for each room; for ${room}, Amazon IVS Chat rejected ivschat:UpdateRoom on ${room} (Your account is pending verification).`);
      expect(attached(rooms)).toEqual([room]);
      expect(callsOf('UpdateRoom')).toHaveLength(25);
    });

    test('names ten rooms and counts the others, in less than the 4,096 bytes of a response', async () => {
      const rooms = fakeRooms(100);
      const refused = refuse(rooms, serviceError('PendingVerification', 403, '"é"'.repeat(2_000)), index => index % 2 === 0);
      const message = await errorMessageOf(removeHandler());
      expect(message).toContain(`was detached from 50 rooms, but not from 50 rooms: ${refused.slice(0, 10).join(', ')}, and 40 more. ${PROCEED} The log has the reason for each room; for ${refused[0]}, `);
      expect(message).not.toContain(refused[10]);
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(2_810);
      expect(attached(rooms)).toEqual(refused);
    });

    test('detaches the others before it has retried a denied room for 15 seconds', async () => {
      const rooms = fakeRooms(25);
      const refused = refuse(rooms, denied, index => index < 5);
      const start = now;
      let done = Infinity;
      mockOperation('ListRooms', () => {
        const listed = attached(rooms);
        if (listed.length === 5) done = Math.min(done, now - start);
        return { rooms: structuredClone([...rooms.values()].filter(({ arn }) => listed.includes(arn)).slice(0, 20)) };
      });
      const message = await errorMessageOf(removeHandler());
      expect(message).toContain('was detached from 20 rooms, but not from 5 rooms: ');
      expect(message).toMatch(/not authorized to perform ivschat:UpdateRoom on \S+ \(\d+ attempts in \d+ seconds\)/);
      expect(attached(rooms)).toEqual(refused);
      expect(done).toBeLessThan(12_000);
      expect(now - start).toBeGreaterThanOrEqual(15_000);
      expect(now - start).toBeLessThan(40_000);
    });

    test('detaches it when access is no longer denied', async () => {
      const rooms = fakeRooms(12);
      const start = now;
      mockOperation('UpdateRoom', ({ identifier, ...change }) => now - start < 10_000 ? denied : Object.assign(rooms.get(identifier)!, change));
      await removeHandler();
      expect(attached(rooms)).toEqual([]);
    });

    test('detaches all rooms after an error of the service that lasts a minute', async () => {
      const rooms = fakeRooms(12);
      const start = now;
      mockOperation('UpdateRoom', ({ identifier, ...change }) => now - start < 60_000 ? internal : Object.assign(rooms.get(identifier)!, change));
      await removeHandler();
      expect(attached(rooms)).toEqual([]);
    });

    test('succeeds if the room is deleted meanwhile', async () => {
      const rooms = fakeRooms(2);
      const [room] = refuse(rooms, pending, index => index === 0);
      mockOperation('ListRooms', () => {
        if (callsOf('UpdateRoom').length === 2) rooms.delete(room);
        return { rooms: structuredClone([...rooms.values()].filter(({ arn }) => attached(rooms).includes(arn))) };
      });
      await removeHandler();
    });

    test('fails at the time limit, and names the rooms that were refused until then', async () => {
      const rooms = fakeRooms(600);
      const [room] = refuse(rooms, pending, index => index === 0);
      const message = await errorMessageOf(removeHandler(1));
      expect(message).toMatch(new RegExp(`was detached from 2\\d\\d rooms, but not from 1 room: ${room}\\. Remove the cause, .* continue\\. `
        + `Others were not tried: it stopped because the time limit was reached before ivschat:\\w+ could be called\\. Try again\\. The log .* for ${room}, `));
    });

    test('fails at the time limit if the room is still refused then', async () => {
      const rooms = fakeRooms(1);
      refuse(rooms, denied, () => true);
      expect(await errorMessageOf(removeHandler(0.15))).toMatch(/but not from 1 room: .* for \S+, the role of the custom resources is not authorized/);
    });

    test('fails at the time limit if the list is still stale then', async () => {
      fakeRooms(1, Infinity);
      expect(await errorMessageOf(removeHandler(0.1))).toMatch(/for \S+, the room is still listed with it at the time limit\./);
    });
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
