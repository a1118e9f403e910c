import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The same for folders that hold the same: names, contents and modes. Links count as what they point to. */
export function folderHash(directory: string): string {
  const hash = createHash('sha256');
  const visit = (folder: string) => {
    for (const name of fs.readdirSync(folder).sort()) {
      const file = path.join(folder, name);
      const found = fs.statSync(file, { throwIfNoEntry: false });
      if (!found) continue; // a link to nothing
      if (found.isDirectory()) {
        visit(file);
      } else if (found.isFile()) {
        const content = fs.readFileSync(file);
        hash.update(`${path.relative(directory, file)}\0${found.mode}\0${content.length}\0`).update(content);
      }
    }
  };
  visit(directory);
  return hash.digest('hex');
}
