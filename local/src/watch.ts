import * as fs from 'node:fs';
import * as path from 'node:path';

/** An application writes several files; the manifest is among the last. */
const DEBOUNCE_MILLISECONDS = 100;

/**
 * Tells when an assembly or a template has been written anew.
 *
 * @returns how to stop
 */
export function watchAssembly(location: string, changed: () => void): () => void {
  const isAssembly = fs.statSync(location).isDirectory();
  const folder = isAssembly ? location : path.dirname(location);
  const awaited = isAssembly ? 'manifest.json' : path.basename(location);
  let timer: NodeJS.Timeout | undefined;
  // The folder, because the file itself may be replaced by another.
  const watcher = fs.watch(folder, (_, file) => {
    if (file !== awaited) return;
    clearTimeout(timer);
    timer = setTimeout(changed, DEBOUNCE_MILLISECONDS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
