import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadAssembly } from '../../src/app/assembly';
import { ExpectedError } from '../../src/expected-error';
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
  test('stacks are in deployment order', () => {
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

  test('environment-agnostic stacks are in the environment of the others', () => {
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

  test('environment-agnostic stacks are in the region of --region', () => {
    writeAssembly('', { One: stack('One'), Two: stack('Two', {}, { environment: 'aws://444455556666/unknown-region' }) });
    expect(loadAssembly(directory, { region: 'eu-west-1' }).map(({ environment }) => environment)).toEqual([
      { account: '444455556666', region: 'eu-west-1' }, { account: '444455556666', region: 'eu-west-1' },
    ]);
  });

  test('fails for another region than that of a stack, and for a region without Amazon IVS Chat', () => {
    writeAssembly('', { There: stack('There', {}, { environment: 'aws://444455556666/eu-west-1' }) });
    expect(loadAssembly(directory, { region: 'eu-west-1' })).toHaveLength(1);
    expect(() => loadAssembly(directory, { region: 'us-west-2' })).toThrow('--region must be eu-west-1, the region that the stack There sets itself, got us-west-2.');
    expect(() => loadAssembly(directory, { region: 'eu-north-1' })).toThrow(
      '--region must be a region with Amazon IVS Chat, got eu-north-1: use one of '
      + 'ap-northeast-1, ap-northeast-2, ap-south-1, eu-central-1, eu-west-1, us-east-1, us-west-2.',
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

    test('fails for an unknown stack, and lists the stacks', () => {
      expect(() => loadAssembly(directory, { stack: 'Chat' })).toThrow('--stack must be the path of a stack or stage, got Chat. Stacks: Top, Prod/Chat, Prod/Data.');
    });

    test('fails if all stacks are in stages and none is selected', () => {
      expect(() => loadAssembly(path.join(directory, 'assembly-Prod'))).not.toThrow();
      fs.rmSync(path.join(directory, 'Top.template.json'));
      writeAssembly('', { 'assembly-Prod': { type: 'cdk:cloud-assembly', displayName: 'Prod', properties: { directoryName: 'assembly-Prod' } } });
      expect(() => loadAssembly(directory)).toThrow('All stacks are in stages: choose a stage or a stack with --stack. Stacks: Prod/Chat, Prod/Data.');
    });
  });

  test('assets are found by S3 key and by hash only', () => {
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
    ['a folder without a manifest', () => undefined, 'is not a cloud assembly, because it has no manifest.json'],
    ['an incomplete manifest', () => write('manifest.json', '{ "artifacts": '), 'manifest.json cannot be read'],
    ['an app without stacks', () => writeAssembly('', {}), 'The cloud assembly has no stacks: add one to the app.'],
    ['missing context values', () => writeAssembly('', { Chat: stack('Chat') }, { missing: [{ provider: 'vpc-provider', key: 'k', props: {} }] }),
      'needs context values from an AWS account (vpc-provider)'],
    ['two stacks with one name', () => writeAssembly('', { A: stack('A', { stackName: 'same' }), B: stack('B', { stackName: 'same' }) }),
      'Two stacks are named same: choose one with --stack.'],
  ])('fails for %s', (_name, prepare, message) => {
    prepare();
    expect(() => loadAssembly(directory)).toThrow(message);
  });

  test('fails for a path that does not exist', () => {
    expect(() => loadAssembly(path.join(directory, 'cdk.out'))).toThrow(/cdk\.out does not exist\.$/);
  });
});

describe('a template', () => {
  test('in YAML is one stack with the name of the file', () => {
    const file = write('my_chat.template.yaml', 'Resources: { Room: { Type: AWS::IVSChat::Room } }');
    expect(loadAssembly(file)).toEqual([expect.objectContaining({ name: 'my-chat', path: 'my-chat', template: TEMPLATE, dependencies: [] })]);
  });

  test('in JSON is one stack with assets relative to the file', () => {
    fs.mkdirSync(path.join(directory, 'src'));
    write('nested.yaml', 'Resources: {}');
    const [{ asset, name }] = loadAssembly(write('1st chat.json', TEMPLATE), { stack: 'st-chat' });
    expect(name).toBe('st-chat');
    expect(asset('./src')).toEqual({ directory: path.join(directory, 'src') });
    expect(asset('nested.yaml')).toEqual({ file: path.join(directory, 'nested.yaml'), asset: expect.any(Function) });
    expect(asset('other')).toBeUndefined();
  });

  test('fails if it cannot be read, for a reason that is not a fault of ivschat-local', () => {
    writeAssembly('', { Chat: stack('Chat') });
    fs.rmSync(path.join(directory, 'Chat.template.json'));
    expect(() => loadAssembly(directory)).toThrow(ExpectedError);
    expect(() => loadAssembly(directory)).toThrow(/Chat\.template\.json cannot be read: ENOENT/);
  });

  test('fails for the name of another stack', () => {
    expect(() => loadAssembly(write('chat.json', TEMPLATE), { stack: 'Other' })).toThrow('--stack must be chat, the stack of chat.json, got Other: leave it out.');
  });

  test('takes parameter values by name, with or without the name of the stack', () => {
    const file = write('chat.json', { ...TEMPLATE, Parameters: { One: { Type: 'String' }, Two: { Type: 'String' } } });
    expect(loadAssembly(file, { parameters: { 'One': '1', 'Two': 'any', 'chat:Two': '2' } })[0].parameters).toEqual({ One: '1', Two: '2' });
    expect(() => loadAssembly(file, { parameters: { Three: '3' } })).toThrow('No stack has the parameter Three: check the name in --parameters.');
    expect(() => loadAssembly(file, { parameters: { 'other:One': '3' } })).toThrow('No stack has the parameter other:One: check the name in --parameters.');
  });

  test('is in the region of --region', () => {
    const file = write('chat.json', TEMPLATE);
    expect(loadAssembly(file)[0].environment).toEqual({ account: '111122223333', region: 'us-east-1' });
    expect(loadAssembly(file, { region: 'ap-south-1' })[0].environment).toEqual({ account: '111122223333', region: 'ap-south-1' });
  });

  const withCode = (Code: unknown) => ({ Type: 'AWS::Lambda::Function', Properties: { Code } });
  const nested = (TemplateURL: string) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } });

  test('lists the folders and templates to watch, each relative to the template that names it', () => {
    write('src/index.js', '');
    write('inner/src/index.js', '');
    write('code.zip', '');
    write('layer/nodejs/node_modules/one/index.js', '');
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
        Zipped: withCode('code.zip'),
        Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: 'layer' } },
      },
    }));
    expect(watched).toEqual(['src', 'inner/chat.yaml', 'inner/src', 'code.zip', 'layer'].map(it => path.join(directory, it)));
  });

  test('fails for one that is nested in itself', () => {
    write('inner.json', { Resources: { Nested: nested('outer.json') } });
    expect(() => loadAssembly(write('outer.json', { Resources: { Nested: nested('inner.json') } }))).toThrow('outer.json is nested in itself.');
  });
});
