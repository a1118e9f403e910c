import { LambdaHarness } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const SETTINGS = { runtime: 'provided.al2023', handler: 'anything' };

// A custom runtime that calls the Runtime API without our bootstraps.
const program = (handle: string) => `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
const post = (path, body) => fetch(api + path, { method: 'POST', body: JSON.stringify(body) });
(async () => {
  for (;;) {
    const next = await fetch(api + '/invocation/next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const event = await next.json();
    ${handle}
  }
})();`;

test('runs the bootstrap of the asset, and reuses its process', async () => {
  await harness.put({
    bootstrap: program(`
    console.log('working on', event.n);
    await post('/invocation/' + id + '/response', { twice: event.n * 2, pid: process.pid, handler: process.env._HANDLER });`),
  }, SETTINGS);
  const { pid, ...first } = await harness.invoke({ n: 1 });
  expect(first).toEqual({ twice: 2, handler: 'anything' });
  expect(await harness.invoke({ n: 2 })).toEqual({ twice: 4, handler: 'anything', pid });
});

test('returns an error of the runtime', async () => {
  await harness.put({ bootstrap: program('await post(`/invocation/${id}/error`, { errorType: "Mine", errorMessage: "no" });') }, SETTINGS);
  const { functionError, payload } = await harness.functions.invoke('Function', '{}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toEqual({ errorType: 'Mine', errorMessage: 'no' });
  expect(harness.data()).toContainEqual({ event: 'failed', functionName: 'Function', error: 'Mine: no' });
});

test('rejects a response to an unknown invocation', async () => {
  await harness.put({
    bootstrap: program(`
    const wrong = await post('/invocation/other/response', {});
    await post('/invocation/' + id + '/response', { status: wrong.status, body: await wrong.json() });`),
  }, SETTINGS);
  expect(await harness.invoke()).toMatchObject({ status: 400, body: { errorType: 'InvalidRequestID' } });
});

test('rejects a response over 6 MB', async () => {
  await harness.put({ bootstrap: program('await post(`/invocation/${id}/response`, "x".repeat(6300000));') }, SETTINGS);
  expect(await harness.invoke()).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
});

test('rejects requests of web pages', async () => {
  await harness.put({
    bootstrap: program(`
    const response = await fetch(api + '/init/error', { method: 'POST', body: '{}', headers: { origin: 'http://localhost' } });
    await post('/invocation/' + id + '/response', response.status);`),
  }, SETTINGS);
  expect(await harness.invoke()).toBe(403);
});

test('fails without a bootstrap', async () => {
  await harness.put({ other: '' }, SETTINGS);
  expect(await harness.invoke()).toMatchObject({
    errorType: 'Runtime.InvalidEntrypoint', errorMessage: expect.stringContaining('fork/exec /var/task/bootstrap: no such file or directory'),
  });
});

test('fails for inline code', async () => {
  await expect(harness.put('echo', SETTINGS)).rejects.toThrow('Runtime of a function with inline code must be nodejs* or python*, got provided.al2023 for Function');
});
