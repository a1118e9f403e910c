import * as fs from 'fs';
import * as path from 'path';
import type { Engine, EngineName } from './engines';
import { printResult } from '../../local/worker/result';

/** Times of the function, or of another engine, in a new process, in milliseconds, and its memory in MB. */
export interface Speed {
  readonly load: number;
  readonly first: number;
  readonly messages: number[];
  readonly adversarial: Record<string, number[]>;
  readonly heap: number;
}

interface Messages {
  readonly usual: string[];
  readonly adversarial: Record<string, string>;
  readonly rounds: number;
}

type Review = (content: string) => unknown;

async function measure(load: (directory: string) => Review, directory: string, { adversarial, rounds, usual }: Messages): Promise<Speed> {
  // The metrics that the function writes are not the result of this program.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  global.gc!();
  const heapBefore = process.memoryUsage().heapUsed;
  const start = performance.now();
  const review = load(directory);
  const loadTime = performance.now() - start;
  const first = await timeOf(review, usual[0]);
  const messages: number[] = [];
  for (let round = 0; round < rounds; round++) for (const content of usual) messages.push(await timeOf(review, content));
  const times: Record<string, number[]> = {};
  for (const [name, content] of Object.entries(adversarial)) {
    times[name] = [];
    for (let round = 0; round < 20; round++) times[name].push(await timeOf(review, content));
  }
  global.gc!();
  const heap = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
  process.stdout.write = write;
  return { load: loadTime, first, messages, adversarial: times, heap };
}

async function timeOf(review: Review, content: string): Promise<number> {
  const start = performance.now();
  await review(content);
  return performance.now() - start;
}

/* eslint-disable @typescript-eslint/no-require-imports */
function loadFunction(directory: string): Review {
  const { handler } = require(path.join(directory, 'index.js')) as { handler: (event: object) => Promise<unknown> };
  return content => handler({ Content: content, MessageId: 'WhO6MW6iRdS5', RoomArn: 'arn', Attributes: {}, Sender: { UserId: 'ada', Attributes: {} } });
}

function loadEngine(name: string, directory: string): Review {
  const { words } = JSON.parse(fs.readFileSync(path.join(directory, 'words.json'), 'utf8'));
  const { createEngine } = require('./engines') as { createEngine: (name: EngineName, words: string[]) => Engine };
  return createEngine(name as EngineName, words).finds;
}
/* eslint-enable @typescript-eslint/no-require-imports */

const [engine, directory, messages] = process.argv.slice(2);
const load = engine === 'function' ? loadFunction : (from: string) => loadEngine(engine, from);
// Printed after the output is restored.
const measured = measure(load, directory, JSON.parse(messages) as Messages);
void measured.finally(() => printResult(measured));
