import { Chat } from './chat';
import { checkDelivered, type Client, connectAll, sendMessageFrame } from './client';
import { printResult } from './result';
import { type Server, type Servers, withServers } from './servers';
import type { Effort, Rounds } from '../../effort';

export interface Broadcasts {
  readonly local: Measured;
  readonly bare: Measured;
}

interface Measured {
  readonly connectMilliseconds: number;
  /** Of each message to each receiver. */
  readonly milliseconds: number[];
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** Fewer than a server keeps in its queue of new connections. */
const CONNECTS_AT_A_TIME = 100;

/** The connections to one server. */
interface Crowd {
  readonly server: Server;
  readonly clients: Client[];
  connectMilliseconds: number;
  readonly milliseconds: number[];
}

const { connections, messages }: Effort['broadcast'] = JSON.parse(process.argv[2]);

/** Measures many connections in one room, and as many to a bare server that sends each frame to all. */
async function measure(servers: Servers): Promise<Broadcasts> {
  const local = await servers.local('broadcast');
  const chat = new Chat(local.url);
  const [roomArn] = await chat.createRooms(1, false);
  const tokens = await chat.createTokens(Array.from({ length: connections + CONNECTS_AT_A_TIME }, () => roomArn));
  chat.close();

  const warmUp = tokens.splice(0, CONNECTS_AT_A_TIME);
  const bare = await servers.bare('broadcast', await deliveredBytes(local, warmUp));
  for (const client of await connectAll(bare.url, warmUp)) client.close();

  const crowds = [local, bare].map((server): Crowd => ({ server, clients: [], connectMilliseconds: 0, milliseconds: [] }));
  const before = await memoryOf(crowds);
  await connect(crowds, tokens);
  const after = await memoryOf(crowds);
  await sendMessages(crowds, messages);
  for (const client of crowds.flatMap(({ clients }) => clients)) client.close();

  const [ofLocal, ofBare] = crowds.map(({ connectMilliseconds, milliseconds }, index): Measured => ({
    connectMilliseconds,
    milliseconds,
    rssBytes: after[index].rss - before[index].rss,
    heapBytes: after[index].heapUsed - before[index].heapUsed,
  }));
  return { local: ofLocal, bare: ofBare };
}

async function deliveredBytes(server: Server, tokens: string[]): Promise<number> {
  const clients = await connectAll(server.url, tokens);
  const next = clients[0].next();
  clients[0].send(sendMessageFrame('r-00'));
  const { text } = await next;
  for (const client of clients) client.close();
  return text.length;
}

async function memoryOf(crowds: Crowd[]): Promise<NodeJS.MemoryUsage[]> {
  return Promise.all(crowds.map(async ({ server }) => server.memory()));
}

/** In turns, so that both see the same state of the machine. */
async function connect(crowds: Crowd[], tokens: string[]): Promise<void> {
  for (let i = 0; i < tokens.length; i += CONNECTS_AT_A_TIME) {
    for (const crowd of crowds) {
      const start = performance.now();
      crowd.clients.push(...await connectAll(crowd.server.url, tokens.slice(i, i + CONNECTS_AT_A_TIME)));
      crowd.connectMilliseconds += performance.now() - start;
    }
  }
}

async function sendMessages(crowds: Crowd[], { warmUp, counted }: Rounds): Promise<void> {
  for (let message = 0; message < warmUp + counted; message++) {
    for (const { clients, milliseconds } of message % 2 ? crowds : [...crowds].reverse()) {
      // A different sender each time, because a connection may send only a few messages a second.
      const waited = await sendToAll(clients, clients[message], `r-${message}`);
      if (message >= warmUp) milliseconds.push(...waited);
    }
  }
}

/** Sends one message, waits until every client has received it, and returns how long each waited. */
async function sendToAll(clients: Client[], sender: Client, requestId: string): Promise<number[]> {
  const all = Promise.all(clients.map(async client => client.next()));
  const sent = sender.send(sendMessageFrame(requestId));
  const received = await all;
  for (const frame of received) checkDelivered(frame, requestId);
  return received.map(({ time }) => time - sent);
}

void printResult(withServers(measure));
