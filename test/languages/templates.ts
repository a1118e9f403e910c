import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** The folder where scripts/languages.sh synthesizes the apps and generates the C# code. */
const output = process.env.LANGUAGES_OUTPUT!;
const repository = path.join(__dirname, '..', '..');

function read(...file: string[]): any {
  return JSON.parse(fs.readFileSync(path.join(output, ...file), 'utf8'));
}

/** A digest of the files in an asset. Unlike the asset hash of the CDK, it does not depend on how the asset was bundled. */
function digest(asset: string): string {
  const hash = crypto.createHash('sha256');
  for (const file of fs.readdirSync(asset).sort()) hash.update(file).update(fs.readFileSync(path.join(asset, file)));
  return hash.digest('hex');
}

/** The template of an app, with the digests of its assets instead of their hashes. */
function templateOf(app: string, stack: string): any {
  const folder = path.join(output, app);
  const template = fs.readFileSync(path.join(folder, `${stack}.template.json`), 'utf8');
  return JSON.parse(template.replace(/\b[0-9a-f]{64}\b/g, hash => digest(path.join(folder, `asset.${hash}`))));
}

/** The template without the code of the functions, which is Python code in Python. */
function withoutCode(template: any): any {
  const copy = structuredClone(template);
  for (const { Type, Properties } of Object.values<any>(copy.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    delete Properties.Code;
    delete Properties.Runtime;
  }
  return copy;
}

describe.each(['python', 'java', 'go'])('examples/live-chat in %s', language => {
  test('synthesizes the same template as in TypeScript', () => {
    expect(templateOf(`live-chat/${language}`, 'LiveChat')).toEqual(templateOf('live-chat/typescript', 'LiveChat'));
  });

  test('uses the oldest supported CDK', () => {
    const { devDependencies } = JSON.parse(fs.readFileSync(path.join(repository, 'package.json'), 'utf8'));

    expect(read('live-chat', language, 'tree.json').tree.constructInfo)
      .toMatchObject({ fqn: 'aws-cdk-lib.App', version: devDependencies['aws-cdk-lib'] });
  });
});

describe('the example of the README', () => {
  test('contains a moderated and logged room, and a grant', () => {
    const types = Object.values<any>(templateOf('readme/typescript', 'Chat').Resources).map(({ Type }) => Type);

    expect(types.sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IVSChat::LoggingConfiguration', 'AWS::IVSChat::Room', 'AWS::Lambda::Permission', 'AWS::Logs::LogGroup',
    ]);
  });

  test.each(['python', 'java', 'go'])('synthesizes the same template in %s as in TypeScript', language => {
    expect(templateOf(`readme/${language}`, 'Chat')).toEqual(templateOf('readme/typescript', 'Chat'));
  });
});

describe('the quick start', () => {
  test.each(['java-maven', 'java-gradle', 'go'])('synthesizes the same template in %s as in TypeScript', language => {
    expect(templateOf(`quick-start/${language}`, 'Chat')).toEqual(templateOf('quick-start/typescript', 'Chat'));
  });

  test('synthesizes the same template in python as in TypeScript, except for the code of the functions', () => {
    expect(withoutCode(templateOf('quick-start/python', 'Chat'))).toEqual(withoutCode(templateOf('quick-start/typescript', 'Chat')));
  });
});

describe('C#', () => {
  const generated = fs.readdirSync(path.join(output, 'dotnet'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.cs') && path.basename(file) !== 'NamespaceDoc.cs')
    .map(file => fs.readFileSync(path.join(output, 'dotnet', file), 'utf8'))
    .join('\n');
  const page = fs.readFileSync(path.join(repository, 'docs', 'languages', 'csharp.md'), 'utf8');
  const readme = fs.readFileSync(path.join(output, 'dotnet', 'CdkIvsChat', 'CdkIvsChat', 'NamespaceDoc.cs'), 'utf8');
  const OF_THE_CDK = ['App', 'Stack', 'Function', 'FromFunctionName', 'LogGroup', 'Role', 'FromRoleName', 'Synth'];

  test.each([
    ['the page', /^```csharp\n(.*?)^```/ms.exec(page)![1]],
    ['the README', /<!\[CDATA\[\n(.*?)\]\]>/s.exec(readme)![1].replace(/^ *\/\/\/ ?/gm, '')],
  ])('%s uses only names that are in the generated code', (_, example) => {
    // Words that start with a capital letter, outside of strings, comments and `using`.
    const names = new Set(example.replace(/".*?"|\/\/.*|^using .*/gm, '').match(/\b[A-Z]\w+/g));
    const unknown = [...names].filter(name => !OF_THE_CDK.includes(name) && !new RegExp(`\\b${name}\\b`).test(generated));

    expect([...names]).toEqual(expect.arrayContaining(['MessageReviewHandlerProps', 'LoggingConfigurations', 'GrantCreateChatToken']));
    expect(unknown).toEqual([]);
  });
});
