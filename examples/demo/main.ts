import * as path from 'path';
import { parseArgs } from 'util';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { ChatUser } from './chat-user';
import { converse } from './conversation';
import { Reviews } from './reviews';
import { heading, paint } from './terminal';
import { type ChatLogRecord, type IvsChat, type LogEntry, startIvsChat } from 'ivschat-local';

const APP = path.join(__dirname, '..', 'live-chat');
const DATA = path.join(__dirname, '..', '..', '.ivschat-local');

async function main(): Promise<void> {
  const { values: { open } } = parseArgs({ options: { open: { type: 'boolean', default: false } } });

  heading('Synthesizing examples/live-chat and deploying it on this machine');
  const started = performance.now();
  const local = await startIvsChat({ appDirectory: APP, dataDirectory: DATA });
  try {
    const [{ outputs, resources }] = local.stacks;
    console.log(`  ${Object.keys(resources).length} resources at ${local.endpoints.ivschat} in ${secondsSince(started)}`);

    heading('Chatting in the room');
    const region = local.environment.AWS_REGION;
    const user = (name: string, roleArn: string) => new ChatUser({
      name,
      credentials: local.assumeRole(roleArn, name),
      region,
      tokenUrl: outputs.TokenUrl,
      messagingUrl: local.messagingUrl,
    });
    await converse({
      ada: user('ada', outputs.ViewersRoleArn),
      grace: user('grace', outputs.ViewersRoleArn),
      sam: user('sam', outputs.StaffRoleArn),
      reviews: new Reviews(local),
      chat: new IvschatClient({ region, endpoint: local.endpoints.ivschat, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
      roomArn: outputs.RoomArn,
    });

    heading('Chat log');
    for (const record of await local.chatLog()) console.log(`  ${summarize(record)}`);
    console.log(`  ${paint('dim', `complete records: ${path.relative(process.cwd(), DATA) || '.'}`)}`);

    if (open) await keepOpen(local);
    else console.log(`\nTo chat in the browser, run: ${paint('bold', 'npm run demo -- --open')}\n`);
  } finally {
    await local.close();
  }
}

async function keepOpen(local: IvsChat): Promise<void> {
  heading(`Playground: ${local.playgroundUrl}`);
  console.log('  Press Ctrl-C to stop.\n');
  local.onLogEntry(print);
  await new Promise<void>(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

function print({ kind, level, text, time }: LogEntry): void {
  console.log(`${time.slice(11, 23)}  ${kind.padEnd(15)} ${level === 'error' ? paint('red', text) : text}`);
}

/** The time, the type, and the sender and content of a message or the name and reason or attributes of an event. */
function summarize({ event_timestamp: timestamp, payload, type }: ChatLogRecord): string {
  const { Attributes, Content, EventName, Sender } = payload as {
    Attributes?: Record<string, string>; Content?: string; EventName?: string; Sender?: { Attributes?: { displayName?: string } };
  };
  const time = timestamp.slice('yyyy-mm-ddT'.length);
  const summary = type === 'MESSAGE'
    ? `${Sender?.Attributes?.displayName}: ${Content}`
    : `${EventName} ${Attributes?.Reason ?? JSON.stringify(Attributes)}`;
  return `${time}  ${type.padEnd(8)} ${summary}`;
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`;
}

main().catch((error: unknown) => {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
