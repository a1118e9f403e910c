import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExpectedError } from '../../expected-error';

export interface LogFile {
  readonly path: string;
  /** Whether it was named itself, and not found in a folder. */
  readonly isNamed: boolean;
}

/**
 * Finds the files of logs: each file, and all files of each folder, sorted by their names, which contain the time in a bucket.
 *
 * Throws if a file or folder does not exist or cannot be read.
 */
export function findLogFiles(logs: readonly string[]): LogFile[] {
  const known = new Set<string>();
  return logs.flatMap(log => [...filesOf(log)]).filter(({ path: file }) => {
    const target = fs.realpathSync(file);
    return !known.has(target) && known.add(target);
  });
}

function* filesOf(log: string): Generator<LogFile> {
  const stats = inspect(log);
  if (stats.isDirectory()) {
    for (const file of filesIn(log)) yield { path: file, isNamed: false };
  } else if (stats.isFile()) {
    yield { path: log, isNamed: true };
  } else {
    throw new ExpectedError(`LOG must be a file or a folder, got ${log}: write what it contains to a file first, because it is read twice.`);
  }
}

/** Hidden files, such as a `.gitignore`, are not logs. */
function* filesIn(folder: string): Generator<string> {
  for (const name of read(folder).filter(each => !each.startsWith('.')).sort()) {
    const location = path.join(folder, name);
    const isFolder = fs.lstatSync(location).isDirectory();
    if (isFolder) yield* filesIn(location);
    else if (fs.statSync(location, { throwIfNoEntry: false })?.isFile()) yield location;
  }
}

function inspect(log: string): fs.Stats {
  try {
    return fs.statSync(log);
  } catch (error) {
    throw unreadable(log, error);
  }
}

function read(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** The error for a file or folder that cannot be read. */
export function unreadable(location: string, cause: unknown): ExpectedError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'it does not exist' : code === 'EACCES' ? 'its permissions do not allow reading it' : message;
  return new ExpectedError(`LOG must be a file or a folder that can be read, got ${location}: ${reason}.`);
}
