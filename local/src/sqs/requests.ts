import type { IncomingMessage } from 'node:http';
import type { Caller } from '../iam/callers';

const TARGET = /^AmazonSQS\.(\w+)$/;

/** Whether a request is for Amazon SQS. */
export function isSqsRequest(req: IncomingMessage, { service }: Caller): boolean {
  return service === undefined ? targetOperation(req) !== undefined : service === 'sqs';
}

/** The operation in the header of a request in the JSON protocol. */
export function targetOperation(req: IncomingMessage): string | undefined {
  return TARGET.exec(String(req.headers['x-amz-target']))?.[1];
}
