import { ExpectedError } from '../expected-error';

/** A path with variables, such as `/rooms/{id}` or `/{proxy+}`. */
export interface PathTemplate {
  readonly path: string;
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly kind: 'fixed' | 'greedy' | 'variable';
  /** The segment itself, or the name of the variable. */
  readonly text: string;
}

/** The variables of a request's path. */
export type PathParameters = Readonly<Record<string, string>>;

/**
 * Parses a path that starts with a slash.
 *
 * Throws if a variable is not a whole segment.
 *
 * @param property the property that has the path, for the error message
 * @returns undefined if a greedy variable is not the last segment
 */
export function parsePathTemplate(path: string, property: string): PathTemplate | undefined {
  const segments = path.slice(1).split('/').map(text => parseSegment(text, property));
  return segments.slice(0, -1).every(({ kind }) => kind !== 'greedy') ? { path, segments } : undefined;
}

function parseSegment(text: string, property: string): Segment {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus ? 'greedy' : 'variable', text: name };
  if (/[{}]/.test(text)) throw new ExpectedError(`${property} must have variables that are whole segments of the path, such as /rooms/{id}, got ${text}.`);
  return { kind: 'fixed', text };
}

/** @returns undefined if the template does not match the path of a request */
export function matchPath({ segments }: PathTemplate, path: string): PathParameters | undefined {
  const actual = path.slice(1).split('/');
  const isGreedy = segments.at(-1)?.kind === 'greedy';
  if (isGreedy ? actual.length < segments.length : actual.length !== segments.length) return undefined;

  const parameters: [string, string][] = [];
  for (const [index, { kind, text }] of segments.entries()) {
    const value = kind === 'greedy' ? actual.slice(index).join('/') : actual[index];
    if (kind === 'fixed') {
      if (value !== text) return undefined;
    } else {
      if (value === '') return undefined;
      parameters.push([text, decode(value)]);
    }
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const RANK: Readonly<Record<Segment['kind'], number>> = { fixed: 0, variable: 1, greedy: 2 };

/**
 * Compares templates that match the same path: the most specific is first.
 *
 * AWS documents that a full match precedes a greedy one. That a fixed segment precedes a variable, segment by segment, follows its examples.
 */
export function comparePaths(one: PathTemplate, other: PathTemplate): number {
  const greedy = (template: PathTemplate) => Number(template.segments.at(-1)?.kind === 'greedy');
  if (greedy(one) !== greedy(other)) return greedy(one) - greedy(other);
  for (const [index, { kind }] of one.segments.entries()) {
    const otherKind = other.segments[index]?.kind as Segment['kind'] | undefined;
    if (otherKind === undefined) return -1;
    if (kind !== otherKind) return RANK[kind] - RANK[otherKind];
  }
  return 0;
}
