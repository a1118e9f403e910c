import * as fs from 'node:fs';
import * as path from 'node:path';

/** Writes a string, or an object as JSON, and creates the folders of its path. Returns the full path. */
export function writeFile(directory: string, file: string, content: object | string): string {
  const target = path.join(directory, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  return target;
}
