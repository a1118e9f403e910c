import type { Decision } from './decision';
import type { ReviewResponse } from './review-event';

/** How a decision came about: by the review, because its deadline passed, or because it failed. */
export type Outcome = 'failed' | 'late' | 'reviewed';

/**
 * Returns a metric in the embedded metric format for a message that was denied, masked, or not reviewed. The service and Lambda already count
 * and time the others.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(
  namespace: string, outcome: Outcome, { rule }: Decision, { ReviewResult }: ReviewResponse, isChanged: boolean, milliseconds: number,
): string | undefined {
  const name = outcome === 'late' ? 'Late' : outcome === 'failed' ? 'Failed' : ReviewResult === 'DENY' ? 'Denied' : isChanged ? 'Masked' : undefined;
  if (name === undefined) return undefined;
  return JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{
        Namespace: namespace,
        Dimensions: rule === undefined ? [['FunctionName']] : [['FunctionName', 'Rule'], ['FunctionName']],
        Metrics: [{ Name: name, Unit: 'Count' }],
      }],
    },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
    Rule: rule,
    ReviewResult,
    Milliseconds: Math.round(milliseconds * 100) / 100,
    [name]: 1,
  });
}

/** Returns the name and the place of an error. Its message may quote the message of the chat, and is left out. */
export function errorLine(error: unknown, messageId: unknown): string {
  return JSON.stringify({ level: 'ERROR', message: 'The review failed.', error: nameOf(error), at: placeOf(error), messageId });
}

function nameOf(error: unknown): string {
  if (!isError(error)) return typeof error;
  return typeof error.name === 'string' && /^[\w$.]{1,64}$/.test(error.name) ? error.name : 'Error';
}

/** File, line and column of the first stack frame. */
function placeOf(error: unknown): string | undefined {
  if (!isError(error) || typeof error.stack !== 'string') return undefined;
  // Lines of the message can look like stack frames.
  const message = String(error.message);
  const header = error.stack.indexOf(message);
  const isChanged = header === -1 || (message === '' && !/^[\w$.]+\n/.test(error.stack));
  if (isChanged) return undefined;
  const [, ...frames] = error.stack.slice(header + message.length).split('\n');
  return frames.map(frame => /^ {4}at (?:.* \()?([^()\s]+:\d+:\d+)\)?$/.exec(frame)?.[1]).find(place => place !== undefined);
}

/** Also true for errors of another realm, such as those of Node.js in a jest test. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'stack' in value && 'message' in value;
}
