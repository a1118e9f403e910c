import type { ExpressionAttributes } from './expression-attributes';
import { OperandParser, staticType, valueType, type Operand, type ValueOperand } from './operand';
import type { Path } from './paths';
import { Problems } from './problems';
import { checkIndependent, type PathKind } from './projection';
import { TokenStream } from './tokens';
import type { AttributeType } from '../attribute-values';

/** What an update does at one path. */
export type UpdateAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly operand: Operand; readonly type?: AttributeType }
  | { readonly kind: 'REMOVE'; readonly path: Path; readonly type?: undefined }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly operand: ValueOperand; readonly type?: AttributeType };

export interface ParsedUpdate {
  readonly actions: readonly UpdateAction[];
  readonly nestedPaths: ReadonlySet<string>;
}

type Kind = PathKind | 'function' | 'name' | 'operand' | 'reserved' | 'section' | 'unknownFunction' | 'value';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** Types that ADD and DELETE do not accept, as the error message names them. ADD accepts numbers. */
const TYPE_NAMES: Partial<Record<AttributeType, string>> = {
  S: 'STRING', N: 'NUMBER', B: 'BINARY', NULL: 'NULL', BOOL: 'BOOLEAN', L: 'LIST', M: 'MAP',
};

/** Parses an update expression. Throws a ValidationException. */
export function parseUpdate(text: string, attributes: ExpressionAttributes): ParsedUpdate {
  return new UpdateParser(text, attributes).parse();
}

class UpdateParser {
  private readonly tokens: TokenStream;
  private readonly operands: OperandParser;
  private readonly problems = new Problems<Kind>([
    'reserved', 'unknownFunction', 'section', 'name', 'value', 'overlap', 'conflict', 'operand', 'function',
  ]);
  private readonly actions: UpdateAction[] = [];

  constructor(text: string, attributes: ExpressionAttributes) {
    this.tokens = new TokenStream(text);
    this.operands = new OperandParser(this.tokens, attributes, (kind, message) => this.problems.add(kind, message));
  }

  public parse(): ParsedUpdate {
    const sections = new Set<string>();
    do this.section(sections);
    while (!this.tokens.isAtEnd);
    this.problems.check();
    return { actions: this.actions, nestedPaths: this.operands.nestedPaths };
  }

  private section(earlier: Set<string>): void {
    const section = SECTIONS.find(name => this.tokens.accept(name));
    if (!section) throw this.tokens.syntaxError();
    do this.actions.push(this.action(section));
    while (this.tokens.accept(','));
    if (earlier.has(section)) this.problems.add('section', `The "${section}" section can only be used once in an update expression;`);
    earlier.add(section);
  }

  private action(kind: typeof SECTIONS[number]): UpdateAction {
    const path = this.operands.path();
    checkIndependent(path, this.actions.map(action => action.path), this.problems);
    switch (kind) {
      case 'REMOVE': return { kind, path };
      case 'SET': {
        this.tokens.expect('=');
        const operand = this.sum();
        return { kind, path, operand, type: staticType(operand) };
      }
      default: {
        const operand = this.operands.value();
        const type = valueType(operand);
        const name = type && !(kind === 'ADD' && type === 'N') ? TYPE_NAMES[type] : undefined;
        if (name) this.problems.add('operand', `Incorrect operand type for operator or function; operator: ${kind}, operand type: ${name}`);
        return { kind, path, operand, type };
      }
    }
  }

  /** One operand, or the sum or difference of two. */
  private sum(): Operand {
    const first = this.operand();
    const operator = ['+', '-'].find(symbol => this.tokens.accept(symbol));
    return operator === undefined ? first : this.call(operator, [first, this.operand()]);
  }

  private operand(): Operand {
    const { tokens } = this;
    if (tokens.accept('(')) {
      const operand = this.sum();
      tokens.expect(')');
      return operand;
    }
    if (tokens.next.kind === ':') return this.operands.value();
    if (!tokens.isFunction()) return { kind: 'path', path: this.operands.path() };
    const name = tokens.take().text;
    tokens.expect('(');
    const operands = [this.operand()];
    while (tokens.accept(',')) operands.push(this.operand());
    tokens.expect(')');
    return this.call(name, operands);
  }

  private call(name: string, operands: readonly Operand[]): Operand {
    return { kind: 'function', name, operands, type: this.checkCall(name, operands) };
  }

  /** @returns the type of the result, if it is known without the item */
  private checkCall(name: string, operands: readonly Operand[]): AttributeType | undefined {
    if (!['if_not_exists', 'list_append', '+', '-'].includes(name)) {
      this.problems.add('unknownFunction', `Invalid function name; function: ${name}`);
      return undefined;
    }
    if (operands.length !== 2) {
      this.problems.add('function', `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`);
      return undefined;
    }
    if (name === 'if_not_exists') {
      if (operands[0].kind !== 'path') this.problems.add('function', `Operator or function requires a document path; operator or function: ${name}`);
      return staticType(operands[1]);
    }
    const expected = name === 'list_append' ? 'L' : 'N';
    const incorrect = operands.map(valueType).find(type => type && type !== expected);
    if (incorrect) this.problems.add('function', `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${incorrect}`);
    return expected;
  }
}
