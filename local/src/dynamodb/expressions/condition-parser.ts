import type { ExpressionAttributes } from './expression-attributes';
import { OperandParser, staticType, valueType, type FunctionCall, type Operand } from './operand';
import { formatPath } from './paths';
import { Problems } from './problems';
import { TokenStream } from './tokens';
import { compareValues, type AttributeType, type AttributeValue } from '../attribute-values';

export type Comparator = '<' | '<=' | '<>' | '=' | '>' | '>=';

/** The syntax tree of a condition, with names and values resolved. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly [Condition, Condition] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'comparison'; readonly comparator: Comparator; readonly operands: readonly [Operand, Operand] }
  | { readonly kind: 'between'; readonly operands: readonly [Operand, Operand, Operand] }
  | { readonly kind: 'in'; readonly operands: readonly Operand[] }
  | FunctionCall;

export interface ParsedCondition {
  readonly condition: Condition;
  readonly pathHeads: ReadonlySet<string>;
  readonly nestedPaths: ReadonlySet<string>;
}

const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='];

/** The functions of conditions, and how many operands they have. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1, attribute_not_exists: 1, attribute_type: 2, begins_with: 2, contains: 2, size: 1,
};

const TYPE_NAMES = ['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'];

type Kind = 'parentheses' | 'unknownFunction' | 'misusedFunction' | 'reserved' | 'condition' | PartKind;
/** Kinds of problems inside of one comparison or function call. Only the first such part with a problem counts. */
type PartKind = 'attributes' | 'operandCount' | 'distinct' | 'operandType';

const PART_KINDS: readonly PartKind[] = ['attributes', 'operandCount', 'distinct', 'operandType'];

/** Parses a condition, filter or key condition. Throws a ValidationException. */
export function parseCondition(text: string, attributes: ExpressionAttributes): ParsedCondition {
  return new ConditionParser(text, attributes).parse();
}

class ConditionParser {
  private readonly tokens: TokenStream;
  private readonly operands: OperandParser;
  private readonly problems = new Problems<Kind>(['parentheses', 'unknownFunction', 'misusedFunction', 'reserved', 'condition']);

  constructor(text: string, attributes: ExpressionAttributes) {
    this.tokens = new TokenStream(text);
    this.operands = new OperandParser(this.tokens, attributes, (kind, message) => {
      this.problems.add(kind === 'reserved' ? kind : 'attributes', message);
    });
  }

  public parse(): ParsedCondition {
    const condition = this.or();
    this.checkSize(condition);
    this.tokens.expectEnd();
    this.problems.check();
    return { condition, pathHeads: this.operands.pathHeads, nestedPaths: this.operands.nestedPaths };
  }

  private or(): Condition {
    let condition = this.and();
    while (this.tokens.accept('OR')) condition = this.both('or', condition, this.and());
    return condition;
  }

  private and(): Condition {
    let condition = this.not();
    while (this.tokens.accept('AND')) condition = this.both('and', condition, this.not());
    return condition;
  }

  private both(kind: 'and' | 'or', one: Condition, other: Condition): Condition {
    this.checkSize(one);
    this.checkSize(other);
    return { kind, conditions: [one, other] };
  }

  private not(): Condition {
    if (!this.tokens.accept('NOT')) return this.group();
    const condition = this.not();
    this.checkSize(condition);
    return { kind: 'not', condition };
  }

  /** A condition in parentheses, or a single one. An operand can be in parentheses as well. */
  private group(): Condition {
    const { tokens } = this;
    const after = tokens.isNext('(') ? tokens.afterParenthesis() : undefined;
    const isOperand = after && [...COMPARATORS, 'BETWEEN', 'IN'].includes(after.text.toUpperCase());
    if (!after || isOperand) return this.single();
    this.checkParentheses();
    tokens.expect('(');
    const condition = this.or();
    tokens.expect(')');
    return condition;
  }

  private single(): Condition {
    const condition = this.comparison();
    const message = this.problems.first(PART_KINDS);
    if (message !== undefined) this.problems.add('condition', message);
    return condition;
  }

  private comparison(): Condition {
    const { tokens } = this;
    const first = this.operand();
    if (tokens.isNext(...COMPARATORS)) {
      const comparator = tokens.take().text as Comparator;
      const operands = [first, this.operand()] as const;
      this.checkFunctions(operands);
      this.checkDistinct(comparator, operands);
      return { kind: 'comparison', comparator, operands };
    }
    if (tokens.accept('BETWEEN')) {
      const lower = this.operand();
      tokens.expect('AND');
      const operands = [first, lower, this.operand()] as const;
      this.checkFunctions(operands);
      this.checkBounds(operands[1], operands[2]);
      return { kind: 'between', operands };
    }
    if (tokens.accept('IN')) {
      const operands = [first, ...this.list()];
      this.checkFunctions(operands);
      return { kind: 'in', operands };
    }
    if (first.kind !== 'function') throw tokens.syntaxError();
    return first;
  }

  private list(): Operand[] {
    const { tokens } = this;
    tokens.expect('(');
    const operands = [this.operand()];
    while (tokens.accept(',')) operands.push(this.operand());
    tokens.expect(')');
    return operands;
  }

  private operand(): Operand {
    const { tokens } = this;
    if (tokens.isNext('(')) {
      this.checkParentheses();
      tokens.take();
      const operand = this.operand();
      tokens.expect(')');
      return operand;
    }
    if (tokens.next.kind === ':') return this.operands.value();
    if (!tokens.isFunction()) return { kind: 'path', path: this.operands.path() };
    const name = tokens.take().text;
    const operands = this.list();
    this.checkFunctions(operands);
    return { kind: 'function', name, operands, type: this.checkCall(name, operands) };
  }

  private checkParentheses(): void {
    if (this.tokens.isRedundantParenthesis()) this.problems.add('parentheses', 'The expression has redundant parentheses;');
  }

  /** Only `size` has a result that is not true or false, so only it can be an operand. */
  private checkFunctions(operands: readonly Operand[]): void {
    const misused = operands.find((operand): operand is FunctionCall => operand.kind === 'function' && operand.name !== 'size');
    if (misused) this.addMisused(misused.name);
  }

  private checkSize(condition: Condition): void {
    if (condition.kind === 'function' && condition.name === 'size') this.addMisused(condition.name);
  }

  private addMisused(name: string): void {
    this.problems.add('misusedFunction', `The function is not allowed to be used this way in an expression; function: ${name}`);
  }

  private checkDistinct(operator: string, operands: readonly Operand[]): void {
    const [first, second] = operands.map(operand => operand.kind === 'path' ? formatPath(operand.path) : undefined);
    if (operands.length !== 2 || first === undefined || first !== second) return;
    this.problems.add('distinct', `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${first}`);
  }

  private checkBounds(lower: Operand, upper: Operand): void {
    if (lower.kind !== 'value' || upper.kind !== 'value') return;
    const bounds = `lower bound operand: AttributeValue: ${formatValue(lower.value)}, upper bound operand: AttributeValue: ${formatValue(upper.value)}`;
    if (valueType(lower) !== valueType(upper)) {
      this.problems.add('operandType', `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    } else if (compareValues(lower.value, upper.value) === 1) {
      this.problems.add('operandType', `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`);
    }
  }

  /** @returns the type of the result */
  private checkCall(name: string, operands: readonly Operand[]): AttributeType | undefined {
    if (!Object.hasOwn(FUNCTIONS, name)) {
      this.problems.add('unknownFunction', `Invalid function name; function: ${name}`);
      return undefined;
    }
    if (operands.length !== FUNCTIONS[name]) {
      this.problems.add('operandCount', `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`);
      return undefined;
    }
    this.checkDistinct(name, operands);
    this.checkOperandTypes(name, operands);
    return name === 'size' ? 'N' : name === 'attribute_exists' || name === 'attribute_not_exists' ? undefined : 'BOOL';
  }

  private checkOperandTypes(name: string, operands: readonly Operand[]): void {
    const incorrect = (type: string) => {
      this.problems.add('operandType', `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`);
    };
    switch (name) {
      case 'attribute_exists': case 'attribute_not_exists':
        if (operands[0].kind !== 'path') this.problems.add('operandType', `Operator or function requires a document path; operator or function: ${name}`);
        break;
      case 'attribute_type': {
        const type = staticType(operands[1]);
        if (type !== 'S') {incorrect(type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');} else if (operands[1].kind === 'value' && !TYPE_NAMES.includes(operands[1].value.S!)) {
          this.problems.add('operandType', `Invalid attribute type name found; type: ${operands[1].value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`);
        }
        break;
      }
      case 'begins_with': {
        const type = operands.map(staticType).find(each => each && each !== 'S' && each !== 'B');
        if (type) incorrect(type);
        break;
      }
      case 'size': {
        const type = staticType(operands[0]);
        if (type === 'N' || type === 'BOOL' || type === 'NULL') incorrect(type);
        break;
      }
    }
  }
}

function formatValue(value: AttributeValue): string {
  return `{${Object.entries(value).map(([type, content]) => `${type}:${String(content)}`).join()}}`;
}
