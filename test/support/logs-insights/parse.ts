/**
 * A strict parser of those commands of CloudWatch Logs Insights that the saved queries use, as AWS documents them. Everything else is an
 * error: AWS publishes neither a grammar nor a parser.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */

export type Expression =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'period'; readonly milliseconds: number }
  | { readonly type: 'all' };

export type Condition =
  | { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly type: 'equal'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'like'; readonly left: Expression; readonly pattern: RegExp }
  | { readonly type: 'present'; readonly field: Expression };

export interface Named { readonly expression: Expression; readonly alias: string }

export type Command =
  | { readonly command: 'fields'; readonly fields: readonly Named[] }
  | { readonly command: 'display'; readonly names: readonly string[] }
  | { readonly command: 'filter'; readonly condition: Condition }
  | { readonly command: 'parse'; readonly source: Expression; readonly pattern: RegExp }
  | { readonly command: 'stats'; readonly aggregates: readonly Named[]; readonly by: readonly Named[] }
  | { readonly command: 'sort'; readonly by: Expression; readonly descending: boolean }
  | { readonly command: 'limit'; readonly count: number };

interface Token { readonly kind: 'end' | 'name' | 'number' | 'period' | 'pipe' | 'regex' | 'symbol' | 'text'; readonly value: string }

const TOKENS: [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['text', /"(?:[^"\\]|\\.)*"/y],
  ['regex', /\/(?:[^/\\\n]|\\.)+\//y],
  ['pipe', /\|/y],
  ['period', /\d+(?:ms|s|m|h|d|w)\b/y],
  ['number', /\d+/y],
  ['name', /@?[A-Za-z_]\w*(?:\.\w+)*/y],
  ['symbol', /[=(),*]/y],
];

const KEYWORDS = ['and', 'as', 'asc', 'by', 'desc', 'in', 'like', 'not', 'or'];
const AGGREGATES = ['count', 'countDistinct'];
const FUNCTIONS = ['bin', 'coalesce', ...AGGREGATES];
const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const found = TOKENS.map(([kind, pattern]) => {
      pattern.lastIndex = at;
      return { kind, value: pattern.exec(query)?.[0] };
    }).find(({ value }) => value !== undefined);
    if (!found) throw new Error(`unexpected ${JSON.stringify(query.slice(at, at + 20))}`);
    at += found.value!.length;
    if (found.kind !== 'space') tokens.push({ kind: found.kind, value: found.value! });
  }
  return [...tokens, { kind: 'end', value: 'the end' }];
}

/** Java's `(?i)` at the start is a flag in JavaScript. */
function regularExpression(literal: string): RegExp {
  const [, ignoreCase, source] = /^\/(\(\?i\))?(.*)\/$/.exec(literal)!;
  return new RegExp(source, ignoreCase ? 'iu' : 'u');
}

class Parser {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  public query(): Command[] {
    const commands = this.list(() => this.command(), 'pipe', '|');
    if (this.peek.kind !== 'end') throw new Error(`unexpected ${this.peek.value}`);
    return commands;
  }

  private command(): Command {
    const command = this.take('name').value;
    switch (command) {
      case 'fields': return { command, fields: this.list(() => this.named()) };
      case 'display': return { command, names: this.list(() => this.field().name) };
      case 'filter': return { command, condition: this.condition() };
      case 'parse': return this.parse();
      case 'stats': return { command, aggregates: this.list(() => this.named(AGGREGATES)), by: this.tryWord('by') ? this.list(() => this.named()) : [] };
      case 'sort': return { command, by: this.field(), descending: this.word('asc', 'desc') === 'desc' };
      case 'limit': return { command, count: Number(this.take('number').value) };
      default: throw new Error(`unknown command ${command}`);
    }
  }

  private parse(): Command {
    const source = this.field();
    if (this.peek.kind === 'regex') return { command: 'parse', source, pattern: regularExpression(this.take('regex').value) };
    const glob = this.text().split('*');
    this.word('as');
    const names = this.list(() => this.field().name);
    if (names.length !== glob.length - 1) throw new Error(`${glob.length - 1} wildcards for ${names.length} names`);
    const escaped = glob.map(part => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    const pattern = escaped.reduce((one, other, index) => `${one}(?<${names[index - 1]}>.*${index === names.length ? '' : '?'})${other}`);
    return { command: 'parse', source, pattern: new RegExp(`^${pattern}$`, 'u') };
  }

  private condition(): Condition {
    const conditions = this.words('or', () => this.conjunction());
    return conditions.length === 1 ? conditions[0] : { type: 'or', conditions };
  }

  private conjunction(): Condition {
    const conditions = this.words('and', () => this.comparison());
    return conditions.length === 1 ? conditions[0] : { type: 'and', conditions };
  }

  private comparison(): Condition {
    if (this.peek.value === 'ispresent') {
      this.take('name');
      this.symbol('(');
      const field = this.field();
      this.symbol(')');
      return { type: 'present', field };
    }
    const left = this.expression();
    if (this.tryWord('like')) return { type: 'like', left, pattern: regularExpression(this.take('regex').value) };
    this.symbol('=');
    return { type: 'equal', left, right: this.expression() };
  }

  private named(functions = FUNCTIONS.filter(name => !AGGREGATES.includes(name))): Named {
    const start = this.at;
    const expression = this.expression(functions);
    const source = this.tokens.slice(start, this.at).map(({ value }) => value).join('');
    return { expression, alias: this.tryWord('as') ? this.field().name : source };
  }

  private expression(functions = FUNCTIONS): Expression {
    if (this.peek.kind === 'text') return { type: 'text', value: this.text() };
    if (this.peek.kind === 'period') {
      const [, count, unit] = /^(\d+)(\w+)$/.exec(this.take('period').value)!;
      return { type: 'period', milliseconds: Number(count) * UNITS[unit] };
    }
    if (this.peek.value === '*') {
      this.symbol('*');
      return { type: 'all' };
    }
    const field = this.field();
    if (this.peek.value !== '(') return field;
    if (!functions.includes(field.name)) throw new Error(`unknown function ${field.name}`);
    this.symbol('(');
    const args = this.list(() => this.expression());
    this.symbol(')');
    return { type: 'call', name: field.name, args };
  }

  private field(): { readonly type: 'field'; readonly name: string } {
    const { value: name } = this.take('name');
    if (KEYWORDS.includes(name)) throw new Error(`unexpected keyword ${name}`);
    return { type: 'field', name };
  }

  private text(): string {
    return JSON.parse(this.take('text').value) as string;
  }

  private get peek(): Token {
    return this.tokens[this.at];
  }

  private take(kind: Token['kind']): Token {
    const token = this.peek;
    if (token.kind !== kind) throw new Error(`expected a ${kind}, got ${token.value}`);
    this.at++;
    return token;
  }

  private symbol(value: string): void {
    if (this.take('symbol').value !== value) throw new Error(`expected ${value}`);
  }

  private tryWord(word: string): boolean {
    if (this.peek.kind !== 'name' || this.peek.value !== word) return false;
    this.at++;
    return true;
  }

  private word(...words: string[]): string {
    const { value } = this.take('name');
    if (!words.includes(value)) throw new Error(`expected ${words.join(' or ')}, got ${value}`);
    return value;
  }

  private list<T>(item: () => T, kind: 'pipe' | 'symbol' = 'symbol', separator = ','): T[] {
    const items = [item()];
    while (this.peek.kind === kind && this.peek.value === separator) {
      this.at++;
      items.push(item());
    }
    return items;
  }

  private words<T>(word: string, item: () => T): T[] {
    const items = [item()];
    while (this.tryWord(word)) items.push(item());
    return items;
  }
}

export function parseQuery(query: string): Command[] {
  return new Parser(tokenize(query)).query();
}
