import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { IVS, IVSRealTime } from 'aws-sdk';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

const TEMPLATE = `
Resources:
  Powerless: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Host:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
      Policies:
        - PolicyName: host
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 'ivs:CreateParticipantToken', Resource: !Ref Stage }] }
  Stage: { Type: AWS::IVS::Stage }
Outputs:
  Stage: { Value: !Ref Stage }
  Powerless: { Value: !GetAtt Powerless.Arn }
  Host: { Value: !GetAtt Host.Arn }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ivs-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** With the permissions of a role, or of the developer. */
function configOf(roleArn?: string) {
  const credentials = roleArn === undefined ? { accessKeyId: 'local', secretAccessKey: 'local' } : server.sessions.assume(roleArn, 'test');
  return { region: 'us-east-1', endpoint: server.url, maxRetries: 0, credentials };
}

const realTime = (roleArn?: string) => new IVSRealTime(configOf(roleArn));
const entries = (event: string) => server.liveLog.recent.filter(({ data }) => data?.event === event);

test('a channel with a stream key', async () => {
  const ivs = new IVS(configOf());
  const { channel, streamKey } = await ivs.createChannel({ name: 'show', tags: { a: 'b' } }).promise();
  expect(channel).toMatchObject({ arn: expect.stringMatching(/^arn:aws:ivs:us-east-1:\d{12}:channel\/[A-Za-z0-9]{12}$/), name: 'show', tags: { a: 'b' }, latencyMode: 'LOW' });
  // The addresses lead nowhere.
  expect(channel!.playbackUrl).toMatch(/^https:\/\/\w+\.us-east-1\.playback\.live-video\.invalid\//);
  expect(streamKey).toMatchObject({ channelArn: channel!.arn, value: expect.stringMatching(/^sk_us-east-1_/) });
  await expect(ivs.stopStream({ channelArn: channel!.arn! }).promise()).rejects.toMatchObject({ name: 'ChannelNotBroadcasting', statusCode: 404 });
  await ivs.deleteChannel({ arn: channel!.arn! }).promise();
});

test('stages with tokens of participants, which are listed until they are deleted', async () => {
  const { participantTokens, stage } = await realTime().createStage({ name: 'talk', participantTokenConfigurations: [{ userId: 'ada', duration: 60 }] }).promise();
  expect(participantTokens).toEqual([expect.objectContaining({ userId: 'ada', duration: 60, capabilities: ['PUBLISH', 'SUBSCRIBE'], token: expect.any(String) })]);
  const { stage: other } = await realTime().createStage({}).promise();
  const first = await realTime().listStages({ maxResults: 1 }).promise();
  const second = await realTime().listStages({ maxResults: 1, nextToken: first.nextToken }).promise();
  expect([first.stages, second.stages, second.nextToken]).toEqual([[expect.objectContaining({ arn: stage!.arn, name: 'talk', activeSessionId: '' })], [expect.objectContaining({ arn: other!.arn })], undefined]);
  await realTime().disconnectParticipant({ stageArn: stage!.arn, participantId: participantTokens![0].participantId!, reason: 'bye' }).promise();
  for (const arn of [stage!.arn, other!.arn]) await realTime().deleteStage({ arn }).promise();
  expect((await realTime().listStages({}).promise()).stages).toEqual([]);
});

test('the permissions of a role decide, with the ARN of the stage', async () => {
  const { participantToken } = await realTime(outputs.Host).createParticipantToken({ stageArn: outputs.Stage, userId: 'ada' }).promise();
  expect(participantToken).toMatchObject({ userId: 'ada', duration: 720 });
  const other = outputs.Stage.replace(/\w+$/, 'another');
  await expect(realTime(outputs.Host).createParticipantToken({ stageArn: other }).promise()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(realTime(outputs.Powerless).createStage({}).promise()).rejects.toMatchObject({ name: 'AccessDeniedException', statusCode: 403 });
});

test('the live log says once for each operation that a stand-in has answered', async () => {
  for (let index = 0; index < 2; index++) await realTime().createParticipantToken({ stageArn: outputs.Stage }).promise();
  expect(entries('ivs-stand-in').filter(({ data }) => data!.operation === 'CreateParticipantToken').map(({ text }) => text))
    .toEqual(['ivs:CreateParticipantToken was answered by a stand-in with made-up ids: nothing is streamed']);
});

test('other operations are refused by name', async () => {
  await expect(new IVS(configOf()).listStreams().promise()).rejects.toMatchObject({ name: 'NotImplementedException', statusCode: 501 });
  const { text } = server.liveLog.recent.at(-1)!;
  expect(text).toContain('ivschat-local does not support ListStreams of Amazon IVS: its stand-in has only CreateChannel, ');
});

test('fails for an ARN of something else, and without a signature', async () => {
  await expect(realTime().deleteStage({ arn: 'arn:aws:ivschat:us-east-1:111122223333:room/abc' }).promise()).rejects.toMatchObject({ name: 'ValidationException' });
  expect((await fetch(`${server.url}/CreateStage`, { method: 'POST', body: '{}' })).status).toBe(404);
});
