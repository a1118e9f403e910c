import { validationError } from '../errors';

export interface Token {
  /** `name` is an attribute, a function or a keyword; `#` and `:` are references to an attribute name and to a value. */
  readonly kind: '#' | ':' | 'end' | 'name' | 'number' | 'symbol';
  /** As written; of the end, `<EOF>`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Documented limit of an expression, in bytes. Also limits how deeply one can be nested. */
const MAXIMUM_SIZE = 4096;

const TOKEN = /(?<symbol><>|<=|>=|[=<>(),.+\-[\]])|(?<reference>[#:][A-Za-z0-9_]+)|(?<name>[A-Za-z][A-Za-z0-9_]*)|(?<number>\d+)|(?<other>\S)/g;

/** The tokens of an expression. */
export class TokenStream {
  private readonly tokens: readonly Token[];
  private position = 0;

  /** Throws a ValidationException if the expression is empty or too long. Other errors are found while parsing. */
  constructor(private readonly text: string) {
    if (text.trim() === '') throw validationError('The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > MAXIMUM_SIZE) throw validationError(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    this.tokens = [...text.matchAll(TOKEN)].map(toToken);
  }

  public get next(): Token {
    return this.at(this.position);
  }

  public get isAtEnd(): boolean {
    return this.next.kind === 'end';
  }

  /** Whether the next token is one of these symbols or keywords, in any case. */
  public isNext(...texts: string[]): boolean {
    const { kind, text } = this.next;
    return kind !== 'end' && texts.includes(text.toUpperCase());
  }

  /** Whether the next tokens are the name of a function and its opening parenthesis. */
  public isFunction(): boolean {
    return this.next.kind === 'name' && this.at(this.position + 1).text === '(';
  }

  /** Whether the next parenthesis encloses nothing but another pair of parentheses. */
  public isRedundantParenthesis(): boolean {
    const { position } = this;
    return this.at(position + 1).text === '(' && this.closing(position + 1) === this.closing(position) - 1;
  }

  /** The token after the parenthesis that closes the next one. */
  public afterParenthesis(): Token {
    return this.at(this.closing(this.position) + 1);
  }

  public take(): Token {
    const { next } = this;
    if (next.kind !== 'end') this.position++;
    return next;
  }

  /** Takes the next token if it is this symbol or keyword. */
  public accept(text: string): boolean {
    const isAccepted = this.isNext(text);
    if (isAccepted) this.position++;
    return isAccepted;
  }

  /** Takes the next token, and throws a syntax error if it is another one. */
  public expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError();
  }

  public expectEnd(): void {
    if (!this.isAtEnd) throw this.syntaxError();
  }

  /** The error that the next token causes. */
  public syntaxError(): Error {
    const { next, position } = this;
    const near = this.text.slice(position > 0 ? this.at(position - 1).start : next.start, this.at(position + 1).end);
    return validationError(`Syntax error; token: "${next.text}", near: "${near.trim()}"`);
  }

  private at(position: number): Token {
    const { length } = this.text;
    return this.tokens[position] ?? { kind: 'end', text: '<EOF>', start: length, end: length };
  }

  /** The position of the parenthesis that closes the one at a position; that of the end if it is missing. */
  private closing(position: number): number {
    for (let depth = 0, at = position; at < this.tokens.length; at++) {
      depth += this.tokens[at].text === '(' ? 1 : this.tokens[at].text === ')' ? -1 : 0;
      if (depth === 0) return at;
    }
    return this.tokens.length;
  }
}

function toToken({ 0: text, groups, index }: RegExpMatchArray): Token {
  const kind = groups!.reference ? text[0] as '#' | ':' : groups!.name ? 'name' : groups!.number ? 'number' : 'symbol';
  return { kind, text, start: index!, end: index! + text.length };
}
