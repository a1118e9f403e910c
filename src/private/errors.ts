import { Annotations, UnscopedValidationError, ValidationError } from 'aws-cdk-lib';
import { lit } from 'aws-cdk-lib/core/lib/helpers-internal';
import type { IConstruct } from 'constructs';

// The error classes of the CDK are exported but marked internal, and their signature changed twice before 2.248. Only this
// file uses them, so that another change affects one file.
export { lit };

type ErrorCode = ConstructorParameters<typeof ValidationError>[0];

/**
 * Creates an error that the CDK prints with its code and the path of the construct, without a stack trace.
 *
 * @param scope the construct, or `undefined` in a method that has none
 * @param message `property must …, got …: what to do`
 */
export function validationError(scope: IConstruct | undefined, code: ErrorCode, message: string): Error {
  return scope === undefined ? new UnscopedValidationError(code, message) : new ValidationError(code, message, scope);
}

/** Warns about a definition that deploys but does not work as intended. Users acknowledge the ID, so it is public API. */
export function warn(scope: IConstruct, id: string, message: string): void {
  Annotations.of(scope).addWarningV2(`cdk-ivschat:${id}`, message);
}
