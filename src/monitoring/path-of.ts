import type { IConstruct } from 'constructs';

/** With three of them, a description still has less than the 1,024 characters that CloudWatch accepts. */
const MAX_LENGTH = 120;

/** Returns the path of a construct, or its end, for people. */
export function pathOf({ node: { path } }: IConstruct): string {
  return path.length <= MAX_LENGTH ? path : `…${path.slice(1 - MAX_LENGTH)}`;
}
