import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { WebSocket } from 'ws';
import { TerminalLog } from '../../src/live-log/terminal';
import { LocalServer } from '../../src/server';

const ROLE = 'arn:aws:iam::111122223333:role/Role';

/** What a terminal interprets: control characters, escape sequences, line separators, and marks that change the direction of text. */
const HOSTILE: readonly string[] = [
  '\u0000', '\u0007', '\b', '\r', '\u001b[31m', '\u001b]0;title\u0007', '\u007f', '\u0085', '\u009b31m', '\u009d0;title\u009c', '\u061c', '\u200e', '\u200f',
  '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069',
];
const HOSTILE_LATIN1 = HOSTILE.filter(text => !/[^\u0080-\u00ff0-9a-z;]/.test(text));

let directory: string;
let server: LocalServer;
let output: string;
let terminal: TerminalLog;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'terminal-test-'));
  server = await LocalServer.start({ environment: { account: '111122223333', region: 'us-east-1' }, dataDirectory: directory, throttle: false });
  terminal = new TerminalLog();
  server.liveLog.listen(entry => terminal.add(entry));
  output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    output += String(text);
    return true;
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Flushes the log, and checks that it has only printable lines, each with a time. */
function printed(): string[] {
  terminal.flush();
  const lines = output.split('\n').slice(0, -1);
  for (const line of lines) {
    // A stack trace is indented.
    expect(line).toMatch(/^(\d\d:\d\d:\d\d\.\d{3} [ !?] | {2,}at )/);
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  }
  return lines;
}

test('a chat message, its sender and an event', async () => {
  const { arn } = await server.controlPlane.call('CreateRoom', {});
  for (const text of HOSTILE) {
    const { token } = await server.controlPlane.call('CreateChatToken', { roomIdentifier: arn, userId: `ada${text}!`, capabilities: ['SEND_MESSAGE'] });
    const socket = new WebSocket(server.messagingUrl, token);
    await new Promise(resolve => socket.once('open', resolve));
    const received = new Promise(resolve => socket.once('message', resolve));
    socket.send(JSON.stringify({ Action: 'SEND_MESSAGE', Content: `before${text}after` }));
    await received;
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.close();
    await closed;
    await server.controlPlane.call('SendEvent', { roomIdentifier: arn, eventName: `event${text}name` });
  }
  const lines = printed();
  expect(lines.filter(line => line.includes('before') && line.includes('after'))).toHaveLength(HOSTILE.length);
  expect(lines.filter(line => line.includes(' event '))).toHaveLength(HOSTILE.length);
});

test('the log, the error and the response of a function', async () => {
  const code = `exports.handler = async text => {
    console.log('before' + text + 'after');
    process.stdout.write('raw' + text + 'output\\n');
    throw new Error('before' + text + 'after');
  };`;
  await server.functions.put({
    functionName: 'Function', runtime: 'nodejs20.x', handler: 'index.handler', code: { zipFile: code }, environment: {}, timeoutSeconds: 30, memorySize: 128, roleArn: ROLE,
  });
  for (const text of HOSTILE) await server.functions.invoke('Function', JSON.stringify(text));
  const lines = printed();
  expect(lines.filter(line => line.includes('Function: before'))).toHaveLength(HOSTILE.length);
  expect(lines.filter(line => line.includes('Function failed: Error: before'))).toHaveLength(HOSTILE.length);
  expect(lines.filter(line => line.includes('Function: raw'))).toHaveLength(HOSTILE.length);
});

test('the URL and the headers of a request', async () => {
  expect(HOSTILE_LATIN1).toHaveLength(3);
  const { hostname, port } = new URL(server.url);
  const send = async (target: string, service: string, key = 'local', method = 'PUT') => new Promise<number>((resolve, reject) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    http.request({ hostname, port, method, path: target, headers: { authorization }, agent: false }, response => {
      response.resume().once('end', () => resolve(response.statusCode!));
    }).once('error', reject).end();
  });
  for (const text of HOSTILE_LATIN1) {
    // Node.js refuses such a path, unless it is encoded.
    expect(await send(`/before${text}after`, 'ivschat')).toBe(400);
    expect(await send('/', `before${text}after`)).toBe(501);
    expect(await send('/nowhere', 'ivschat', `before${text}after`)).toBe(404);
  }
  for (const text of HOSTILE) {
    expect(await send(`/2015-03-31/functions/before${encodeURIComponent(text)}after`, 'lambda', 'local', 'GET')).toBe(404);
  }
  expect(printed().filter(line => /befo.*fter/.test(line))).toHaveLength(2 * HOSTILE_LATIN1.length + HOSTILE.length);
});
