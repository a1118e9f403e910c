import type { ReplaceOptions, Verdict } from './review-context';
import { wellFormed } from './well-formed';

/** Documented: 1 KB. That names count is a guess, and the safe one. */
const ATTRIBUTES_BYTES = 1024;

/** A verdict with its details. Other objects than instances of this class are not verdicts. */
export class Decision implements Verdict {
  public static allow(rule?: string): Decision {
    return new Decision('allow', ruleOf(rule));
  }

  public static replace(content: string, { attributes, rule }: ReplaceOptions = {}): Decision {
    return new Decision('replace', ruleOf(rule), textOf('content', content), undefined, attributesOf(attributes));
  }

  public static deny(reason?: string, rule?: string): Decision {
    return new Decision('deny', ruleOf(rule), undefined, reason == null ? undefined : textOf('reason', reason));
  }

  private constructor(
    public readonly kind: Verdict['kind'],
    public readonly rule?: string,
    /** Instead of that of the message. */
    public readonly content?: string,
    public readonly reason?: string,
    /** Instead of those of the message. */
    public readonly attributes?: Readonly<Record<string, string>>,
  ) {}
}

/** The value of a dimension cannot be empty. */
function ruleOf(rule: string | undefined): string | undefined {
  return rule == null ? undefined : textOf('rule', rule) || undefined;
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, got ${typeof value}`);
  return wellFormed(value);
}

/**
 * Delivering the message with its own attributes instead could deliver what the review has masked, so invalid attributes are an error.
 *
 * The message of the error has no names and values, which may be a user's.
 */
function attributesOf(attributes: ReplaceOptions['attributes']): ReplaceOptions['attributes'] {
  if (attributes == null) return undefined;
  if (typeof attributes !== 'object' || Array.isArray(attributes)) throw new TypeError('attributes must be an object whose values are strings');
  const entries = Object.entries<unknown>(attributes).map(([name, value]) => [wellFormed(name), textOf('each value of attributes', value)] as const);
  const bytes = entries.reduce((total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > ATTRIBUTES_BYTES) throw new RangeError(`attributes must have at most ${ATTRIBUTES_BYTES} bytes, got ${bytes}`);
  return Object.fromEntries(entries);
}
