import { Chat } from './chat';
import { checkDelivered, type Client, connectAll, sendMessageFrame } from './client';
import { printResult } from './result';
import { type Server, type Servers, withServers } from './servers';

const CONNECTIONS = 1000;
/** Fewer than what a server keeps in its queue of new connections. */
const CONNECTS_AT_A_TIME = 100;
const WARM_UP_MESSAGES = 10;
const COUNTED_MESSAGES = 30;

/** Those who are connected to one server. */
interface Crowd {
  readonly server: Server;
  readonly clients: Client[];
  connectMilliseconds: number;
  /** Of each message to each receiver. */
  readonly milliseconds: number[];
}

/** Many connections in one room, and as many to a bare server that sends what it gets to all. */
async function measure(servers: Servers): Promise<object> {
  const local = await servers.local('crowd');
  const chat = new Chat(local.url);
  const [roomArn] = await chat.createRooms(1, false);
  const tokens = await chat.createTokens(Array.from({ length: CONNECTIONS + CONNECTS_AT_A_TIME }, () => roomArn));
  chat.close();

  const warmUp = tokens.splice(0, CONNECTS_AT_A_TIME);
  const bare = await servers.bare('broadcast', await lengthOfDelivered(local, warmUp));
  for (const client of await connectAll(bare.url, warmUp)) client.close();

  const crowds = [local, bare].map((server): Crowd => ({ server, clients: [], connectMilliseconds: 0, milliseconds: [] }));
  const before = await memoryOf(crowds);
  await connect(crowds, tokens);
  const after = await memoryOf(crowds);
  await talk(crowds);
  for (const client of crowds.flatMap(({ clients }) => clients)) client.close();

  const [ofLocal, ofBare] = crowds.map(({ connectMilliseconds, milliseconds }, index) => ({
    connectMilliseconds,
    milliseconds,
    rssBytes: after[index].rss - before[index].rss,
    heapBytes: after[index].heapUsed - before[index].heapUsed,
  }));
  return { connections: CONNECTIONS, local: ofLocal, bare: ofBare };
}

async function lengthOfDelivered(server: Server, tokens: string[]): Promise<number> {
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

/** In turns, as everything. */
async function connect(crowds: Crowd[], tokens: string[]): Promise<void> {
  for (let i = 0; i < tokens.length; i += CONNECTS_AT_A_TIME) {
    for (const crowd of crowds) {
      const start = performance.now();
      crowd.clients.push(...await connectAll(crowd.server.url, tokens.slice(i, i + CONNECTS_AT_A_TIME)));
      crowd.connectMilliseconds += performance.now() - start;
    }
  }
}

async function talk(crowds: Crowd[]): Promise<void> {
  for (let message = 0; message < WARM_UP_MESSAGES + COUNTED_MESSAGES; message++) {
    for (const { clients, milliseconds } of message % 2 ? crowds : [...crowds].reverse()) {
      // Another sender each time, for each may send but a few a second.
      const took = await tellAll(clients, clients[message], `r-${message}`);
      if (message >= WARM_UP_MESSAGES) milliseconds.push(...took);
    }
  }
}

/** Sends one message and waits until everyone has it. @returns how long each waited */
async function tellAll(clients: Client[], sender: Client, requestId: string): Promise<number[]> {
  const everyone = Promise.all(clients.map(async client => client.next()));
  const sent = sender.send(sendMessageFrame(requestId));
  const received = await everyone;
  for (const frame of received) checkDelivered(frame, requestId);
  return received.map(({ time }) => time - sent);
}

void printResult(withServers(measure));
