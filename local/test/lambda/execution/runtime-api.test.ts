import { once } from 'node:events';
import * as http from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { RuntimeApi } from '../../../src/lambda/execution/runtime-api';

const INVOCATION = { requestId: 'id', payload: '{}', functionArn: 'arn', traceId: 'trace' };

let api: RuntimeApi;
let address: string;
let delivered: number;

beforeEach(async () => {
  delivered = 0;
  api = new RuntimeApi({
    onNext: deliver => {
      delivered++;
      deliver(INVOCATION, 0);
    },
    onResult: () => true,
    onInitError: () => undefined,
  });
  address = await api.listen();
});
afterEach(() => api.close());

async function next(headers: http.OutgoingHttpHeaders = {}, agent?: http.Agent): Promise<{ status?: number; body: string }> {
  const request = http.get(`http://${address}/2018-06-01/runtime/invocation/next`, { headers, agent });
  const [response]: http.IncomingMessage[] = await once(request, 'response');
  return { status: response.statusCode, body: await text(response) };
}

test('delivers an invocation to a process', async () => {
  expect(await next()).toEqual({ status: 200, body: '{}' });
  // Sent by the fetch of Node.js.
  expect(await next({ 'sec-fetch-mode': 'cors' })).toMatchObject({ status: 200 });
});

test.each([
  ['an image or a script of a web page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ['a page of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'empty' }],
  ['an address that a user opens', { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }],
  ['a script of another site', { origin: 'https://example.com' }],
  ['a script of this machine', { origin: 'http://localhost:3000' }],
  ['a site that resolves its name to this machine', { host: 'example.com' }],
])('does not deliver an invocation to %s', async (_what, headers) => {
  expect(await next(headers)).toMatchObject({ status: 403, body: expect.stringContaining('"errorType":"Forbidden"') });
  expect(delivered).toBe(0);
});

test('does not close an idle connection', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await next({}, agent);
    const [socket] = Object.values(agent.freeSockets)[0]!;
    let isClosed = false;
    socket.once('close', () => isClosed = true);
    // Node.js would close it after 5 s.
    await delay(7_000);
    expect(isClosed).toBe(false);
  } finally {
    agent.destroy();
  }
}, 20_000);
