import { Annotations, ValidationError } from 'aws-cdk-lib';
import { lit } from 'aws-cdk-lib/core/lib/helpers-internal';
import type { IConstruct } from 'constructs';

// The CDK's error classes are exported but marked internal, and their signature changed twice before 2.248. All use of
// them is in this file, so that a further change is one edit.
export { lit };

type ErrorCode = ConstructorParameters<typeof ValidationError>[0];

/**
 * An error the user can act on: the CDK prints the code, this message and the construct's path, without a stack trace.
 *
 * The message starts with the property, says what was given and what is allowed, and ends with what to do.
 */
export function validationError(scope: IConstruct, code: ErrorCode, message: string): Error {
  return new ValidationError(code, message, scope);
}

/** Warns of something that deploys and then does not do what was meant. The id can be acknowledged, so it is public API. */
export function warn(scope: IConstruct, id: string, message: string): void {
  Annotations.of(scope).addWarningV2(`cdk-ivschat:${id}`, message);
}
