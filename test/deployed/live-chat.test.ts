import * as fs from 'fs';
import * as path from 'path';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  GetLoggingConfigurationCommand, GetRoomCommand, ListLoggingConfigurationsCommand, ListRoomsCommand, SendEventCommand,
} from '@aws-sdk/client-ivschat';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest,
  type ChatEvent, type ChatMessage, type ChatRoom, type DeleteMessageEvent, type DisconnectReason,
} from 'amazon-ivs-chat-messaging';
import type { App } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { LiveChatStack } from '../../examples/live-chat/live-chat-stack';
import * as ivschat from '../../src';
import { LocalRuntime, next, type Outputs } from '../support/deployed/local-runtime';
import { ENV } from '../support/synth';

const STACK = 'LiveChat';

let runtime: LocalRuntime;
let outputs: Outputs;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  // Bundles the functions once for all tests.
  runtime.synthesize(app => new LiveChatStack(app, STACK));
});

// Undoes the changes of the test before.
beforeEach(async () => {
  outputs = await runtime.deploy(app => new LiveChatStack(app, STACK));
});

afterAll(async () => {
  await runtime.stop();
});

/** Deploys the example with a change. */
async function deployChanged(change: (stack: LiveChatStack) => void): Promise<Outputs> {
  return runtime.deploy((app: App) => {
    const stack = new LiveChatStack(app, STACK);
    change(stack);
    return stack;
  });
}

/** The L1 of a construct. */
const resourceOf = <T>(stack: LiveChatStack, id: string) => stack.node.findChild(id).node.defaultChild as T & IConstruct;

async function room(arn = outputs.RoomArn) {
  const { $metadata, createTime, updateTime, ...settings } = await runtime.chat.send(new GetRoomCommand({ identifier: arn }));
  return settings;
}

const functionArn = (name: string) => `arn:aws:lambda:${ENV.region}:${ENV.account}:function:${name}`;

const logicalIds = () => Object.keys(runtime.local.stacks[0].resources);

/** The ARN of a role of the stack that is not an output. */
function roleOf(id: string): string {
  const [{ resources }] = runtime.local.stacks;
  const found = Object.entries(resources).find(([logicalId, { type }]) => logicalId.startsWith(id) && type === 'AWS::IAM::Role');
  return String(found?.[1].attributes.Arn);
}

/** Sends a request to the token function, signed as a session of the role. */
async function post(roleArn: string, userName: string, body: string, credentials = runtime.local.assumeRole(roleArn, userName)): Promise<Response> {
  const url = new URL(outputs.TokenUrl);
  const signer = new SignatureV4({ service: 'lambda', region: ENV.region, sha256: Sha256, credentials });
  const { headers, method } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    headers: { 'host': url.host, 'content-type': 'application/json' },
    body,
  });
  return fetch(url, { method, headers, body });
}

async function enter(roleArn: string, userName: string): Promise<ChatRoom> {
  return runtime.connect(async () => {
    const response = await post(roleArn, userName, JSON.stringify({ displayName: userName }));
    expect(response.status).toBe(200);
    const { token } = await response.json() as { token: string };
    return token;
  });
}

/** Reads the chat log of a room from disk. */
async function chatLog(logGroupName: string, roomArn: string): Promise<any[]> {
  await runtime.local.chatLog();
  const stream = path.join('aws', 'IVSChatLogs', '1.0', `room_${roomArn.split('/')[1]}`);
  const file = path.join(runtime.directory, 'data', 'cloudwatch-logs', logGroupName, stream);
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
}

/** Makes a function that returns `result` the review handler of the room. */
function reviewedBy(stack: LiveChatStack, result: string, fallbackResult: ivschat.FallbackResult): void {
  const handler = new Function(stack, 'OtherReviewFunction', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline(`exports.handler = async ({ Content }) => (${result});`),
  });
  const review = new ivschat.MessageReviewHandler(stack, 'OtherReview', { handler, fallbackResult });
  const lobby = stack.node.findChild('Lobby') as ivschat.ChatRoom;
  const { handlerUri, dependables } = review.bind(lobby);
  const resource = resourceOf<CfnRoom>(stack, 'Lobby');
  resource.messageReviewHandler = { uri: handlerUri, fallbackResult };
  resource.node.addDependency(...dependables!);
}

test('a conversation, from the chat token to the chat log', async () => {
  const viewer = await enter(outputs.ViewersRoleArn, 'vera');
  const staff = await enter(outputs.StaffRoleArn, 'sam');

  const seen = next<ChatMessage>(staff, 'message');
  const hello = await viewer.sendMessage(new SendMessageRequest('hello'));
  expect(hello).toMatchObject({ content: 'hello', sender: { userId: expect.stringMatching(/^AROA\w{17}:vera$/), attributes: { displayName: 'vera' } } });
  expect(await seen).toEqual(hello);
  const masked = await viewer.sendMessage(new SendMessageRequest('damn, mail me: vera@example.com'));
  expect(masked.content).toBe('****, mail me: ****************');
  await expect(viewer.sendMessage(new SendMessageRequest('you idiot'))).rejects.toMatchObject({ errorCode: 406, errorMessage: 'Please stay friendly.' });
  await expect(viewer.sendMessage(new SendMessageRequest('x'.repeat(301)))).rejects.toMatchObject({ errorCode: 400 });
  await expect(viewer.deleteMessage(new DeleteMessageRequest(hello.id))).rejects.toMatchObject({ errorCode: 403 });

  const byStaff = next<DeleteMessageEvent>(viewer, 'messageDelete');
  await staff.deleteMessage(new DeleteMessageRequest(hello.id, 'off topic'));
  expect(await byStaff).toMatchObject({ messageId: hello.id, reason: 'off topic' });
  // The review function is granted access to the room it reviews.
  const byFunction = next<DeleteMessageEvent>(viewer, 'messageDelete');
  await expect(staff.sendMessage(new SendMessageRequest(`/delete ${masked.id}`))).rejects.toMatchObject({ errorCode: 406 });
  expect(await byFunction).toMatchObject({ messageId: masked.id, reason: expect.stringMatching(/^Deleted by AROA\w{17}:sam$/) });

  const event = next<ChatEvent>(viewer, 'event');
  await runtime.chat.send(new SendEventCommand({ roomIdentifier: outputs.RoomArn, eventName: 'app:GOAL', attributes: { team: 'a' } }));
  expect(await event).toMatchObject({ eventName: 'app:GOAL', attributes: { team: 'a' } });

  const viewerLeft = next<DisconnectReason>(viewer, 'disconnect');
  await staff.disconnectUser(new DisconnectUserRequest(hello.sender.userId, 'enough'));
  expect(await viewerLeft).toBe('serverDisconnect');

  const records = await chatLog(`/aws/vendedlogs/ivschat/${STACK}`, outputs.RoomArn);
  expect(records.map(({ type, payload }) => [type, payload.Content ?? payload.EventName])).toEqual([
    ['MESSAGE', 'hello'],
    ['MESSAGE', '****, mail me: ****************'],
    ['EVENT', 'aws:DELETE_MESSAGE'],
    ['EVENT', 'aws:DELETE_MESSAGE'],
    ['EVENT', 'app:GOAL'],
    ['EVENT', 'aws:DISCONNECT_USER'],
  ]);
});

test('the review function disconnects users who threaten others', async () => {
  const viewer = await enter(outputs.ViewersRoleArn, 'vera');
  const left = next<DisconnectReason>(viewer, 'disconnect');
  // The client is disconnected before it gets a response.
  void viewer.sendMessage(new SendMessageRequest('I know where you live')).catch(() => undefined);

  expect(await left).toBe('serverDisconnect');
});

describe('the token URL', () => {
  test('fails for an invalid body, with the message of the function', async () => {
    const response = await post(outputs.ViewersRoleArn, 'vera', '{"role":"staff"}');
    expect([response.status, await response.json()]).toEqual([400, { message: 'The body must contain only displayName, got role.' }]);
  });

  test('fails without a signature', async () => {
    expect((await fetch(outputs.TokenUrl, { method: 'POST', body: '{}' })).status).toBe(403);
  });

  test('fails for a role that may not call it, and the live log names the action', async () => {
    const reviewer = roleOf('ReviewFunctionRole');
    expect((await post(reviewer, 'eve', '{}')).status).toBe(403);
    expect(runtime.lines('iam').at(-1)).toMatch(/^denied: role\/LiveChat-ReviewFunctionRole\S* may not lambda:InvokeFunctionUrl on .*:function:LiveChat-TokenFunction/);
  });
});

describe('an update', () => {
  test('changes the room and its handler in place, for users who are connected', async () => {
    const viewer = await enter(outputs.ViewersRoleArn, 'vera');
    const updated = await deployChanged(stack => {
      const lobby = resourceOf<CfnRoom>(stack, 'Lobby');
      lobby.name = 'foyer';
      lobby.maximumMessageLength = 20;
      reviewedBy(stack, '{ ReviewResult: "ALLOW", Content: Content.toUpperCase() }', ivschat.FallbackResult.ALLOW);
    });

    expect(updated).toEqual(outputs);
    expect(await room()).toMatchObject({
      arn: outputs.RoomArn,
      name: 'foyer',
      maximumMessageLength: 20,
      maximumMessageRatePerSecond: 10,
      messageReviewHandler: { uri: expect.stringContaining('OtherReviewFunction'), fallbackResult: 'ALLOW' },
    });
    await expect(viewer.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'HELLO' });
    await expect(viewer.sendMessage(new SendMessageRequest('x'.repeat(21)))).rejects.toMatchObject({ errorCode: 400 });
  });

  test('replaces the review function: the room uses the new one, and the old one is deleted', async () => {
    const before = await room();
    await deployChanged(stack => {
      resourceOf<CfnFunction>(stack, 'ReviewFunction').functionName = 'reviewer';
    });

    const after = await room();
    expect(after).toEqual({ ...before, messageReviewHandler: { ...before.messageReviewHandler, uri: functionArn('reviewer') } });
    await expect(runtime.invoke(before.messageReviewHandler!.uri!, '{}')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const viewer = await enter(outputs.ViewersRoleArn, 'vera');
    await expect(viewer.sendMessage(new SendMessageRequest('damn'))).resolves.toMatchObject({ content: '****' });
  });

  test('replaces the log group: the logging configuration is updated in place, and the chat log goes to the new group', async () => {
    const { loggingConfigurationIdentifiers: [identifier] = [] } = await room();
    await deployChanged(stack => {
      resourceOf<CfnLogGroup>(stack, 'ChatLogGroup').logGroupName = '/elsewhere';
    });

    expect((await room()).loggingConfigurationIdentifiers).toEqual([identifier]);
    expect((await runtime.chat.send(new GetLoggingConfigurationCommand({ identifier }))).destinationConfiguration)
      .toEqual({ cloudWatchLogs: { logGroupName: '/elsewhere' } });
    await runtime.chat.send(new SendEventCommand({ roomIdentifier: outputs.RoomArn, eventName: 'app:MOVED' }));
    expect(await chatLog('/elsewhere', outputs.RoomArn)).toMatchObject([{ type: 'EVENT', payload: { EventName: 'app:MOVED' } }]);
  });

  test('with another logical id creates a new room, which users can enter at once, and deletes the old one', async () => {
    const updated = await deployChanged(stack => resourceOf<CfnRoom>(stack, 'Lobby').overrideLogicalId('Foyer'));

    expect(updated.RoomArn).not.toBe(outputs.RoomArn);
    expect(await room(updated.RoomArn)).toMatchObject({ name: 'lobby', maximumMessageLength: 300 });
    await expect(room()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const viewer = await enter(outputs.ViewersRoleArn, 'vera');
    await expect(viewer.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello' });
  });

  test('fails at the last resource, and everything stays as before', async () => {
    const before = await room();
    const idsBefore = logicalIds();
    const rooms = (await runtime.chat.send(new ListRoomsCommand({}))).rooms;
    const update = deployChanged(stack => {
      reviewedBy(stack, '{ ReviewResult: "ALLOW", Content }', ivschat.FallbackResult.ALLOW);
      const lobby = resourceOf<CfnRoom>(stack, 'Lobby');
      lobby.name = 'foyer';
      // The service has no permission to invoke this function.
      const annex = new CfnRoom(stack, 'Annex', { messageReviewHandler: { uri: resourceOf<CfnFunction>(stack, 'TokenFunction').attrArn } });
      annex.node.addDependency(lobby);
    });

    await expect(update).rejects.toThrow('The stack LiveChat could not be updated and was rolled back: '
      + 'Annex (AWS::IVSChat::Room): Request member: uri failed to satisfy the constraints: invalid lambda permission');
    expect(await room()).toEqual(before);
    expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms!.map(({ arn }) => arn)).toEqual(rooms!.map(({ arn }) => arn));
    expect(logicalIds()).toEqual(idsBefore);
    const viewer = await enter(outputs.ViewersRoleArn, 'vera');
    await expect(viewer.sendMessage(new SendMessageRequest('damn'))).resolves.toMatchObject({ content: '****' });
  });
});

test('the stack is deleted with all its resources', async () => {
  const { messageReviewHandler } = await room();
  const viewer = await enter(outputs.ViewersRoleArn, 'vera');
  const credentials = runtime.local.assumeRole(outputs.ViewersRoleArn, 'vera');
  await runtime.local.destroy(STACK);

  await expect(room()).rejects.toMatchObject({ name: 'ResourceNotFoundException', resourceType: 'ROOM' });
  expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms).toEqual([]);
  expect((await runtime.chat.send(new ListLoggingConfigurationsCommand({}))).loggingConfigurations).toEqual([]);
  await expect(runtime.invoke(messageReviewHandler!.uri!, '{}')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect((await post(outputs.ViewersRoleArn, 'vera', '{}', credentials)).status).toBe(403);
  await expect(viewer.sendMessage(new SendMessageRequest('hello?'))).rejects.toMatchObject({ errorCode: 404 });
  expect(runtime.local.stacks).toEqual([]);
});
