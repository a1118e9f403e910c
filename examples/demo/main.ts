import * as path from 'path';
import { parseArgs } from 'util';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { ChatUser } from './chat-user';
import { converse } from './conversation';
import { Reviews } from './reviews';
import { heading, line, paint } from './terminal';
import { loadAssembly } from '../../local/src/app/assembly';
import { synthesize } from '../../local/src/app/synthesize';
import type { LoggedRecord } from '../../local/src/ivschat/chat-log/chat-logs';
import { TerminalLog } from '../../local/src/live-log/terminal';
import { LocalServer } from '../../local/src/server';

const APP = path.join(__dirname, '..', 'live-chat');
const DATA = path.join(__dirname, '..', '..', '.ivschat-local');

async function main(): Promise<void> {
  const { values: { open } } = parseArgs({ options: { open: { type: 'boolean', default: false } } });

  heading('examples/live-chat is synthesized');
  const started = performance.now();
  const stacks = loadAssembly(await synthesize(undefined, APP, { quiet: true }));
  const synthesized = performance.now();
  const { environment } = stacks[0];
  const server = await LocalServer.start({ environment, dataDirectory: DATA });
  try {
    await server.deploy(stacks);
    const [{ name, outputs, resources }] = server.deployment.describe();
    heading(`${name} is deployed on this machine`);
    line('', `${Object.keys(resources).length} resources at ${server.url}`,
      `synthesized in ${seconds(synthesized - started)}, deployed in ${seconds(performance.now() - synthesized)}`);

    heading('A conversation in the room');
    const { region } = environment;
    const user = (userName: string, roleArn: string) => new ChatUser({
      name: userName,
      credentials: server.sessions.assume(roleArn, userName),
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

    heading('Its chat log');
    await server.chatLogs.flush();
    for (const record of server.chatLogs.recent) console.log(`  ${describe(record)}`);
    console.log(`  ${paint('dim', `kept in ${path.relative(process.cwd(), DATA) || '.'}`)}`);

    if (open) await keepOpen(server);
    else console.log(`\nTo chat there yourself, in a browser: ${paint('bold', 'npm run demo -- --open')}\n`);
  } finally {
    await server.close();
  }
}

async function keepOpen(server: LocalServer): Promise<void> {
  heading(`The playground is at ${server.url}/`);
  console.log('  Ctrl-C ends it.\n');
  const log = new TerminalLog();
  server.liveLog.listen(entry => log.add(entry));
  await new Promise<void>(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

/** Messages as their sender's display name and text, events as their name and what they say. */
function describe({ record: { event_timestamp: time, payload, type } }: LoggedRecord): string {
  const { Attributes, Content, EventName, Sender } = payload as {
    Attributes?: object; Content?: string; EventName?: string; Sender?: { Attributes?: { displayName?: string } };
  };
  return `${time}  ${type.padEnd(8)} ${type === 'MESSAGE' ? `${Sender?.Attributes?.displayName}: ${Content}` : `${EventName} ${JSON.stringify(Attributes)}`}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

main().catch((error: Error) => {
  console.error(`The demo has failed: ${error.message}`);
  process.exitCode = 1;
});
