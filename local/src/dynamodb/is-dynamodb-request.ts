import type { IncomingMessage } from 'node:http';
import type { Caller } from '../iam/callers';

/** Whether a request is for DynamoDB: signed for it, or unsigned with the name of an operation. */
export function isDynamoDbRequest(req: IncomingMessage, { service }: Caller): boolean {
  if (service !== undefined) return service === 'dynamodb';
  return String(req.headers['x-amz-target'] ?? '').startsWith('DynamoDB_20120810.');
}
