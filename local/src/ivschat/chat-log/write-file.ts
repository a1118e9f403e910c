import * as fs from 'node:fs/promises';

/** Appends to a file, all or nothing: a full disk can take a part, and the next line would continue it. */
export async function append(file: string, text: string): Promise<void> {
  const size = await sizeOf(file);
  try {
    await fs.appendFile(file, text);
  } catch (error) {
    await fs.truncate(file, size).catch(() => undefined);
    throw error;
  }
}

/** Writes a new file, all or nothing. */
export async function create(file: string, data: Buffer): Promise<void> {
  try {
    await fs.writeFile(file, data, { flag: 'wx' });
  } catch (error) {
    const isOther = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!isOther) await fs.rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await fs.stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
