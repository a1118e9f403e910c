import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { functionFromFolder } from './functions';
import { printResult } from './result';
import type { Rounds } from '../../effort';

/** Milliseconds of each run of the command, and of the reviews as it reports them. */
export interface Replays {
  readonly command: number[];
  readonly p50: number[];
  readonly p99: number[];
}

const CONTENTS = ['Hello, everyone!', 'what a goal', 'GG WP', 'see example.com/live', 'mail me at ada@example.com', 'そればかり', 'YESSSSSS', 'order 123456'];

const [functionFolder, messages, rounds] = process.argv.slice(2);
const { warmUp, counted }: Rounds = JSON.parse(rounds);

/** Replays a chat log as a user does, with the function of the message filter. */
function measure(): Replays {
  const template = path.join(__dirname, 'replay.json');
  fs.writeFileSync(template, JSON.stringify({
    Resources: {
      ...functionFromFolder('review', functionFolder),
      Room: {
        Type: 'AWS::IVSChat::Room', DependsOn: 'Permission', Properties: { MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Function', 'Arn'] }, FallbackResult: 'DENY' } },
      },
    },
  }));
  const log = path.join(__dirname, 'replay.log');
  fs.writeFileSync(log, Array.from({ length: Number(messages) }, (_, index) => JSON.stringify(messageOf(index))).join(''));
  const replays = Array.from({ length: warmUp + counted }, () => replay(template, log)).slice(warmUp);
  return { command: replays.map(({ command }) => command), p50: replays.map(({ p50 }) => p50), p99: replays.map(({ p99 }) => p99) };
}

function replay(template: string, log: string) {
  const start = performance.now();
  const { stderr, stdout } = spawnSync(process.execPath, ['lib/cli.js', 'replay', '--app', template, '--json', log], { cwd: __dirname, encoding: 'utf8' });
  const command = performance.now() - start;
  if (stdout === '') throw new Error(`The replay must print its result, got ${stderr}`);
  const result = JSON.parse(stdout) as { messages: number; milliseconds: { p50: number; p99: number } };
  if (result.messages !== Number(messages)) throw new Error(`The replay must review ${messages} messages, got ${result.messages}`);
  return { command, ...result.milliseconds };
}

function messageOf(index: number): object {
  const payload = {
    Type: 'MESSAGE',
    Id: `M${String(index).padStart(11, '0')}`,
    Attributes: {},
    Content: CONTENTS[index % CONTENTS.length],
    Sender: { UserId: `user-${index % 50}`, Attributes: {} },
  };
  return { event_timestamp: '2026-01-05T14:33:32.894Z', type: 'MESSAGE', version: '1.0', payload };
}

void printResult(Promise.resolve().then(measure));
