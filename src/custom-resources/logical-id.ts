import { createHash } from 'crypto';
import { type CfnElement, type CfnResource, Lazy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What a custom resource is for: a resource of the stack, or the ID of a room, which can be a token. */
export type Subject = CfnElement | string;

const MAX_LENGTH = 255;
const HASH_LENGTH = 8;

/**
 * Derives the logical ID of a resource from its subject instead of its path.
 *
 * CloudFormation then sends no event if constructs are renamed or moved: the creation of the new resource would come before
 * the deletion of the old one, which undoes it.
 *
 * @param resource the L2, whose L1 gets the logical ID
 * @param kind the end of the logical ID, which tells resources with the same subject apart
 */
export function setLogicalIdBySubject(resource: IConstruct, kind: string, subject: Subject): void {
  // Determined at the end of synthesis, because the logical ID of the subject can be overridden later.
  (resource.node.defaultChild as CfnResource).overrideLogicalId(Lazy.uncachedString({
    produce: ({ resolve }) => {
      const resolved = resolve(typeof subject === 'string' ? subject : subject.logicalId);
      const literal = typeof resolved === 'string' ? resolved : '';
      const name = typeof subject === 'string' ? `Room${literal}` : literal;
      return `${name.slice(0, MAX_LENGTH - kind.length - HASH_LENGTH)}${kind}${shortHash(`${kind}:${JSON.stringify(resolved)}`)}`;
    },
  }));
}

/** Returns a hash that can be part of a logical ID. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH).toUpperCase();
}
