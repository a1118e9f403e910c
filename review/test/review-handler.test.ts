import * as fc from 'fast-check';
import { reviewEvent, reviewHandler, type ReviewContext, type ReviewHandlerOptions, type ReviewResponse } from '../src';

/** Collects the lines of the log. */
function logged(): { lines: string[]; log(line: string): void } {
  const lines: string[] = [];
  return { lines, log: line => void lines.push(line) };
}

describe('options', () => {
  test.each<[ReviewHandlerOptions, string]>([
    [{ deadline: 0 }, 'deadline must be from 1 to 190, got 0: the service waits 200 ms for a response.'],
    [{ deadline: 191 }, 'deadline must be from 1 to 190, got 191: the service waits 200 ms for a response.'],
    [{ deadline: NaN }, 'deadline must be from 1 to 190, got NaN: the service waits 200 ms for a response.'],
    [{ maximumLength: 0 }, 'maximumLength must be an integer from 1 to 500, got 0: use the maximum message length of the room.'],
    [{ maximumLength: 501 }, 'maximumLength must be an integer from 1 to 500, got 501: use the maximum message length of the room.'],
    [{ onLate: 'Deny' as any }, 'onLate must be ALLOW or DENY, got Deny.'],
    [{ onError: null as any }, 'onError must be ALLOW or DENY, got null.'],
    [{ failureReason: 1 as any }, 'failureReason must be a string, got number.'],
    [{ metrics: true as any }, 'metrics must be the name of a namespace or false, got true.'],
    [{ metrics: '' }, 'metrics must be the name of a namespace or false, got .'],
  ])('fails for %j', (options, message) => {
    expect(() => reviewHandler(context => context.allow(), options)).toThrow(message);
  });

  test.each<ReviewHandlerOptions>([{ deadline: 1 }, { deadline: 190 }, { maximumLength: 1 }, { maximumLength: 500 }, { deadline: undefined }])('%j is valid', async options => {
    expect(await reviewHandler(context => context.allow(), options)(reviewEvent())).toEqual({ ReviewResult: 'ALLOW', Content: 'Hello!' });
  });
});

test('the context has the message, its sender and the room', async () => {
  let seen: ReviewContext;
  const handler = reviewHandler(context => (seen = context).allow());
  await handler(reviewEvent({ Content: 'hi', Attributes: { mood: 'good' }, Sender: { UserId: 'grace', Attributes: { role: 'staff' } } }));

  expect(seen!).toMatchObject({
    content: 'hi',
    attributes: { mood: 'good' },
    sender: { userId: 'grace', ip: '192.0.2.1', attributes: { role: 'staff' } },
    room: 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl',
    messageId: 'WhO6MW6iRdS5',
  });
});

test('attributes that are missing or null are empty', async () => {
  const seen: unknown[] = [];
  const handler = reviewHandler(context => {
    seen.push(context.attributes, context.sender.attributes);
    return context.allow();
  });
  await handler({ ...reviewEvent(), Attributes: undefined, Sender: { UserId: 'ada', Attributes: null as any } });

  expect(seen).toEqual([{}, {}]);
});

describe('the deadline', () => {
  test('starts when the handler is entered, and aborts the signal with a TimeoutError', async () => {
    let signal: AbortSignal;
    const start = performance.now();
    const response = await reviewHandler(async context => {
      signal = context.signal;
      return new Promise(() => undefined);
    }, { deadline: 30, ...logged() })(reviewEvent());

    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    expect(response.ReviewResult).toBe('DENY');
    expect(signal!.aborted).toBe(true);
    expect(signal!.reason).toMatchObject({ name: 'TimeoutError', message: 'The review took longer than 30 ms.' });
  });

  test('has no timer if the review returns its verdict without a promise', async () => {
    const timer = jest.spyOn(globalThis, 'setTimeout');
    await reviewHandler(context => context.allow())(reviewEvent());
    expect(timer).not.toHaveBeenCalled();

    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    await reviewHandler(async context => context.allow())(reviewEvent());
    expect(timer).toHaveBeenCalledTimes(1);
    expect(cleared).toHaveBeenCalledWith(timer.mock.results[0].value);
    jest.restoreAllMocks();
  });

  test('does not abort a review that is in time', async () => {
    let signal: AbortSignal;
    await reviewHandler(async context => {
      signal = context.signal;
      return context.allow();
    })(reviewEvent());

    expect(signal!.aborted).toBe(false);
  });

  test('waits for any object with `then`', async () => {
    const thenable = { then: (resolve: (value: unknown) => void) => resolve(undefined) };

    expect(await reviewHandler(() => thenable as any, logged())(reviewEvent())).toMatchObject({ ReviewResult: 'DENY' });
  });
});

describe('the log', () => {
  test('has one metric in the embedded metric format, by function and rule', async () => {
    const { lines, log } = logged();
    await reviewHandler(context => context.deny('No.', 'insults'), { log })(reviewEvent());

    expect(lines.map(line => JSON.parse(line))).toEqual([{
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{
          Namespace: 'cdk-ivschat',
          Dimensions: [['FunctionName', 'Rule'], ['FunctionName']],
          Metrics: [{ Name: 'Denied', Unit: 'Count' }],
        }],
      },
      FunctionName: 'local',
      Rule: 'insults',
      ReviewResult: 'DENY',
      Milliseconds: expect.any(Number),
      Denied: 1,
    }]);
  });

  test('has the namespace of the options, and no dimension without a rule', async () => {
    const { lines, log } = logged();
    await reviewHandler(context => context.deny(), { metrics: 'Chat', log })(reviewEvent());

    expect(JSON.parse(lines[0])._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'Chat', Dimensions: [['FunctionName']] });
  });

  test('is standard output, in whole lines without a prefix', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await reviewHandler(context => context.deny())(reviewEvent());

    const [[line]] = write.mock.calls;
    write.mockRestore();
    expect(line).toMatch(/^\{"_aws":.*\}\n$/);
  });

  test('has the name and the place of an error, and the id of the message', async () => {
    const { lines, log } = logged();
    await reviewHandler(() => { throw new SyntaxError('at the text'); }, { log, metrics: false })(reviewEvent());

    expect(lines.map(line => JSON.parse(line))).toEqual([{
      level: 'ERROR', message: 'The review failed.', error: 'SyntaxError', at: expect.stringMatching(/review-handler\.test\.ts:\d+:\d+$/), messageId: 'WhO6MW6iRdS5',
    }]);
  });

  test('fails without failing the review', async () => {
    const log = () => { throw new Error('disk full'); };

    expect(await reviewHandler(() => { throw new Error(); }, { log })(reviewEvent())).toMatchObject({ ReviewResult: 'DENY' });
  });

  test('never contains the text of a message, whatever is thrown', async () => {
    const text = fc.string({ unit: 'binary', minLength: 8 }).map(random => `secret ${random}`);
    const thrown = text.chain(secret => fc.constantFrom<() => unknown>(
      () => new Error(secret),
    () => new RangeError(`${secret}\n    at ${secret} (${secret}:1:1)\n    at secret:1:1`),
    () => Object.assign(new Error(secret), { name: secret }),
    () => Object.assign(new Error(secret), { message: 'other' }),
    () => Object.assign(new Error(`\n    at ${secret} (secret:1:1)`), { message: '' }),
    // As after a change of the message.
    () => Object.assign(new Error(''), { stack: `Error: \n    at ${secret} (secret:1:1)` }),
    () => Object.assign(new Error('other'), { stack: `Error: ${secret}\n    at ${secret} (secret:1:1)` }),
    () => Object.assign(new Error(secret), { stack: secret }),
    () => Object.assign(new Error(), { stack: `Error\n    at ${secret}` }),
    () => new Error('other', { cause: secret }),
    () => secret,
    () => ({ message: secret, stack: `${secret}\n${secret}`, name: secret }),
    () => ({ [secret]: secret }),
    () => null,
    ));
    await fc.assert(fc.asyncProperty(thrown, fc.boolean(), async (error, isPromise) => {
      const { lines, log } = logged();
      const response = await reviewHandler(isPromise ? async () => { throw error(); } : () => { throw error(); }, { log })(reviewEvent());

      expect(response).toMatchObject({ ReviewResult: 'DENY', Content: 'Hello!' });
      expect(lines).toHaveLength(2);
      expect(lines.join('\n')).not.toContain('secret');
    }));
  });
});

/** The documented constraints of a response. */
function expectValid(response: ReviewResponse, maximumLength: number): void {
  const received = JSON.parse(JSON.stringify(response)) as ReviewResponse;
  expect(Object.keys(received).filter(name => !['Attributes', 'Content', 'ReviewResult'].includes(name))).toEqual([]);
  expect(['ALLOW', 'DENY']).toContain(received.ReviewResult);
  expect(typeof received.Content).toBe('string');
  expect(Buffer.from(JSON.stringify(response)).toString()).toBe(JSON.stringify(response));
  expect(JSON.stringify(response)).not.toMatch(/\\ud[89a-f]/);
  const attributes = Object.entries(received.Attributes ?? {});
  for (const [, value] of attributes) expect(typeof value).toBe('string');
  expect(attributes.reduce((bytes, [name, value]) => bytes + Buffer.byteLength(name) + Buffer.byteLength(value), 0)).toBeLessThanOrEqual(1024);
  if (received.ReviewResult === 'DENY') return expect(Object.keys(received.Attributes ?? {}).filter(name => name !== 'Reason')).toEqual([]);
  expect(received.Content).not.toBe('');
  expect([...received.Content].length).toBeLessThanOrEqual(maximumLength);
}

test('every verdict becomes a valid response', async () => {
  // Code units, so that strings have half an emoji as well.
  const unit = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'ü', '漢', '😀') }, fc.nat(0xffff).map(code => String.fromCharCode(code)));
  const text = fc.tuple(fc.string({ unit, maxLength: 12 }), fc.constantFrom(1, 1, 30, 200)).map(([part, times]) => part.repeat(times));
  const value = fc.oneof({ weight: 6, arbitrary: text }, fc.anything());
  const attributes = fc.oneof({ weight: 6, arbitrary: fc.dictionary(text, value, { maxKeys: 3 }) }, fc.anything());
  const verdict = fc.oneof(
    value.map(rule => (context: ReviewContext) => context.allow(rule as string)),
    fc.tuple(value, value).map(([reason, rule]) => (context: ReviewContext) => context.deny(reason as string, rule as string)),
    fc.tuple(value, attributes).map(([content, changed]: any[]) => (context: ReviewContext) => context.replace(content, { attributes: changed })),
    fc.tuple(value, value).map(([content, other]: any[]) => (context: ReviewContext) => context.replace(content, other)),
    fc.anything().map(other => () => other as any),
  );
  const options = fc.record({
    maximumLength: fc.integer({ min: 1, max: 500 }), onError: fc.constantFrom('ALLOW' as const, 'DENY' as const), failureReason: text,
  });
  await fc.assert(fc.asyncProperty(verdict, text, options, fc.boolean(), async (decide, content, given, isPromise) => {
    const sent = [...content].slice(0, given.maximumLength).join('');
    const handler = reviewHandler(isPromise ? async context => decide(context) : decide, { ...given, log: () => undefined });

    expectValid(await handler(reviewEvent({ Content: sent })), given.maximumLength);
  }), { numRuns: 500 });
});

test.each([undefined, null, 42, 'text', {}, [], { Content: 42 }, { Content: 'hi', Sender: 'ada' }])('fails for the event %j with a valid response', async event => {
  for (const onError of ['ALLOW', 'DENY'] as const) {
    expectValid(await reviewHandler(context => context.deny(context.sender.userId), { onError, ...logged() })(event as any), 500);
  }
});

test('reviewEvent has examples of all fields that are not given', () => {
  expect(reviewEvent({ Content: 'hi', Sender: { Ip: '198.51.100.7' } })).toEqual({
    Content: 'hi',
    MessageId: 'WhO6MW6iRdS5',
    RoomArn: 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl',
    Attributes: {},
    Sender: { UserId: 'ada', Ip: '198.51.100.7', Attributes: {} },
  });
});
