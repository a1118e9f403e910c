import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The construct a string such as a `functionArn` refers to: the L1 behind `Ref` or `Fn::GetAtt`.
 *
 * It tells what a template will depend on, whichever object the string was taken from. Nothing for a literal, nor for a
 * string put together of several parts.
 */
export function referencedConstruct(value: string | undefined): IConstruct | undefined {
  if (value === undefined || !Token.isUnresolved(value)) return undefined;
  const token = Tokenization.reverse(value, { failConcat: false });
  return Reference.isReference(token) ? token.target : undefined;
}

/** The constructs of all references in a string, such as an ARN that was put together with an attribute in it. */
export function referencedConstructs(value: string): IConstruct[] {
  return Tokenization.reverseString(value).tokens.flatMap(token => Reference.isReference(token) ? [token.target] : []);
}
