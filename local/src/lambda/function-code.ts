import { cp, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { invalidParameter } from './errors';
import type { Runtime } from './execution/runtimes';
import type { FunctionDefinition } from '../contracts/function-definition';

export interface CodeFolder {
  /** Contains the other two. Removed when the function is deleted. */
  readonly root: string;
  /** `/var/task` in Lambda. */
  readonly task: string;
  /** The empty home directory of the function's processes. */
  readonly home: string;
}

export async function createCodeFolder(functionName: string, workDirectory: string): Promise<CodeFolder> {
  await mkdir(workDirectory, { recursive: true });
  // A name is not a path.
  const root = await mkdtemp(path.join(workDirectory, `${functionName.replace(/[^\w-]/g, '_').slice(0, 64)}-`));
  const folder = { root, task: path.join(root, 'task'), home: path.join(root, 'home') };
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
  const directory = earlierCopy ?? code.directory;
  const isDirectory = await stat(directory).then(found => found.isDirectory(), () => false);
  if (!isDirectory) throw invalidParameter(`Code of the function ${functionName} must be a folder on this machine, got ${code.directory}: check the path, or synthesize the app again.`);
  // Follows links, as zipping an asset does.
  await cp(directory, folder.task, { recursive: true, dereference: true }).catch((error: Error) => {
    throw invalidParameter(`Code of the function ${functionName} cannot be copied: ${error.message}`);
  });
}
