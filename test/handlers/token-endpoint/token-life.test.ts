import { BANS, BANS_ARN, chatToken, LOBBY, storeBans, useTokenEndpoint } from '../../support/token-endpoint/endpoint';
import { after, serviceError } from '../../support/token-endpoint/fake-aws';

const { aws, create, provider } = useTokenEndpoint();
const reports = () => aws.calls('Invoke').map(({ input }) => input);

beforeEach(() => {
  storeBans(aws);
  aws.on('Invoke', () => ({ status: 202, body: '' }));
});

/** Asks for a token once for each of these lives. */
async function tokensThatLive(...lives: number[]): Promise<any[]> {
  const endpoint = create({ bans: BANS });
  const answers = [];
  for (const life of lives) {
    aws.on('CreateChatToken', () => ({ body: chatToken(life) }));
    answers.push(await endpoint.post({ room: LOBBY }, { token: provider.token() }));
  }
  return answers;
}

test.each([1, 30, 60])('a life of %d seconds is not reported', async life => {
  await tokensThatLive(life);
  expect(reports()).toEqual([]);
});

test('a longer life is reported once, and again when it is longer still', async () => {
  await tokensThatLive(120, 120, 90, 300, 120, 300);
  expect(reports()).toEqual([{ action: 'reportTokenLife', seconds: 120 }, { action: 'reportTokenLife', seconds: 300 }]);
  expect(aws.calls('Invoke')[0]).toMatchObject({ functionArn: BANS_ARN, invocationType: 'Event' });
});

test('each instance of the function reports', async () => {
  await tokensThatLive(120);
  await tokensThatLive(120);
  expect(reports()).toHaveLength(2);
});

test('a report that fails leaves the token to the user', async () => {
  aws.on('Invoke', () => serviceError('AccessDeniedException', 403));
  const [answer] = await tokensThatLive(120);
  expect(answer).toMatchObject({ status: 200, body: { token: expect.any(String) }, line: { tokenLifeNotReported: expect.stringContaining('AccessDeniedException') } });
});

test('a report is waited for two seconds', async () => {
  aws.on('Invoke', async () => after(3_000));
  const start = performance.now();
  const [answer] = await tokensThatLive(120);
  expect(answer).toMatchObject({ status: 200 });
  expect(performance.now() - start).toBeLessThan(2_900);
});

test('without bans there is nothing to report to', async () => {
  aws.on('CreateChatToken', () => ({ body: chatToken(120) }));
  expect(await create().post({ room: LOBBY }, { token: provider.token() })).toMatchObject({ status: 200 });
  expect(reports()).toEqual([]);
});

test('the answer never has the expiration time of the token', async () => {
  const [answer] = await tokensThatLive(60);
  expect(Object.keys(answer.body)).toEqual(['token', 'sessionExpirationTime', 'userId', 'capabilities', 'role']);
});
