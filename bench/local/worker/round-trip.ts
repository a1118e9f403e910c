import { spawnSync } from 'child_process';
import { Chat } from './chat';
import { checkDelivered, type Client, connectAll, sendMessageFrame } from './client';
import { printResult } from './result';
import { type Server, type Servers, withServers } from './servers';
import type { Effort } from '../../effort';

/** Milliseconds from sending each message to receiving it. */
export interface RoundTrips {
  readonly isOnOneCpu: boolean;
  readonly echo: number[];
  readonly plain: number[];
  readonly logged: number[];
}

/** What a connection may send in a second. More come from more connections, each in its own room. */
const MESSAGES = 10;
/** After this pause, earlier messages no longer count towards the rate of a connection. */
const PAUSE_MILLISECONDS = 1100;

interface Subject {
  readonly clients: Client[];
  readonly milliseconds: number[];
}

const { connections, passes }: Effort['roundTrip'] = JSON.parse(process.argv[2]);

async function measure(servers: Servers): Promise<RoundTrips> {
  const isOnOneCpu = pinToOneCpu();
  const plain = await connectToRooms(await servers.local('plain'), false);
  const logged = await connectToRooms(await servers.local('logged'), true);
  const bare = await servers.bare('echo', await deliveredBytes(plain.clients.at(-1)!));
  const users = Array.from({ length: connections }, (_, index) => `user-${index}`);
  const echo: Subject = { clients: await connectAll(bare.url, users), milliseconds: [] };

  const subjects = [echo, plain, logged];
  await sendMessages(subjects);
  for (const client of subjects.flatMap(({ clients }) => clients)) client.close();
  return { isOnOneCpu, echo: echo.milliseconds, plain: plain.milliseconds, logged: logged.milliseconds };
}

/**
 * Pins this process to one CPU; the servers it starts inherit that. Waking another CPU takes longer than an echo, so where the
 * kernel happens to put client and server would outweigh what is measured. On one CPU, work that a server does after its answer counts too.
 *
 * @returns false if there is no `taskset`, which only Linux has
 */
function pinToOneCpu(): boolean {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(process.pid)]).status === 0;
}

async function connectToRooms(server: Server, isLogged: boolean): Promise<Subject> {
  const chat = new Chat(server.url);
  const tokens = await chat.createTokens(await chat.createRooms(connections, isLogged));
  chat.close();
  return { clients: await connectAll(server.url, tokens), milliseconds: [] };
}

async function deliveredBytes(client: Client): Promise<number> {
  const next = client.next();
  client.send(sendMessageFrame(requestIdOf(connections - 1, 0)));
  return (await next).text.length;
}

/** In turns of a few messages, so that all subjects see the same state of the machine. */
async function sendMessages(subjects: Subject[]): Promise<void> {
  for (let pass = 0; pass < passes.warmUp + passes.counted; pass++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MILLISECONDS));
    for (let i = 0; i < connections; i++) {
      for (let turn = 0; turn < subjects.length; turn++) {
        const { clients, milliseconds } = subjects[(i + turn) % subjects.length];
        for (let message = 0; message < MESSAGES; message++) {
          const elapsed = await roundTrip(clients[i], requestIdOf(i, message));
          if (pass >= passes.warmUp) milliseconds.push(elapsed);
        }
      }
    }
  }
}

async function roundTrip(client: Client, requestId: string): Promise<number> {
  const frame = sendMessageFrame(requestId);
  const next = client.next();
  const sent = client.send(frame);
  const received = await next;
  checkDelivered(received, requestId);
  return received.time - sent;
}

function requestIdOf(connection: number, message: number): string {
  return `r-${connection}-${message}`;
}

void printResult(withServers(measure));
