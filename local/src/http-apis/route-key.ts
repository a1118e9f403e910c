import { ExpectedError } from '../expected-error';

export const DEFAULT_ROUTE = '$default';

const METHODS: readonly string[] = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** A route key in parts. */
export interface RouteKey {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly kind: 'fixed' | 'greedy' | 'variable';
  /** The segment itself, or the name of the variable. */
  readonly text: string;
}

/** The path parameters of a request that a route key matches. */
export type PathParameters = Readonly<Record<string, string>>;

/**
 * Parses a route key.
 *
 * @returns undefined for `$default`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function parseRouteKey(text: string): RouteKey | undefined {
  if (text === DEFAULT_ROUTE) return undefined;
  const [, method = '', path = ''] = /^(\S+) (\/\S*)$/.exec(text) ?? [];
  const segments = path.slice(1).split('/').map(parseSegment);
  const isGreedyLast = segments.slice(0, -1).every(({ kind }) => kind !== 'greedy');
  if (!METHODS.includes(method) || !isGreedyLast) {
    throw new ExpectedError(`RouteKey must be $default, or a method and a path such as GET /rooms/{id} in which only the last segment can be {name+}, got ${text}.`);
  }
  return { method, path, segments };
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus ? 'greedy' : 'variable', text: name };
  if (/[{}]/.test(text)) throw new ExpectedError(`RouteKey must have variables that are whole segments of the path, such as /rooms/{id}, got ${text}.`);
  return { kind: 'fixed', text };
}

/** @returns undefined if the route key does not match the request */
export function matchRoute({ method, segments }: RouteKey, requestMethod: string, path: string): PathParameters | undefined {
  if (method !== 'ANY' && method !== requestMethod) return undefined;
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
 * Compares route keys that match the same request: the most specific is first.
 *
 * AWS documents that a full match precedes a greedy one. That a fixed segment precedes a variable, segment by segment, and that the path
 * counts more than the method follows its examples.
 */
export function bySpecificity(one: RouteKey, other: RouteKey): number {
  const greedy = (key: RouteKey) => Number(key.segments.at(-1)?.kind === 'greedy');
  if (greedy(one) !== greedy(other)) return greedy(one) - greedy(other);
  for (const [index, { kind }] of one.segments.entries()) {
    const otherKind = other.segments[index]?.kind as Segment['kind'] | undefined;
    if (otherKind === undefined) return -1;
    if (kind !== otherKind) return RANK[kind] - RANK[otherKind];
  }
  return Number(one.method === 'ANY') - Number(other.method === 'ANY');
}
