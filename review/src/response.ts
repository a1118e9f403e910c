import type { Decision } from './decision';
import type { ReviewResponse } from './review-event';

/** 1 KB of attributes without the name `Reason`. */
const REASON_BYTES = 1024 - 'Reason'.length;

/** Turns a decision into a valid response. */
export function responseOf(content: string, decision: Decision, maximumLength: number): ReviewResponse {
  const { attributes, kind, reason } = decision;
  const delivered = kind === 'replace' ? firstCodePoints(decision.content!, maximumLength) : content;
  if (kind === 'deny' || delivered === '') {
    return { ReviewResult: 'DENY', Content: content, ...reason && { Attributes: { Reason: limitBytes(reason, REASON_BYTES) } } };
  }
  return { ReviewResult: 'ALLOW', Content: delivered, ...attributes && { Attributes: attributes } };
}

/** The service counts code points. */
function firstCodePoints(text: string, count: number): string {
  return text.length <= count ? text : [...text].slice(0, count).join('');
}

/** Cuts between code points. */
function limitBytes(text: string, count: number): string {
  if (Buffer.byteLength(text) <= count) return text;
  const ellipsis = '…';
  // As in a stream, the decoder keeps the bytes of an incomplete code point for later.
  const kept = new TextDecoder().decode(Buffer.from(text).subarray(0, count - Buffer.byteLength(ellipsis)), { stream: true });
  return `${kept}${ellipsis}`;
}
