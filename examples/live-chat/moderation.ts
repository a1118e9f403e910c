/** The result of reviewing a message. */
export interface Verdict {
  readonly result: 'ALLOW' | 'DENY';

  /** The content to deliver if the message is allowed. Never longer than the original, because the room has a maximum message length. */
  readonly content: string;

  /** Sent to the sender if the message is denied. */
  readonly reason?: string;

  /** Whether to disconnect the sender as well. */
  readonly disconnect?: boolean;
}

// Examples: replace these lists with your own.
const THREATS = ['i know where you live', 'i will find you'];
const BLOCKED_WORDS = ['idiot', 'moron'];
const MASKED_WORDS = ['crap', 'damn'];
const MAX_LINKS = 2;

const LINK = /https?:\/\/|www\./gi;
const E_MAIL = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g;
// 9 to 15 digits with few separators. Also matches long order numbers: masking too much is safer than too little.
const PHONE_NUMBER = /\+?\d(?:[ ().\/-]{0,2}\d){8,14}/g;

/** Reviews the content of a message in memory, without calls to other services, because the response is due within 200 ms. */
export function moderate(content: string): Verdict {
  if (contains(content, THREATS)) {
    return { result: 'DENY', content, reason: 'Threats are not allowed here.', disconnect: true };
  }
  if ((content.match(LINK) ?? []).length > MAX_LINKS) {
    return { result: 'DENY', content, reason: 'Link lists are not allowed here.', disconnect: true };
  }
  if (contains(content, BLOCKED_WORDS)) {
    return { result: 'DENY', content, reason: 'Please stay friendly.' };
  }
  return {
    result: 'ALLOW',
    content: content.replace(E_MAIL, mask).replace(PHONE_NUMBER, mask).replace(wordPattern(MASKED_WORDS), mask),
  };
}

function contains(content: string, phrases: string[]): boolean {
  return content.search(wordPattern(phrases)) !== -1;
}

/** Matches whole words only: "scrap" does not match "crap". */
function wordPattern(phrases: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.join('|').replaceAll(' ', '\\s+')})(?![\\p{L}\\p{N}])`, 'giu');
}

function mask(text: string): string {
  return '*'.repeat(text.length);
}
