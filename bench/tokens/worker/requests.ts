import { Agent, request } from 'http';
import type { Effort } from '../../effort';
import { printResult } from '../../local/worker/result';
import { type Server, type Servers, withServers } from '../../local/worker/servers';
import type { Pair } from '../../stats';

/** Milliseconds of requests to a token endpoint, each next to one to a function that does nothing. */
export interface TokenRequests {
  /** The first of each function, which starts a process. */
  readonly cold: Pair[];
  readonly warm: Pair[];
}

const [assembly, effort] = process.argv.slice(2);
const { coldStarts, rounds: { counted, warmUp } }: Effort['tokens'] = JSON.parse(effort);

async function measure(servers: Servers): Promise<TokenRequests> {
  const server = await servers.app('tokens', assembly);
  const urls = await Promise.all(Array.from({ length: coldStarts }, async (_, i) => ({
    tokens: await outputOf(server, `TokenUrl${i}`), noOp: await outputOf(server, `NoOpUrl${i}`),
  })));
  const bearer = `Bearer ${await signIn(new URL(urls[0].tokens).origin)}`;
  const agent = new Agent({ keepAlive: true });
  // The first also opens the connection.
  await post(urls[0].noOp, bearer, agent);
  await post(urls[0].tokens, bearer, agent);
  const cold: Pair[] = [];
  for (const { noOp, tokens } of urls.slice(1)) {
    cold.push({ baseline: await post(noOp, bearer, agent), subject: await post(tokens, bearer, agent) });
  }
  const warm: Pair[] = [];
  for (let round = 0; round < warmUp + counted; round++) {
    const pair = { baseline: await post(urls[0].noOp, bearer, agent), subject: await post(urls[0].tokens, bearer, agent) };
    if (round >= warmUp) warm.push(pair);
  }
  agent.destroy();
  return { cold, warm };
}

async function outputOf(server: Server, name: string): Promise<string> {
  return (await server.output(new RegExp(`${name} = \\S+`))).split(' = ')[1];
}

/** Returns the ID token of a user. */
async function signIn(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/sign-in`, { method: 'POST', body: JSON.stringify({ username: 'ada' }) });
  return (await response.json() as { idToken: string }).idToken;
}

/** Returns how long it took until the whole response was received. */
async function post(url: string, authorization: string, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    request(url, { agent, method: 'POST', headers: { authorization, 'content-type': 'application/json' } }, response => {
      let body = '';
      response.on('data', chunk => body += String(chunk)).on('end', () => {
        if (response.statusCode === 200 && /"token":/.test(body)) resolve(performance.now() - start);
        else reject(new Error(`${url} must answer with a token, got ${response.statusCode} ${body}`));
      });
    }).once('error', reject).end('{}');
  });
}

void printResult(withServers(measure));
