import { explainFailure, readError } from '../../../src/lambda/execution/failure-messages';

test.each([
  ['an error', '{"errorType":"TypeError","errorMessage":"no"}', 'TypeError: no'],
  ['an error without members', '{}', 'Unknown:'],
  ['members that are not strings', '{"errorType":{"toString":1},"errorMessage":["no"]}', '{"toString":1}: ["no"]'],
  ['a string', '"no"', 'Unknown:'],
  ['null', 'null', 'Unknown:'],
  ['text', 'not\nJSON', 'not JSON'],
])('%s is described in one line', (_what, body, description) => expect(readError(body, '/folder/task')).toEqual({ description }));

test('a description has the length of a line at most', () => {
  expect(readError(JSON.stringify({ errorMessage: 'x'.repeat(1_000_000) }), '/folder/task').description.length).toBeLessThan(33_000);
});

test('the trace of Node.js has the calls of the function', () => {
  const trace = ['Error: two', 'lines', '    at f (/folder/task/index.js:1:2)', '    at node:internal/x:1:1', '    at process.p (node:internal/process:1:1)', 7];
  expect(readError(JSON.stringify({ trace }), '/folder/task').trace).toBe('    at f (/var/task/index.js:1:2)');
});

test('the trace of Python has the calls of the function', () => {
  const stackTrace = ['  File "/folder/task/index.py", line 1, in handler\n    fail()\n', '  File "<frozen importlib._bootstrap>", line 1, in load\n'];
  expect(readError(JSON.stringify({ stackTrace }), '/folder/task').trace).toBe([
    '  Traceback (most recent call last):', '  File "/var/task/index.py", line 1, in handler', '    fail()',
  ].join('\n'));
});

test.each(['[]', '"text"', '{}', '[1,null]'])('there is no trace for %s', trace => {
  expect(readError(`{"trace":${trace},"stackTrace":${trace}}`, '/folder/task').trace).toBeUndefined();
});

test.each(['trace', 'stackTrace'])('no line of a %s looks like an entry of the live log', member => {
  const { trace } = readError(JSON.stringify({ [member]: ['    at f\n12:00:00.000   message', '\tat g', '  h'] }), '/folder/task');
  for (const line of trace!.split('\n')) expect(line).toMatch(/^ {2}/);
});

describe('a missing SDK client is asked for by name', () => {
  const CLIENTS = ['@aws-sdk/client-bedrock-runtime', '@aws-sdk/client-comprehend', '@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs'];
  test.each(CLIENTS.flatMap(client => [
    [client, `Runtime.ImportModuleError: Error: Cannot find module '${client}'`],
    [client, `Runtime.ImportModuleError: Error: Cannot find package '${client}' imported from /var/task/index.mjs`],
  ]))('%s: %s', (client, failure) => {
    expect(explainFailure(failure)).toBe(`The Lambda runtime includes ${client}, which is not installed here: bundle it with the function, or install it next to ivschat-local.`);
  });

  test('not a package of the function itself', () => {
    expect(explainFailure("Error: Cannot find module 'left-pad'")).toBeUndefined();
  });
});
