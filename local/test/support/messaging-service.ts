import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { TestClock } from './test-clock';
import { Messaging, type MessagingOptions } from '../../src/ivschat/messaging/messaging';
import type { ReviewEvent } from '../../src/ivschat/messaging/review';
import type { Capability, ChatLog, ChatToken, FunctionInvoker, Room, RoomDirectory } from '../../src/ivschat/types';
import { LiveLog, type LiveLogKind, type RecordedEntry } from '../../src/live-log/live-log';

export const HANDLER = 'arn:aws:lambda:us-east-1:123456789012:function:review';
export const ALL: readonly Capability[] = ['DELETE_MESSAGE', 'DISCONNECT_USER', 'SEND_MESSAGE'];

export function newRoom(changes: Partial<Room> = {}): Room {
  const id = changes.id ?? 'lobby1234567';
  const time = new Date('2030-01-02T03:04:05Z');
  return {
    id,
    arn: `arn:aws:ivschat:us-east-1:123456789012:room/${id}`,
    name: 'lobby',
    createTime: time,
    updateTime: time,
    maximumMessageLength: 500,
    maximumMessageRatePerSecond: 100,
    loggingConfigurationIdentifiers: [],
    tags: {},
    ...changes,
  };
}

/** Rooms and tokens instead of a control plane. */
export class FakeDirectory implements RoomDirectory {
  public readonly rooms = new Map<string, Room>();
  private readonly tokens = new Map<string, ChatToken>();

  public put(room: Room): Room {
    this.rooms.set(room.arn, room);
    return room;
  }

  public token(room: Room, userId: string, changes: Partial<ChatToken> = {}): string {
    const token = `AQ.token-${this.tokens.size}~${userId}_x`;
    this.tokens.set(token, {
      roomArn: room.arn,
      userId,
      capabilities: ALL,
      attributes: {},
      tokenExpirationTime: new Date(Date.now() + 60_000),
      sessionExpirationTime: new Date(Date.now() + 3_600_000),
      ...changes,
    });
    return token;
  }

  public room(arn: string): Room | undefined {
    return this.rooms.get(arn);
  }

  public loggingConfiguration(): never {
    throw new Error('Messaging does not use logging configurations');
  }

  public redeemToken(token: string): ChatToken | undefined {
    const found = this.tokens.get(token);
    // Keeps the size of the map, which makes the next token unique.
    this.tokens.set(token, undefined as never);
    return found;
  }
}

type Answer = { payload: string; functionError?: string };

/** Runs the script of the test. Fails the test if it is invoked without a script. */
export class ScriptedFunctions implements FunctionInvoker {
  public readonly events: ReviewEvent[] = [];
  public readonly unexpected: string[] = [];
  public permitted = true;
  public script?: (event: ReviewEvent) => Answer | Promise<Answer>;

  public mayInvoke(functionArn: string, sourceArn: string): boolean {
    if (functionArn !== HANDLER || !sourceArn.includes(':room/')) this.unexpected.push(`mayInvoke ${functionArn} ${sourceArn}`);
    return this.permitted;
  }

  public async invoke(functionArn: string, payload: string): Promise<Answer> {
    const event = JSON.parse(payload) as ReviewEvent;
    this.events.push(event);
    if (!this.script || functionArn !== HANDLER) {
      this.unexpected.push(`invoke ${functionArn}`);
      throw new Error('unexpected invocation');
    }
    return this.script(event);
  }

  /** Answers every message with this value as JSON. */
  public always(response: unknown): void {
    this.script = () => ({ payload: JSON.stringify(response) });
  }
}

export class RecordedChatLog implements ChatLog {
  public readonly records: Array<{ room: Room; type: 'EVENT' | 'MESSAGE'; frame: any }> = [];

  public record(room: Room, type: 'EVENT' | 'MESSAGE', frame: object): void {
    this.records.push({ room, type, frame });
  }
}

/** A client that gives access to all frames. */
export class RawClient {
  public readonly closed: Promise<number>;
  public readonly received: any[] = [];
  private read = 0;
  private wake?: () => void;

  constructor(public readonly socket: WebSocket) {
    this.closed = new Promise(resolve => socket.once('close', code => {
      resolve(code);
      this.wake?.();
    }));
    socket.on('message', data => {
      this.received.push(JSON.parse(String(data)));
      this.wake?.();
    });
    socket.on('error', () => undefined);
  }

  public send(request: unknown): void {
    this.socket.send(JSON.stringify(request));
  }

  public async next(): Promise<any> {
    while (this.read === this.received.length) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The connection is closed and has no more frames');
      await new Promise<void>(resolve => (this.wake = resolve));
    }
    return this.received[this.read++];
  }

  /** Sends a request and returns the next frame. */
  public async ask(request: unknown): Promise<any> {
    this.send(request);
    return this.next();
  }
}

/** Rejects with the HTTP status if the connection is rejected. */
export async function connect(url: string, ...protocols: string[]): Promise<RawClient> {
  const socket = new WebSocket(url, protocols);
  const client = new RawClient(socket);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client));
    socket.once('unexpected-response', (_, response) => {
      response.resume();
      socket.terminate();
      reject(new Error(`rejected with ${response.statusCode}`));
    });
  });
}

/** Messaging behind a loopback server. */
export class MessagingService {
  public readonly directory = new FakeDirectory();
  public readonly functions = new ScriptedFunctions();
  public readonly chatLog = new RecordedChatLog();
  public readonly liveLog = new LiveLog();
  public readonly messaging: Messaging;
  public readonly clock = new TestClock(Date.now());
  /** Number of live log entries with level error that the test causes. */
  public expectedErrors = 0;
  private readonly server = http.createServer();

  constructor(options: Partial<MessagingOptions> = {}) {
    const { chatLog, directory, functions, liveLog } = this;
    this.messaging = new Messaging({
      directory,
      functions,
      chatLog,
      liveLog,
      clock: this.clock,
      // Above the default, so that a slow machine does not affect tests of other behaviour.
      reviewMilliseconds: 1_000,
      ...options,
    });
    this.server.on('upgrade', (request, socket, head) => this.messaging.handleUpgrade(request, socket, head));
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public get url(): string {
    return `ws://127.0.0.1:${this.port}/any/path`;
  }

  public async start(): Promise<this> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Stops the service, and fails the test on unexpected invocations and errors. */
  public async stop(): Promise<void> {
    await this.messaging.close();
    await new Promise<void>(resolve => this.server.close(() => resolve()));
    expect(this.functions.unexpected).toEqual([]);
    expect(this.liveLog.recent.filter(({ level }) => level === 'error')).toHaveLength(this.expectedErrors);
  }

  public async join(room: Room, userId: string, changes: Partial<ChatToken> = {}): Promise<RawClient> {
    return connect(this.url, this.directory.token(room, userId, changes));
  }

  /** Waits for the next matching entry of the live log. */
  public async nextEntry(matches: (entry: RecordedEntry) => boolean): Promise<RecordedEntry> {
    return new Promise(resolve => {
      const stop = this.liveLog.listen(entry => {
        if (!matches(entry)) return;
        stop();
        resolve(entry);
      });
    });
  }

  /** Waits until a user has left a room. */
  public async nextLeft(userId: string): Promise<RecordedEntry> {
    return this.nextEntry(({ data }) => data?.event === 'left' && data.userId === userId);
  }

  /** Data of the live log's entries of one kind. */
  public dataOf(kind: LiveLogKind): Array<RecordedEntry['data']> {
    return this.liveLog.recent.filter(entry => entry.kind === kind).map(({ data }) => data);
  }
}
