import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadAssembly } from '../../src/app/assembly';
import { LocalServer } from '../../src/server';
import { writeFile } from '../support/write-file';

/** A template written by hand, with the code of its functions in adjacent folders. */
const TEMPLATE = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: ./src
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/inner.yaml
      Parameters: { RoleArn: !GetAtt Role.Arn }
Outputs:
  Outer: { Value: !Ref Function }
  Inner: { Value: !GetAtt Nested.Outputs.Name }
`;

const INNER = `
Parameters: { RoleArn: { Type: String } }
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs20.x, Handler: index.handler, Role: !Ref RoleArn, Code: ./src }
Outputs:
  Name: { Value: !Ref Function }
`;

let directory: string;
let server: LocalServer;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'code-update-'));
  write('chat.yaml', TEMPLATE);
  write('nested/inner.yaml', INNER);
  write('nested/src/index.js', handler('inner'));
  server = await LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory });
});

afterEach(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true });
});

const write = (file: string, content: string) => writeFile(directory, file, content);

function handler(answer: string): string {
  return `const { answer } = require('./lib/answer'); exports.handler = async () => answer + ${JSON.stringify(answer)};`;
}

async function deployed(answer: string, more = ''): Promise<void> {
  write('src/index.js', handler(''));
  write('src/lib/answer.js', `exports.answer = ${JSON.stringify(answer)};`);
  write('nested/src/lib/answer.js', `exports.answer = ${JSON.stringify(answer)};`);
  write('chat.yaml', TEMPLATE.replace('Outputs:', `${more}\nOutputs:`));
  const [stack] = loadAssembly(path.join(directory, 'chat.yaml'));
  await server.deployment.deploy(stack);
}

async function answers(): Promise<unknown[]> {
  const { outputs } = server.deployment.describe().find(({ name }) => name === 'chat')!;
  const results = await Promise.all([outputs.Outer, outputs.Inner].map(async name => server.functions.invoke(name, '{}')));
  return results.map(({ payload }) => JSON.parse(payload));
}

const updates = () => server.liveLog.recent.filter(({ data }) => data?.logicalId === 'Function' && data.event === 'updated').length;

test('a function is updated when a file of its folder has changed, and only then', async () => {
  await deployed('one');
  expect(await answers()).toEqual(['one', 'oneinner']);
  await deployed('one');
  expect(updates()).toBe(0);
  await deployed('two');
  expect(await answers()).toEqual(['two', 'twoinner']);
  expect(updates()).toBe(2);
});

test('fails for another reason: the previous code is restored, whatever the folder has now', async () => {
  await deployed('one');
  const refused = "  Bad:\n    Type: AWS::IVSChat::Room\n    DependsOn: [Function, Nested]\n    Properties: { Name: 'no spaces, please' }";
  await expect(deployed('two', refused)).rejects.toThrow('The stack chat could not be updated and was rolled back: Bad (AWS::IVSChat::Room)');
  expect(await answers()).toEqual(['one', 'oneinner']);
  await deployed('two');
  expect(await answers()).toEqual(['two', 'twoinner']);
});
