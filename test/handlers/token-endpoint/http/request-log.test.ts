import { busy, Refusal, unavailable } from '../../../../handlers/token-endpoint/http/refusal';
import { RequestLog } from '../../../../handlers/token-endpoint/http/request-log';
import { LOBBY, useTokenEndpoint, withLog } from '../../../support/token-endpoint/endpoint';
import { serviceError } from '../../../support/token-endpoint/fake-aws';

const { aws, create, provider } = useTokenEndpoint();

beforeEach(() => { process.env.AWS_LAMBDA_FUNCTION_NAME = 'tokens'; });
afterEach(() => { delete process.env.AWS_LAMBDA_FUNCTION_NAME; });

const lineOf = async (refusal?: Refusal) => {
  const { lines } = await withLog(async () => {
    const log = new RequestLog();
    log.add({ action: 'createToken', room: LOBBY });
    log.add({ role: 'viewer' });
    return refusal ? log.writeRefusal(refusal) : log.writeSuccess();
  });
  return lines;
};

test('is one line of JSON without a prefix', async () => {
  expect(await lineOf()).toEqual([`{"outcome":"ok","status":200,"action":"createToken","room":"${LOBBY}","role":"viewer"}\n`]);
  expect(await lineOf(new Refusal(403, 'refused', 'Message', { reason: 'several\nlines' }))).toEqual([expect.stringMatching(/^\{.*"reason":"several lines".*\}\n$/)]);
});

test.each([
  [new Refusal(401, 'token_expired', 'x'), 'Refused'],
  [new Refusal(413, 'too_large', 'x'), 'Refused'],
  [busy('x'), 'Throttled'],
  [unavailable('x'), 'Failed'],
  [new Refusal(500, 'internal', 'x'), 'Failed'],
])('counts an answer in the embedded metric format: %#', async (refusal, metric) => {
  const line = JSON.parse((await lineOf(refusal))[0]);
  expect(line).toMatchObject({ FunctionName: 'tokens', [metric]: 1 });
  expect(line._aws).toEqual({
    Timestamp: expect.any(Number),
    CloudWatchMetrics: [{ Namespace: 'cdk-ivschat', Dimensions: [['FunctionName']], Metrics: [{ Name: metric, Unit: 'Count' }] }],
  });
  expect(Math.abs(line._aws.Timestamp - Date.now())).toBeLessThan(60_000);
});

test('user IDs cannot forge lines', async () => {
  const answer = await create().post({ room: LOBBY }, { token: provider.token({ sub: 'ada\n{"outcome":"ok"}' }) });
  expect(answer.line.userId).toBe('ada\n{"outcome":"ok"}');
});

test('never has tokens, claims or attributes', async () => {
  const claims = { name: 'secret name', groups: ['secret group'], aud: 'secret audience' };
  const attributes = { name: { claim: 'name', maxLength: 64 } };
  for (const options of [{ token: provider.token(claims) }, { token: provider.token({ ...claims, aud: undefined }) }, { headers: { authorization: 'Bearer secret' } }]) {
    await create({ attributes }).post({ room: LOBBY, secret: 'secret' }, options);
  }
  aws.on('CreateChatToken', () => serviceError('ValidationException', 400, 'secret name'));
  // The harness fails for a line with "secret".
  await create({ attributes }).post({ room: LOBBY }, { token: provider.token({ name: 'secret name' }) });
});
