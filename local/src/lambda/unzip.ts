import { createWriteStream } from 'node:fs';
import { mkdir, readlink, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';

/** The file type of symbolic links, in the upper bits of a mode. */
const LINK = 0o120_000;

/**
 * Extracts a zip file, with the permissions of its files.
 *
 * Throws if the archive is damaged, or has an entry outside of the folder.
 */
export async function unzip(archive: string, folder: string): Promise<void> {
  // Refuses absolute paths, `..` and sizes that differ from the directory of the archive.
  const zip = await yauzl.openPromise(archive);
  try {
    const links: { readonly file: string; readonly target: string }[] = [];
    for await (const entry of zip.eachEntry()) {
      const file = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith('/')) {
        await mkdir(file, { recursive: true });
        continue;
      }
      await mkdir(path.dirname(file), { recursive: true });
      const content = await zip.openReadStreamPromise(entry);
      const mode = modeOf(entry);
      if (mode - mode % 0o10_000 === LINK) links.push({ file, target: await text(content) });
      else await pipeline(content, createWriteStream(file, { mode: permissionsOf(mode) }));
    }
    // Last, so that no file is written through a link.
    for (const { file, target } of links) {
      const inside = path.relative(folder, path.resolve(path.dirname(file), target));
      if (path.isAbsolute(target) || inside.startsWith('..')) throw new Error(`invalid link: ${path.relative(folder, file)} leads to ${target}`);
      await symlink(target, file).catch(async (error: NodeJS.ErrnoException) => {
        // A layer may have the same link as another one.
        if (error.code !== 'EEXIST' || await readlink(file).catch(() => undefined) !== target) throw error;
      });
    }
  } finally {
    zip.close();
  }
}

/** The mode of Unix, which is 0 in archives made elsewhere. */
function modeOf({ externalFileAttributes }: yauzl.Entry): number {
  return Math.floor(externalFileAttributes / 65_536);
}

/** The owner can read every file, and execute those that some user can execute. */
function permissionsOf(mode: number): number {
  const permissions = mode % 0o1000;
  if (permissions === 0) return 0o644;
  const isExecutable = [1, 8, 64].some(bit => Math.floor(permissions / bit) % 2 === 1);
  return isExecutable ? 0o755 : 0o644;
}
