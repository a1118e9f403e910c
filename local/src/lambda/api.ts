import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalidParameter, notFound } from './errors';
import { parseFunction } from './function-arn';
import type { Functions } from './functions';
import { taggedResource, tagsOf } from './tags';
import { HttpError } from '../http/http-error';
import { parseJson } from '../http/parse-json';
import { BodyTooLarge, readBody } from '../http/read-body';
import { errorType, sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller } from '../iam/callers';
import { oneLine } from '../live-log/one-line';

/** Documented limits of a synchronous payload and of an asynchronous one. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const MAX_EVENT_BYTES = 1024 * 1024;

const PATH = /^\/2015-03-31\/functions\/([^/]+)(\/invocations|\/configuration)?$/;

/** Handles Invoke, GetFunction, GetFunctionConfiguration and ListTags of the Lambda API. */
export async function handleApi(
  functions: Functions, authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse,
): Promise<void> {
  res.setHeader('x-amzn-requestid', randomUUID());
  const [path, query = ''] = (req.url ?? '').split('?');
  const [, encodedName, kind = ''] = PATH.exec(path.replace(/\/$/, '')) ?? [];
  const tagged = taggedResource(path);
  const operation = encodedName || tagged ? OPERATIONS[`${req.method} ${tagged ? '/tags' : kind}`] : undefined;
  const name = decode(encodedName ?? tagged ?? '');
  let refusal: HttpError | undefined;
  try {
    requireKnown(caller);
    if (!operation) {
      const message = `The operation must be Invoke, GetFunction, GetFunctionConfiguration or ListTags, got ${req.method} ${path}: ivschat-local supports no other operation of AWS Lambda.`;
      throw new HttpError('UnsupportedOperation', 501, message);
    }

    const arn = requestedArn(functions, name, new URLSearchParams(query).get('Qualifier') ?? undefined);
    // Authorizes first, so that a caller without the permission does not learn whether the function exists.
    authorize(caller, { action: operation.action, resource: arn, context: operation.context });
    await operation.run(functions, arn, req, res);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    req.resume();
    if (!(error instanceof HttpError)) throw error;
    refusal = error;
    sendJson(res, error.status, { ...error.fields, message: error.message, Message: error.message }, errorType(error.name));
  }
  const subject = operation ? `${operation.action} ${oneLine(name)}` : `${req.method} ${oneLine(path)}`;
  functions.liveLog.record({
    kind: 'request',
    level: refusal ? 'warning' : 'info',
    text: `${subject} → ${refusal ? `${refusal.status} ${refusal.name}: ${refusal.message}` : res.statusCode}`,
    data: { operation: operation?.action, target: name, status: res.statusCode, error: refusal?.name },
  });
}

/** Returns malformed input as it is: no function has such a name. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function requestedArn(functions: Functions, name: string, qualifier: string | undefined): string {
  const reference = parseFunction(name, functions.environment);
  if (!reference) throw notFound(name);
  if (qualifier !== undefined && reference.qualifier !== undefined && qualifier !== reference.qualifier) {
    throw invalidParameter(`Qualifier must be the one in FunctionName (${reference.qualifier}), got ${qualifier}: omit one of them.`);
  }
  return functions.registry.arn({ ...reference, qualifier: qualifier ?? reference.qualifier });
}

interface Operation {
  readonly action: string;
  readonly context: Record<string, string>;
  readonly run: (functions: Functions, arn: string, req: IncomingMessage, res: ServerResponse) => Promise<void> | void;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /invocations': { action: 'lambda:InvokeFunction', context: { 'lambda:InvokedViaFunctionUrl': 'false' }, run: invoke },
  'GET ': { action: 'lambda:GetFunction', context: {}, run: getFunction },
  'GET /configuration': {
    action: 'lambda:GetFunctionConfiguration', context: {}, run: (functions, arn, _req, res) => sendJson(res, 200, configuration(functions, arn)),
  },
  'GET /tags': {
    action: 'lambda:ListTags', context: {}, run: (functions, arn, _req, res) => sendJson(res, 200, tagsOf(functions.registry, functions.registry.parse(arn))),
  },
};

async function invoke(functions: Functions, arn: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const type = req.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = await readPayload(req, type === 'Event' ? MAX_EVENT_BYTES : MAX_PAYLOAD_BYTES);
  functions.registry.version(functions.registry.parse(arn));
  if (type === 'DryRun') return void res.writeHead(204).end();
  if (type === 'Event') {
    functions.invokeAsynchronously(arn, payload);
    return sendJson(res, 202, undefined);
  }
  if (type !== 'RequestResponse') throw invalidParameter(`InvocationType must be RequestResponse, Event or DryRun, got ${String(type)}.`);

  const clientContext = readClientContext(req);
  const result = await functions.invoke(arn, payload, {
    requestId: String(res.getHeader('x-amzn-requestid')),
    clientContext,
  });
  res.writeHead(200, {
    'content-type': 'application/json',
    'x-amz-executed-version': result.executedVersion,
    ...result.functionError !== undefined && { 'x-amz-function-error': result.functionError },
    ...req.headers['x-amz-log-type'] === 'Tail' && { 'x-amz-log-result': Buffer.from(result.logTail).toString('base64') },
  }).end(result.payload);
}

/** Returns the client context as JSON in ASCII, because the Runtime API passes it in a header. */
function readClientContext(req: IncomingMessage): string | undefined {
  const encoded = req.headers['x-amz-client-context'];
  if (encoded === undefined) return undefined;
  let context: unknown;
  try {
    context = parseJson(Buffer.from(String(encoded), 'base64').toString());
  } catch {
    context = undefined;
  }
  if (typeof context !== 'object' || context === null) {
    throw new HttpError('InvalidRequestContentException', 400, 'Client context must be a valid Base64-encoded JSON object.', { Type: 'User' });
  }
  return JSON.stringify(context).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function readPayload(req: IncomingMessage, limit: number): Promise<string> {
  let payload: string;
  try {
    payload = (await readBody(req, limit)).toString();
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    throw new HttpError('RequestTooLargeException', 413, `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, { Type: 'User' });
  }
  if (payload === '') return '{}';
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new HttpError('InvalidRequestContentException', 400, `Could not parse request body into json: ${(error as Error).message}`, { Type: 'User' });
  }
  return payload;
}

function getFunction(functions: Functions, arn: string, _req: IncomingMessage, res: ServerResponse): void {
  const { reservedConcurrency } = functions.registry.get(functions.registry.parse(arn)).latest.definition;
  sendJson(res, 200, {
    Configuration: configuration(functions, arn),
    Code: { RepositoryType: 'S3' },
    ...reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } },
  });
}

function configuration(functions: Functions, arn: string) {
  const reference = functions.registry.parse(arn);
  const { definition, label } = functions.registry.version(reference);
  return {
    FunctionName: definition.functionName,
    FunctionArn: arn,
    Runtime: definition.runtime,
    Role: definition.roleArn,
    Handler: definition.handler,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memorySize,
    LastModified: functions.registry.get(reference).lastModified.toISOString().replace('Z', '+0000'),
    Version: label,
    Environment: { Variables: definition.environment },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [definition.architecture ?? 'x86_64'],
  };
}
