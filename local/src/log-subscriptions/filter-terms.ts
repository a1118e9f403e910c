import { ExpectedError } from '../expected-error';

/** The values that a selector finds in the message of a log event. */
export type Values = (json: unknown) => unknown[];

/** Parses a selector such as `$.payload.Sender`, `$.list[0]` or `$.list[*].id`. */
export function select(selector: string): Values {
  const steps = [...selector.matchAll(/\.([\w-]+)|\[(\d+|\*)\]|\['([^']*)'\]/g)].map(([, name, index, quoted]) => ({ key: name ?? quoted, index }));
  return json => steps.reduce<unknown[]>((values, { index, key }) => values.flatMap(value => {
    if (index === undefined) return isObject(value) && Object.hasOwn(value, key) ? [value[key]] : [];
    if (!Array.isArray(value)) return [];
    return index === '*' ? value as unknown[] : value.slice(Number(index), Number(index) + 1) as unknown[];
  }), [json]);
}

/** Whether a token is a string, a regular expression or a word, and not an operator. */
export function isLiteral(token: string): boolean {
  return !/^(&&|\|\||!=|<=|>=|[()=<>])$/.test(token) && !token.startsWith('$');
}

/** Returns a function that compares a value with a string, a word or a regular expression. */
export function equals(literal: string): (value: unknown) => boolean {
  if (literal.startsWith('%')) {
    const expression = regularExpression(literal.slice(1, -1));
    return value => typeof value === 'string' && expression.test(value);
  }
  const isQuoted = literal.startsWith('"');
  const text = isQuoted ? literal.slice(1, -1).replace(/\\(.)/g, '$1') : literal;
  const expression = new RegExp(`^${text.split('*').map(escape).join('.*')}$`, 's');
  const number = isQuoted ? NaN : Number(text);
  return value => typeof value === 'number' ? value === number : typeof value === 'string' && expression.test(value);
}

export function compare(value: number, operator: '<' | '<=' | '>' | '>=', operand: number): boolean {
  switch (operator) {
    case '<': return value < operand;
    case '<=': return value <= operand;
    case '>': return value > operand;
    case '>=': return value >= operand;
  }
}

/** Documented: parentheses are not supported. */
function regularExpression(source: string): RegExp {
  try {
    if (!/[()]/.test(source)) return new RegExp(source);
  } catch {
    // Reported below.
  }
  throw new ExpectedError(`FilterPattern must have valid regular expressions without parentheses, got %${source}%.`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
