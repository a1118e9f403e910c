import { pathToFileURL } from 'url';
import { printResult } from '../../local/worker/result';

/** Milliseconds to load the handler of a function in this new process. */
async function measureLoad(file: string): Promise<number> {
  const { href } = pathToFileURL(file);
  const start = performance.now();
  await import(href);
  return performance.now() - start;
}

void printResult(measureLoad(process.argv[2]));
