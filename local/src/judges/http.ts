import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { detectToxicContent } from './comprehend';
import type { Guardrails } from './guardrails';
import type { Judgement } from './judgement';
import { HttpError } from '../http/http-error';
import { readJsonObject } from '../http/read-request';
import { errorType, sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import { requireKnown, type Caller } from '../iam/callers';
import type { LiveLog } from '../live-log/live-log';
import { oneLine } from '../live-log/one-line';

export interface JudgeOptions {
  readonly authorize: Authorize;
  readonly guardrails: Guardrails;
  readonly liveLog: LiveLog;
}

const MAXIMUM_BODY_BYTES = 1024 * 1024;
const APPLY_PATH = /^\/guardrail\/([^/]+)\/version\/([^/]+)\/apply$/;
const COMPREHEND_TARGET = 'Comprehend_20171127.DetectToxicContent';

type Input = Readonly<Record<string, unknown>>;

/** An operation with its permission. */
interface Operation {
  readonly action: string;
  readonly resource: string;
  run(input: Input): Judgement;
}

/** Handles DetectToxicContent and ApplyGuardrail, by a stand-in that flags words. */
export async function handleJudge(options: JudgeOptions, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { authorize, liveLog } = options;
  res.setHeader('x-amzn-requestid', randomUUID());
  let operation: Operation | undefined;
  try {
    operation = operationOf(options.guardrails, requireKnown(caller).service, req);
    const input = await readJsonObject(req, MAXIMUM_BODY_BYTES);
    authorize(caller, { action: operation.action, resource: operation.resource, context: {} });
    const judgement = operation.run(input);
    sendJson(res, 200, judgement.output);
    recordJudgement(options, operation, judgement);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    req.resume();
    if (!(error instanceof HttpError)) throw error;
    sendJson(res, error.status, { message: error.message }, errorType(error.name));
    const subject = operation?.action ?? `${req.method} ${oneLine((req.url ?? '').split('?')[0])}`;
    liveLog.record({
      kind: 'request',
      level: 'warning',
      text: `${subject} → ${error.status} ${error.name}: ${error.message}`,
      data: { operation: operation?.action, target: operation?.resource, status: error.status, error: error.name },
    });
  }
}

function operationOf(guardrails: Guardrails, service: string, req: IncomingMessage): Operation {
  const path = (req.url ?? '').split('?')[0];
  if (service === 'comprehend' && req.headers['x-amz-target'] === COMPREHEND_TARGET) {
    return { action: 'comprehend:DetectToxicContent', resource: '*', run: input => detectToxicContent(input, guardrails.words) };
  }
  const [, encodedId, version] = APPLY_PATH.exec(path) ?? [];
  if (service === 'bedrock' && encodedId !== undefined) {
    const id = decode(encodedId);
    return { action: 'bedrock:ApplyGuardrail', resource: guardrails.arnOf(id), run: input => guardrails.apply(id, version, input) };
  }
  const requested = req.headers['x-amz-target'] ?? `${req.method} ${path}`;
  throw new HttpError('UnsupportedOperation', 400, 'The operation must be DetectToxicContent of Amazon Comprehend or ApplyGuardrail of Amazon Bedrock, '
    + `got ${oneLine(String(requested))}: ivschat-local supports no other operation of these services.`);
}

/** Returns malformed input as it is: no guardrail has such an id. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function recordJudgement({ guardrails, liveLog }: JudgeOptions, { action, resource }: Operation, { flagged, parts }: Judgement): void {
  liveLog.record({
    kind: 'judge',
    text: `${action}: flagged ${flagged} of ${parts}, by a stand-in that flags ${guardrails.description}`,
    data: { operation: action, target: resource, texts: parts, flagged },
  });
}
