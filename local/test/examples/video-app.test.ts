import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { startIvsChat, type IvsChat } from '../../src';
import { ShowStack } from '../support/video-app/show-stack';

let directory: string;
let local: IvsChat;
let url: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'video-app-test-'));
  const app = new App({ outdir: path.join(directory, 'cdk.out'), analyticsReporting: false });
  new ShowStack(app, 'Shows', path.dirname(path.dirname(require.resolve('aws-sdk/package.json'))));
  local = await startIvsChat({ app: app.synth() });
  url = Object.values(local.outputs.Shows)[0];
}, 60_000);

afterAll(async () => {
  await local.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function call(method: string, name: string, body: object): Promise<any> {
  const response = await fetch(url + name, { method, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return response.json();
}

test('a host starts a show, a viewer joins its chat, and the host ends it', async () => {
  const { chatToken, playbackUrl, room, stageToken } = await call('POST', 'start', { id: 'cooking', user: 'ada' });
  expect([chatToken, stageToken]).toEqual([expect.any(String), expect.stringMatching(/^ivschat-local-stage-token-/)]);
  expect(playbackUrl).toContain('.live-video.invalid/');
  expect(local.rooms).toEqual([expect.objectContaining({ arn: room, name: 'cooking' })]);

  const bob = await local.connect({ room, userId: 'bob' });
  expect((await call('POST', 'join', { id: 'cooking', user: 'eve' })).chatToken).toEqual(expect.any(String));
  await bob.send('Hello!');

  await call('DELETE', 'end', { id: 'cooking' });
  expect(local.rooms).toEqual([]);
  const operations = local.liveLog.filter(({ data }) => data?.event === 'ivs-stand-in').map(({ data }) => data!.operation);
  expect(operations).toEqual(['CreateChannel', 'CreateStage', 'CreateParticipantToken', 'DeleteChannel', 'DeleteStage']);
});

test('pages may call the API', async () => {
  const response = await fetch(`${url}start`, { method: 'OPTIONS', headers: { 'origin': 'http://localhost:3000', 'access-control-request-method': 'POST' } });
  expect([response.status, response.headers.get('access-control-allow-origin'), response.headers.get('access-control-allow-methods')]).toEqual([204, '*', 'POST,DELETE']);
});
