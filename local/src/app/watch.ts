import * as fs from 'node:fs';
import * as path from 'node:path';

/** Synthesis writes several files, the manifest among the last. */
const DEBOUNCE_MILLISECONDS = 100;

/**
 * Calls `onChange` when an assembly or a template is rewritten, or a watched folder or file changes.
 *
 * @param watched `LoadedStack.watched` of its stacks
 * @returns a function that stops watching
 */
export function watchAssembly(location: string, onChange: () => void, watched: readonly string[] = []): () => void {
  let timer: NodeJS.Timeout | undefined;
  const debounced = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, DEBOUNCE_MILLISECONDS);
  };
  const stops = [
    isFolder(location) ? watchFolder(location, debounced, 'manifest.json') : watchFile(location, debounced),
    ...watched.filter(file => fs.existsSync(file)).map(file => isFolder(file) ? watchFolder(file, debounced) : watchFile(file, debounced)),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

/** Watches the parent folder, because editors replace the file. */
function watchFile(file: string, onChange: () => void): () => void {
  return listen(path.dirname(file), {}, name => {
    if (name === path.basename(file)) onChange();
  });
}

/**
 * Watches a folder that may be removed and created again, as by `rm -r cdk.out && cdk synth`.
 *
 * @param only name of the only file to watch
 */
function watchFolder(folder: string, onChange: () => void, only?: string): () => void {
  const watch = () => listen(folder, { recursive: only === undefined }, name => {
    if (only === undefined || name === only) onChange();
  });
  let stopFolder = watch();
  const stopParent = listen(path.dirname(folder), {}, name => {
    if (name !== path.basename(folder) || !isFolder(folder)) return;
    stopFolder();
    stopFolder = watch();
    // For files written before the new folder was watched.
    if (only === undefined || fs.existsSync(path.join(folder, only))) onChange();
  });
  return () => {
    stopParent();
    stopFolder();
  };
}

/** Ignores errors of the watcher, because a folder may be removed while it is watched. */
function listen(folder: string, options: fs.WatchOptions, onChange: (name: string | null) => void): () => void {
  const watcher = fs.watch(folder, { ...options, encoding: 'utf8' }, (_, name) => onChange(name)).on('error', () => undefined);
  return () => watcher.close();
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
