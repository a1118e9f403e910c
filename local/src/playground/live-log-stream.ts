import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChatLogs, LoggedRecord } from '../ivschat/chat-log/chat-logs';
import type { LiveLog, RecordedEntry } from '../live-log/live-log';

/**
 * Unread data at which a page is disconnected, such as one in a suspended tab.
 *
 * The page reconnects and receives what it missed.
 */
const UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * The live log as Server-Sent Events: first the recent entries, then new ones.
 *
 * Entries are unnamed events with ids. Records of the chat log are events named `record`, without ids, as the payload has one.
 */
export class LiveLogStream {
  /** Part of event ids, because entry numbers restart with each server. */
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

    const lastSeen = this.lastSeen(req);
    for (const entry of this.liveLog.recent) {
      if (entry.id > lastSeen) sendEntry(entry);
    }
    sendRecords();
    const stop = this.liveLog.listen(entry => {
      sendEntry(entry);
      // The chat log records a message before the live log does.
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

function send(res: ServerResponse, data: string): void {
  if (res.writableEnded || res.destroyed) return;
  if (res.writableLength > UNREAD_BYTES) res.destroy();
  else res.write(data);
}
