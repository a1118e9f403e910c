import * as fs from 'node:fs';
import * as http2 from 'node:http2';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApplyGuardrailCommand, BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { ComprehendClient, DetectSentimentCommand, DetectToxicContentCommand } from '@aws-sdk/client-comprehend';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';
import { writeFile } from '../support/write-file';

const TEMPLATE = `
Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties: { Name: chat, BlockedInputMessaging: No input, BlockedOutputsMessaging: No output }
  Version: { Type: AWS::Bedrock::GuardrailVersion, Properties: { GuardrailIdentifier: !GetAtt Guardrail.GuardrailId } }
  Powerless: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Judge:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
      Policies:
        - PolicyName: judge
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - { Effect: Allow, Action: 'bedrock:ApplyGuardrail', Resource: !Ref Guardrail }
              - { Effect: Allow, Action: 'comprehend:DetectToxicContent', Resource: '*' }
Outputs:
  Id: { Value: !GetAtt Guardrail.GuardrailId }
  Arn: { Value: !Ref Guardrail }
  Version: { Value: !GetAtt Version.Version }
  Powerless: { Value: !GetAtt Powerless.Arn }
  Judge: { Value: !GetAtt Judge.Arn }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;
let words: string;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'judges-test-'));
  words = writeFile(directory, 'words.txt', 'darn\n\n  Heck  \n');
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory, { flaggedWords: words }));
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** With the permissions of a role, or of the developer. */
function configOf(roleArn?: string) {
  const credentials = roleArn === undefined ? { accessKeyId: 'local', secretAccessKey: 'local' } : server.sessions.assume(roleArn, 'test');
  return { region: 'us-east-1', endpoint: server.url, maxAttempts: 1, credentials };
}

function bedrock(roleArn?: string): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient(configOf(roleArn));
  clients.push(client);
  return client;
}

function comprehend(roleArn?: string): ComprehendClient {
  const client = new ComprehendClient(configOf(roleArn));
  clients.push(client);
  return client;
}

const guard = async (text: string, input: object = {}, client = bedrock()) => client.send(new ApplyGuardrailCommand({
  guardrailIdentifier: outputs.Id, guardrailVersion: 'DRAFT', source: 'INPUT', content: [{ text: { text } }], ...input,
}));
const detect = async (texts: string[], input: object = {}, client = comprehend()) => client.send(new DetectToxicContentCommand({
  LanguageCode: 'en', TextSegments: texts.map(Text => ({ Text })), ...input,
}));

describe('ApplyGuardrail', () => {
  test('blocks a flagged word, in any case', async () => {
    expect(await guard('Oh DARN it, what the heck')).toMatchObject({
      action: 'GUARDRAIL_INTERVENED',
      outputs: [{ text: 'No input' }],
      assessments: [{ wordPolicy: { customWords: [{ match: 'darn', action: 'BLOCKED', detected: true }] } }],
      guardrailCoverage: { textCharacters: { guarded: 25, total: 25 } },
    });
    expect(await guard('heck', { source: 'OUTPUT' })).toMatchObject({ action: 'GUARDRAIL_INTERVENED', outputs: [{ text: 'No output' }] });
    expect(await guard('hello')).toMatchObject({ action: 'NONE', outputs: [], assessments: [] });
  });

  test('accepts an ARN and a version', async () => {
    expect(outputs.Version).toBe('1');
    expect(await guard('darn', { guardrailIdentifier: outputs.Arn, guardrailVersion: '1' })).toMatchObject({ action: 'GUARDRAIL_INTERVENED' });
  });

  test('is permitted to a role with the action on the guardrail', async () => {
    expect(await guard('darn', {}, bedrock(outputs.Judge))).toMatchObject({ action: 'GUARDRAIL_INTERVENED' });
    await expect(guard('darn', {}, bedrock(outputs.Powerless))).rejects.toMatchObject({
      name: 'AccessDeniedException', message: expect.stringContaining(`is not authorized to perform: bedrock:ApplyGuardrail on resource: ${outputs.Arn}`),
    });
  });

  test.each<[string, object, string]>([
    ['an unknown guardrail', { guardrailIdentifier: 'abcdefabcdef' }, 'ResourceNotFoundException'],
    ['a guardrail of another region', { guardrailIdentifier: 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdefabcdef' }, 'ResourceNotFoundException'],
    ['an unknown version', { guardrailVersion: '2' }, 'ResourceNotFoundException'],
    ['no content', { content: [] }, 'ValidationException'],
    ['an image', { content: [{ image: { format: 'png', source: { bytes: Buffer.from('a') } } }] }, 'ValidationException'],
    ['an unknown source', { source: 'ELSEWHERE' }, 'ValidationException'],
  ])('fails for %s', async (_what, input, name) => {
    await expect(guard('darn', input)).rejects.toMatchObject({ name });
  });
});

describe('DetectToxicContent', () => {
  test('gives a high score to each segment with a flagged word', async () => {
    const { ResultList } = await detect(['hello', 'heck!']);
    expect(ResultList!.map(({ Toxicity }) => Toxicity)).toEqual([0.01, 0.99]);
    expect(ResultList![1].Labels).toHaveLength(7);
    expect(ResultList![1].Labels).toContainEqual({ Name: 'INSULT', Score: 0.99 });
    expect(ResultList![1].Labels).toContainEqual({ Name: 'GRAPHIC', Score: 0.01 });
  });

  test('is permitted to a role with the action', async () => {
    expect((await detect(['darn'], {}, comprehend(outputs.Judge))).ResultList).toHaveLength(1);
    await expect(detect(['darn'], {}, comprehend(outputs.Powerless))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test.each<[string, string[], object, string]>([
    ['11 segments', Array.from({ length: 11 }, () => 'a'), {}, 'InvalidRequestException'],
    ['no segment', [], {}, 'InvalidRequestException'],
    ['an empty segment', [''], {}, 'InvalidRequestException'],
    ['a segment of more than 1 KB', ['é'.repeat(513)], {}, 'TextSizeLimitExceededException'],
    ['another language', ['a'], { LanguageCode: 'de' }, 'UnsupportedLanguageException'],
  ])('fails for %s', async (_what, texts, input, name) => {
    await expect(detect(texts, input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

test('other operations fail, with their name', async () => {
  await expect(comprehend().send(new DetectSentimentCommand({ Text: 'a', LanguageCode: 'en' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation', message: expect.stringContaining('got Comprehend_20171127.DetectSentiment'),
  });
  await expect(bedrock().send(new InvokeModelCommand({ modelId: 'model', body: '{}' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation', message: expect.stringContaining('got POST /model/model/invoke'),
  });
});

test('each judgement is logged as that of a stand-in, without the text', async () => {
  const entries: { kind: string; text: string; data?: object }[] = [];
  const stop = server.liveLog.listen(entry => entries.push(entry));
  await detect(['a secret', 'darn secret']);
  await guard('heck secret');
  stop();
  expect(entries).toMatchObject([
    {
      kind: 'judge',
      text: `comprehend:DetectToxicContent: flagged 1 of 2, by a stand-in that flags the words of ${words}`,
      data: { operation: 'comprehend:DetectToxicContent', target: '*', texts: 2, flagged: 1 },
    },
    { kind: 'judge', data: { operation: 'bedrock:ApplyGuardrail', target: outputs.Arn, texts: 1, flagged: 1 } },
  ]);
  expect(JSON.stringify(entries)).not.toContain('secret');
});

test('a changed file applies at once', async () => {
  fs.writeFileSync(words, 'gosh\n');
  expect(await guard('darn gosh')).toMatchObject({ assessments: [{ wordPolicy: { customWords: [{ match: 'gosh' }] } }] });
  fs.writeFileSync(words, 'darn\nheck\n');
});

test('a body that is not an object fails, also over HTTP/2', async () => {
  const session = http2.connect(server.url);
  const authorization = 'AWS4-HMAC-SHA256 Credential=local/20261120/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0';
  const request = session.request({ ':method': 'POST', ':path': `/guardrail/${outputs.Id}/version/DRAFT/apply`, authorization });
  const status = await new Promise(resolve => request.on('response', headers => resolve(headers[':status'])).end('[]'));
  session.destroy();
  expect(status).toBe(400);
});
