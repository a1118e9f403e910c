import { findShape } from './model';
import { STATUS_OVERRIDES } from './model-overrides';
import { resourceName } from '../../arn';
import { HttpError } from '../../http/http-error';

/** An error of the API model. */
export class ServiceError extends HttpError {
  /** @param fields members of the error in the model, other than `message` */
  constructor(name: string, message: string, fields: Record<string, unknown> = {}) {
    const status = STATUS_OVERRIDES[name] ?? findShape(name)?.httpStatusCode;
    if (status === undefined) throw new Error(`The API model has no error ${name}`);
    super(name, status, message, fields);
  }
}

/** The model has ROOM only; LOGGING_CONFIGURATION is a guess. */
export type ResourceType = 'LOGGING_CONFIGURATION' | 'ROOM';

export interface FieldError {
  /** Path of the field, such as `messageReviewHandler.uri`. */
  readonly name: string;
  readonly message: string;
}

/** The message has the wording seen for an invalid handler: "Request member: uri failed to satisfy the constraints: …". */
export function invalidFields(errors: readonly FieldError[]): ServiceError {
  const messages = errors.map(({ name, message }) => `Request member: ${lastName(name)} failed to satisfy the constraints: ${message}`);
  return new ServiceError('ValidationException', messages.join('; '), { reason: 'FIELD_VALIDATION_FAILED', fieldList: errors });
}

export function invalidField(name: string, message: string): ServiceError {
  return invalidFields([{ name, message }]);
}

export function notFound(arn: string): ServiceError {
  const fields = { resourceId: resourceName(arn), resourceType: typeOf(arn) };
  return new ServiceError('ResourceNotFoundException', `Resource ${arn} does not exist`, fields);
}

export function conflict(arn: string, message: string): ServiceError {
  return new ServiceError('ConflictException', message, { resourceId: resourceName(arn), resourceType: typeOf(arn) });
}

export function quotaExceeded(account: string, resourceType: ResourceType, limit: number): ServiceError {
  const what = resourceType === 'ROOM' ? 'rooms' : 'logging configurations';
  const message = `The account has ${limit} ${what} in this region, which is the quota`;
  return new ServiceError('ServiceQuotaExceededException', message, { resourceId: account, resourceType, limit });
}

export function throttled(operation: string, arn: string | undefined, account: string, limit: number): ServiceError {
  const fields = { resourceId: arn ? resourceName(arn) : account, resourceType: arn ? typeOf(arn) : typeOf(operation), limit };
  return new ServiceError('ThrottlingException', `Rate exceeded: ${operation} allows ${limit} requests a second`, fields);
}

export function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', 'Amazon IVS Chat has no operation with this method and path');
}

export function serializationError(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

function typeOf(arnOrOperation: string): ResourceType {
  return /logging-?configuration/i.test(arnOrOperation) ? 'LOGGING_CONFIGURATION' : 'ROOM';
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '');
}
