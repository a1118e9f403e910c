import { spawnSync } from 'child_process';
import { Chat } from './chat';
import { checkDelivered, type Client, connectAll, sendMessageFrame } from './client';
import { printResult } from './result';
import { type Server, type Servers, withServers } from './servers';

// A connection may send ten messages a second, so there are many, each in a room of its own; for the echo as many.
const CONNECTIONS = 250;
const MESSAGES = 10;
const WARM_UP_PASSES = 2;
const COUNTED_PASSES = 4;
/** After this, none of the messages before counts for the rate of a connection. */
const PAUSE_MILLISECONDS = 1100;

interface Subject {
  readonly clients: Client[];
  readonly milliseconds: number[];
}

async function measure(servers: Servers): Promise<object> {
  const isOnOneCpu = stayOnOneCpu();
  const plain = await enterRooms(await servers.local('plain'), false);
  const logged = await enterRooms(await servers.local('logged'), true);
  const bare = await servers.bare('echo', await lengthOfDelivered(plain.clients.at(-1)!));
  const echo: Subject = { clients: await connectAll(bare.url, Array.from({ length: CONNECTIONS }, (_, index) => `user-${index}`)), milliseconds: [] };

  const subjects = [echo, plain, logged];
  await converse(subjects);
  for (const client of subjects.flatMap(({ clients }) => clients)) client.close();
  return { isOnOneCpu, echo: echo.milliseconds, plain: plain.milliseconds, logged: logged.milliseconds };
}

/**
 * Where the client and a server happen to be is worth more than what is measured here: to wake another CPU takes longer than
 * an echo. On one CPU, what a server has left to do after its answer counts as well. Servers inherit it.
 *
 * @returns false where there is no `taskset`, as there is none but on Linux
 */
function stayOnOneCpu(): boolean {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(process.pid)]).status === 0;
}

async function enterRooms(server: Server, isLogged: boolean): Promise<Subject> {
  const chat = new Chat(server.url);
  const tokens = await chat.createTokens(await chat.createRooms(CONNECTIONS, isLogged));
  chat.close();
  return { clients: await connectAll(server.url, tokens), milliseconds: [] };
}

async function lengthOfDelivered(client: Client): Promise<number> {
  const next = client.next();
  client.send(sendMessageFrame(requestId(CONNECTIONS - 1, 0)));
  return (await next).text.length;
}

/** In turns, a few messages each: all see the same state of the machine. */
async function converse(subjects: Subject[]): Promise<void> {
  for (let pass = 0; pass < WARM_UP_PASSES + COUNTED_PASSES; pass++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MILLISECONDS));
    for (let i = 0; i < CONNECTIONS; i++) {
      for (let turn = 0; turn < subjects.length; turn++) {
        const { clients, milliseconds } = subjects[(i + turn) % subjects.length];
        for (let message = 0; message < MESSAGES; message++) {
          const took = await roundTrip(clients[i], requestId(i, message));
          if (pass >= WARM_UP_PASSES) milliseconds.push(took);
        }
      }
    }
  }
}

async function roundTrip(client: Client, id: string): Promise<number> {
  const frame = sendMessageFrame(id);
  const next = client.next();
  const sent = client.send(frame);
  const received = await next;
  checkDelivered(received, id);
  return received.time - sent;
}

function requestId(connection: number, message: number): string {
  return `r-${connection}-${message}`;
}

void printResult(withServers(measure));
