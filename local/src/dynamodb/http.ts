import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorizationRequest } from './authorization';
import { qualifiedType, serializationError } from './errors';
import { readInput } from './input-shape';
import { OPERATIONS } from './operations';
import type { Tables } from './tables';
import { HttpError } from '../http/http-error';
import { parseJson } from '../http/parse-json';
import { readText } from '../http/read-request';
import { sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller } from '../iam/callers';
import type { LiveLog } from '../live-log/live-log';
import { oneLine } from '../live-log/one-line';

const TARGET = /^DynamoDB_20120810\.(\w+)$/;

/** The largest request that DynamoDB accepts. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

/** Parameters for measurements that ivschat-local does not make. */
const IGNORED = ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'];

export interface DynamoDbOptions {
  readonly authorize: Authorize;
  readonly liveLog: LiveLog;
  readonly tables: Tables;
}

/** Responds to a request to DynamoDB. */
export async function handleDynamoDb(options: DynamoDbOptions, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { authorize, liveLog, tables } = options;
  res.setHeader('x-amzn-requestid', randomUUID());
  const target = String(req.headers['x-amz-target'] ?? '');
  const [, name = target] = TARGET.exec(target) ?? [];
  let resources: string[] = [];
  let ignored: string[] = [];
  try {
    const body = await readText(req, MAXIMUM_BODY_BYTES);
    requireKnown(caller);
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation) throw unsupportedOperation(name);
    const input = readInput(parse(body), operation.shape);
    ignored = IGNORED.filter(parameter => (input[parameter] ?? 'NONE') !== 'NONE');
    const requests = operation.permissions(input).map(permission => authorizationRequest(tables, permission));
    resources = [...new Set(requests.map(({ resource }) => resource))];
    for (const request of requests) authorize(caller, request);
    send(res, 200, operation.run(tables, input));
    record(liveLog, { name, resources, ignored, status: 200 });
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    if (!(error instanceof HttpError)) throw error;
    // DynamoDB also uses 400 where other services use 403.
    const status = error.status === 403 ? 400 : error.status;
    send(res, status, { __type: qualifiedType(error.name), message: error.message, Message: error.message, ...error.fields });
    record(liveLog, { name, resources, ignored, status, error });
  }
}

function parse(body: string): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw serializationError(`The request body is not JSON: ${(error as Error).message}`);
  }
}

function unsupportedOperation(name: string): HttpError {
  const supported = Object.keys(OPERATIONS);
  const list = `${supported.slice(0, -1).join(', ')} or ${supported.at(-1)}`;
  return new HttpError('UnsupportedOperation', 501, `The operation must be ${list}, got ${name}: ivschat-local supports no other operation of Amazon DynamoDB.`);
}

function send(res: ServerResponse, status: number, body: object): void {
  sendJson(res, status, body, { 'content-type': 'application/x-amz-json-1.0' });
}

interface RecordedRequest {
  readonly name: string;
  /** ARNs of tables and indexes. */
  readonly resources: readonly string[];
  /** Parameters of the request that have no effect. */
  readonly ignored: readonly string[];
  readonly status: number;
  readonly error?: HttpError;
}

function record(liveLog: LiveLog, { error, ignored, name, resources, status }: RecordedRequest): void {
  const note = ignored.length > 0 ? ` (ignores ${ignored.join(', ')})` : '';
  const labels = resources.map(arn => ` ${arn.slice(arn.lastIndexOf(':') + 1)}`).join('');
  liveLog.record({
    kind: 'request',
    // A condition that is not satisfied is an ordinary outcome.
    level: error && error.name !== 'ConditionalCheckFailedException' ? 'warning' : 'info',
    text: `dynamodb:${oneLine(name)}${labels}${note} → ${error ? `${status} ${error.name}: ${error.message}` : status}`,
    data: { operation: `dynamodb:${name}`, target: resources[0], status, error: error?.name, ...ignored.length > 0 && { ignored } },
  });
}
