import * as fc from 'fast-check';
import { Filter } from '../../../handlers/message-filter/filter';
import { filterHandler } from '../../../handlers/message-filter/review';
import { FilterAction, FilterRule, SenderMatch, WordList } from '../../../src';
import { reviewEvent, type ReviewEventFields } from 'ivschat-review';

const rules = [
  FilterRule.words(WordList.of('darn'), { action: FilterAction.DENY, reason: 'Please stay friendly.', ruleName: 'friendly' }),
  FilterRule.words(WordList.of('idiot*')),
  FilterRule.words(WordList.of('hello'), { action: FilterAction.COUNT, ruleName: 'greeting' }),
].map(({ _rule }) => _rule);
const filter = new Filter({ version: 1, exempt: [SenderMatch.attribute('role', 'moderator')._condition], ignoredAttributes: [], rules });

let written: any[];
beforeEach(() => {
  written = [];
  // On a busy machine, an answer could be late.
  jest.spyOn(performance, 'now').mockReturnValue(0);
  jest.spyOn(process.stdout, 'write').mockImplementation(line => written.push(JSON.parse(String(line))) > 0);
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'provisioned-concurrency';
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'Filter';
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
});

const event = (Content: string, others: ReviewEventFields = {}) => reviewEvent({ Content, ...others });

const metrics = () => written.filter(line => '_aws' in line).map(({ Rule, _aws }) => [_aws.CloudWatchMetrics[0].Metrics[0].Name, Rule]);

test('denies with the reason of the rule', async () => {
  expect(await filterHandler(filter)(event('darn'))).toEqual({ ReviewResult: 'DENY', Content: 'darn', Attributes: { Reason: 'Please stay friendly.' } });
  expect(metrics()).toEqual([['Denied', 'friendly']]);
});

test('allows masked content, and leaves attributes out if they are unchanged', async () => {
  expect(await filterHandler(filter)(event('idiots', { Attributes: { id: '1' } }))).toEqual({ ReviewResult: 'ALLOW', Content: '******' });
  expect(metrics()).toEqual([['Masked', 'words']]);
});

test('allows masked attributes', async () => {
  expect(await filterHandler(filter)(event('Hi', { Attributes: { id: '1', title: 'idiot' } })))
    .toEqual({ ReviewResult: 'ALLOW', Content: 'Hi', Attributes: { id: '1', title: '*****' } });
});

test('denies a message whose masked attributes are too large for a response, and counts it as failed', async () => {
  const response = await filterHandler(filter)(event('Hi', { Attributes: { title: `idiot ${'x'.repeat(1_100)}` } }));
  expect(response).toEqual({ ReviewResult: 'DENY', Content: 'Hi', Attributes: { Reason: 'The message could not be reviewed. Please try again.' } });
  expect(metrics()).toEqual([['Failed', undefined]]);
});

test('answers with well-formed text, also in attributes', async () => {
  const handler = filterHandler(filter);
  expect(await handler(event('a\ud83d idiot'))).toEqual({ ReviewResult: 'ALLOW', Content: 'a\ufffd *****' });
  expect(await handler(event('Hi', { Attributes: { '\ude00': 'idiot \ud83d' } })))
    .toEqual({ ReviewResult: 'ALLOW', Content: 'Hi', Attributes: { '\ufffd': '***** \ufffd' } });
});

test('finds words that halves of characters separate', async () => {
  expect(await filterHandler(filter)(event('i\ud83ddi\ude00ot', { Attributes: { title: 'id\ud83diot' } })))
    .toEqual({ ReviewResult: 'ALLOW', Content: '*******', Attributes: { title: '******' } });
});

test('keeps attributes whose names are those of properties', async () => {
  const attributes = JSON.parse('{"__proto__":"idiot","constructor":"idiot","toString":"x","":"idiot","\u200b":"idiot"}');
  const { Attributes } = await filterHandler(filter)(event('Hi', { Attributes: attributes }));
  expect(JSON.stringify(Attributes)).toBe('{"__proto__":"*****","constructor":"*****","toString":"x","":"*****","\u200b":"*****"}');
});

test('answers with a message of 500 characters beyond the basic plane, masked and not longer', async () => {
  const handler = filterHandler(filter);
  expect(await handler(event('😀'.repeat(500)))).toEqual({ ReviewResult: 'ALLOW', Content: '😀'.repeat(500) });
  const { Content } = await handler(event(`${'😀'.repeat(495)}𝐢𝐝𝐢𝐨𝐭`));
  expect(Content).toBe(`${'😀'.repeat(495)}*****`);
});

test('does not review messages of exempt senders', async () => {
  expect(await filterHandler(filter)(event('darn', { Sender: { Attributes: { role: 'moderator' } } }))).toEqual({ ReviewResult: 'ALLOW', Content: 'darn' });
  expect(await filterHandler(filter)(event('darn', { Attributes: { role: 'moderator' } }))).toMatchObject({ ReviewResult: 'DENY' });
});

test('writes no line for a message that no rule finds', async () => {
  await filterHandler(filter)(event('fine'));
  expect(written).toEqual([]);
});

test('writes metrics with the dimensions of the constructs', async () => {
  await filterHandler(filter)(event('hello'));
  expect(written).toEqual([{
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'cdk-ivschat', Dimensions: [['FunctionName', 'Rule']], Metrics: [{ Name: 'Counted', Unit: 'Count' }] }],
    },
    FunctionName: 'Filter',
    Rule: 'greeting',
    Counted: 1,
  }]);
});

test.each(['on-demand', 'lambda-managed-instances', undefined])('counts the first message of an instance that started for it: %s', async type => {
  if (type === undefined) delete process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
  else process.env.AWS_LAMBDA_INITIALIZATION_TYPE = type;
  const handler = filterHandler(filter);
  await handler(event('darn'));
  await handler(event('fine'));
  expect(metrics()).toEqual([['Cold', undefined], ['Denied', 'friendly']]);
  expect(written[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['FunctionName']]);
});

test('counts late answers', async () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now += 121);
  expect(await filterHandler(filter)(event('fine'))).toEqual({ ReviewResult: 'ALLOW', Content: 'fine' });
  expect(metrics()).toEqual([['Late', undefined]]);
});

test('denies if the review fails, and logs the place without the message', async () => {
  const failing = { isExempt: () => false, review: (content: string): never => { throw new TypeError(content); } };
  expect(await filterHandler(failing)(event('secret'))).toEqual({
    ReviewResult: 'DENY', Content: 'secret', Attributes: { Reason: 'The message could not be reviewed. Please try again.' },
  });
  expect(metrics()).toEqual([['Failed', undefined]]);
  expect(written[0]).toEqual({
    level: 'ERROR', message: 'The review failed.', error: 'TypeError', at: expect.stringMatching(/review\.test\.ts:\d+:\d+$/), messageId: event('').MessageId,
  });
  expect(JSON.stringify(written)).not.toContain('secret');
});

test('reviews a display name outside of a chat, as the documentation shows', async () => {
  const handler = filterHandler(filter);
  expect(await handler({ Content: 'an idiot', Sender: {} } as any)).toEqual({ ReviewResult: 'ALLOW', Content: 'an *****' });
  expect(await handler({ Content: 'Ada', Sender: {} } as any)).toEqual({ ReviewResult: 'ALLOW', Content: 'Ada' });
});

test('denies an event without a sender', async () => {
  expect(await filterHandler(filter)({ ...event('fine'), Sender: null as any })).toMatchObject({ ReviewResult: 'DENY', Content: 'fine' });
  expect(metrics()).toEqual([['Failed', undefined]]);
});

describe('answers with a valid response', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('darn', 'idiot', '\ud83d', '__proto__', 'constructor', '\u200b', 'x'.repeat(600), '😀'.repeat(500)));
  const attributes = fc.dictionary(text, fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.anything() }));
  const almostEvent = fc.record({ Content: text, Attributes: attributes, Sender: fc.record({ Attributes: attributes }) });

  test.each<[string, fc.Arbitrary<unknown>]>([['almost valid events', almostEvent], ['anything', fc.anything()]])('to %s', async (_, events) => {
    const handler = filterHandler(filter);
    await fc.assert(fc.asyncProperty(events, async received => {
      const response = await handler(received as never);
      const { Attributes = {}, Content, ReviewResult } = response;
      expect(['ALLOW', 'DENY']).toContain(ReviewResult);
      expect(typeof Content).toBe('string');
      if (ReviewResult === 'ALLOW') expect(Content).not.toBe('');
      const texts = Object.entries(Attributes).flat();
      expect(texts.every(value => typeof value === 'string')).toBe(true);
      expect(Buffer.byteLength(texts.join(''))).toBeLessThanOrEqual(1_024);
      // Well-formed, so that any JSON parser accepts it.
      expect(JSON.parse(Buffer.from(JSON.stringify(response)).toString())).toEqual(response);
      expect(JSON.stringify(response)).not.toMatch(/\\ud[89a-f]/);
    }));
  });
});
