import {
  GetFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, ListFunctionsCommand, waitUntilFunctionActiveV2,
  type InvokeCommandInput, type LambdaClient,
} from '@aws-sdk/client-lambda';
import { HttpError } from '../../src/http/http-error';
import type { Caller } from '../../src/iam/callers';
import { LambdaHarness, ROLE } from '../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';

let harness: LambdaHarness;
let client: LambdaClient;
beforeEach(async () => {
  harness = await LambdaHarness.start();
  client = harness.client();
});
afterEach(async () => harness.close());

const invoke = (input: Partial<InvokeCommandInput> = {}) => client.send(new InvokeCommand({ FunctionName: 'Function', ...input }));
const textOf = (bytes?: Uint8Array) => Buffer.from(bytes ?? []).toString();

describe('Invoke', () => {
  test('returns the payload and the executed version', async () => {
    await harness.put('exports.handler = async event => ({ got: event });');
    const response = await invoke({ Payload: Buffer.from('{"n":"ü"}') });
    expect(response).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect([response.FunctionError, response.LogResult]).toEqual([undefined, undefined]);
    expect(JSON.parse(textOf(response.Payload))).toEqual({ got: { n: 'ü' } });
  });

  test('uses an empty object as the event if there is no payload', async () => {
    await harness.put('exports.handler = async event => event;');
    expect(textOf((await invoke()).Payload)).toBe('{}');
  });

  test('succeeds if the function fails, and returns the error as the payload', async () => {
    await harness.put('exports.handler = async () => { throw new TypeError("no"); };');
    const response = await invoke();
    expect(response).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(textOf(response.Payload))).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
  });

  test('returns the last 4 KB of the log on request', async () => {
    await harness.put('exports.handler = async () => { console.log("x".repeat(5000)); console.warn("careful"); };');
    const tail = Buffer.from((await invoke({ LogType: 'Tail' })).LogResult!, 'base64').toString();
    expect(Buffer.byteLength(tail)).toBe(4096);
    expect(tail).toMatch(/xxx\n\S+Z\t[0-9a-f-]{36}\tWARN\tcareful\nEND RequestId: [0-9a-f-]{36}\nREPORT RequestId: .*\tMemory Size: 128 MB\n$/);
  });

  test('passes the client context to the handler', async () => {
    await harness.put('exports.handler = async (event, context) => context.clientContext;');
    const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
    expect(JSON.parse(textOf((await invoke({ ClientContext })).Payload))).toEqual({ custom: { a: 1 } });
  });

  test.each(['ü😀', 'a line\nbreak', '\u2028'])('passes %j in the client context to the handler', async value => {
    await harness.put('exports.handler = async (event, context) => context.clientContext;');
    const ClientContext = Buffer.from(JSON.stringify({ custom: { value } }, undefined, 2)).toString('base64');
    expect(JSON.parse(textOf((await invoke({ ClientContext })).Payload))).toEqual({ custom: { value } });
  });

  test.each(['not JSON', '"a string"', 'null', ''])('rejects %j as the client context', async text => {
    await harness.put('exports.handler = async () => 1;');
    const rejected = invoke({ ClientContext: Buffer.from(text).toString('base64') || '!' });
    await expect(rejected).rejects.toMatchObject({ name: 'InvalidRequestContentException', message: expect.stringContaining('Client context must be') });
  });

  test('returns before an asynchronous event is processed', async () => {
    await harness.put('exports.handler = async event => { await fetch(process.env.AWS_ENDPOINT_URL + "/" + event.n); };');
    let processed!: () => void;
    const processing = new Promise<void>(resolve => processed = resolve);
    let paths = '';
    harness.onRequest = (req, res) => {
      paths += req.url;
      res.end();
      processed();
    };
    expect(await invoke({ InvocationType: 'Event', Payload: Buffer.from('{"n":7}') })).toMatchObject({ StatusCode: 202 });
    await processing;
    expect(paths).toBe('/7');
  });

  test('does not run the function on a dry run', async () => {
    await harness.put('exports.handler = async () => { console.log("ran"); };');
    expect(await invoke({ InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
    expect(harness.data()).toEqual([]);
    expect(harness.authorized).toMatchObject([{ action: 'lambda:InvokeFunction', resource: ARN }]);
  });

  test('authorizes on the qualified ARN', async () => {
    await harness.put('exports.handler = async () => 1;');
    harness.functions.publishVersion('Function');
    expect(await invoke({ Qualifier: '1' })).toMatchObject({ ExecutedVersion: '1' });
    expect(await invoke({ FunctionName: `${ARN}:1` })).toMatchObject({ ExecutedVersion: '1' });
    expect(harness.authorized.map(call => call.resource)).toEqual([`${ARN}:1`, `${ARN}:1`]);
  });

  const refusals: [string, Partial<InvokeCommandInput>, string, number][] = [
    ['an unknown function', { FunctionName: 'Other' }, 'ResourceNotFoundException', 404],
    ['an unknown version', { Qualifier: '9' }, 'ResourceNotFoundException', 404],
    ['a payload that is not JSON', { Payload: Buffer.from('{') }, 'InvalidRequestContentException', 400],
    ['a payload over 6 MB', { Payload: Buffer.from(JSON.stringify('x'.repeat(6 * 1024 * 1024))) }, 'RequestTooLargeException', 413],
    ['an event over 1 MB', { InvocationType: 'Event', Payload: Buffer.from(JSON.stringify('x'.repeat(1024 * 1024))) }, 'RequestTooLargeException', 413],
    ['an unknown invocation type', { InvocationType: 'Later' as any }, 'InvalidParameterValueException', 400],
  ];
  test.each(refusals)('fails for %s', async (_what, input, name, status) => {
    await harness.put('exports.handler = async () => 1;');
    await expect(invoke(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  test('fails at the concurrency limit', async () => {
    await harness.put('exports.handler = async () => 1;', { reservedConcurrency: 0 });
    await expect(invoke()).rejects.toMatchObject({
      name: 'TooManyRequestsException', message: 'Rate Exceeded.', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', $metadata: { httpStatusCode: 429 },
    });
  });

  test('fails without the permission, whether or not the function exists', async () => {
    harness.authorize = () => {
      throw new HttpError('AccessDeniedException', 403, 'User is not authorized to perform: lambda:InvokeFunction');
    };
    for (const FunctionName of ['Function', 'Other']) {
      await expect(invoke({ FunctionName })).rejects.toMatchObject({
        name: 'AccessDeniedException', message: 'User is not authorized to perform: lambda:InvokeFunction', $metadata: { httpStatusCode: 403 },
      });
    }
  });
});

test('GetFunction reports an active function', async () => {
  await harness.put('exports.handler = async () => 1;', { environment: { A: 'b' }, reservedConcurrency: 3, architecture: 'arm64' });
  expect(await client.send(new GetFunctionCommand({ FunctionName: ARN }))).toMatchObject({
    Configuration: {
      FunctionName: 'Function',
      FunctionArn: ARN,
      Handler: 'index.handler',
      Role: ROLE,
      Version: '$LATEST',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: { A: 'b' } },
      Architectures: ['arm64'],
      Timeout: 30,
      MemorySize: 128,
    },
    Concurrency: { ReservedConcurrentExecutions: 3 },
  });
  expect(harness.authorized).toMatchObject([{ action: 'lambda:GetFunction', resource: ARN }]);
  await expect(waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'Function' })).resolves.toMatchObject({ state: 'SUCCESS' });
  expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'Function' }))).toMatchObject({ State: 'Active' });
  await expect(client.send(new GetFunctionCommand({ FunctionName: 'Other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a function can invoke another one with the credentials of its role', async () => {
  await harness.put('exports.handler = async event => event.n + 1;', { functionName: 'Callee' });
  await harness.put(`const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
    exports.handler = async event => {
      const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'Callee', Payload: JSON.stringify(event) }));
      return JSON.parse(Buffer.from(Payload).toString());
    };`);
  const callers: Caller[] = [];
  harness.authorize = caller => void callers.push(caller);
  expect(await harness.invoke({ n: 1 })).toBe(2);
  expect(callers).toMatchObject([{ kind: 'role', roleArn: ROLE }]);
});

test('fails for an unsupported operation', async () => {
  await expect(client.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining('got GET /2015-03-31/functions'), $metadata: { httpStatusCode: 501 },
  });
});

test('requests that are signed for another service are not handled', async () => {
  let path = '';
  harness.onRequest = (req, res) => {
    path = req.url!;
    res.end();
  };
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261121/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0';
  await fetch(`${harness.endpoint}/2015-03-31/functions/Function/invocations`, { method: 'POST', body: '{}', headers: { authorization } });
  expect(path).toBe('/2015-03-31/functions/Function/invocations');
});

test('fails for a function name with invalid URL encoding', async () => {
  const response = await fetch(`${harness.endpoint}/2015-03-31/functions/%zz/invocations`, {
    method: 'POST', headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0' },
  });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
});

test('a request is logged in one line, without its payload', async () => {
  await harness.put('exports.handler = async () => 1;');
  await invoke({ Payload: '{"password":"swordfish"}' });
  await expect(client.send(new GetFunctionCommand({ FunctionName: 'Other' }))).rejects.toThrow();
  expect(harness.liveLog.recent.filter(({ kind }) => kind === 'request')).toMatchObject([
    { level: 'info', text: 'lambda:InvokeFunction Function → 200', data: { operation: 'lambda:InvokeFunction', target: 'Function', status: 200 } },
    { level: 'warning', data: { operation: 'lambda:GetFunction', target: 'Other', status: 404, error: 'ResourceNotFoundException' } },
  ]);
  expect(JSON.stringify(harness.liveLog.recent)).not.toContain('swordfish');
});
