import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { unreadable } from './template-file';

export function fileHash(file: string): string {
  try {
    return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Hash of the names, contents and modes of all files. Links are followed. */
export function folderHash(directory: string): string {
  const hash = createHash('sha256');
  const visit = (folder: string) => {
    for (const name of fs.readdirSync(folder).sort()) {
      // The default folder of chat logs, if the code is in the folder in which the command runs.
      if (name === '.ivschat-local') continue;
      const file = path.join(folder, name);
      const stats = fs.statSync(file, { throwIfNoEntry: false });
      if (!stats) continue; // a broken link
      if (stats.isDirectory()) {
        visit(file);
      } else if (stats.isFile()) {
        const content = fs.readFileSync(file);
        hash.update(`${path.relative(directory, file)}\0${stats.mode}\0${content.length}\0`).update(content);
      }
    }
  };
  try {
    visit(directory);
  } catch (error) {
    throw unreadable(directory, error);
  }
  return hash.digest('hex');
}
