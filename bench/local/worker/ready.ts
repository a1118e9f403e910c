import { spawn } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import { createInterface } from 'readline';
import { Chat } from './chat';
import { Client, sendMessageFrame } from './client';
import { printResult } from './result';
import type { Rounds } from '../../effort';

/** Milliseconds since the start of the program. */
export interface Start {
  readonly banner: number;
  /** Until the first message was reviewed and delivered. */
  readonly delivered: number;
  /** Messages refused before it. */
  readonly refused: number;
}

const MAX_ATTEMPTS = 20;

const [assembly, rounds] = process.argv.slice(2);
const { warmUp, counted }: Rounds = JSON.parse(rounds);

async function measure(): Promise<Start[]> {
  const starts = [];
  for (let round = 0; round < warmUp + counted; round++) starts.push(await start());
  return starts.slice(warmUp);
}

async function start(): Promise<Start> {
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
    if (!roomArn) throw new Error('The local runtime must print the output RoomArn of the example, got none');
    const refused = await sendUntilDelivered(url, roomArn);
    return { banner, delivered: performance.now() - started, refused };
  } finally {
    child.kill();
    await ended;
  }
}

/** Sends messages until one is delivered and returns how many were refused: the handler's fallback result refuses those not reviewed in time. */
async function sendUntilDelivered(url: string, roomArn: string): Promise<number> {
  const chat = new Chat(url);
  const [token] = await chat.createTokens([roomArn]);
  chat.close();
  const client = await Client.connect(url.replace(/^http/, 'ws'), token);
  try {
    for (let refused = 0; refused < MAX_ATTEMPTS; refused++) {
      const next = client.next();
      client.send(sendMessageFrame('first'));
      if (JSON.parse((await next).text).Type === 'MESSAGE') return refused;
    }
    throw new Error(`The review handler of the example must allow a message, got ${MAX_ATTEMPTS} refusals`);
  } finally {
    client.close();
  }
}

void printResult(measure());
