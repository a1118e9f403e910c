import { parseArn } from '../arn';

/** How the variables of a policy resolve, and where unsupported elements are reported. */
export interface PolicyScope {
  /** True for version 2012-10-17. In the older version, `${…}` is literal text. */
  readonly hasVariables: boolean;
  readonly context: Readonly<Record<string, string | string[]>>;
  /** @param element a noun phrase, such as `the condition key aws:PrincipalOrgID` */
  unsupported(element: string): void;
}

/** A parsed string of a policy: literals and the wildcards `*` and `?`. */
export type Pattern = readonly (string | { readonly wildcard: '*' | '?' })[];

const VARIABLE = /\$\{([^}]*)\}/;

/** @returns undefined if the text contains a variable without a value */
export function parsePattern(text: string, scope: PolicyScope, wildcards = true): Pattern | undefined {
  const pieces: (string | { wildcard: '*' | '?' })[] = [];
  const addText = (part: string) => {
    if (!wildcards) return void pieces.push(part);
    for (const piece of part.split(/([*?])/)) pieces.push(piece === '*' || piece === '?' ? { wildcard: piece } : piece);
  };
  for (let rest = text; rest !== '';) {
    const match = scope.hasVariables ? VARIABLE.exec(rest) : null;
    if (!match) {
      addText(rest);
      break;
    }
    addText(rest.slice(0, match.index));
    const value = resolveVariable(match[1], scope);
    if (value === undefined) return undefined;
    pieces.push(value);
    rest = rest.slice(match.index + match[0].length);
  }
  return pieces;
}

/** The value is literal: a `*` in it is not a wildcard. */
function resolveVariable(name: string, scope: PolicyScope): string | undefined {
  if (name === '*' || name === '?' || name === '$') return name;
  const value = contextValue(scope.context, name);
  if (typeof value === 'string') return value;
  scope.unsupported(`the policy variable \${${name}}`);
  return undefined;
}

/** Condition keys are case-insensitive. */
export function contextValue(context: PolicyScope['context'], key: string): string | string[] | undefined {
  const found = Object.keys(context).find(candidate => candidate.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : context[found];
}

export function matches(pattern: Pattern, text: string, options: { ignoreCase?: boolean } = {}): boolean {
  const source = pattern.map(piece => {
    if (typeof piece === 'string') return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return piece.wildcard === '*' ? '.*' : '.';
  }).join('');
  return new RegExp(`^${source}$`, options.ignoreCase ? 'isu' : 'su').test(text);
}

/** Matches each of the six parts of an ARN separately, so that a wildcard does not match a colon before the last part. */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  const patterns = splitArn(pattern);
  const parsed = parseArn(arn);
  if (patterns.length < 6 || !parsed) return false;
  const values = ['arn', parsed.partition, parsed.service, parsed.region, parsed.account, parsed.resource];
  return patterns.every((part, index) => matches(part, values[index]));
}

function splitArn(pattern: Pattern): Pattern[] {
  const parts: (string | { readonly wildcard: '*' | '?' })[][] = [[]];
  for (const piece of pattern) {
    if (typeof piece !== 'string') {
      parts[parts.length - 1].push(piece);
      continue;
    }
    piece.split(':').forEach((text, index) => {
      if (index === 0) return void parts[parts.length - 1].push(text);
      if (parts.length < 6) return void parts.push([text]);
      return void parts[5].push(`:${text}`);
    });
  }
  return parts;
}
