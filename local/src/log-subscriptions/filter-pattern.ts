import { compare, equals, isLiteral, select, type Values } from './filter-terms';
import { ExpectedError } from '../expected-error';

/** Whether a filter pattern matches the message of a log event. */
export type LogFilter = (message: string) => boolean;

type Test = (json: unknown) => boolean;

/** Documented. */
const MAXIMUM_LENGTH = 1024;
const MAXIMUM_REGULAR_EXPRESSIONS = 2;

/**
 * Parses a filter pattern: the empty pattern, or one for JSON such as `{ ($.type = "MESSAGE") && ($.payload.Sender.UserId != "bot*") }`.
 *
 * @throws ExpectedError if the pattern is invalid, or of a kind that is not supported
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseFilterPattern(pattern: string): LogFilter {
  if (pattern.length > MAXIMUM_LENGTH) throw new ExpectedError(`FilterPattern must have at most ${MAXIMUM_LENGTH} characters, got ${pattern.length}.`);
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) {
    throw new ExpectedError(`FilterPattern must be empty or a JSON pattern such as { $.type = "MESSAGE" }, got ${pattern}: `
      + 'ivschat-local does not support terms, regular expressions and space-delimited patterns.');
  }
  const test = new Parser(trimmed.slice(1, -1), pattern).parse();
  return message => {
    const json = parseJson(message);
    return json !== undefined && test(json);
  };
}

/** A comparison, a bracket, a string, a regular expression, a selector or a word. */
const TOKEN = /\s*(&&|\|\||!=|<=|>=|[()=<>]|"(?:[^"\\]|\\.)*"|%[^%]*%|\$(?:\.[\w-]+|\[(?:\d+|\*|'[^']*')\])+|[^\s()=<>!&|"%$]+)/y;

const FLAGS: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };

/** A recursive descent parser. `&&` takes precedence over `||`. */
class Parser {
  private readonly tokens: string[] = [];
  private next = 0;

  constructor(text: string, private readonly pattern: string) {
    TOKEN.lastIndex = 0;
    while (text.slice(TOKEN.lastIndex).trim() !== '') {
      const from = TOKEN.lastIndex;
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw this.unexpected(text.slice(from).trim());
      this.tokens.push(token);
    }
    const expressions = this.tokens.filter(token => token.startsWith('%')).length;
    if (expressions > MAXIMUM_REGULAR_EXPRESSIONS) {
      throw new ExpectedError(`FilterPattern must have at most ${MAXIMUM_REGULAR_EXPRESSIONS} regular expressions, got ${expressions}.`);
    }
  }

  public parse(): Test {
    const test = this.parseOr();
    if (this.next < this.tokens.length) throw this.unexpected(this.tokens[this.next]);
    return test;
  }

  private parseOr(): Test {
    const tests = [this.parseAnd()];
    while (this.accept('||')) tests.push(this.parseAnd());
    return json => tests.some(test => test(json));
  }

  private parseAnd(): Test {
    const tests = [this.parseTerm()];
    while (this.accept('&&')) tests.push(this.parseTerm());
    return json => tests.every(test => test(json));
  }

  private parseTerm(): Test {
    if (!this.accept('(')) return this.parseComparison();
    const test = this.parseOr();
    if (!this.accept(')')) throw this.unexpected(this.tokens[this.next]);
    return test;
  }

  private parseComparison(): Test {
    const selector = this.take();
    if (!selector.startsWith('$')) throw this.unexpected(selector);
    const values = select(selector);
    const operator = this.take();
    switch (operator) {
      case 'IS': return this.parseFlag(values);
      case 'NOT':
        if (!this.accept('EXISTS')) throw this.unexpected(this.tokens[this.next]);
        return json => values(json).length === 0;
      case '=': {
        const isEqual = this.parseLiteral();
        return json => values(json).some(isEqual);
      }
      case '!=': {
        const isEqual = this.parseLiteral();
        return json => values(json).some(value => !isEqual(value));
      }
      case '<': case '<=': case '>': case '>=': {
        const operand = this.take();
        const number = Number(operand);
        if (Number.isNaN(number)) throw this.unexpected(operand);
        return json => values(json).some(value => typeof value === 'number' && compare(value, operator, number));
      }
      default: throw this.unexpected(operator);
    }
  }

  private parseFlag(values: Values): Test {
    const flag = this.take();
    if (!Object.hasOwn(FLAGS, flag)) throw this.unexpected(flag);
    return json => values(json).includes(FLAGS[flag]);
  }

  private parseLiteral(): (value: unknown) => boolean {
    const literal = this.take();
    if (!isLiteral(literal)) throw this.unexpected(literal);
    return equals(literal);
  }

  private accept(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next++;
    return true;
  }

  private take(): string {
    if (this.next === this.tokens.length) throw this.unexpected(undefined);
    return this.tokens[this.next++];
  }

  private unexpected(token: string | undefined): ExpectedError {
    return new ExpectedError(`FilterPattern must be a valid JSON pattern, got ${this.pattern}: ${token === undefined ? 'the end' : `"${token}"`} is unexpected.`);
  }
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
