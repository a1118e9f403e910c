import type { ExpressionAttributes } from './expression-attributes';
import type { Path } from './paths';
import { isReservedWord } from './reserved-words';
import type { TokenStream } from './tokens';
import { typeOf, type AttributeType, type AttributeValue } from '../attribute-values';

export interface PathOperand {
  readonly kind: 'path';
  readonly path: Path;
}

export interface ValueOperand {
  readonly kind: 'value';
  readonly value: AttributeValue;
}

/** The call of a function in an update expression or a condition. */
export interface FunctionCall {
  readonly kind: 'function';
  readonly name: string;
  readonly operands: readonly Operand[];
  /** The type of its result, if it is known without the item. */
  readonly type?: AttributeType;
}

export type Operand = FunctionCall | PathOperand | ValueOperand;

/** The type of an operand, if it is known without the item. */
export function staticType(operand: Operand | undefined): AttributeType | undefined {
  switch (operand?.kind) {
    case 'function': return operand.type;
    case 'value': return typeOf(operand.value);
    default: return undefined;
  }
}

/** The type of an operand that is a value. */
export function valueType(operand: Operand | undefined): AttributeType | undefined {
  return operand?.kind === 'value' ? typeOf(operand.value) : undefined;
}

/** What can be wrong with a path or a value: a reserved word, or a reference to a name or a value that is not defined. */
export type OperandProblem = 'name' | 'reserved' | 'value';

/** Stands for a value that is not defined. The problem is reported, so that it is never used. */
const UNDEFINED: AttributeValue = {};

/** Parses paths and references to values, which all expressions have. */
export class OperandParser {
  /** The attributes at the beginning of the paths. */
  public readonly pathHeads = new Set<string>();
  /** Those of paths with more than one element. */
  public readonly nestedPaths = new Set<string>();

  constructor(
    private readonly tokens: TokenStream,
    private readonly attributes: ExpressionAttributes,
    private readonly report: (kind: OperandProblem, message: string) => void,
  ) {}

  public path(): Path {
    const { tokens } = this;
    const path: (string | number)[] = [this.attributeName()];
    for (;;) {
      if (tokens.accept('.')) {path.push(this.attributeName());} else if (tokens.accept('[')) {
        if (tokens.next.kind !== 'number') throw tokens.syntaxError();
        path.push(Number(tokens.take().text));
        tokens.expect(']');
      } else {break;}
    }
    this.pathHeads.add(String(path[0]));
    if (path.length > 1) this.nestedPaths.add(String(path[0]));
    return path;
  }

  public value(): ValueOperand {
    const { tokens } = this;
    if (tokens.next.kind !== ':') throw tokens.syntaxError();
    const reference = tokens.take().text;
    const value = this.attributes.value(reference);
    if (!value) this.report('value', `An expression attribute value used in expression is not defined; attribute value: ${reference}`);
    return { kind: 'value', value: value ?? UNDEFINED };
  }

  private attributeName(): string {
    const { tokens } = this;
    const { kind, text } = tokens.next;
    if (kind !== '#' && kind !== 'name') throw tokens.syntaxError();
    tokens.take();
    if (kind === 'name') {
      if (isReservedWord(text)) this.report('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`);
      return text;
    }
    const name = this.attributes.name(text);
    if (name === undefined) this.report('name', `An expression attribute name used in the document path is not defined; attribute name: ${text}`);
    return name ?? text;
  }
}
