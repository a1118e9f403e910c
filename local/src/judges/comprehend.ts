import type { FlaggedWords } from './flagged-words';
import type { Judgement } from './judgement';
import { HttpError } from '../http/http-error';
import { textOf } from '../http/text-of';

/** Documented. */
const MAXIMUM_SEGMENTS = 10;
const MAXIMUM_SEGMENT_BYTES = 1024;

const LABELS = ['GRAPHIC', 'HARASSMENT_OR_ABUSE', 'HATE_SPEECH', 'INSULT', 'PROFANITY', 'SEXUAL', 'VIOLENCE_OR_THREAT'];
const SCORES = { flagged: 0.99, other: 0.01 };

/** Handles DetectToxicContent of Amazon Comprehend: a segment with a flagged word is an insult. */
export function detectToxicContent(input: Readonly<Record<string, unknown>>, words: FlaggedWords): Judgement {
  const { LanguageCode, TextSegments } = input;
  if (LanguageCode !== 'en') throw invalid('UnsupportedLanguageException', `LanguageCode must be en, got ${textOf(LanguageCode)}.`);
  if (!Array.isArray(TextSegments) || TextSegments.length === 0 || TextSegments.length > MAXIMUM_SEGMENTS) {
    throw invalid('InvalidRequestException', `TextSegments must have 1 to ${MAXIMUM_SEGMENTS} segments.`);
  }
  const texts = TextSegments.map((segment: { Text?: unknown } | null) => {
    const text = segment?.Text;
    if (typeof text !== 'string' || text === '') throw invalid('InvalidRequestException', 'Text of a segment must be a string of at least 1 character.');
    if (Buffer.byteLength(text) > MAXIMUM_SEGMENT_BYTES) {
      throw invalid('TextSizeLimitExceededException', `Text of a segment must have at most ${MAXIMUM_SEGMENT_BYTES} bytes, got ${Buffer.byteLength(text)}.`);
    }
    return text;
  });
  const flags = texts.map(text => words.find(text) !== undefined);
  return {
    parts: flags.length,
    flagged: flags.filter(Boolean).length,
    output: {
      ResultList: flags.map(isFlagged => {
        const score = isFlagged ? SCORES.flagged : SCORES.other;
        return { Labels: LABELS.map(Name => ({ Name, Score: Name === 'INSULT' ? score : SCORES.other })), Toxicity: score };
      }),
    },
  };
}

function invalid(name: string, message: string): HttpError {
  return new HttpError(name, 400, message);
}
