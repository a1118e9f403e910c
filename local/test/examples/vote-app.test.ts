import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { startIvsChat, type IvsChat } from '../../src';
import { VoteStack } from '../support/vote-app/vote-stack';

let directory: string;
let local: IvsChat;
let url: string;
let key: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vote-app-test-'));
  const app = new App({ outdir: path.join(directory, 'cdk.out'), analyticsReporting: false });
  new VoteStack(app, 'Votes');
  local = await startIvsChat({ app: app.synth() });
  url = Object.values(local.outputs.Votes).find(value => value.includes('/execute-api/'))!;
  key = String(local.liveLog.find(({ data }) => data?.notice === 'api-key')!.data!.value);
}, 60_000);

afterAll(async () => {
  await local.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function post(name: string, body: object, headers: Record<string, string> = { 'x-api-key': key }): Promise<[number, any]> {
  const response = await fetch(url + name, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  return [response.status, await response.json()];
}

test('the key of the API is the generated password of the secret', async () => {
  expect(key).toMatch(/^[A-Za-z0-9]{20}$/);
  expect(await post('tokens', { user: 'ada' })).toEqual([200, expect.objectContaining({ token: expect.any(String) })]);
  expect(await post('tokens', { user: 'ada' }, {})).toEqual([403, { message: 'Forbidden' }]);
});

test('a vote is an event of the room', async () => {
  const ada = await local.connect({ room: 'votes', userId: 'ada' });
  expect(await post('vote/team/red', { user: 'ada', votes: ['red'] })).toEqual([200, {}]);
  expect(await ada.events.take()).toMatchObject({ eventName: 'app:VOTE', attributes: { user: 'ada', for: 'team/red' } });
});

test('bodies have to match their models', async () => {
  for (const body of [{}, { user: 1 }, { user: 'ada', votes: [1] }]) expect(await post('vote/red', body)).toEqual([400, { message: 'Invalid request body' }]);
});

test('a page of this machine may call an API that names two other origins', async () => {
  const origin = 'http://localhost:3000';
  const response = await fetch(`${url}tokens`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
});

test('what only AWS has is named', () => {
  const standIns = local.liveLog.filter(({ data }) => data?.notice === 'stand-in').map(({ data }) => data!.type);
  expect([...new Set(standIns)].sort()).toEqual([
    'AWS::CloudFront::Distribution', 'AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping', 'AWS::SecretsManager::Secret', 'AWS::StepFunctions::StateMachine',
  ]);
});
