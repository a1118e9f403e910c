import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { GetRoomCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { CfnFunction, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ChatError, type IvsChat, type IvsChatOptions, startIvsChat } from '../../src';

const REVIEW = `exports.handler = async ({ Content }) => Content.startsWith('Darn')
  ? { ReviewResult: 'DENY', Content, Attributes: { Reason: 'Please stay friendly.' } }
  : { ReviewResult: 'ALLOW', Content };`;

/** Like an L2 construct, whose resource is its child. */
class Lobby extends Construct {
  constructor(scope: Construct, name: string, uri?: string) {
    super(scope, 'Lobby');
    const room = new CfnRoom(this, 'Resource', { name, ...uri && { messageReviewHandler: { uri, fallbackResult: 'DENY' } } });
    new CfnOutput(Stack.of(this), 'RoomArn', { value: room.attrArn });
  }
}

let outdir: string;
const started: IvsChat[] = [];

beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'start-test-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(async local => local.close()));
  fs.rmSync(outdir, { recursive: true, force: true });
});

function synthesize(fill: (app: App) => void) {
  const app = new App({ outdir, analyticsReporting: false });
  fill(app);
  return app.synth();
}

/** Starts the runtime with a time limit for reviews that a busy machine keeps. */
async function start(options: IvsChatOptions): Promise<IvsChat> {
  const local = await startIvsChat({ reviewMilliseconds: 5_000, ...options });
  started.push(local);
  return local;
}

function chat(app: App): void {
  const stack = new Stack(app, 'Chat');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const handler = new CfnFunction(stack, 'Review', { runtime: 'nodejs20.x', handler: 'index.handler', role: role.roleArn, code: { zipFile: REVIEW } });
  const permission = new CfnPermission(stack, 'Permission', {
    action: 'lambda:InvokeFunction', principal: 'ivschat.amazonaws.com', functionName: handler.ref, sourceAccount: stack.account,
  });
  new Lobby(stack, 'lobby', handler.attrArn).node.addDependency(permission);
  new CfnOutput(stack, 'RoleArn', { value: role.roleArn });
}

describe('with a review handler', () => {
  test('users receive deliveries, events and denials', async () => {
    const local = await start({ app: synthesize(chat) });
    const ada = await local.connect({ room: 'Chat/Lobby', userId: 'ada', attributes: { displayName: 'Ada' } });
    const grace = await local.connect({ room: 'lobby', userId: 'grace', capabilities: ['SEND_MESSAGE'] });

    const hello = await ada.send('Hello!', { mood: 'good' });
    expect(hello).toEqual({
      id: expect.stringMatching(/^\w{12}$/),
      content: 'Hello!',
      attributes: { mood: 'good' },
      sendTime: expect.any(Date),
      sender: { userId: 'ada', attributes: { displayName: 'Ada' } },
    });
    expect(await grace.messages.take()).toEqual(hello);

    const denial = await ada.send('Darn!').catch((error: unknown) => error);
    expect(denial).toBeInstanceOf(ChatError);
    expect(denial).toMatchObject({ code: 406, reason: 'Please stay friendly.', message: '406: Please stay friendly.' });
    await expect(grace.deleteMessage(hello.id)).rejects.toMatchObject({ code: 403 });

    await ada.deleteMessage(hello.id, 'off topic');
    expect(await grace.events.take()).toMatchObject({ eventName: 'aws:DELETE_MESSAGE', attributes: { MessageId: hello.id, Reason: 'off topic' } });
    await ada.disconnectUser('grace', 'enough');
    expect(await grace.events.take()).toMatchObject({ eventName: 'aws:DISCONNECT_USER', attributes: { UserId: 'grace' } });
    await expect(grace.events.take()).rejects.toThrow('No event for grace can arrive, because the connection is closed.');
    await expect(grace.send('Hello?')).rejects.toThrow('The connection of grace is closed: connect the user again.');
  });

  test('entries of the live log have data, from the deployment on', async () => {
    const kinds: string[] = [];
    const local = await start({ app: synthesize(chat), onLogEntry: ({ kind }) => kinds.push(kind) });
    await (await local.connect({ room: 'Chat/Lobby', userId: 'ada' })).send('Hello!');

    expect(new Set(kinds)).toEqual(new Set(['resource', 'function', 'connection', 'review', 'message']));
    expect(local.liveLog.filter(({ kind }) => kind === 'review')).toEqual([expect.objectContaining({ data: expect.objectContaining({ result: 'ALLOW' }) })]);
  });

  test('roles of the app can be assumed', async () => {
    const local = await start({ app: synthesize(chat) });
    const { RoleArn, RoomArn } = local.outputs.Chat;
    const client = new IvschatClient({ region: 'us-east-1', endpoint: local.endpoints.ivschat, credentials: local.assumeRole(RoleArn, 'ada') });

    await expect(client.send(new GetRoomCommand({ identifier: RoomArn }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(() => local.assumeRole('arn:aws:iam::111122223333:role/Nobody'))
      .toThrow(`roleArn must be the ARN of a role of a deployed stack, got arn:aws:iam::111122223333:role/Nobody: choose one of ${RoleArn}.`);
  });
});

test('iteration over messages waits for more, keeps unread messages, and ends when the user is closed', async () => {
  const local = await start({ app: synthesize(app => new Lobby(new Stack(app, 'Chat'), 'lobby')) });
  const ada = await local.connect({ room: 'lobby', userId: 'ada' });
  for (const content of ['one', 'two', 'three']) await ada.send(content);
  for await (const { content } of ada.messages) {
    expect(content).toBe('one');
    break;
  }
  const rest: string[] = [];
  const reading = (async () => {
    for await (const { content } of ada.messages) rest.push(content);
  })();
  await ada.send('four');
  await ada.close();
  await reading;

  expect(rest).toEqual(['two', 'three', 'four']);
  const grace = await local.connect({ room: 'lobby', userId: 'grace' });
  await expect(grace.messages.take(10)).rejects.toThrow('No message for grace arrived within 0.01 seconds.');
});

describe('rooms', () => {
  test('are found by construct path, also in stages and nested stacks', async () => {
    const local = await start({
      app: synthesize(app => {
        const stack = new Stack(new Stage(app, 'Prod'), 'Chat');
        new Lobby(stack, 'main');
        new CfnRoom(stack, 'Annex', { name: 'annex' });
        for (const id of ['East', 'West']) new Lobby(new NestedStack(stack, id), id);
      }),
      stack: 'Prod/Chat',
    });

    const paths = { 'Prod/Chat/Lobby': 'main', 'Prod/Chat/Annex': 'annex', 'Prod/Chat/East/Lobby': 'East', 'Prod/Chat/West/Lobby': 'West' };
    expect(Object.fromEntries(local.rooms.map(({ name, path: constructPath }) => [constructPath, name]))).toEqual(paths);
    for (const room of Object.keys(paths)) {
      const user = await local.connect({ room, userId: 'ada' });
      await user.send('Hello!');
      const { arn } = local.rooms.find(({ path: constructPath }) => constructPath === room)!;
      expect(local.liveLog.at(-1)!.data).toMatchObject({ event: 'delivered', roomArn: arn, userId: 'ada', content: 'Hello!' });
    }
  });

  test('of a template written by hand have the path STACK/LOGICAL_ID', async () => {
    const template = path.join(outdir, 'chat.yaml');
    fs.writeFileSync(template, 'Resources: { Lobby: { Type: AWS::IVSChat::Room, Properties: { Name: lobby } } }');
    const local = await start({ app: template });

    expect(local.rooms).toMatchObject([{ path: 'chat/Lobby', name: 'lobby', maximumMessageRatePerSecond: 10 }]);
    await expect(local.createChatToken({ room: 'chat/Lobby', userId: 'ada' })).resolves.toMatchObject({ token: expect.any(String) });
  });

  test('created through the API are found by name and ARN', async () => {
    const local = await start({ app: false, region: 'eu-west-1' });
    const { arn } = await local.call('CreateRoom', { name: 'new' });
    expect(arn).toMatch(/^arn:aws:ivschat:eu-west-1:/);
    expect(local.rooms).toMatchObject([{ path: undefined, arn }]);
    for (const room of ['new', arn]) await expect(local.createChatToken({ room, userId: 'ada' })).resolves.toBeDefined();
  });

  test('fail if unknown or ambiguous, with those that exist', async () => {
    const local = await start({ app: false });
    await expect(local.connect({ room: 'lobby', userId: 'ada' }))
      .rejects.toThrow('room must be the construct path, name or ARN of a room, got "lobby": there are no rooms.');
    await local.deploy(synthesize(app => new Lobby(new Stack(app, 'Chat'), 'lobby')));
    await expect(local.connect({ room: 'Chat/Loby', userId: 'ada' }))
      .rejects.toThrow('room must be the construct path, name or ARN of a room, got "Chat/Loby": choose one of Chat/Lobby (lobby).');
    const { arn } = await local.call('CreateRoom', { name: 'lobby' });
    await expect(local.connect({ room: 'lobby', userId: 'ada' })).rejects.toThrow(
      `room must be the construct path, name or ARN of one room, got "lobby", the name of 2 rooms: use a path or an ARN of Chat/Lobby (lobby), ${arn} (lobby).`);
  });
});

test('a stack is updated and deleted', async () => {
  const local = await start({ app: synthesize(app => new Lobby(new Stack(app, 'Chat'), 'lobby')) });
  const { RoomArn } = local.outputs.Chat;
  await local.deploy(synthesize(app => new Lobby(new Stack(app, 'Chat'), 'foyer')));

  expect(local.rooms).toMatchObject([{ arn: RoomArn, name: 'foyer', path: 'Chat/Lobby' }]);
  await local.destroy('Chat');
  expect([local.rooms, local.stacks, local.outputs]).toEqual([[], [], {}]);
});

test('the app can be a command', async () => {
  const command = path.join(outdir, 'app.js');
  fs.writeFileSync(command, `
    const { App, Stack } = require('${require.resolve('aws-cdk-lib')}');
    const { CfnRoom } = require('${require.resolve('aws-cdk-lib/aws-ivschat')}');
    const app = new App();
    new CfnRoom(new Stack(app, 'Chat'), 'Lobby', { name: process.env.CDK_DEFAULT_REGION });
    app.synth();`);
  const local = await start({ app: `${process.execPath} app.js`, appDirectory: outdir, region: 'eu-west-1' });

  expect(local.rooms).toMatchObject([{ path: 'Chat/Lobby', name: 'eu-west-1' }]);
  expect(fs.readdirSync(outdir)).toEqual(['app.js']);
});

test('several runtimes in one process are separate', async () => {
  const assembly = synthesize(app => new Lobby(new Stack(app, 'Chat'), 'lobby'));
  const [first, second] = await Promise.all([start({ app: assembly }), start({ app: assembly })]);
  await first.call('CreateRoom', {});

  expect([first.rooms.length, second.rooms.length]).toEqual([2, 1]);
  expect(first.endpoints.ivschat).not.toBe(second.endpoints.ivschat);
});

test('environment variables point to the runtime', async () => {
  const local = await start({ app: false, region: 'eu-central-1' });
  const url = local.endpoints.ivschat;

  expect(local.environment).toEqual({
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_IVSCHAT: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_ENDPOINT_URL_STS: url,
    IVSCHAT_MESSAGING_URL: url.replace('http', 'ws'),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
  });
  await new Promise(resolve => http.get(local.playgroundUrl, resolve));
});

describe('nothing is left', () => {
  const temporaryFolders = () => fs.readdirSync(os.tmpdir()).filter(name => name.startsWith('ivschat-local-') && name.includes(`-${process.pid}-`));

  test('after close(), which can be called again', async () => {
    const local = await start({ app: synthesize(chat) });
    await (await local.connect({ room: 'lobby', userId: 'ada' })).send('Hello!');
    expect(temporaryFolders()).toHaveLength(2);
    await local.close();
    await local.close();

    expect(temporaryFolders()).toEqual([]);
    await expect(fetch(local.endpoints.ivschat)).rejects.toThrow();
  });

  test.each<[string, () => IvsChatOptions, string]>([
    ['an app that does not exist', () => ({ app: { directory: '/missing' } }), '/missing does not exist.'],
    ['a deployment that fails', () => ({ app: synthesize(app => new CfnRoom(new Stack(app, 'Chat'), 'Lobby', { maximumMessageLength: 501 })) }), 'could not be created and was rolled back'],
  ])('after %s', async (_title, options, message) => {
    await expect(startIvsChat(options())).rejects.toThrow(message);
    expect(temporaryFolders()).toEqual([]);
  });
});
