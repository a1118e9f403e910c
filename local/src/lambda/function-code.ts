import { cp, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { FunctionDefinition } from './function-definition';
import { invalidParameter } from './errors';
import type { Runtime } from './execution/runtimes';

export interface CodeFolder {
  /** Removed with everything in it when the function goes. */
  readonly root: string;
  /** What is /var/task in Lambda. */
  readonly task: string;
  /** The home of the function's processes, empty. */
  readonly home: string;
}

export async function createCodeFolder(functionName: string, workDirectory: string): Promise<CodeFolder> {
  await mkdir(workDirectory, { recursive: true });
  const root = await mkdtemp(path.join(workDirectory, `${functionName}-`));
  const folder = { root, task: path.join(root, 'task'), home: path.join(root, 'home') };
  await mkdir(folder.task);
  await mkdir(folder.home);
  return folder;
}

/**
 * Copies the code out of the developer's project: where it is, a package that was not bundled would still be found in a folder
 * above, and a package.json above would decide what kind of module it is.
 *
 * @param earlierCopy of the same code, whose folder may have changed since
 */
export async function putCode(definition: FunctionDefinition, runtime: Runtime, folder: CodeFolder, earlierCopy?: string): Promise<void> {
  const { code, functionName } = definition;
  if ('zipFile' in code) {
    if (!runtime.inline) throw invalidParameter(`The function ${functionName} has inline code, which only nodejs* and python* can have.`);
    await writeFile(path.join(folder.task, runtime.inline.file), code.zipFile);
    await mkdir(path.dirname(path.join(folder.task, runtime.inline.helperFile)), { recursive: true });
    await cp(runtime.inline.helper, path.join(folder.task, runtime.inline.helperFile));
    return;
  }
  const directory = earlierCopy ?? code.directory;
  const isDirectory = await stat(directory).then(found => found.isDirectory(), () => false);
  if (!isDirectory) throw invalidParameter(`The code of the function ${functionName} is not a folder on this machine: ${code.directory}`);
  // As zipping an asset does, with what links point to.
  await cp(directory, folder.task, { recursive: true, dereference: true });
}
