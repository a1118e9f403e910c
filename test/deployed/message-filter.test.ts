import { CreateChatTokenCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest, type ChatRoom as Client } from 'amazon-ivs-chat-messaging';
import { CfnOutput, Stack, type App } from 'aws-cdk-lib';
import { ChatRole, ChatRoom, FallbackResult, FilterAction, FilterRule, MessageFilter, SenderMatch, WordList } from '../../src';
import { LocalRuntime, type Outputs } from '../support/deployed/local-runtime';
import { FILTER_NAMES, IGNORED_ATTRIBUTES, rulesOf, VECTORS } from '../support/filter-vectors';

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await LocalRuntime.start();
});
afterAll(async () => {
  await runtime.stop();
});

function filtered(rules: FilterRule[]) {
  return (app: App) => {
    const stack = new Stack(app, 'Filtered');
    const filter = new MessageFilter(stack, 'Filter', {
      rules, exempt: [SenderMatch.role(ChatRole.moderator())], ignoredAttributes: ['id'], provisionedConcurrentExecutions: 1,
    });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: filter });
    new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    new CfnOutput(stack, 'FunctionName', { value: filter.function.functionName });
    return stack;
  };
}

const RULES = [
  FilterRule.words(WordList.of('darn'), { action: FilterAction.DENY, reason: 'Please stay friendly.', ruleName: 'friendly' }),
  FilterRule.words(WordList.of('idiot*', '🖕')),
  FilterRule.contactDetails({ action: FilterAction.COUNT }),
];

async function enter(roomIdentifier: string, attributes: Record<string, string> = {}, local = runtime): Promise<Client> {
  return local.connect(async () => {
    const request = new CreateChatTokenCommand({ roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'], attributes });
    return (await local.chat.send(request)).token!;
  });
}

/** The lines of a function that are JSON: its metrics and errors. */
function linesOf(functionName: string): any[] {
  return runtime.local.liveLog
    .filter(({ data, kind }) => kind === 'function' && data?.event === 'output' && data.functionName === functionName)
    .map(({ data }) => JSON.parse(String(data!.line)));
}

describe('a room with a filter', () => {
  let roomArn: string;
  let functionName: string;
  let client: Client;
  beforeAll(async () => {
    ({ FunctionName: functionName, RoomArn: roomArn } = await runtime.deploy(filtered(RULES)));
    client = await enter(roomArn);
  });

  const send = (content: string, attributes?: Record<string, string>) => client.sendMessage(new SendMessageRequest(content, attributes));

  test('delivers what no rule finds', async () => {
    await expect(send('Hello, ada@example.com', { title: 'One' })).resolves.toMatchObject({ content: 'Hello, ada@example.com', attributes: { title: 'One' } });
  });

  test('denies a message with the reason of the rule', async () => {
    await expect(send('d a r n')).rejects.toMatchObject({ errorCode: 406, errorMessage: 'Please stay friendly.' });
  });

  test('masks words, also in attributes', async () => {
    await expect(send('1diots 🖕🏽', { title: 'idiot', id: 'idiot' }))
      .resolves.toMatchObject({ content: '****** *', attributes: { title: '*****', id: 'idiot' } });
  });

  test('denies a message by its attributes', async () => {
    await expect(send('Hi', { title: 'darn' })).rejects.toMatchObject({ errorCode: 406 });
  });

  test('does not review messages of exempt senders', async () => {
    const moderator = await enter(roomArn, { role: 'moderator' });
    await expect(moderator.sendMessage(new SendMessageRequest('darn'))).resolves.toMatchObject({ content: 'darn' });
    await expect(client.sendMessage(new SendMessageRequest('darn', { role: 'moderator' }))).rejects.toMatchObject({ errorCode: 406 });
  });

  test('counts what the rules did, and logs no text of a message', async () => {
    await send('secret ada@example.com idiot');
    await expect(send('secret darn')).rejects.toMatchObject({ errorCode: 406 });

    const lines = linesOf(functionName);
    expect(lines).toEqual(expect.arrayContaining([
      expect.objectContaining({ FunctionName: functionName, Rule: 'contact-details', Counted: 1 }),
      expect.objectContaining({ FunctionName: functionName, Rule: 'words', Masked: 1 }),
      expect.objectContaining({ FunctionName: functionName, Rule: 'friendly', Denied: 1 }),
    ]));
    expect(lines.filter(({ Failed, Late }) => Failed || Late)).toEqual([]);
    expect(JSON.stringify(lines)).not.toMatch(/secret|ada|idiot|darn/);
  });

  test('counts an instance that started for a message', async () => {
    await send('Hello');
    // The local runtime starts all instances on demand, also those of an alias with provisioned concurrency.
    expect(linesOf(functionName)).toContainEqual(expect.objectContaining({ Cold: 1 }));
  });

  test('has the rules of the next deployment', async () => {
    await runtime.deploy(filtered([FilterRule.words(WordList.of('hello'))]));
    await expect(send('hello darn')).resolves.toMatchObject({ content: '***** darn' });
  });
});

describe('a filter whose instances start for messages', () => {
  let local: LocalRuntime;
  beforeAll(async () => {
    // More than a review takes, and less than the start of a process.
    local = await LocalRuntime.start({ reviewMilliseconds: 20 });
  });
  afterAll(async () => {
    await local.stop();
  });

  /** Sends messages at once, of which all but the first need a new instance. */
  async function sendAll(content: string, fallbackResult?: FallbackResult): Promise<any[]> {
    const { RoomArn } = await local.deploy(app => {
      const stack = new Stack(app, `Cold${fallbackResult}`);
      const filter = new MessageFilter(stack, 'Filter', { rules: RULES, fallbackResult });
      new CfnOutput(stack, 'RoomArn', { value: new ChatRoom(stack, 'Room', { messageReviewHandler: filter }).roomArn });
      return stack;
    });
    const client = await enter(RoomArn, {}, local);
    return Promise.all(Array.from({ length: 6 }, async () => client.sendMessage(new SendMessageRequest(content)).catch((error: unknown) => error)));
  }

  test('is too late, so messages are denied', async () => {
    expect(await sendAll('Hello')).toContainEqual(expect.objectContaining({ errorCode: 406 }));
  });

  test('is too late, so messages are delivered without a review with FallbackResult.ALLOW', async () => {
    expect(await sendAll('darn', FallbackResult.ALLOW)).toContainEqual(expect.objectContaining({ content: 'darn' }));
  });
});

describe('the function', () => {
  let functionNames: Outputs;
  beforeAll(async () => {
    functionNames = await runtime.deploy(app => {
      const stack = new Stack(app, 'Vectors');
      FILTER_NAMES.forEach((name, index) => {
        const filter = new MessageFilter(stack, `Filter${index}`, {
          rules: rulesOf(name), ignoredAttributes: IGNORED_ATTRIBUTES, provisionedConcurrentExecutions: 1,
        });
        new CfnOutput(stack, `Name${index}`, { value: filter.function.functionName });
      });
      return stack;
    });
  });

  test.each(FILTER_NAMES)('answers the vectors of %s', async name => {
    const vectors = VECTORS.filter(({ filter }) => filter === name);
    expect(vectors.length).toBeGreaterThan(0);
    for (const { attributes = {}, content, delivered, deliveredAttributes, denied } of vectors) {
      const event = { Content: content, MessageId: 'WhO6MW6iRdS5', RoomArn: 'arn', Attributes: attributes, Sender: { UserId: 'ada', Attributes: {} } };
      const { payload } = await runtime.invoke(functionNames[`Name${FILTER_NAMES.indexOf(name)}`], JSON.stringify(event));
      expect(JSON.parse(payload)).toEqual(denied === undefined
        ? { ReviewResult: 'ALLOW', Content: delivered, ...deliveredAttributes && { Attributes: deliveredAttributes } }
        : { ReviewResult: 'DENY', Content: content, Attributes: { Reason: 'Your message was not sent.' } });
    }
  });
});
