import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseTemplate, type Template } from './template';
import { ExpectedError } from '../expected-error';

export function readTemplate(file: string): Template {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  return parseTemplate(text, path.basename(file));
}

/** A file of the user that cannot be read is not a fault of ivschat-local. Other errors are returned as they are. */
export function unreadable(file: string, error: unknown): unknown {
  const { message, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new ExpectedError(`${file} cannot be read: ${message}`);
}
