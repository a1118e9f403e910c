import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { queryCode, queueDoesNotExist, SqsError } from './errors';
import { requiredString, type Input } from './input';
import { listQueues, OPERATIONS, type OperationContext } from './operations';
import { formatError, formatOutput, parseForm } from './query-protocol';
import type { Queues } from './queues';
import { targetOperation } from './requests';
import { HttpError } from '../http/http-error';
import { parseJson } from '../http/parse-json';
import { parametersOf, readText } from '../http/read-request';
import { errorType, sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller } from '../iam/callers';
import { oneLine } from '../live-log/one-line';

/** Enough for a batch of the maximum size, with binary attributes in Base64 in a form. */
const MAXIMUM_BODY_BYTES = 4 * 1024 * 1024;

/** A request in either protocol. */
interface Request {
  readonly isQuery: boolean;
  readonly operation: string;
  readonly input: Input;
}

/** Handles a request to Amazon SQS, in the JSON protocol of today's SDKs or in the query protocol of older ones. */
export async function handleSqs(queues: Queues, authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  const isQuery = req.headers['x-amz-target'] === undefined;
  let operation = '';
  let queueName: string | undefined;
  let refusal: HttpError | undefined;
  const disconnected = new AbortController();
  res.once('close', () => disconnected.abort());
  try {
    const { identity } = requireKnown(caller);
    const request = await readRequest(req, isQuery);
    operation = request.operation;
    const context = { queues, senderId: identity.userId, signal: disconnected.signal };
    queueName = operation === 'ListQueues' ? undefined : nameOf(request, queues, req);
    const output = queueName === undefined
      ? list(request.input, queues, authorize, caller)
      : await run(request, queueName, context, authorize, caller);
    res.setHeader('x-amzn-requestid', requestId);
    if (isQuery) res.writeHead(200, { 'content-type': 'text/xml' }).end(formatOutput(operation, output, requestId));
    else sendJson(res, 200, output, { 'content-type': 'application/x-amz-json-1.0' });
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    req.resume();
    if (!(error instanceof HttpError)) throw error;
    refusal = error;
    sendError(res, isQuery, error, requestId);
  }
  record(queues, operation, queueName, res.statusCode, refusal);
}

async function run(
  { input, operation }: Request, queueName: string, context: OperationContext, authorize: Authorize, caller: Caller,
): Promise<object> {
  const { action, run: perform } = OPERATIONS.get(operation)!;
  // Authorizes first, so that a caller without the permission does not learn whether the queue exists.
  authorize(caller, { action, resource: context.queues.arnOf(queueName), context: {} });
  return perform(input, context.queues.get(queueName), context);
}

function list(input: Input, queues: Queues, authorize: Authorize, caller: Caller): object {
  authorize(caller, { action: 'sqs:ListQueues', resource: queues.arnOf('*'), context: {} });
  return listQueues(input, queues);
}

/** Queue URLs of every host are accepted: clients may reach the server by another name. */
function nameOf({ input, isQuery, operation }: Request, queues: Queues, req: IncomingMessage): string {
  if (operation === 'GetQueueUrl') return requiredString(input, 'QueueName');
  const url = isQuery && input.QueueUrl === undefined ? req.url! : requiredString(input, 'QueueUrl');
  const name = queues.nameIn(url);
  if (name === undefined) throw queueDoesNotExist();
  return name;
}

async function readRequest(req: IncomingMessage, isQuery: boolean): Promise<Request> {
  const body = await readText(req, MAXIMUM_BODY_BYTES);
  const form = isQuery ? parametersOf(req, body) : undefined;
  const operation = form ? form.get('Action') ?? '' : targetOperation(req) ?? '';
  if (operation !== 'ListQueues' && !OPERATIONS.has(operation)) {
    const message = `The operation must be one of ${[...OPERATIONS.keys(), 'ListQueues'].join(', ')}, got ${oneLine(operation)}: ivschat-local supports no other operation of Amazon SQS.`;
    throw new SqsError('UnsupportedOperation', message);
  }
  return { isQuery, operation, input: form ? parseForm(form) : parseBody(body) };
}

function parseBody(body: string): Input {
  try {
    const input = parseJson(body === '' ? '{}' : body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Reported below.
  }
  throw new SqsError('SerializationException', 'The body of the request must be a JSON object.');
}

function sendError(res: ServerResponse, isQuery: boolean, error: HttpError, requestId: string): void {
  res.setHeader('x-amzn-requestid', requestId);
  const code = queryCode(error);
  if (isQuery) {
    res.writeHead(error.status, { 'content-type': 'text/xml' }).end(formatError(code, error.message, requestId));
    return;
  }
  sendJson(res, error.status, { __type: `com.amazonaws.sqs#${error.name}`, message: error.message }, {
    ...errorType(error.name), 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${code};Sender`,
  });
}

function record({ liveLog }: Queues, operation: string, queueName: string | undefined, status: number, refusal?: HttpError): void {
  const subject = [`sqs:${operation || 'unknown operation'}`, ...queueName === undefined ? [] : [oneLine(queueName)]].join(' ');
  liveLog.record({
    kind: 'request',
    level: refusal ? 'warning' : 'info',
    text: `${subject} → ${refusal ? `${refusal.status} ${refusal.name}: ${refusal.message}` : status}`,
    data: { operation: `sqs:${operation}`, target: queueName, status, error: refusal?.name },
  });
}
