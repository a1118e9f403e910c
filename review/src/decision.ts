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
    if (typeof content !== 'string') throw new TypeError(`content must be a string, got ${typeof content}`);
    return new Decision('replace', ruleOf(rule), wellFormed(content), undefined, attributesOf(attributes));
  }

  public static deny(reason?: string, rule?: string): Decision {
    if (reason != null && typeof reason !== 'string') throw new TypeError(`reason must be a string, got ${typeof reason}`);
    return new Decision('deny', ruleOf(rule), undefined, reason == null ? undefined : wellFormed(reason));
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

function ruleOf(rule: string | undefined): string | undefined {
  if (rule != null && typeof rule !== 'string') throw new TypeError(`rule must be a string, got ${typeof rule}`);
  // The value of a dimension cannot be empty.
  return rule || undefined;
}

/**
 * Delivering the message with its own attributes instead could deliver what the review has masked, so invalid attributes are an error.
 *
 * The message of the error has no names and values, which may be a user's.
 */
function attributesOf(attributes: ReplaceOptions['attributes']): ReplaceOptions['attributes'] {
  if (attributes == null) return undefined;
  if (typeof attributes !== 'object' || Array.isArray(attributes)) throw new TypeError('attributes must be an object whose values are strings');
  const entries = Object.entries<unknown>(attributes).map(([name, value]) => {
    if (typeof value !== 'string') throw new TypeError(`attributes must be an object whose values are strings, got ${typeof value}`);
    return [wellFormed(name), wellFormed(value)] as const;
  });
  const bytes = entries.reduce((total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > ATTRIBUTES_BYTES) throw new RangeError(`attributes must have at most ${ATTRIBUTES_BYTES} bytes, got ${bytes}`);
  return Object.fromEntries(entries);
}
