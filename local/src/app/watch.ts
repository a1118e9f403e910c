import * as fs from 'node:fs';
import * as path from 'node:path';

/** An application writes several files; the manifest is among the last. */
const DEBOUNCE_MILLISECONDS = 100;

/**
 * Tells when an assembly or a template has been written anew, or something has changed in the folders and files beside it.
 *
 * @param watched `LoadedStack.watched` of its stacks
 * @returns how to stop
 */
export function watchAssembly(location: string, changed: () => void, watched: readonly string[] = []): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, DEBOUNCE_MILLISECONDS);
  };
  const watches = [
    isFolder(location) ? watchFolder(location, soon, 'manifest.json') : watchFile(location, soon),
    ...watched.filter(file => fs.existsSync(file)).map(file => isFolder(file) ? watchFolder(file, soon) : watchFile(file, soon)),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of watches) stop();
  };
}

/** The folder it is in, because the file itself may be replaced by another. */
function watchFile(file: string, changed: () => void): () => void {
  return listen(path.dirname(file), {}, name => {
    if (name === path.basename(file)) changed();
  });
}

/** A folder may be removed and made again, as by `rm -r cdk.out && cdk synth`: then it is another one to watch. @param only one of its files */
function watchFolder(folder: string, changed: () => void, only?: string): () => void {
  const watch = () => listen(folder, { recursive: only === undefined }, name => {
    if (only === undefined || name === only) changed();
  });
  let inside = watch();
  const above = listen(path.dirname(folder), {}, name => {
    if (name !== path.basename(folder) || !isFolder(folder)) return;
    inside();
    inside = watch();
    // What has been written before we came back.
    if (only === undefined || fs.existsSync(path.join(folder, only))) changed();
  });
  return () => {
    above();
    inside();
  };
}

/** What is removed while it is watched is an error to nobody. */
function listen(folder: string, options: fs.WatchOptions, changed: (name: string | null) => void): () => void {
  const watcher = fs.watch(folder, { ...options, encoding: 'utf8' }, (_, name) => changed(name)).on('error', () => undefined);
  return () => watcher.close();
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
