import * as fs from 'fs';
import * as path from 'path';
import { Chat } from './chat';
import { checkDelivered, type Client, connectAll, sendMessageFrame } from './client';
import { functionFromFolder } from './functions';
import { printResult } from './result';
import { type Resources, type Server, type Servers, withServers } from './servers';
import type { Effort, Rounds } from '../../effort';

/** What the server uses before and after the work. */
export interface Endurance {
  readonly before: Usage;
  readonly after: Usage;
}

interface Usage extends Resources {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** What a connection may send in a second. */
const MESSAGES = 10;
/** After this pause, earlier messages no longer count towards the rate of a connection. */
const PAUSE_MILLISECONDS = 1100;

const CODE = path.join(__dirname, 'endurance-code');
/** One megabyte of every version of the code. */
const PADDING_BYTES = 1_000_000;

const { connections, passes, redeployments }: Effort['endurance'] = JSON.parse(process.argv[2]);

/** Sends reviewed messages and redeploys the review handler, which logs each message. */
async function measure(servers: Servers): Promise<Endurance> {
  fs.mkdirSync(CODE, { recursive: true });
  fs.writeFileSync(path.join(CODE, 'padding.bin'), Buffer.alloc(PADDING_BYTES, 1));
  writeVersion(0);
  const server = await servers.local('endurance', functionFromFolder('review', './endurance-code'));
  const chat = new Chat(server.url);
  const rooms = await chat.createRooms(connections, false, 'arn:aws:lambda:us-east-1:111122223333:function:review');
  const clients = await connectAll(server.url, await chat.createTokens(rooms));
  chat.close();

  await redeploy(server, 1, redeployments.warmUp);
  await sendMessages(clients, passes.warmUp);
  const before = await usageOf(server);
  await redeploy(server, 1 + redeployments.warmUp, redeployments.counted);
  await sendMessages(clients, passes.counted);
  const after = await usageOf(server);
  for (const client of clients) client.close();
  return { before, after };
}

function writeVersion(version: number): void {
  fs.writeFileSync(path.join(CODE, 'index.js'), `// version ${version}
exports.handler = async ({ Content }) => {
  console.log(Content);
  return { ReviewResult: 'ALLOW', Content };
};`);
}

/** One after the other, because changes at the same time are one deployment. */
async function redeploy(server: Server, first: number, count: Rounds['counted']): Promise<void> {
  for (let version = first; version < first + count; version++) {
    writeVersion(version);
    await server.printed('endurance: up to date.', version);
  }
}

async function sendMessages(clients: Client[], count: number): Promise<void> {
  for (let pass = 0; pass < count; pass++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MILLISECONDS));
    for (const client of clients) {
      for (let message = 0; message < MESSAGES; message++) {
        const next = client.next();
        client.send(sendMessageFrame(`r-${pass}-${message}`));
        checkDelivered(await next, `r-${pass}-${message}`);
      }
    }
  }
}

async function usageOf(server: Server): Promise<Usage> {
  const { rss, heapUsed } = await server.memory();
  return { ...server.resources(), rssBytes: rss, heapBytes: heapUsed };
}

void printResult(withServers(measure));
