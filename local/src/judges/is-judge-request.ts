import type { Caller } from '../iam/callers';

/** Whether a request is for Amazon Comprehend or Amazon Bedrock. */
export function isJudgeRequest({ service }: Caller): boolean {
  return service === 'comprehend' || service === 'bedrock';
}
