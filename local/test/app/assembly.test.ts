import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadAssembly } from '../../src/app/assembly';
import { writeFile } from '../support/write-file';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const write = (file: string, content: object | string) => writeFile(directory, file, content);

const TEMPLATE = { Resources: { Room: { Type: 'AWS::IVSChat::Room' } } };
const HASH = 'a'.repeat(64);

function stack(id: string, properties: object = {}, more: object = {}): object {
  return {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: `${id}.template.json`, ...properties },
    dependencies: [`${id}.assets`],
    displayName: id,
    ...more,
  };
}

function writeAssembly(folder: string, artifacts: Record<string, any>, manifest: object = {}): void {
  for (const [id, { type }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack') write(path.join(folder, `${id}.template.json`), TEMPLATE);
  }
  write(path.join(folder, 'manifest.json'), { version: '50.0.0', artifacts, ...manifest });
}

describe('a cloud assembly', () => {
  test('stacks come in the order of their dependencies', () => {
    writeAssembly('', {
      Last: stack('Last', {}, { dependencies: ['Middle'] }),
      First: stack('First', { stackName: 'chat-first' }),
      Middle: stack('Middle', {}, { dependencies: ['First', 'Middle.assets'] }),
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    });
    const loaded = loadAssembly(directory);
    expect(loaded.map(({ name, path: stackPath, dependencies }) => [name, stackPath, dependencies])).toEqual([
      ['chat-first', 'First', []], ['Middle', 'Middle', ['First']], ['Last', 'Last', ['Middle']],
    ]);
    expect(loaded[0]).toEqual(expect.objectContaining({
      template: TEMPLATE,
      environment: { account: '111122223333', region: 'us-east-1' },
      parameters: {},
    }));
  });

  test('a stack that says where it goes takes the others with it', () => {
    writeAssembly('', {
      Anywhere: stack('Anywhere'),
      There: stack('There', {}, { environment: 'aws://444455556666/eu-west-1' }),
      Elsewhere: stack('Elsewhere', {}, { environment: 'aws://unknown-account/us-west-2' }),
    });
    expect(loadAssembly(directory).map(({ environment }) => environment)).toEqual([
      { account: '444455556666', region: 'eu-west-1' },
      { account: '444455556666', region: 'eu-west-1' },
      { account: '444455556666', region: 'us-west-2' },
    ]);
  });

  test('stacks that may go anywhere go to the region that is asked for', () => {
    writeAssembly('', { One: stack('One'), Two: stack('Two', {}, { environment: 'aws://444455556666/unknown-region' }) });
    expect(loadAssembly(directory, { region: 'eu-west-1' }).map(({ environment }) => environment)).toEqual([
      { account: '444455556666', region: 'eu-west-1' }, { account: '444455556666', region: 'eu-west-1' },
    ]);
  });

  test('fails for another region than a stack itself says, and for one without chat', () => {
    writeAssembly('', { There: stack('There', {}, { environment: 'aws://444455556666/eu-west-1' }) });
    expect(loadAssembly(directory, { region: 'eu-west-1' })).toHaveLength(1);
    expect(() => loadAssembly(directory, { region: 'us-west-2' })).toThrow('The stack There says itself that it goes to eu-west-1: it cannot go to us-west-2.');
    expect(() => loadAssembly(directory, { region: 'eu-north-1' })).toThrow(
      'Amazon IVS Chat is not available in eu-north-1: choose one of ap-northeast-1, ap-northeast-2, ap-south-1, eu-central-1, eu-west-1, us-east-1, us-west-2.',
    );
  });

  describe('with stages', () => {
    beforeEach(() => {
      writeAssembly('', {
        'Top': stack('Top'),
        'assembly-Prod': { type: 'cdk:cloud-assembly', displayName: 'Prod', properties: { directoryName: 'assembly-Prod' } },
      });
      writeAssembly('assembly-Prod', {
        ProdChat1: stack('ProdChat1', { stackName: 'Prod-Chat' }, { displayName: 'Prod/Chat', dependencies: ['ProdData2'] }),
        ProdData2: stack('ProdData2', { stackName: 'Prod-Data' }, { displayName: 'Prod/Data' }),
      });
    });

    test.each<[string | undefined, string[]]>([
      [undefined, ['Top']],
      ['Top', ['Top']],
      ['Prod/Chat', ['Prod-Data', 'Prod-Chat']],
      ['Prod-Chat', ['Prod-Data', 'Prod-Chat']],
      ['Prod/Data', ['Prod-Data']],
      ['Prod', ['Prod-Data', 'Prod-Chat']],
    ])('--stack %s', (wanted, names) => {
      expect(loadAssembly(directory, { stack: wanted }).map(({ name }) => name)).toEqual(names);
    });

    test('fails for a stack nobody has written, and names those there are', () => {
      expect(() => loadAssembly(directory, { stack: 'Chat' })).toThrow('There is no stack Chat. There is: Top, Prod/Chat, Prod/Data.');
    });

    test('fails when all are in stages and none is named', () => {
      expect(() => loadAssembly(path.join(directory, 'assembly-Prod'))).not.toThrow();
      fs.rmSync(path.join(directory, 'Top.template.json'));
      writeAssembly('', { 'assembly-Prod': { type: 'cdk:cloud-assembly', displayName: 'Prod', properties: { directoryName: 'assembly-Prod' } } });
      expect(() => loadAssembly(directory)).toThrow('All stacks are in stages. Choose one with --stack: Prod/Chat, Prod/Data.');
    });
  });

  test('assets are found by S3 key and hash, and only by those', () => {
    writeAssembly('', { 'Chat': stack('Chat'), 'Chat.assets': { type: 'cdk:asset-manifest', properties: { file: 'Chat.assets.json' } } });
    const TEMPLATE_HASH = 'b'.repeat(64);
    const PROGRAM_HASH = 'c'.repeat(64);
    write('Chat.assets.json', {
      files: {
        [HASH]: {
          source: { path: `asset.${HASH}`, packaging: 'zip' },
          destinations: { here: { bucketName: 'assets', objectKey: `prefix/${HASH}.zip` } },
        },
        [TEMPLATE_HASH]: {
          source: { path: 'Nested.nested.template.json', packaging: 'file' },
          destinations: { here: { bucketName: 'assets', objectKey: `${TEMPLATE_HASH}.json` } },
        },
        [PROGRAM_HASH]: { source: { executable: ['make'] }, destinations: {} },
      },
    });
    const [{ asset }] = loadAssembly(directory);
    expect(asset(`${HASH}.zip`)).toEqual({ directory: path.join(directory, `asset.${HASH}`) });
    expect(asset(`prefix/${HASH}.zip`)).toEqual({ directory: path.join(directory, `asset.${HASH}`) });
    expect(asset(HASH)).toEqual({ directory: path.join(directory, `asset.${HASH}`) });
    expect(asset(`${TEMPLATE_HASH}.json`)).toEqual({ file: path.join(directory, 'Nested.nested.template.json') });
    expect(asset(PROGRAM_HASH)).toBeUndefined();
    expect(asset('Chat.template.json')).toBeUndefined();
  });

  test.each<[string, () => void, string]>([
    ['a folder without a manifest', () => undefined, 'is no cloud assembly: it has no manifest.json'],
    ['a manifest that is half written', () => write('manifest.json', '{ "artifacts": '), 'manifest.json cannot be read'],
    ['an app without stacks', () => writeAssembly('', {}), 'There is no stack in the assembly.'],
    ['look-ups without an answer', () => writeAssembly('', { Chat: stack('Chat') }, { missing: [{ provider: 'vpc-provider', key: 'k', props: {} }] }),
      'looks something up in an AWS account (vpc-provider)'],
    ['two stacks of one name', () => writeAssembly('', { A: stack('A', { stackName: 'same' }), B: stack('B', { stackName: 'same' }) }),
      'Two of the stacks are called same.'],
  ])('fails for %s', (_name, prepare, sentence) => {
    prepare();
    expect(() => loadAssembly(directory)).toThrow(sentence);
  });

  test('fails for nothing at all', () => {
    expect(() => loadAssembly(path.join(directory, 'cdk.out'))).toThrow(/^There is no .*cdk.out\.$/);
  });
});

describe('a template', () => {
  test('in YAML is one stack, called like the file', () => {
    const file = write('my_chat.template.yaml', 'Resources: { Room: { Type: AWS::IVSChat::Room } }');
    expect(loadAssembly(file)).toEqual([expect.objectContaining({ name: 'my-chat', path: 'my-chat', template: TEMPLATE, dependencies: [] })]);
  });

  test('in JSON too, and its files are beside it', () => {
    fs.mkdirSync(path.join(directory, 'src'));
    write('nested.yaml', 'Resources: {}');
    const [{ asset, name }] = loadAssembly(write('1st chat.json', TEMPLATE), { stack: 'st-chat' });
    expect(name).toBe('st-chat');
    expect(asset('./src')).toEqual({ directory: path.join(directory, 'src') });
    expect(asset('nested.yaml')).toEqual({ file: path.join(directory, 'nested.yaml'), asset: expect.any(Function) });
    expect(asset('other')).toBeUndefined();
  });

  test('fails for another stack', () => {
    expect(() => loadAssembly(write('chat.json', TEMPLATE), { stack: 'Other' })).toThrow('chat.json is one stack, chat: there is no Other in it.');
  });

  test('gets values for its parameters, by name or with the name of the stack', () => {
    const file = write('chat.json', { ...TEMPLATE, Parameters: { One: { Type: 'String' }, Two: { Type: 'String' } } });
    expect(loadAssembly(file, { parameters: { 'One': '1', 'Two': 'any', 'chat:Two': '2' } })[0].parameters).toEqual({ One: '1', Two: '2' });
    expect(() => loadAssembly(file, { parameters: { Three: '3' } })).toThrow('No stack has the parameter Three.');
    expect(() => loadAssembly(file, { parameters: { 'other:One': '3' } })).toThrow('No stack has the parameter other:One.');
  });

  test('goes to the region that is asked for', () => {
    const file = write('chat.json', TEMPLATE);
    expect(loadAssembly(file)[0].environment).toEqual({ account: '111122223333', region: 'us-east-1' });
    expect(loadAssembly(file, { region: 'ap-south-1' })[0].environment).toEqual({ account: '111122223333', region: 'ap-south-1' });
  });

  const withCode = (Code: unknown) => ({ Type: 'AWS::Lambda::Function', Properties: { Code } });
  const nested = (TemplateURL: string) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } });

  test('names the folders and templates it takes from beside it, each seen from where it is', () => {
    write('src/index.js', '');
    write('inner/src/index.js', '');
    write('inner/chat.yaml', { Resources: { Function: withCode('src') } });
    const [{ watched }] = loadAssembly(write('chat.json', {
      Resources: {
        One: withCode('./src'),
        Two: withCode('src/'),
        Inline: withCode({ ZipFile: 'x' }),
        Computed: withCode({ Ref: 'Code' }),
        Missing: withCode('lost'),
        Nested: nested('inner/chat.yaml'),
        Elsewhere: nested('https://example.com/chat.yaml'),
      },
    }));
    expect(watched).toEqual(['src', 'inner/chat.yaml', 'inner/src'].map(it => path.join(directory, it)));
  });

  test('fails for one that is nested in itself', () => {
    write('inner.json', { Resources: { Nested: nested('outer.json') } });
    expect(() => loadAssembly(write('outer.json', { Resources: { Nested: nested('inner.json') } }))).toThrow('outer.json is nested in itself.');
  });
});
