import { Harness } from '../../support/lambda-harness';

let harness: Harness;
beforeEach(async () => harness = await Harness.start());
afterEach(async () => harness.close());

const SETTINGS = { runtime: 'provided.al2023', handler: 'anything' };

// A program of the function's own that talks to the Runtime API, with nothing of ours in it.
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

test('the bootstrap of the asset runs, and is used again', async () => {
  await harness.put({
    bootstrap: program(`
    console.log('working on', event.n);
    await post('/invocation/' + id + '/response', { twice: event.n * 2, pid: process.pid, handler: process.env._HANDLER });`),
  }, SETTINGS);
  const { pid, ...first } = await harness.invoke({ n: 1 });
  expect(first).toEqual({ twice: 2, handler: 'anything' });
  expect(await harness.invoke({ n: 2 })).toEqual({ twice: 4, handler: 'anything', pid });
});

test('its errors are passed on', async () => {
  await harness.put({ bootstrap: program('await post(`/invocation/${id}/error`, { errorType: "Mine", errorMessage: "no" });') }, SETTINGS);
  const { functionError, payload } = await harness.functions.invoke('Function', '{}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toEqual({ errorType: 'Mine', errorMessage: 'no' });
  expect(harness.texts()).toContain('Function failed: Mine: no');
});

test('an answer to another invocation is refused', async () => {
  await harness.put({
    bootstrap: program(`
    const wrong = await post('/invocation/other/response', {});
    await post('/invocation/' + id + '/response', { status: wrong.status, body: await wrong.json() });`),
  }, SETTINGS);
  expect(await harness.invoke()).toMatchObject({ status: 400, body: { errorType: 'InvalidRequestID' } });
});

test('a response over 6 MB is an error', async () => {
  await harness.put({ bootstrap: program('await post(`/invocation/${id}/response`, "x".repeat(6300000));') }, SETTINGS);
  expect(await harness.invoke()).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
});

test('web pages are refused', async () => {
  await harness.put({
    bootstrap: program(`
    const asked = await fetch(api + '/init/error', { method: 'POST', body: '{}', headers: { origin: 'http://localhost' } });
    await post('/invocation/' + id + '/response', asked.status);`),
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
  await expect(harness.put('echo', SETTINGS)).rejects.toThrow('The function Function has inline code, which only nodejs* and python* can have.');
});
