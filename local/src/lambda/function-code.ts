import { cp, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { invalidParameter } from './errors';
import type { Runtime } from './execution/runtimes';
import type { ArchiveCode, FolderCode, FunctionDefinition } from '../contracts/function-definition';

export interface CodeFolder {
  /** Contains the others. Removed when the function is deleted. */
  readonly root: string;
  /** `/var/task` in Lambda. */
  readonly task: string;
  /** `/opt` in Lambda, with the files of the layers. Does not exist without layers. */
  readonly layers: string;
  /** The empty home directory of the function's processes. */
  readonly home: string;
}

export async function createCodeFolder(functionName: string, workDirectory: string): Promise<CodeFolder> {
  await mkdir(workDirectory, { recursive: true });
  // A name is not a path.
  const root = await mkdtemp(path.join(workDirectory, `${functionName.replace(/[^\w-]/g, '_').slice(0, 64)}-`));
  const folder = { root, task: path.join(root, 'task'), layers: path.join(root, 'opt'), home: path.join(root, 'home') };
  await mkdir(folder.task);
  await mkdir(folder.home);
  return folder;
}

/**
 * Copies the code out of the developer's project, where a package that is not bundled would still resolve from a parent folder,
 * and a package.json of a parent folder would decide the module type.
 *
 * @param earlierCopy a copy of the same code, to use instead of a source folder that may have changed since
 */
export async function copyCode(definition: FunctionDefinition, runtime: Runtime, folder: CodeFolder, earlierCopy?: string): Promise<void> {
  const { code, functionName } = definition;
  if ('zipFile' in code) {
    if (!runtime.inline) {
      throw invalidParameter(`Runtime of a function with inline code must be nodejs* or python*, got ${definition.runtime} for ${functionName}: deploy the code from a folder.`);
    }
    await writeFile(path.join(folder.task, runtime.inline.file), code.zipFile);
    await mkdir(path.dirname(path.join(folder.task, runtime.inline.helperFile)), { recursive: true });
    await cp(runtime.inline.helper, path.join(folder.task, runtime.inline.helperFile));
    return;
  }
  await copyFiles(earlierCopy === undefined ? code : { directory: earlierCopy }, folder.task, `Code of the function ${functionName}`);
}

/** Copies the layers of a function, one over the other. */
export async function copyLayers({ functionName, layers = [] }: FunctionDefinition, folder: CodeFolder): Promise<void> {
  for (const layer of layers) await copyFiles(layer, folder.layers, `A layer of the function ${functionName}`);
}

async function copyFiles(code: ArchiveCode | FolderCode, target: string, subject: string): Promise<void> {
  if ('archive' in code) {
    // Loaded with the first archive, because CDK deploys folders. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { unzip } = require('./unzip') as typeof import('./unzip');
    await unzip(code.archive, target).catch((error: Error) => {
      throw invalidParameter(`${subject} must be a zip file that can be read, got ${code.archive}: ${error.message}`);
    });
    return;
  }
  const isDirectory = await stat(code.directory).then(found => found.isDirectory(), () => false);
  if (!isDirectory) throw invalidParameter(`${subject} must be a folder on this machine, got ${code.directory}: check the path, or synthesize the app again.`);
  // Follows links, as zipping an asset does.
  await cp(code.directory, target, { recursive: true, dereference: true }).catch((error: Error) => {
    throw invalidParameter(`${subject} cannot be copied: ${error.message}`);
  });
}
