import type { Match } from './match';
import { LETTER_SIGN, type Outline } from './outline';
import type { LinksData } from '../../src/moderation/filter/filter-file';

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

interface Form {
  readonly expression: RegExp;
  readonly hostOf: (link: string) => string;
}

const URLS: readonly Form[] = [{ expression: WITH_SCHEME, hostOf: hostOfUrl }, { expression: ADDRESS, hostOf: link => link.split(/[/:]/)[0] }];
const BARE_DOMAIN: Form = { expression: BARE, hostOf: link => link.split(/[/?#:]/)[0] };
const OBFUSCATED_DOMAIN: Form = { expression: OBFUSCATED, hostOf: link => link.replace(OBFUSCATED_DOT, '.').split('/')[0] };

/** Returns the links in a text, except to allowed domains. */
export function findLinks(outline: Outline, data: LinksData): Match[] {
  const { text } = outline;
  if (!/[.:]|dot|punkt|punto|point/.test(text)) return [];
  return [...URLS, BARE_DOMAIN, ...data.obfuscated ? [OBFUSCATED_DOMAIN] : []].flatMap(form =>
    [...text.matchAll(form.expression)].flatMap(({ 0: link, index }) => {
      const host = form.hostOf(link);
      const found = rangeOf(outline, index, link.length);
      return (form === BARE_DOMAIN && !isLink(host, link, data)) || isAllowed(outline, found, host, data) ? [] : [found];
    }));
}

export function rangeOf({ folded }: Outline, index: number, length: number): Match {
  return { start: folded.starts[index], end: folded.ends[index + length - 1] };
}

function hostOfUrl(url: string): string {
  const authority = url.replace(/^.*?[/\\]{2}/, '').split(/[/\\?#]/)[0];
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
}

function isLink(host: string, url: string, { domains, wordDomains }: LinksData): boolean {
  const domain = host.slice(host.lastIndexOf('.') + 1);
  const hasPath = url.length > host.length && url[host.length] !== ':';
  return domain.startsWith('xn--') || host.startsWith('www.')
    || domains.includes(domain) || (hasPath && (wordDomains.includes(domain) || domain.length === 2));
}

/** A domain is allowed only as it is written: with another character it can be another one. */
function isAllowed({ folded }: Outline, { end, start }: Match, host: string, { allowedDomains }: LinksData): boolean {
  const domain = host.replace(/\.$/, '');
  return folded.original.slice(start, end).toLowerCase().includes(domain)
    && allowedDomains.some(allowed => domain === allowed || domain.endsWith(`.${allowed}`));
}
