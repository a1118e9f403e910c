import { resourceLabel } from '../../arn';
import type { HttpError } from '../../http/http-error';
import type { LiveLog } from '../../live-log/live-log';

export interface RecordedRequest {
  /** Name of the operation, or method and path if there is none. */
  readonly name: string;
  readonly operation?: string;
  /** ARN of the resource. Anything else is ignored. */
  readonly target?: unknown;
  readonly status: number;
  readonly error?: HttpError;
  /** Such as `playground`; unset for SDK clients. */
  readonly source?: string;
}

/** Records a request to the API in the live log. */
export function recordRequest(liveLog: LiveLog, { error, name, operation, source, status, target }: RecordedRequest): void {
  const resource = typeof target === 'string' && target !== '' ? ` ${resourceLabel(target)}` : '';
  const from = source ? ` from the ${source}` : '';
  liveLog.record({
    kind: 'request',
    level: error ? 'warning' : 'info',
    text: `${name}${resource}${from} → ${error ? `${status} ${error.name}: ${error.message}` : status}`,
    data: { operation, target, status, error: error?.name, ...source && { source } },
  });
}
