import { ExpectedError } from '../expected-error';

/** Splits at the first dot: `Nested.Outputs.Url` is the attribute `Outputs.Url` of `Nested`. */
export function attributePath(text: string): [string, string] {
  const dot = text.indexOf('.');
  if (dot < 1 || dot === text.length - 1) throw new ExpectedError(`Fn::GetAtt must have a logical id and an attribute, such as Room.Arn, got ${text}.`);
  return [text.slice(0, dot), text.slice(dot + 1)];
}
