import type { Match } from './match';
import { LETTER_SIGN, type Outline } from './outline';
import type { LinksData } from '../../src/moderation/filter/filter-file';

/** Top-level domains that are found without a path or `www.`: neither words of a language nor file extensions. */
const DOMAINS = new Set(('com net org info biz gg tv io app dev xyz online site club vip click casino porn sex xxx cam tech space website pw ru cn uk de fr '
  + 'nl pl br jp kr eu ca au ch se dk fi cz gr hu pt ro ua tr ir vn th ph sg hk tw za ng mx ar cl nz ie il ae sa cc ws tk ml ga cf gq gl fm sh ai lol '
  + 'wtf moe rocks ninja games bot ly').split(' '));
/** Those that are also words, so that `fine.so` is a link only with a path or `www.`. */
const WORDS = new Set(('me to it is so am as at be by no st im pm la id my in us co pro pe top fun win live life world bet art game page link chat news '
  + 'shop store video cloud stream social media blog download').split(' '));

const LABEL = `[a-z${LETTER_SIGN}0-9](?:[a-z${LETTER_SIGN}0-9-]*[a-z${LETTER_SIGN}0-9])?`;
const NOT_AFTER_WORD = `(?<![a-z${LETTER_SIGN}0-9])`;
const WITH_SCHEME = new RegExp(`${NOT_AFTER_WORD}(?:h(?:tt|xx)ps?|ftp|wss?)\\s{0,2}:\\s{0,2}[\\/\\\\]{2}[^\\s<>"]+`, 'g');
const BARE = new RegExp(
  `(?<![a-z${LETTER_SIGN}0-9@.-])(?:${LABEL}\\.)+(?:xn--[a-z0-9-]+|[a-z${LETTER_SIGN}]+)(?![a-z${LETTER_SIGN}0-9-])(?::\\d{1,5})?(?:[\\/?#][^\\s<>"]*)?`, 'g');
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\/\S*/g;
const DOT_IN_BRACKETS = '\\s{0,3}[(\\[{<]\\s{0,2}(?:dot|punkt|punto|point|\\.|,)\\s{0,2}[)\\]}>]\\s{0,3}';
const OBFUSCATED = new RegExp(
  `${NOT_AFTER_WORD}(?:${LABEL}(?:${DOT_IN_BRACKETS}|\\s{1,3}(?:dot|punkt)\\s{1,3}|\\s{1,3}\\.\\s{0,3}))+`
  + `(?:com|org|io|gg|tv|xyz|ru|info|biz|app|dev|shop|live|link|club|site|online|ly)(?![a-z${LETTER_SIGN}0-9])(?:\\s?\\/\\S*)?`, 'g');
const OBFUSCATED_DOT = /\s*[([{<]?\s*(?:dot|punkt|punto|point|\.|,)\s*[)\]}>]?\s*/g;

/** Returns the links in a text, except to allowed domains. */
export function findLinks(outline: Outline, { allowedDomains, obfuscated }: LinksData): Match[] {
  const { text } = outline;
  if (!/[.:]|dot|punkt|punto|point/.test(text)) return [];
  const links = [
    ...[...text.matchAll(WITH_SCHEME)].map(match => ({ match, host: hostOf(match[0]) })),
    ...[...text.matchAll(BARE)].map(match => ({ match, host: match[0].split(/[/?#:]/)[0] })).filter(({ host, match }) => isLink(host, match[0])),
    ...[...text.matchAll(ADDRESS)].map(match => ({ match, host: match[0].split(/[/:]/)[0] })),
    ...obfuscated ? [...text.matchAll(OBFUSCATED)].map(match => ({ match, host: match[0].replace(OBFUSCATED_DOT, '.').split('/')[0] })) : [],
  ];
  return links.flatMap(({ host, match }) => {
    const found = rangeOf(outline, match.index, match[0].length);
    return isAllowed(outline, found, host, allowedDomains) ? [] : [found];
  });
}

export function rangeOf({ folded }: Outline, index: number, length: number): Match {
  return { start: folded.starts[index], end: folded.ends[index + length - 1] };
}

function hostOf(url: string): string {
  const authority = url.replace(/^.*?[/\\]{2}/, '').split(/[/\\?#]/)[0];
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
}

function isLink(host: string, url: string): boolean {
  const domain = host.slice(host.lastIndexOf('.') + 1);
  const hasPath = url.length > host.length && url[host.length] !== ':';
  return domain.startsWith('xn--') || host.startsWith('www.')
    || DOMAINS.has(domain) || (hasPath && (WORDS.has(domain) || domain.length === 2));
}

/** A domain is allowed only as it is written: with a look-alike it is another one. */
function isAllowed({ folded }: Outline, { end, start }: Match, host: string, allowedDomains: readonly string[]): boolean {
  const domain = host.replace(/\.$/, '');
  const written = folded.original.slice(start, end).toLowerCase();
  return !domain.includes(LETTER_SIGN) && written.includes(domain)
    && allowedDomains.some(allowed => domain === allowed || domain.endsWith(`.${allowed}`));
}
