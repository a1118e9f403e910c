import { FUNCTION_ARN, LOBBY, useTokenEndpoint, withLog } from '../../support/token-endpoint/endpoint';
import { CLIENT } from '../../support/token-endpoint/identity-provider';

const { provider } = useTokenEndpoint();
const context = { invokedFunctionArn: FUNCTION_ARN, getRemainingTimeInMillis: () => 15_000 };

async function load(settings: object) {
  process.env.TOKEN_ENDPOINT = JSON.stringify(settings);
  let loaded: typeof import('../../../handlers/token-endpoint');
  await jest.isolateModulesAsync(async () => { loaded = await import('../../../handlers/token-endpoint'); });
  return loaded!.handler;
}

test('the handler reads its settings from the environment', async () => {
  const handler = await load({
    roomIds: [LOBBY],
    authentication: { type: 'jwt', issuer: provider.issuer, audience: [CLIENT] },
    userIdClaim: 'sub',
    roles: [],
    defaultRole: { role: 'viewer' },
    anonymousRole: { role: 'refused' },
    attributes: {},
    sessionMinutes: 60,
  });
  const event = {
    requestContext: { http: { method: 'POST' } },
    headers: { 'content-type': 'application/json', 'authorization': `Bearer ${provider.token()}` },
    body: '{}',
  };
  const { lines, result } = await withLog(async () => handler(event, context));
  expect(result).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
  expect(JSON.parse(result.body)).toMatchObject({ token: 'secret-chat-token', role: 'viewer' });
  expect(lines).toHaveLength(1);
});
