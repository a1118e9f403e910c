import { LOBBY, type TestEndpoint, useTokenEndpoint } from '../../support/token-endpoint/endpoint';

const { create, provider } = useTokenEndpoint();

test('an unexpected failure is answered with 500, and the reason stays in the log', async () => {
  const endpoint: TestEndpoint = create();
  (endpoint as any).endpoint.gate.pass = () => { throw new TypeError('internal detail'); };
  const answer = await endpoint.post({ room: LOBBY }, { token: provider.token() });
  expect(answer).toMatchObject({
    status: 500, body: { error: 'internal' }, line: { outcome: 'internal', reason: 'unexpected TypeError: internal detail', userId: 'user-1', Failed: 1 },
  });
  expect(JSON.stringify(answer.body)).not.toContain('detail');
});

test('answers have no other headers than they need', async () => {
  const { headers } = await create().post({ room: LOBBY }, { token: provider.token() });
  expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
});
