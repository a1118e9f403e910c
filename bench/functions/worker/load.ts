import { pathToFileURL } from 'url';
import { printResult } from '../../local/worker/result';

/** Milliseconds to load an ES module in this new process. */
async function measureLoad(file: string): Promise<number> {
  const { href } = pathToFileURL(file);
  const start = performance.now();
  await import(href);
  return performance.now() - start;
}

const [file, environment] = process.argv.slice(2);
Object.assign(process.env, JSON.parse(environment));
void printResult(measureLoad(file));
