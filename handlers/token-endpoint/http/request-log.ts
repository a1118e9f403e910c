import type { Refusal } from './refusal';
import { oneLine } from '../../shared/failures';
import { metricOf, writeLine } from '../../shared/log-lines';

/** What the log says about a request. Never tokens, claims or attributes. */
export interface LogFields {
  readonly action?: string;
  readonly room?: string;
  readonly userId?: string;
  readonly role?: string;
  /** The user who is banned, or whose ban is lifted. */
  readonly target?: string;
  /** Names of attributes that did not fit. */
  readonly leftOut?: string[];
  /** Why the keys of the identity provider could not be renewed. The previous ones are still in use. */
  readonly staleKeys?: string;
  /** Why the life of tokens could not be reported. */
  readonly tokenLifeNotReported?: string;
  /** Why the answer contains no history. */
  readonly historyNotRead?: string;
}

/** Collects what is known of a request, and writes it as one line of JSON. */
export class RequestLog {
  private readonly fields: { -readonly [Field in keyof LogFields]: LogFields[Field] } = {};

  public add(fields: LogFields): void {
    Object.assign(this.fields, fields);
  }

  public writeSuccess(): void {
    this.write({ outcome: 'ok', status: 200 });
  }

  public writeRefusal({ code, reason, status }: Refusal): void {
    this.write({ outcome: code, status, ...reason !== undefined && { reason: oneLine(reason) } }, metricNameOf(status, code));
  }

  private write(outcome: object, metric?: string): void {
    writeLine({ ...outcome, ...this.fields, ...metric !== undefined && metricOf(metric) });
  }
}

function metricNameOf(status: number, code: string): string {
  if (status < 500) return 'Refused';
  return code === 'busy' ? 'Throttled' : 'Failed';
}
