import * as fs from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { constants, createGunzip } from 'node:zlib';
import { JsonScanner, type ScannedObject, type ScanProblem } from './json-scanner';
import { unreadable } from './log-files';

/** Problems before the first object after which the rest of a file is not read. */
const MAXIMUM_PROBLEMS = 100;

/** Of a file that is cut off, all that it contains: the last record, which is not complete, is reported. */
const AS_FAR_AS_POSSIBLE = { finishFlush: constants.Z_SYNC_FLUSH };

/** Reads the JSON objects of a file, compressed or not, without holding more than a chunk of it. Throws if it cannot be read. */
export async function* scanFile(file: string): AsyncGenerator<ScannedObject | ScanProblem> {
  const scanner = new JsonScanner();
  const decoder = new StringDecoder('utf8');
  let objects = 0;
  let problems = 0;
  try {
    for await (const chunk of contentOf(file)) {
      for (const found of scanner.add(decoder.write(chunk as Buffer))) {
        if ('value' in found) objects++;
        else problems++;
        yield found;
        if (objects === 0 && problems === MAXIMUM_PROBLEMS) return;
      }
    }
    yield* scanner.add(decoder.end());
    yield* scanner.end();
  } catch (error) {
    yield { line: scanner.line, problem: problemOf(file, error) };
  }
}

function contentOf(file: string): Readable {
  const stream = fs.createReadStream(file);
  // The error of the file arrives at the end of the pipeline.
  return isCompressed(file) ? pipeline(stream, createGunzip(AS_FAR_AS_POSSIBLE), () => undefined) : stream;
}

function isCompressed(file: string): boolean {
  const start = Buffer.alloc(2);
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r');
    fs.readSync(descriptor, start);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** Throws errors that are not about compressed data. */
function problemOf(file: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('Z_')) return 'or one after it cannot be read: the compressed data is damaged';
  if (code === undefined) throw error;
  throw unreadable(file, error);
}
