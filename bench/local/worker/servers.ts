import { type ChildProcess, fork } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as path from 'path';

const READY_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 20;

/** A stack without rooms: they are created through the API. */
const TEMPLATE = { Resources: { ChatLog: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'chat' } } } };

/** A server in its own process, so that it does not wait for its clients. */
export interface Server {
  readonly url: string;
  memory(): Promise<NodeJS.MemoryUsage>;
  /** What the process holds besides memory. */
  resources(): Resources;
  /** Resolves when the server has printed the text so many times. */
  printed(text: string, times: number): Promise<void>;
  /** The first match in what the server has printed. Waits for it. */
  output(pattern: RegExp): Promise<string>;
}

export interface Resources {
  /** Open files and sockets; 0 if the system does not list them. */
  readonly descriptors: number;
  /** Of temporary files. */
  readonly diskBytes: number;
}

/** Runs a function with servers and stops them when it ends. */
export async function withServers<T>(use: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = new Servers();
  try {
    return await use(servers);
  } finally {
    await servers.stop();
  }
}

export class Servers {
  private readonly children: ChildProcess[] = [];

  /** Starts the command-line program with its live log, as a user does. */
  public async local(name: string, resources: object = TEMPLATE.Resources, outputs: object = {}): Promise<Server> {
    const template = path.join(__dirname, `${name}.json`);
    fs.writeFileSync(template, JSON.stringify({ Resources: resources, Outputs: outputs }));
    return this.app(name, template);
  }

  /** The same for a template or a cloud assembly. */
  public async app(name: string, app: string): Promise<Server> {
    return this.start(name, 'lib/cli.js', ['--app', app, '--data', path.join(__dirname, `${name}-data`), '--no-throttle']);
  }

  /** Starts a server that does nothing else than answer, with answers of this length. */
  public async bare(mode: 'broadcast' | 'echo', answerBytes: number): Promise<Server> {
    return this.start(mode, 'bare-server.js', [mode, String(answerBytes)]);
  }

  public async stop(): Promise<void> {
    await Promise.all(this.children.map(async child => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }));
  }

  private async start(name: string, program: string, args: string[]): Promise<Server> {
    // To a file, because the speed of the terminal should not count.
    const log = path.join(__dirname, `${path.basename(program)}-${name}.log`);
    const output = fs.openSync(log, 'w');
    const temporary = fs.mkdtempSync(path.join(__dirname, `${name}-tmp-`));
    const child = fork(path.join(__dirname, program), args, {
      env: { ...process.env, TMPDIR: temporary },
      execArgv: ['--expose-gc', '--require', path.join(__dirname, 'memory.js')],
      stdio: ['ignore', output, output, 'ipc'],
    });
    fs.closeSync(output);
    this.children.push(child);
    return {
      url: await printedMatch(name, child, log, /ws:\/\/127\.0\.0\.1:\d+/),
      memory: async () => memoryOf(child),
      resources: () => ({ descriptors: descriptorsOf(child.pid!), diskBytes: bytesIn(temporary) }),
      printed: async (text, times) => untilPrinted(text, times, log),
      output: async pattern => printedMatch(name, child, log, pattern),
    };
  }
}

async function printedMatch(name: string, child: ChildProcess, log: string, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + READY_MILLISECONDS;
  while (child.exitCode === null && Date.now() < deadline) {
    const match = pattern.exec(fs.readFileSync(log, 'utf8'))?.[0];
    if (match) return match;
    await new Promise(resolve => setTimeout(resolve, POLL_MILLISECONDS));
  }
  throw new Error(`The server ${name} must print ${pattern}, got:\n${fs.readFileSync(log, 'utf8')}`);
}

async function memoryOf(child: ChildProcess): Promise<NodeJS.MemoryUsage> {
  const answered = once(child, 'message');
  child.send('memory');
  const [usage] = await answered;
  return usage;
}

async function untilPrinted(text: string, times: number, log: string): Promise<void> {
  const deadline = Date.now() + READY_MILLISECONDS;
  while (fs.readFileSync(log, 'utf8').split(text).length <= times) {
    if (Date.now() > deadline) throw new Error(`The server must print "${text}" ${times} times, see ${log}`);
    await new Promise(resolve => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

/** Linux only. */
function descriptorsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return fs.existsSync(folder) ? fs.readdirSync(folder).length : 0;
}

function bytesIn(folder: string): number {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  // Node.js 20 has the older name of the folder as well.
  const sizes = files.map(({ parentPath, path: parent, name }) => fs.statSync(path.join(parentPath ?? parent, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}
