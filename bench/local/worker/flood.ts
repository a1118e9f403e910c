import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Chat } from './chat';
import { inlineFunction } from './functions';
import { printResult } from './result';
import { type Servers, withServers } from './servers';
import type { Effort } from '../../effort';

/** Milliseconds of each request. */
export interface Floods {
  readonly quiet: number[];
  readonly flooded: number[];
}

/** What a function can write as fast as it can: lines, text without the end of a line, and lines that are too long. */
const WRITES = ["console.log('x'.repeat(100))", "process.stdout.write('x')", "console.log('x'.repeat(1_000_000))"];

const HANDLER = `exports.handler = async ({ kind, milliseconds }) => {
  const end = Date.now() + milliseconds;
  const write = [${WRITES.map(write => `() => ${write}`).join(', ')}][kind];
  while (Date.now() < end) write();
};`;

const { milliseconds, requests }: Effort['flood'] = JSON.parse(process.argv[2]);

/** Sends requests one after the other, first to a server that does nothing else, then while a function floods its log. */
async function measure(servers: Servers): Promise<Floods> {
  const server = await servers.local('flood', inlineFunction('flood', HANDLER));
  const chat = new Chat(server.url);
  const endpoint = server.url.replace(/^ws/, 'http');
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 });
  const flood = async (kind: number, duration: number) => lambda.send(new InvokeCommand({
    FunctionName: 'flood', Payload: Buffer.from(JSON.stringify({ kind, milliseconds: duration })),
  }));

  for (let request = 0; request < requests; request++) await chat.request();
  await flood(0, 1);
  const quiet: number[] = [];
  for (let request = 0; request < requests; request++) quiet.push(await chat.request());
  const flooded: number[] = [];
  for (let kind = 0; kind < WRITES.length; kind++) {
    let isRunning = true;
    const running = flood(kind, milliseconds).finally(() => isRunning = false);
    while (isRunning) flooded.push(await chat.request());
    const { FunctionError } = await running;
    if (FunctionError !== undefined) throw new Error(`The function must flood its log, got ${FunctionError}`);
  }
  chat.close();
  lambda.destroy();
  return { quiet, flooded };
}

void printResult(withServers(measure));
