import * as fs from 'node:fs';
import * as path from 'node:path';

/** Synthesis writes several files, the manifest among the last. */
const DEBOUNCE_MILLISECONDS = 100;

/**
 * Calls `onChange` when an assembly or a template is rewritten, or a watched folder or file changes.
 *
 * @param watched `LoadedStack.watched` of its stacks
 * @param onFailure called with a message if some changes will not be noticed
 * @returns a function that stops watching
 */
export function watchAssembly(
  location: string, onChange: () => void, watched: readonly string[] = [], onFailure: (message: string) => void = () => undefined,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const debounced = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, DEBOUNCE_MILLISECONDS);
  };
  const watcher = new Watcher(debounced, onFailure);
  const stops = [
    isFolder(location) ? watcher.watchFolder(location, 'manifest.json') : watcher.watchFile(location),
    ...watched.filter(file => fs.existsSync(file)).map(file => isFolder(file) ? watcher.watchFolder(file) : watcher.watchFile(file)),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

class Watcher {
  private readonly failed = new Set<string>();

  constructor(private readonly onChange: () => void, private readonly onFailure: (message: string) => void) {}

  /** Watches the parent folder, because editors replace the file. */
  public watchFile(file: string): () => void {
    return this.listen(path.dirname(file), {}, name => {
      if (name === path.basename(file)) this.onChange();
    });
  }

  /**
   * Watches a folder that may be removed and created again, as by `rm -r cdk.out && cdk synth`.
   *
   * @param only name of the only file to watch
   */
  public watchFolder(folder: string, only?: string): () => void {
    const watch = () => this.listen(folder, { recursive: only === undefined }, name => {
      if (only === undefined || name === only) this.onChange();
    });
    let stopFolder = watch();
    const stopParent = this.listen(path.dirname(folder), {}, name => {
      if (name !== path.basename(folder) || !isFolder(folder)) return;
      stopFolder();
      stopFolder = watch();
      // For files written before the new folder was watched.
      if (only === undefined || fs.existsSync(path.join(folder, only))) this.onChange();
    });
    return () => {
      stopParent();
      stopFolder();
    };
  }

  private listen(folder: string, options: fs.WatchOptions, onChange: (name: string | null) => void): () => void {
    try {
      const watcher = fs.watch(folder, { ...options, encoding: 'utf8' }, (_, name) => onChange(name)).on('error', error => this.fail(folder, error));
      return () => watcher.close();
    } catch (error) {
      this.fail(folder, error as Error);
      return () => undefined;
    }
  }

  /** Reports a failure once. A folder may be removed while it is watched. */
  private fail(folder: string, error: NodeJS.ErrnoException): void {
    if (error.code === 'ENOENT' || this.failed.has(folder)) return;
    this.failed.add(folder);
    const limit = ['EMFILE', 'ENOSPC'].includes(error.code ?? '') ? ' The system limits how many files are watched (on Linux, fs.inotify.max_user_watches and max_user_instances).' : '';
    this.onFailure(`Changes in ${folder} are not noticed: ${error.message}.${limit} Restart ivschat-local after a change.`);
  }
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
