import type { Rounds } from '../../effort';
import { Chat } from '../../local/worker/chat';
import { Client, sendMessageFrame } from '../../local/worker/client';
import { printResult } from '../../local/worker/result';
import { startIvsChat } from 'ivschat-local';

/** Measures how long a message is displayed: from its delivery to its deletion, at a client. In milliseconds. */
async function measure(assembly: string, { counted, warmUp }: Rounds): Promise<number[]> {
  // The compiled local runtime in the directory of this program.
  const local = await startIvsChat({ app: false });
  try {
    await local.deploy(assembly);
    const chat = new Chat(local.endpoints.ivschat);
    const [token] = await chat.createTokens([local.outputs.Moderated.RoomArn]);
    chat.close();
    const client = await Client.connect(local.messagingUrl, token);
    const times: number[] = [];
    for (let round = 0; round < warmUp + counted; round++) times.push(await timeToDeletion(client, `message-${round}`));
    client.close();
    return times.slice(warmUp);
  } finally {
    await local.close();
  }
}

async function timeToDeletion(client: Client, requestId: string): Promise<number> {
  const delivery = client.next();
  client.send(sendMessageFrame(requestId));
  const delivered = await delivery;
  const { Id } = JSON.parse(delivered.text);
  const deletion = await client.next();
  const { Attributes, EventName } = JSON.parse(deletion.text);
  if (EventName !== 'aws:DELETE_MESSAGE' || Attributes.MessageID !== Id) throw new Error(`The frame must be the deletion of ${Id}, got ${deletion.text}`);
  return deletion.time - delivered.time;
}

const [assembly, rounds] = process.argv.slice(2);
void printResult(measure(assembly, JSON.parse(rounds)));
