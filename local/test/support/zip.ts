import { execFileSync } from 'node:child_process';

export interface ZipEntry {
  readonly name: string;
  readonly content?: string;
  /** Mode of Unix, with the type of the file. @default 0o100644 */
  readonly mode?: number;
}

const SCRIPT = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    for entry in json.load(sys.stdin):
        info = zipfile.ZipInfo(entry['name'])
        info.external_attr = entry.get('mode', 0o100644) << 16
        archive.writestr(info, entry.get('content', ''))
`;

/** Writes a zip file, also one that no tool would write. */
export function writeZip(file: string, entries: readonly ZipEntry[]): string {
  execFileSync('python3', ['-c', SCRIPT, file], { input: JSON.stringify(entries) });
  return file;
}
