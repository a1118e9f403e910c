import { CreateChatTokenCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest } from 'amazon-ivs-chat-messaging';
import type { App } from 'aws-cdk-lib';
import { OwnReviewStack } from '../../examples/own-review/own-review-stack';
import { LocalRuntime, type Outputs } from '../support/deployed/local-runtime';

let runtime: LocalRuntime;
let outputs: Outputs;

const build = (app: App) => new OwnReviewStack(app, 'OwnReview');

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  // Bundles the functions.
  runtime.synthesize(build);
});

beforeAll(async () => {
  outputs = await runtime.deploy(build);
});

afterAll(async () => {
  await runtime.stop();
});

describe.each(['TypeScript', 'Python'])('the room that is reviewed in %s', language => {
  async function send(content: string, attributes?: Record<string, string>, tokenAttributes?: Record<string, string>) {
    const client = await runtime.connect(async () => {
      const roomIdentifier = outputs[`${language}RoomArn`];
      const { token } = await runtime.chat.send(new CreateChatTokenCommand({
        roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'], attributes: tokenAttributes,
      }));
      return token!;
    });
    return client.sendMessage(new SendMessageRequest(content, attributes));
  }

  test('delivers and masks messages, and keeps their attributes', async () => {
    expect(await send('hello', { color: 'red' })).toMatchObject({ content: 'hello', attributes: { color: 'red' } });
    expect(await send('oh damn')).toMatchObject({ content: 'oh ****' });
  });

  test('masks attributes', async () => {
    expect(await send('hello', { status: 'Crap day', color: 'red' })).toMatchObject({ content: 'hello', attributes: { status: '**** day', color: 'red' } });
  });

  test.each([['you idiot', undefined], ['hello', { status: 'IDIOT' }]])('denies %j with the attributes %j and a reason', async (content, attributes) => {
    await expect(send(content, attributes)).rejects.toMatchObject({ errorCode: 406, errorMessage: 'Please stay friendly.' });
  });

  test('delivers messages of staff as they are, but not of users who claim to be staff', async () => {
    expect(await send('damn', {}, { role: 'staff' })).toMatchObject({ content: 'damn' });
    expect(await send('damn', { role: 'staff' })).toMatchObject({ content: '****' });
  });

  test('logs metrics, and no text of a message', async () => {
    await send('damn');
    await expect(send('you idiot')).rejects.toMatchObject({ errorCode: 406 });

    const lines = runtime.local.liveLog
      .filter(({ data, kind }) => kind === 'function' && data?.event === 'output' && String(data.functionName).includes(language))
      .map(({ data }) => String(data!.line));
    expect(lines.map(line => JSON.parse(line))).toEqual(expect.arrayContaining([
      expect.objectContaining({ Rule: 'swear-words', Masked: 1 }), expect.objectContaining({ Rule: 'insults', Denied: 1 }),
    ]));
    expect(lines.join('\n')).not.toMatch(/idiot|damn/i);
  });
});
