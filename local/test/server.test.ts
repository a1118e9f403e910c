import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateRoomCommand, GetRoomCommand, IvschatClient, ListRoomsCommand } from '@aws-sdk/client-ivschat';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { deployTemplate } from './support/deploy-template';
import { LocalServer } from '../src/server';

const TEMPLATE = `
Resources:
  Room:
    Type: AWS::IVSChat::Room
    Properties:
      Name: lobby
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
      Policies:
        - PolicyName: chat
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - { Effect: Allow, Action: 'ivschat:GetRoom', Resource: !GetAtt Room.Arn }
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Timeout: 20
      Environment: { Variables: { ROOM: !GetAtt Room.Arn } }
      Code:
        ZipFile: |
          const { IvschatClient, GetRoomCommand, DeleteRoomCommand } = require('@aws-sdk/client-ivschat');
          const chat = new IvschatClient({});
          exports.handler = async ({ remove }) => {
            const input = { identifier: process.env.ROOM };
            return (await chat.send(remove ? new DeleteRoomCommand(input) : new GetRoomCommand(input))).name ?? 'deleted';
          };
Outputs:
  RoomArn: { Value: !GetAtt Room.Arn }
  RoleArn: { Value: !GetAtt Role.Arn }
  Function: { Value: !Ref Reader }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'server-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const developer = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const chatOf = (options: object) => new IvschatClient({ ...developer, endpoint: server.url, ...options });

/** Sends a request with any headers. */
async function request(headers: http.OutgoingHttpHeaders): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    http.request({ hostname, port, path: '/ListRooms', method: 'POST', headers }, response => {
      let body = '';
      response.on('data', chunk => { body += String(chunk); }).on('end', () => resolve({ status: response.statusCode!, body }));
    }).once('error', reject).end('{}');
  });
}

test('SDK clients find a deployed room, and the developer may do everything', async () => {
  const chat = chatOf({});

  expect((await chat.send(new GetRoomCommand({ identifier: outputs.RoomArn }))).name).toBe('lobby');
  expect((await chat.send(new CreateRoomCommand({ name: 'mine' }))).name).toBe('mine');
  expect((await chat.send(new ListRoomsCommand({}))).rooms!.map(room => room.name).sort()).toEqual(['lobby', 'mine']);
});

test('a function has the permissions of its role, and the live log names the action and the room of a denied call', async () => {
  const lambda = new LambdaClient({ ...developer, endpoint: server.url });
  const invoke = async (event: object) => {
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: outputs.Function, Payload: JSON.stringify(event) }));
    return { FunctionError, result: JSON.parse(Buffer.from(Payload!).toString()) };
  };

  expect(await invoke({})).toEqual({ FunctionError: undefined, result: 'lobby' });
  const denied = await invoke({ remove: true });
  expect(denied.FunctionError).toBe('Unhandled');
  expect(denied.result.errorType).toBe('AccessDeniedException');
  expect(denied.result.errorMessage).toContain(`is not authorized to perform: ivschat:DeleteRoom on resource: ${outputs.RoomArn}`);
  expect(server.liveLog.recent.filter(({ kind }) => kind === 'iam').map(({ data }) => data))
    .toEqual([{ event: 'denied', roleArn: outputs.RoleArn, action: 'ivschat:DeleteRoom', resource: outputs.RoomArn, context: expect.anything() }]);
});

test('a developer who assumes a role has the permissions of the role', async () => {
  const { accessKeyId, identity, secretAccessKey, sessionToken } = server.sessions.assume(outputs.RoleArn, 'ada');
  const chat = chatOf({ credentials: { accessKeyId, secretAccessKey, sessionToken } });

  expect(identity.userId).toMatch(/^AROA\w{17}:ada$/);
  expect((await chat.send(new GetRoomCommand({ identifier: outputs.RoomArn }))).name).toBe('lobby');
  await expect(chat.send(new ListRoomsCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

describe('fails', () => {
  const signed = (service: string) => `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

  test('for a page of another site', async () => {
    expect(await request({ origin: 'https://example.com', authorization: signed('ivschat') }))
      .toEqual({ status: 403, body: '{"message":"Web pages must be served from a loopback address to use this server, got the origin https://example.com."}' });
  });

  test('not for a page of this machine', async () => {
    expect((await request({ origin: 'http://localhost:5173', authorization: signed('ivschat') })).status).toBe(200);
  });

  test.each(['rebound.example.com', 'ivschat.us-east-1.amazonaws.com'])('for the host name %s, even if it resolves to this machine', async host => {
    expect(await request({ host, authorization: signed('ivschat') }))
      .toEqual({ status: 403, body: `{"message":"The Host header must be a loopback address such as localhost, got ${host}: start ivschat-local with --allow-host ${host} if it is a name of this machine."}` });
  });

  test('for another service, with its name', async () => {
    const { status, body } = await request({ authorization: signed('kms') });

    expect(status).toBe(501);
    expect(JSON.parse(body).message).toContain('ivschat-local does not support requests to kms:');
  });

  test('without a signature', async () => {
    expect((await request({})).status).toBe(403);
  });

  test('for a path of no service', async () => {
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  });

  test.each([
    ['a host that is no address of this machine', { host: '203.0.113.1' }, 'host must be an IP address of this machine, or 0.0.0.0 for all of them, got 203.0.113.1.'],
    ['an allowed host with a port', { allowedHosts: ['localhost:80'] }, 'allowedHosts must be a host name or an IP address without a port, got localhost:80.'],
  ])('to start with %s', async (_what, options, message) => {
    await expect(LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory, ...options })).rejects.toThrow(message);
  });

  test('to start on a port in use, and leaves no folder behind', async () => {
    const port = Number(new URL(server.url).port);
    const { TMPDIR } = process.env;
    const temporary = fs.mkdtempSync(path.join(directory, 'temporary-'));
    process.env.TMPDIR = temporary;
    try {
      await expect(LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory, port }))
        .rejects.toThrow(`Port ${port} is in use: choose another one, or 0 for any free port.`);
      expect(fs.readdirSync(temporary)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  test('not for a client that would rather speak another protocol', async () => {
    const upgrade = { 'connection': 'Upgrade, HTTP2-Settings', 'upgrade': 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const { body, status } = await request({ ...upgrade, authorization: signed('ivschat') });
    expect({ status, rooms: JSON.parse(body).rooms.length }).toEqual({ status: 200, rooms: expect.any(Number) });
  });

  test('a client that resets a refused connection does not stop the server', async () => {
    const { port } = new URL(server.url);
    await new Promise<void>(resolve => {
      const socket = net.connect(Number(port), '127.0.0.1', () => {
        socket.write('GET / HTTP/1.1\r\nHost: rebound.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
        socket.resetAndDestroy();
      });
      socket.once('close', () => resolve());
    });

    expect((await request({})).status).toBe(403);
  });
});

test('another address and an allowed host reach the server', async () => {
  const other = await LocalServer.start({
    environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory, host: '::1', allowedHosts: ['host.docker.internal'],
  });
  try {
    const { port } = new URL(other.url);
    for (const hostname of ['127.0.0.1', '::1']) {
      for (const [host, status] of [['host.docker.internal', 200], ['docker.internal', 403]] as const) {
        const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
          http.get({ hostname, port, headers: { host: `${host}:${port}` }, agent: false }, resolve).once('error', reject);
        });
        response.resume();
        expect(response.statusCode).toBe(status);
      }
    }
    // A loopback address opens nothing to the network.
    expect([other.networkUrls, other.liveLog.recent]).toEqual([[], []]);
  } finally {
    await other.close();
  }
});
