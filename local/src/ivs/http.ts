import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ivs, OPERATIONS, type Input } from './operations';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';
import { readJsonObject } from '../http/read-request';
import { errorType, sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller } from '../iam/callers';
import type { LiveLog } from '../live-log/live-log';
import { oneLine } from '../live-log/one-line';

export interface IvsOptions {
  readonly authorize: Authorize;
  readonly environment: Environment;
  readonly liveLog: LiveLog;
}

const MAXIMUM_BODY_BYTES = 1024 * 1024;

/** A stand-in for Amazon IVS and Amazon IVS Real-Time Streaming, for apps whose functions create channels and stages beside their rooms. */
export class IvsStandIn {
  private readonly ivs: Ivs;
  private readonly reported = new Set<string>();

  constructor(private readonly options: IvsOptions) {
    this.ivs = new Ivs(options.environment);
  }

  public async handle(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const name = (req.url ?? '').split('?')[0].slice(1);
    res.setHeader('x-amzn-requestid', randomUUID());
    try {
      requireKnown(caller);
      const output = await this.run(name, caller, req);
      sendJson(res, 200, output);
      this.report(name);
    } catch (error) {
      if (req.destroyed && !req.complete) return; // the caller has disconnected
      req.resume();
      if (!(error instanceof HttpError)) throw error;
      // Clients of Amazon IVS read the message of an error from this member.
      sendJson(res, error.status, { exceptionMessage: error.message, message: error.message }, errorType(error.name));
      this.options.liveLog.record({
        kind: 'request',
        level: 'warning',
        text: `ivs ${oneLine(name)} → ${error.status} ${error.name}: ${error.message}`,
        data: { operation: name, status: error.status, error: error.name },
      });
    }
  }

  private async run(name: string, caller: Caller, req: IncomingMessage): Promise<object> {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation) {
      const names = Object.keys(OPERATIONS).join(', ');
      throw new HttpError('NotImplementedException', 501, `ivschat-local does not support ${oneLine(name)} of Amazon IVS: its stand-in has only ${names}.`);
    }
    const input: Input = await readJsonObject(req, MAXIMUM_BODY_BYTES);
    const { authorize, environment } = this.options;
    authorize(caller, { action: `ivs:${name}`, resource: operation.resource(input, environment), context: {} });
    return operation.run(input, this.ivs);
  }

  /** Once for each operation, because some functions poll. */
  private report(operation: string): void {
    if (this.reported.has(operation)) return;
    this.reported.add(operation);
    this.options.liveLog.record({
      kind: 'notice',
      text: `ivs:${operation} was answered by a stand-in with made-up ids: nothing is streamed`,
      data: { event: 'ivs-stand-in', operation },
    });
  }
}
