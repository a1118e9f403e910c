import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CreateChatTokenCommand } from '@aws-sdk/client-ivschat';
import { type ChatRoom as Client, type DeleteMessageEvent, type DisconnectUserEvent, SendMessageRequest } from 'amazon-ivs-chat-messaging';
import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CfnGuardrail, CfnGuardrailVersion } from 'aws-cdk-lib/aws-bedrock';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AutoModerator, ChatBans, ChatJudge, ChatRole, ChatRoom, LoggingConfiguration, LoggingDestination, ModerationResponse, SenderMatch,
} from '../../src';
import { LocalRuntime, next, type Outputs } from '../support/deployed/local-runtime';

jest.setTimeout(60_000);

let runtime: LocalRuntime;
let outputs: Outputs;
const words = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'flagged-')), 'words.txt');

const JUDGE_CODE = `
exports.handler = async ({ RoomArn, Messages }) => ({
  Verdicts: Messages.map(({ Id, Content, Sender }) => ({ Id, Flagged: Content.includes('idiot'), Label: RoomArn && Sender.UserId ? 'OWN_JUDGE' : 'INCOMPLETE' })),
});
`;

const JUDGES: Record<string, (stack: Stack) => ChatJudge> = {
  Comprehend: () => ChatJudge.comprehendToxicity(),
  Guardrail: stack => {
    const guardrail = new CfnGuardrail(stack, 'Guardrail', { name: 'chat', blockedInputMessaging: 'No.', blockedOutputsMessaging: 'No.' });
    const { attrVersion } = new CfnGuardrailVersion(stack, 'GuardrailVersion', { guardrailIdentifier: guardrail.attrGuardrailId });
    return ChatJudge.guardrail(guardrail, { version: attrVersion });
  },
  Function: stack => ChatJudge.function(new Function(stack, 'Judge', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline(JUDGE_CODE) })),
};
const LABELS: Record<string, string> = { Comprehend: 'INSULT', Guardrail: 'CUSTOM_WORDS', Function: 'OWN_JUDGE' };

/** A room for each judge, and one with a dry run, each with a chat log of its own. */
function build(app: App): Stack {
  const stack = new Stack(app, 'Moderated');
  const bans = new ChatBans(stack, 'Bans');
  const moderated = (name: string, judge: ChatJudge, dryRun = false) => {
    const chatLog = new LogGroup(stack, `${name}Log`, { retention: RetentionDays.ONE_DAY });
    const destination = LoggingDestination.cloudWatchLogs(chatLog);
    const room = new ChatRoom(stack, `${name}Room`, { loggingConfigurations: [new LoggingConfiguration(stack, `${name}Logging`, { destination })] });
    const moderator = new AutoModerator(stack, `${name}Moderator`, {
      chatLog,
      judge,
      dryRun,
      rooms: [room],
      responses: [
        ModerationResponse.deleteMessage(),
        ModerationResponse.disconnectUser({ afterStrikes: 2, reason: 'Please calm down.' }),
        ModerationResponse.ban(bans, { afterStrikes: 3, duration: Duration.minutes(10) }),
      ],
      exempt: [SenderMatch.role(ChatRole.moderator())],
    });
    new CfnOutput(stack, `${name}RoomArn`, { value: room.roomArn });
    new CfnOutput(stack, `${name}FunctionName`, { value: moderator.function.functionName });
  };
  for (const [name, judgeOf] of Object.entries(JUDGES)) moderated(name, judgeOf(stack));
  moderated('Dry', ChatJudge.comprehendToxicity(), true);
  new CfnOutput(stack, 'BanFunctionName', { value: bans.function.functionName });
  return stack;
}

beforeAll(async () => {
  fs.writeFileSync(words, 'idiot\n');
  // Twice, as CloudWatch Logs may do it.
  runtime = await LocalRuntime.start({ flaggedWords: words, deliverTwice: true });
  outputs = await runtime.deploy(build);
});

afterAll(async () => {
  await runtime.stop();
  fs.rmSync(path.dirname(words), { recursive: true });
});

async function enter(name: string, userId: string, attributes: Record<string, string> = {}): Promise<Client> {
  return runtime.connect(async () => {
    const request = new CreateChatTokenCommand({ roomIdentifier: outputs[`${name}RoomArn`], userId, capabilities: ['SEND_MESSAGE'], attributes });
    return (await runtime.chat.send(request)).token!;
  });
}

/** The reasons by message. Two deliveries at the same time can both delete a message. */
function deletionsSeenBy(client: Client): Map<string, string | undefined> {
  const deletions = new Map<string, string | undefined>();
  client.addListener('messageDelete', ({ messageId, reason }: DeleteMessageEvent) => deletions.set(messageId, reason));
  return deletions;
}

/** Invocations of a moderator that have ended: metrics are the last that they write. */
function invocationsOf(name: string): number {
  return runtime.lines('function').filter(line => line.startsWith(outputs[`${name}FunctionName`]) && line.includes('"Name":"Judged"')).length;
}

async function bansOf(name: string): Promise<string[]> {
  const room = outputs[`${name}RoomArn`];
  const { payload } = await runtime.invoke(outputs.BanFunctionName, JSON.stringify({ action: 'list', room }));
  return JSON.parse(payload).bans.map(({ bannedBy, userId }: any) => `${userId} by ${bannedBy}`);
}

describe.each(Object.keys(JUDGES))('%s', name => {
  test('deletes a message after it was delivered, then disconnects and bans the sender', async () => {
    const witness = await enter(name, 'witness');
    const deletions = deletionsSeenBy(witness);
    const disconnects: DisconnectUserEvent[] = [];
    witness.addListener('userDisconnect', event => disconnects.push(event));

    for (let message = 1; message <= 3; message++) {
      const invocations = invocationsOf(name);
      const ann = await enter(name, 'ann');
      const delivered = next<{ id: string }>(witness, 'message');
      await ann.sendMessage(new SendMessageRequest(`you idiot, for the ${message}. time`));
      const { id } = await delivered;
      // Otherwise the second delivery could disconnect the next connection.
      await until(() => deletions.size === message && invocationsOf(name) === invocations + 2);
      expect(deletions.get(id)).toBe(LABELS[name]);
    }
    expect(disconnects[0]).toMatchObject({ userId: 'ann', reason: 'Please calm down.' });
    expect(await bansOf(name)).toEqual(['ann by auto-moderator']);
  });

  test('leaves other messages, and those of exempt senders, alone', async () => {
    const witness = await enter(name, 'witness');
    const deletions = deletionsSeenBy(witness);
    const mia = await enter(name, 'mia', { role: 'moderator' });
    await mia.sendMessage(new SendMessageRequest('do not say idiot'));
    await witness.sendMessage(new SendMessageRequest('hello'));
    const ben = await enter(name, 'ben');
    const { id } = await ben.sendMessage(new SendMessageRequest('idiot'));
    await until(() => deletions.size > 0);
    expect([...deletions.keys()]).toEqual([id]);
  });
});

test('a dry run only logs', async () => {
  const ann = await enter('Dry', 'ann');
  const deletions = deletionsSeenBy(ann);
  const { id } = await ann.sendMessage(new SendMessageRequest('idiot'));
  const decision = () => runtime.lines('function').find(line => line.includes(id) && line.includes('"flagged"'));
  await until(() => decision() !== undefined);
  expect(decision()).toContain('"dryRun":true');
  expect(decision()).not.toContain('idiot');
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(deletions.size).toBe(0);
});

async function until(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`it did not happen:\n${runtime.local.liveLog.slice(-15).map(({ kind, text }) => `${kind}: ${text}`).join('\n')}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
