import * as crypto from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** Where scripts/languages.sh has put what it synthesized and generated: a folder for each language. */
const output = process.env.LANGUAGES_OUTPUT!;
const repository = path.join(__dirname, '..', '..');
const FILES = {
  Python: 'python/live_chat_stack.py',
  Java: 'java/src/main/java/com/example/livechat/LiveChatStack.java',
  Go: 'go/live_chat_stack.go',
};
const LANGUAGES = Object.keys(FILES) as (keyof typeof FILES)[];

function read(...file: string[]): any {
  return JSON.parse(fs.readFileSync(path.join(output, ...file), 'utf8'));
}

/** A digest of the files of an asset, by which it is the same wherever they come from. The hash CDK gives it depends on how it was bundled. */
function digest(asset: string): string {
  const hash = crypto.createHash('sha256');
  for (const file of fs.readdirSync(asset).sort()) hash.update(file).update(fs.readFileSync(path.join(asset, file)));
  return hash.digest('hex');
}

/** The template a language has synthesized, with the digests of its assets in the place of their hashes. */
function templateIn(language: string): any {
  const folder = path.join(output, language.toLowerCase());
  const template = fs.readFileSync(path.join(folder, 'LiveChat.template.json'), 'utf8');
  return JSON.parse(template.replace(/\b[0-9a-f]{64}\b/g, hash => digest(path.join(folder, `asset.${hash}`))));
}

describe.each(LANGUAGES)('%s', language => {
  test('synthesizes the template of examples/live-chat', () => {
    expect(templateIn(language)).toEqual(templateIn('TypeScript'));
  });

  test('is on the oldest CDK there may be', () => {
    const { devDependencies } = JSON.parse(fs.readFileSync(path.join(repository, 'package.json'), 'utf8'));

    expect(read(language.toLowerCase(), 'tree.json').tree.constructInfo)
      .toMatchObject({ fqn: 'aws-cdk-lib.App', version: devDependencies['aws-cdk-lib'] });
  });
});

describe('docs/languages.md', () => {
  const page = fs.readFileSync(path.join(repository, 'docs', 'languages.md'), 'utf8');

  function snippets(fence: string): string[] {
    return [...page.matchAll(new RegExp(`^\`\`\`${fence}\n(.*?)^\`\`\``, 'gms'))].map(([, snippet]) => snippet);
  }

  function unindented(text: string): string[] {
    return text.trim().split('\n').map(line => line.trim());
  }

  test.each(LANGUAGES)('the stack in %s is an extract from the file', language => {
    const file = unindented(fs.readFileSync(path.join(__dirname, FILES[language]), 'utf8'));
    const stack = unindented(snippets(language.toLowerCase())[0]);
    const start = file.indexOf(stack[0]);

    expect(file.slice(start, start + stack.length)).toEqual(stack);
  });

  test('the room of the README in Python is the whole file', () => {
    expect(snippets('python')[1]).toBe(fs.readFileSync(path.join(__dirname, 'python', 'chat_stack.py'), 'utf8'));
  });

  test('every name in the C# stack that is ours is in the generated code', () => {
    const generated = fs.readdirSync(path.join(output, 'dotnet'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.cs'))
      .map(file => fs.readFileSync(path.join(output, 'dotnet', file), 'utf8'))
      .join('\n');
    const [stack] = snippets('csharp');
    // The log group is the CDK's. What else begins with a capital, outside of texts and comments, is ours.
    const ours = stack.replace(/new LogGroup\(.*?\}\)/s, '').replace(/".*?"|\/\/.*/g, '');
    const names = new Set(ours.match(/\b[A-Z]\w+/g));
    const unknown = [...names].filter(name => !new RegExp(`\\b${name}\\b`).test(generated));

    expect(names).toContain('MaximumMessageRatePerSecond');
    expect(unknown).toEqual([]);
  });
});
