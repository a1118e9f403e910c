import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChatLogs, LoggedRecord } from '../ivschat/chat-log/chat-logs';
import type { LiveLog, RecordedEntry } from '../live-log/live-log';

/** A page that does not read, such as one in a tab put to sleep, is let go at this. It comes back by itself and gets what it has missed. */
const UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * The live log as Server-Sent Events: first what has happened lately, then what happens.
 *
 * Entries are messages without a name, and have ids; records of the chat log are events named `record`, whose payload has an id of its own.
 */
export class LiveFeed {
  /** Numbers of entries begin anew with each server, so they are good for this one only. */
  private readonly run = randomBytes(4).toString('hex');
  private readonly pages = new Set<ServerResponse>();

  constructor(private readonly liveLog: LiveLog, private readonly chatLogs: ChatLogs) {}

  public open(req: IncomingMessage, res: ServerResponse): void {
    this.pages.add(res);
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write('retry: 300\n\n');

    let newest: LoggedRecord | undefined;
    const sendRecords = () => {
      const { recent } = this.chatLogs;
      for (const record of recent.slice(newest ? recent.lastIndexOf(newest) + 1 : 0)) send(res, `event: record\ndata: ${JSON.stringify(record)}\n\n`);
      newest = recent.at(-1);
    };
    const sendEntry = (entry: RecordedEntry) => send(res, `id: ${this.run}-${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`);

    const seen = this.lastSeen(req);
    for (const entry of this.liveLog.recent) {
      if (entry.id > seen) sendEntry(entry);
    }
    sendRecords();
    const stop = this.liveLog.listen((entry) => {
      sendEntry(entry);
      // A message is in the chat log before it is in the live log.
      sendRecords();
    });
    res.once('close', () => {
      stop();
      this.pages.delete(res);
    });
  }

  public close(): void {
    for (const res of this.pages) res.end();
  }

  private lastSeen(req: IncomingMessage): number {
    const [run, id] = String(req.headers['last-event-id'] ?? '').split('-');
    return run === this.run && /^\d+$/.test(id ?? '') ? Number(id) : 0;
  }
}

function send(res: ServerResponse, text: string): void {
  if (res.writableEnded || res.destroyed) return;
  if (res.writableLength > UNREAD_BYTES) res.destroy();
  else res.write(text);
}
