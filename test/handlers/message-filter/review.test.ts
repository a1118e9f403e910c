import * as fc from 'fast-check';
import { Filter } from '../../../handlers/message-filter/filter';
import { reviewHandler } from '../../../handlers/message-filter/review';
import { FilterAction, FilterRule, SenderMatch, WordList } from '../../../src';

const rules = [
  FilterRule.words(WordList.of('darn'), { action: FilterAction.DENY, reason: 'Please stay friendly.', ruleName: 'friendly' }),
  FilterRule.words(WordList.of('idiot*')),
  FilterRule.words(WordList.of('hello'), { action: FilterAction.COUNT, ruleName: 'greeting' }),
].map(({ _rule }) => _rule);
const filter = new Filter({ version: 1, exempt: [SenderMatch.attribute('role', 'moderator')._condition], ignoredAttributes: [], rules });

let written: any[];
let logged: string[];
beforeEach(() => {
  written = [];
  logged = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(line => written.push(JSON.parse(String(line))) > 0);
  jest.spyOn(console, 'error').mockImplementation(line => logged.push(String(line)));
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'provisioned-concurrency';
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'Filter';
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
});

const event = (Content: string, others: object = {}) => ({ Content, Attributes: {}, Sender: { Attributes: {} }, ...others });

const metrics = () => written.map(({ Rule, _aws }) => [_aws.CloudWatchMetrics[0].Metrics[0].Name, Rule]);

test('denies with the reason of the rule', async () => {
  expect(await reviewHandler(filter)(event('darn'))).toEqual({ ReviewResult: 'DENY', Content: 'darn', Attributes: { Reason: 'Please stay friendly.' } });
  expect(metrics()).toEqual([['Denied', 'friendly']]);
});

test('allows masked content, and leaves attributes out if they are unchanged', async () => {
  expect(await reviewHandler(filter)(event('idiots', { Attributes: { id: '1' } }))).toEqual({ ReviewResult: 'ALLOW', Content: '******' });
  expect(metrics()).toEqual([['Masked', 'words']]);
});

test('allows masked attributes', async () => {
  expect(await reviewHandler(filter)(event('Hi', { Attributes: { id: '1', title: 'idiot' } })))
    .toEqual({ ReviewResult: 'ALLOW', Content: 'Hi', Attributes: { id: '1', title: '*****' } });
});

test('denies a message whose masked attributes are too large for a response', async () => {
  const response = await reviewHandler(filter)(event('Hi', { Attributes: { title: `idiot ${'x'.repeat(1_100)}` } }));
  expect(response).toMatchObject({ ReviewResult: 'DENY', Content: 'Hi' });
});

test('does not review messages of exempt senders', async () => {
  expect(await reviewHandler(filter)(event('darn', { Sender: { Attributes: { role: 'moderator' } } }))).toEqual({ ReviewResult: 'ALLOW', Content: 'darn' });
  expect(await reviewHandler(filter)(event('darn', { Attributes: { role: 'moderator' } }))).toMatchObject({ ReviewResult: 'DENY' });
});

test('writes no line for a message that no rule finds', async () => {
  await reviewHandler(filter)(event('fine'));
  expect(written).toEqual([]);
});

test('writes metrics with the dimensions of the constructs', async () => {
  await reviewHandler(filter)(event('hello'));
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

test('counts the first message of an instance that started for it', async () => {
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'on-demand';
  const handler = reviewHandler(filter);
  await handler(event('fine'));
  await handler(event('fine'));
  expect(metrics()).toEqual([['Cold', undefined]]);
  expect(written[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['FunctionName']]);
});

test('counts late answers', async () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now += 121);
  expect(await reviewHandler(filter)(event('fine'))).toEqual({ ReviewResult: 'ALLOW', Content: 'fine' });
  expect(metrics()).toEqual([['Late', undefined]]);
});

test('denies if the review fails, and logs the place without the message', async () => {
  const failing = { isExempt: () => false, review: (content: string): never => { throw new TypeError(content); } };
  expect(await reviewHandler(failing)(event('secret'))).toEqual({
    ReviewResult: 'DENY', Content: 'secret', Attributes: { Reason: 'The message could not be reviewed. Please try again.' },
  });
  expect(metrics()).toEqual([['Failed', undefined]]);
  expect(logged).toEqual([expect.stringMatching(/^\{"error":"TypeError","at":"at .*review/)]);
  expect(logged[0]).not.toContain('secret');
});

test('answers each event with a valid response', async () => {
  const handler = reviewHandler(filter);
  await fc.assert(fc.asyncProperty(fc.anything(), async anything => {
    const { Attributes, Content, ReviewResult } = await handler(anything as never);
    expect(['ALLOW', 'DENY']).toContain(ReviewResult);
    expect(typeof Content).toBe('string');
    for (const value of Object.values(Attributes ?? {})) expect(typeof value).toBe('string');
  }));
});
