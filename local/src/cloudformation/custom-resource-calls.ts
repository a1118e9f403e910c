import { randomUUID } from 'node:crypto';
import type * as http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Semaphore } from './semaphore';
import type { Services } from './services';
import { isObject } from './template';
import { oneLine } from '../lambda/execution/function-log';

/** What CloudFormation sends to the function of a custom resource, but for the two things only the call knows. */
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

/** What the function has answered. */
export interface CustomResourceAnswer {
  readonly status: 'FAILED' | 'SUCCESS';
  readonly reason: string;
  readonly physicalId?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly noEcho: boolean;
}

/** An answer somebody is waiting for. */
interface Expected {
  readonly event: CustomResourceEvent & { readonly RequestId: string };
  readonly answered: Promise<CustomResourceAnswer>;
  /** How many answers are on their way: seen, and not read to their end. */
  arriving: number;
  answer(answer: CustomResourceAnswer): void;
}

const PATH = '/cfn/';

/** Documented: a response body may have 4096 bytes. */
const MAXIMUM_ANSWER = 4096;

/** Invokes functions for custom resources, and takes the answers they send to their ResponseURL. */
export class CustomResourceCalls {
  private readonly expected = new Map<string, Expected>();
  private readonly semaphore: Semaphore;

  constructor(private readonly services: Services, private readonly endpoint: () => string, parallel: number) {
    this.semaphore = new Semaphore(parallel);
  }

  /** @returns the answer, or what is to be said where none came: it never rejects for what a function does */
  public async call(event: CustomResourceEvent, timeoutSeconds: number): Promise<CustomResourceAnswer> {
    await this.semaphore.acquire();
    const key = randomUUID();
    const expected = expect({ ...event, RequestId: randomUUID() });
    this.expected.set(key, expected);
    const timeout = setTimeout(() => {
      expected.answer(failed(`The function did not answer within its ServiceTimeout of ${timeoutSeconds} s.`));
    }, timeoutSeconds * 1000);
    const started = performance.now();
    // The answer comes before the invocation ends: the slot is free only when the process is.
    void this.invoke(key, expected, timeoutSeconds).finally(() => this.semaphore.release());
    const answer = await expected.answered;
    clearTimeout(timeout);
    this.expected.delete(key);
    const milliseconds = Math.round(performance.now() - started);
    const what = `${event.RequestType} of ${event.LogicalResourceId} (${event.ResourceType})`;
    this.services.liveLog.record({
      kind: 'custom-resource',
      level: answer.status === 'FAILED' ? 'error' : 'info',
      text: answer.status === 'FAILED' ? `${what} failed after ${milliseconds} ms: ${answer.reason}` : `${what} succeeded in ${milliseconds} ms`,
      data: {
        stack: event.StackId.split('/')[1],
        logicalId: event.LogicalResourceId,
        type: event.ResourceType,
        requestType: event.RequestType,
        status: answer.status,
        reason: answer.reason === '' ? undefined : answer.reason,
        milliseconds,
      },
    });
    return answer;
  }

  public async handleResponse(req: http.IncomingMessage, res: http.ServerResponse): Promise<boolean> {
    const [pathname] = (req.url ?? '').split('?');
    if (!pathname.startsWith(PATH)) return false;
    const expected = this.expected.get(pathname.slice(PATH.length));
    if (req.method !== 'PUT' || !expected) {
      req.resume();
      res.writeHead(req.method === 'PUT' ? 403 : 405).end();
      return true;
    }
    expected.arriving++;
    try {
      const body = await read(req);
      // In AWS the URL is one of S3, which takes anything: what is wrong with an answer is found out by those who read it.
      res.writeHead(200).end();
      expected.answer(readAnswer(body, expected.event));
    } catch {
      expected.answer(failed('The answer of the function broke off.'));
    } finally {
      expected.arriving--;
    }
    return true;
  }

  /** Ends when the invocation does. A function that has ended without an answer has failed: nobody waits an hour for it here. */
  private async invoke(key: string, expected: Expected, timeoutSeconds: number): Promise<void> {
    const payload = JSON.stringify({ ...expected.event, ResponseURL: `${this.endpoint()}${PATH}${key}` });
    const ending = await this.ending(expected.event.ServiceToken, payload, () => this.expected.has(key));
    if (expected.arriving > 0) await expected.answered;
    expected.answer(failed(`${ending} It has not answered: AWS would wait for that until its ServiceTimeout, here ${timeoutSeconds} s.`));
  }

  private async ending(functionArn: string, payload: string, isAwaited: () => boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      try {
        const { functionError, payload: result } = await this.services.functions.invoke(functionArn, payload);
        return functionError ? `The function failed: ${errorMessage(result)}.` : 'The function has ended.';
      } catch (error) {
        // CloudFormation's invocations are asynchronous: Lambda keeps them until the function has room for them.
        const isBusy = (error as Error).name === 'TooManyRequestsException' && isAwaited();
        if (!isBusy) return `The function could not be invoked: ${(error as Error).message}`;
        await delay(Math.min(50 * 2 ** attempt, 1000));
      }
    }
  }
}

function expect(event: Expected['event']): Expected {
  let answer!: Expected['answer'];
  const answered = new Promise<CustomResourceAnswer>(resolve => {
    answer = resolve;
  });
  return { event, answered, answer, arriving: 0 };
}

/** What a function says of itself may hold its ResponseURL: nobody else is to see that. */
function failed(reason: string): CustomResourceAnswer {
  return { status: 'FAILED', reason: oneLine(reason), data: {}, noEcho: false };
}

/** @returns undefined for what is too long: that is read to its end all the same, or the function would report a broken connection */
async function read(req: http.IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAXIMUM_ANSWER) chunks.push(chunk);
  }
  return length <= MAXIMUM_ANSWER ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function readAnswer(body: string | undefined, event: Expected['event']): CustomResourceAnswer {
  if (body === undefined) return failed(`The answer of the function is longer than ${MAXIMUM_ANSWER} bytes.`);
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return failed('The answer of the function is no JSON.');
  }
  if (!isObject(answer)) return failed('The answer of the function is no JSON object.');
  for (const field of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[field] !== event[field]) return failed(`The ${field} in the answer of the function is not that of the request.`);
  }
  const { Status: status, Reason: reason, PhysicalResourceId: physicalId, Data: data } = answer;
  const id = typeof physicalId === 'string' && physicalId !== '' ? physicalId : undefined;
  if (status === 'FAILED') return { ...failed(String(reason ?? 'The function gave no reason.')), physicalId: id };
  if (status !== 'SUCCESS') return failed(`The Status in the answer of the function is ${JSON.stringify(status)}, and may be SUCCESS or FAILED.`);
  if (id === undefined || Buffer.byteLength(id) > 1024) return failed('The PhysicalResourceId in the answer of the function has to be a text of 1 to 1024 bytes.');
  return { status, reason: '', physicalId: id, data: isObject(data) ? data : {}, noEcho: answer.NoEcho === true || answer.NoEcho === 'true' };
}

function errorMessage(payload: string): string {
  try {
    const { errorType, errorMessage: message } = JSON.parse(payload);
    return [errorType, message].filter(Boolean).join(': ') || payload;
  } catch {
    return payload;
  }
}
