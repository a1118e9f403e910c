import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Returns the construct that a string such as a `functionArn` refers to: the L1 behind `Ref` or `Fn::GetAtt`.
 *
 * Returns `undefined` for a literal and for a string that consists of several parts.
 */
export function referencedConstruct(value: string | undefined): IConstruct | undefined {
  if (value === undefined || !Token.isUnresolved(value)) return undefined;
  const token = Tokenization.reverse(value, { failConcat: false });
  return Reference.isReference(token) ? token.target : undefined;
}

/** Returns the constructs of all references in a string, such as an ARN that contains an attribute. */
export function referencedConstructs(value: string): IConstruct[] {
  return Tokenization.reverseString(value).tokens.flatMap(token => Reference.isReference(token) ? [token.target] : []);
}
