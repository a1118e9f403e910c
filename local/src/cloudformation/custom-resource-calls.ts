import { randomUUID } from 'node:crypto';
import type * as http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Semaphore } from './semaphore';
import type { Services } from './services';
import { isObject } from './template';
import { parseJson } from '../http/parse-json';
import { BodyTooLarge, readBody } from '../http/read-body';
import { textOf } from '../http/text-of';
import { sanitizeLine } from '../live-log/one-line';

/** Request of CloudFormation to the function of a custom resource, without `RequestId` and `ResponseURL`, which each call adds. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Delete' | 'Update';
  readonly ServiceToken: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** Response of the function, or the failure that took its place. */
export interface CustomResourceResponse {
  readonly status: 'FAILED' | 'SUCCESS';
  readonly reason: string;
  readonly physicalId?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly noEcho: boolean;
}

/** A call without a response yet. */
interface PendingCall {
  readonly event: CustomResourceEvent & { readonly RequestId: string };
  readonly response: Promise<CustomResourceResponse>;
  /** Responses that are being read. */
  arriving: number;
  /** Settles `response`; only the first call counts. */
  respond(response: CustomResourceResponse): void;
}

const PATH = '/cfn/';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html */
const MAXIMUM_RESPONSE_BYTES = 4096;

/** Invokes the functions of custom resources, and receives the responses they send to their ResponseURL. */
export class CustomResourceCalls {
  private readonly pending = new Map<string, PendingCall>();
  private readonly semaphore: Semaphore;

  constructor(private readonly services: Services, private readonly endpoint: () => string, parallel: number) {
    this.semaphore = new Semaphore(parallel);
  }

  /** Returns a response with the status FAILED if the function fails or does not respond; never rejects because of a function. */
  public async call(event: CustomResourceEvent, timeoutSeconds: number): Promise<CustomResourceResponse> {
    await this.semaphore.acquire();
    const key = randomUUID();
    const pending = pendingCall({ ...event, RequestId: randomUUID() });
    this.pending.set(key, pending);
    const timeout = setTimeout(() => {
      pending.respond(failed(`The function did not respond within its ServiceTimeout of ${timeoutSeconds} s.`));
    }, timeoutSeconds * 1000);
    const started = performance.now();
    // The response arrives before the invocation ends, and until then the process is busy.
    void this.invoke(key, pending, timeoutSeconds).finally(() => this.semaphore.release());
    const response = this.explained(await pending.response);
    clearTimeout(timeout);
    this.pending.delete(key);
    const milliseconds = Math.round(performance.now() - started);
    const what = `${event.RequestType} of ${event.LogicalResourceId} (${event.ResourceType})`;
    this.services.liveLog.record({
      kind: 'custom-resource',
      level: response.status === 'FAILED' ? 'error' : 'info',
      text: response.status === 'FAILED' ? `${what} failed after ${milliseconds} ms: ${response.reason}` : `${what} succeeded in ${milliseconds} ms`,
      data: {
        stack: event.StackId.split('/')[1],
        logicalId: event.LogicalResourceId,
        type: event.ResourceType,
        requestType: event.RequestType,
        status: response.status,
        reason: response.reason === '' ? undefined : response.reason,
        milliseconds,
      },
    });
    return response;
  }

  /** Receives the response of a custom resource. Returns false if the request is for something else. */
  public async handleResponse(req: http.IncomingMessage, res: http.ServerResponse): Promise<boolean> {
    const [pathname] = (req.url ?? '').split('?');
    if (!pathname.startsWith(PATH)) return false;
    const pending = this.pending.get(pathname.slice(PATH.length));
    if (req.method !== 'PUT' || !pending) {
      req.resume();
      res.writeHead(req.method === 'PUT' ? 403 : 405).end();
      return true;
    }
    pending.arriving++;
    try {
      const body = await readBody(req, MAXIMUM_RESPONSE_BYTES).catch((error: unknown) => {
        if (error instanceof BodyTooLarge) return undefined;
        throw error;
      });
      // As in AWS, where the URL belongs to Amazon S3: any body is accepted and validated later.
      res.writeHead(200).end();
      pending.respond(parseResponse(body?.toString(), pending.event));
    } catch {
      pending.respond(failed('The connection closed before the response of the function was complete.'));
    } finally {
      pending.arriving--;
    }
    return true;
  }

  /** Adds the reason why the function works in AWS but not here, if it is known. */
  private explained(response: CustomResourceResponse): CustomResourceResponse {
    const explanation = response.status === 'FAILED' ? this.services.explainFailure(response.reason) : undefined;
    return explanation === undefined ? response : { ...response, reason: `${response.reason} ${explanation}` };
  }

  /** Resolves when the invocation ends. Without a response by then the call fails, instead of waiting up to an hour as AWS does. */
  private async invoke(key: string, pending: PendingCall, timeoutSeconds: number): Promise<void> {
    const payload = JSON.stringify({ ...pending.event, ResponseURL: `${this.endpoint()}${PATH}${key}` });
    const outcome = await this.outcomeOf(pending.event.ServiceToken, payload, () => this.pending.has(key));
    if (pending.arriving > 0) await pending.response;
    pending.respond(failed(`${outcome} It sent no response, for which AWS would wait until the ServiceTimeout of ${timeoutSeconds} s.`));
  }

  private async outcomeOf(functionArn: string, payload: string, isPending: () => boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      try {
        const { functionError, payload: result } = await this.services.functions.invoke(functionArn, payload);
        return functionError ? `The function failed: ${errorMessage(result)}.` : 'The function ended.';
      } catch (error) {
        // CloudFormation invokes asynchronously, and Lambda queues the event until the function has capacity.
        const isBusy = (error as Error).name === 'TooManyRequestsException' && isPending();
        if (!isBusy) return `The function could not be invoked: ${(error as Error).message}`;
        await delay(Math.min(50 * 2 ** attempt, 1000));
      }
    }
  }
}

function pendingCall(event: PendingCall['event']): PendingCall {
  let respond!: PendingCall['respond'];
  const response = new Promise<CustomResourceResponse>(resolve => {
    respond = resolve;
  });
  return { event, response, respond, arriving: 0 };
}

/** The reason is sanitized because a function may put its ResponseURL there, which must not be logged. */
function failed(reason: string): CustomResourceResponse {
  return { status: 'FAILED', reason: sanitizeLine(reason), data: {}, noEcho: false };
}

function parseResponse(body: string | undefined, event: PendingCall['event']): CustomResourceResponse {
  if (body === undefined) return failed(`The response of the function must be at most ${MAXIMUM_RESPONSE_BYTES} bytes.`);
  let response: unknown;
  try {
    response = parseJson(body);
  } catch {
    return failed('The response of the function must be valid JSON.');
  }
  if (!isObject(response)) return failed('The response of the function must be a JSON object.');
  for (const field of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (response[field] !== event[field]) return failed(`The ${field} in the response of the function must be that of the request.`);
  }
  const { Status: status, Reason: reason, PhysicalResourceId: physicalId, Data: data } = response;
  const id = typeof physicalId === 'string' && physicalId !== '' ? physicalId : undefined;
  if (status === 'FAILED') return { ...failed(textOf(reason ?? 'The function gave no reason.')), physicalId: id };
  if (status !== 'SUCCESS') return failed(`The Status in the response of the function must be SUCCESS or FAILED, got ${JSON.stringify(status)}.`);
  if (id === undefined || Buffer.byteLength(id) > 1024) return failed('The PhysicalResourceId in the response of the function must be a string of 1 to 1024 bytes.');
  return { status, reason: '', physicalId: id, data: isObject(data) ? data : {}, noEcho: response.NoEcho === true || response.NoEcho === 'true' };
}

function errorMessage(payload: string): string {
  try {
    const { errorType, errorMessage: message } = JSON.parse(payload);
    return [errorType, message].filter(Boolean).join(': ') || payload;
  } catch {
    return payload;
  }
}
