import { spawn } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import { createInterface } from 'readline';
import { Chat } from './chat';
import { Client, sendMessageFrame } from './client';
import { printResult } from './result';

// The first round finds nothing in the file system's cache.
const WARM_UP_ROUNDS = 1;
const COUNTED_ROUNDS = 5;
const MOST_ATTEMPTS = 20;

const [assembly] = process.argv.slice(2);

async function measure(): Promise<object[]> {
  const rounds = [];
  for (let round = 0; round < WARM_UP_ROUNDS + COUNTED_ROUNDS; round++) rounds.push(await start());
  return rounds.slice(WARM_UP_ROUNDS);
}

/** From the start of the program to its banner, and to the first message that was reviewed and delivered. */
async function start(): Promise<object> {
  const started = performance.now();
  const child = spawn(process.execPath, ['lib/cli.js', '--app', assembly, '--data', path.join(__dirname, 'ready-data')], {
    cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    let roomArn = '';
    let url = '';
    let banner = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      url ||= /^export AWS_ENDPOINT_URL_IVSCHAT=(\S+)/.exec(line)?.[1] ?? '';
      if (url) banner ||= performance.now() - started;
      roomArn ||= /^ +RoomArn = (\S+)/.exec(line)?.[1] ?? '';
      if (roomArn) break;
    }
    if (!roomArn) throw new Error('The local runtime printed no room of the example.');
    const refused = await sendUntilDelivered(url, roomArn);
    return { banner, delivered: performance.now() - started, refused };
  } finally {
    child.kill();
    await ended;
  }
}

/** The handler's fallback result refuses what could not be reviewed in time. @returns how often that was */
async function sendUntilDelivered(url: string, roomArn: string): Promise<number> {
  const chat = new Chat(url);
  const [token] = await chat.createTokens([roomArn]);
  chat.close();
  const client = await Client.connect(url.replace(/^http/, 'ws'), token);
  try {
    for (let refused = 0; refused < MOST_ATTEMPTS; refused++) {
      const next = client.next();
      client.send(sendMessageFrame('first'));
      if (JSON.parse((await next).text).Type === 'MESSAGE') return refused;
    }
    throw new Error('The review handler of the example let no message through.');
  } finally {
    client.close();
  }
}

void printResult(measure());
