import * as path from 'path';
import { parseArgs } from 'util';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { ChatUser } from './chat-user';
import { converse } from './conversation';
import { Reviews } from './reviews';
import { heading, paint } from './terminal';
import { loadAssembly } from '../../local/src/app/assembly';
import { synthesize } from '../../local/src/app/synthesize';
import { describeError } from '../../local/src/faults';
import type { LoggedRecord } from '../../local/src/ivschat/chat-log/chat-logs';
import { TerminalLog } from '../../local/src/live-log/terminal';
import { LocalServer } from '../../local/src/server';

const APP = path.join(__dirname, '..', 'live-chat');
const DATA = path.join(__dirname, '..', '..', '.ivschat-local');

async function main(): Promise<void> {
  const { values: { open } } = parseArgs({ options: { open: { type: 'boolean', default: false } } });

  heading('Synthesizing examples/live-chat');
  const started = performance.now();
  const stacks = loadAssembly(await synthesize(undefined, APP, { quiet: true }));
  console.log(`  in ${secondsSince(started)}`);

  heading('Deploying it on this machine');
  const synthesized = performance.now();
  const { environment } = stacks[0];
  const server = await LocalServer.start({ environment, dataDirectory: DATA });
  try {
    await server.deploy(stacks);
    const [{ outputs, resources }] = server.deployment.describe();
    console.log(`  ${Object.keys(resources).length} resources at ${server.url} in ${secondsSince(synthesized)}`);

    heading('Chatting in the room');
    const { region } = environment;
    const user = (name: string, roleArn: string) => new ChatUser({
      name,
      credentials: server.sessions.assume(roleArn, name),
      region,
      tokenUrl: outputs.TokenUrl,
      messagingUrl: server.messagingUrl,
    });
    await converse({
      ada: user('ada', outputs.ViewersRoleArn),
      grace: user('grace', outputs.ViewersRoleArn),
      sam: user('sam', outputs.StaffRoleArn),
      reviews: new Reviews(server.liveLog),
      chat: new IvschatClient({ region, endpoint: server.url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
      roomArn: outputs.RoomArn,
    });

    heading('Chat log');
    await server.chatLogs.flush();
    for (const record of server.chatLogs.recent) console.log(`  ${summarize(record)}`);
    console.log(`  ${paint('dim', `complete records: ${path.relative(process.cwd(), DATA) || '.'}`)}`);

    if (open) await keepOpen(server);
    else console.log(`\nTo chat in the browser, run: ${paint('bold', 'npm run demo -- --open')}\n`);
  } finally {
    await server.close();
  }
}

async function keepOpen(server: LocalServer): Promise<void> {
  heading(`Playground: ${server.url}/`);
  console.log('  Press Ctrl-C to stop.\n');
  const log = new TerminalLog();
  server.liveLog.listen(entry => log.add(entry));
  await new Promise<void>(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

/** The time, the type, and the sender and content of a message or the name and reason or attributes of an event. */
function summarize({ record: { event_timestamp: timestamp, payload, type } }: LoggedRecord): string {
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
  console.error(`The demo failed: ${describeError(error)}`);
  process.exitCode = 1;
});
