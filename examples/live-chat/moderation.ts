/** What becomes of a message. */
export interface Verdict {
  readonly result: 'ALLOW' | 'DENY';

  /** What everyone reads if the message is allowed. Never longer than what was sent, because the room has a limit. */
  readonly content: string;

  /** What the sender is told if the message is refused. */
  readonly reason?: string;

  /** The message is bad enough to end the sender's connections. */
  readonly disconnect?: boolean;
}

/** Placeholders for your own lists. */
const THREATS = ['i know where you live', 'i will find you'];
const BLOCKED_WORDS = ['idiot', 'moron'];
const MASKED_WORDS = ['crap', 'damn'];
const MOST_LINKS = 2;

const LINK = /https?:\/\/|www\./gi;
const E_MAIL = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g;
// 9 to 15 digits with little between them. It takes a long order number for a phone number too: rather too much than too little.
const PHONE_NUMBER = /\+?\d(?:[ ().\/-]{0,2}\d){8,14}/g;

/** Decides about a message by its text alone, without any call, so that it takes no time to speak of. */
export function moderate(content: string): Verdict {
  if (contains(content, THREATS)) {
    return { result: 'DENY', content, reason: 'Threats are not allowed here.', disconnect: true };
  }
  if ((content.match(LINK) ?? []).length > MOST_LINKS) {
    return { result: 'DENY', content, reason: 'Link lists are not allowed here.', disconnect: true };
  }
  if (contains(content, BLOCKED_WORDS)) {
    return { result: 'DENY', content, reason: 'Please stay friendly.' };
  }
  return {
    result: 'ALLOW',
    content: content.replace(E_MAIL, mask).replace(PHONE_NUMBER, mask).replace(anyOf(MASKED_WORDS), mask),
  };
}

function contains(content: string, phrases: string[]): boolean {
  return content.search(anyOf(phrases)) !== -1;
}

/** Whole words only: the "crap" in "scrap" is fine. */
function anyOf(phrases: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.join('|').replaceAll(' ', '\\s+')})(?![\\p{L}\\p{N}])`, 'giu');
}

function mask(text: string): string {
  return '*'.repeat(text.length);
}
