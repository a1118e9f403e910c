import { EventEmitter } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { watchAssembly } from '../../src/app/watch';
import { writeFile } from '../support/write-file';

jest.mock('node:fs', () => {
  const actual = jest.requireActual<typeof fs>('node:fs');
  return { ...actual, watch: jest.fn(actual.watch) };
});

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

/** Resolves when the watcher reports a change after `change` was called. */
async function reported(location: string, watched: string[], change: () => void): Promise<void> {
  await new Promise<void>(resolve => {
    stop = watchAssembly(location, resolve, watched);
    change();
  });
}

test('a rewritten manifest', async () => {
  write('manifest.json');
  await reported(directory, [], () => write('manifest.json', '{ }'));
});

test('an assembly whose folder is removed and created again, repeatedly', async () => {
  write('cdk.out/manifest.json');
  const folder = path.join(directory, 'cdk.out');
  let resolveChange = () => {};
  const change = () => new Promise<void>(resolve => {
    resolveChange = resolve;
  });
  stop = watchAssembly(folder, () => resolveChange());
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
  await reported(template, [], () => fs.renameSync(write('chat.yaml~', 'new'), template));
});

test('a file in a subfolder of a watched folder', async () => {
  const template = write('chat.yaml');
  const file = write('src/deep/index.js');
  await reported(template, [path.join(directory, 'src')], () => fs.writeFileSync(file, 'new'));
});

test('a nested template', async () => {
  const [template, nested] = [write('chat.yaml'), write('nested/inner.yaml')];
  await reported(template, [nested], () => fs.writeFileSync(nested, 'new'));
});

test('several writes are one change, and other files are ignored', async () => {
  const template = write('chat.yaml');
  let changes = 0;
  let resolveChange = () => {};
  stop = watchAssembly(template, () => {
    changes++;
    resolveChange();
  });
  for (let round = 1; round <= 2; round++) {
    const changed = new Promise<void>(resolve => {
      resolveChange = resolve;
    });
    // Without writes to another file in between, the platform would report them as one.
    for (let count = 0; count < 5; count++) {
      write('chat.yaml', String(count));
      write('other.yaml', String(count));
    }
    await changed;
    // Lets further timers that are due run.
    await new Promise(setImmediate);
    expect(changes).toBe(round);
  }
});

test('a watched folder may be missing or removed', async () => {
  const template = write('chat.yaml');
  const folder = path.dirname(write('src/index.js'));
  await reported(template, [folder, path.join(directory, 'lost')], () => fs.rmSync(folder, { recursive: true }));
  await new Promise<void>(resolve => {
    stop();
    stop = watchAssembly(template, resolve, [folder]);
    write('chat.yaml', 'new');
  });
});

describe('a folder that cannot be watched', () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: no more watchers`), { code });

  const fail = () => {
    throw failure('ENOSPC');
  };
  const failLater = () => {
    const watcher = Object.assign(new EventEmitter(), { close: () => undefined });
    for (let count = 0; count < 2; count++) setImmediate(() => watcher.emit('error', failure('EMFILE')));
    return watcher as unknown as fs.FSWatcher;
  };

  test.each([['when watching starts', fail], ['later', failLater]])('is reported once, %s', async (_when, watch) => {
    const template = write('chat.yaml');
    jest.mocked(fs.watch).mockImplementationOnce(watch);
    const messages: string[] = [];
    stop = watchAssembly(template, () => undefined, [], message => messages.push(message));
    await new Promise(resolve => setTimeout(resolve, 1));
    expect(messages).toEqual([
      expect.stringMatching(/^Changes in \S+ are not noticed: \w+: no more watchers\. .*max_user_watches.* Restart ivschat-local after a change\.$/),
    ]);
  });

  test('is not reported if it has been removed', () => {
    const messages: string[] = [];
    stop = watchAssembly(path.join(directory, 'missing/chat.yaml'), () => undefined, [], message => messages.push(message));
    expect(messages).toEqual([]);
  });
});
