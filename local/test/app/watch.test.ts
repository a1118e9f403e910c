import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { watchAssembly } from '../../src/app/watch';
import { writeFile } from '../support/write-file';

let directory: string;
let stop = () => {};

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
});

afterEach(() => {
  stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

const write = (file: string, content = '{}') => writeFile(directory, file, content);

/** Resolves with the first change after `change`. */
async function told(location: string, watched: string[], change: () => void): Promise<void> {
  await new Promise<void>(resolve => {
    stop = watchAssembly(location, resolve, watched);
    change();
  });
}

test('a manifest that is written anew', async () => {
  write('manifest.json');
  await told(directory, [], () => write('manifest.json', '{ }'));
});

test('an assembly whose folder is removed and made again, more than once', async () => {
  write('cdk.out/manifest.json');
  const folder = path.join(directory, 'cdk.out');
  let tell = () => {};
  const change = () => new Promise<void>(resolve => {
    tell = resolve;
  });
  stop = watchAssembly(folder, () => tell());
  for (let count = 0; count < 2; count++) {
    const changed = change();
    fs.rmSync(folder, { recursive: true });
    write('cdk.out/manifest.json', '{ }');
    await changed;
  }
  const changed = change();
  write('cdk.out/manifest.json', '{  }');
  await changed;
});

test('a template that is replaced by another file, as editors do', async () => {
  const template = write('chat.yaml');
  await told(template, [], () => fs.renameSync(write('chat.yaml~', 'new'), template));
});

test('a file deep in a folder beside the template', async () => {
  const template = write('chat.yaml');
  const file = write('src/deep/index.js');
  await told(template, [path.join(directory, 'src')], () => fs.writeFileSync(file, 'new'));
});

test('a nested template', async () => {
  const [template, nested] = [write('chat.yaml'), write('nested/inner.yaml')];
  await told(template, [nested], () => fs.writeFileSync(nested, 'new'));
});

test('several writes are one change, and what nobody asked for is none', async () => {
  const template = write('chat.yaml');
  let changes = 0;
  let tell = () => {};
  stop = watchAssembly(template, () => {
    changes++;
    tell();
  });
  for (let round = 1; round <= 2; round++) {
    const changed = new Promise<void>(resolve => {
      tell = resolve;
    });
    // Without the other file between them they would come as one.
    for (let count = 0; count < 5; count++) {
      write('chat.yaml', String(count));
      write('other.yaml', String(count));
    }
    await changed;
    // Whatever is due besides has its turn.
    await new Promise(setImmediate);
    expect(changes).toBe(round);
  }
});

test('a watched folder that is not there, or goes, does no harm', async () => {
  const template = write('chat.yaml');
  const folder = path.dirname(write('src/index.js'));
  await told(template, [folder, path.join(directory, 'lost')], () => fs.rmSync(folder, { recursive: true }));
  await new Promise<void>(resolve => {
    stop();
    stop = watchAssembly(template, resolve, [folder]);
    write('chat.yaml', 'new');
  });
});
