import { HttpError } from '../http/http-error';

const SERVICE = 'com.amazonaws.dynamodb.v20120810';

/** Namespaces of errors that are not DynamoDB's own. */
const NAMESPACES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  UnsupportedOperation: 'com.amazon.coral.service',
  ValidationException: 'com.amazon.coral.validate',
};

/** The type of an error as DynamoDB writes it, from which SDKs create their exceptions. */
export function qualifiedType(name: string): string {
  return `${NAMESPACES[name] ?? SERVICE}#${name}`;
}

export function validationError(message: string): HttpError {
  return new HttpError('ValidationException', 400, message);
}

/** For an input whose JSON does not have the types of the API. */
export function serializationError(message: string): HttpError {
  return new HttpError('SerializationException', 400, message);
}

/** For a table that an operation on items names. */
export function resourceNotFound(): HttpError {
  return new HttpError('ResourceNotFoundException', 400, 'Requested resource not found');
}

/** For a table that DescribeTable names. */
export function tableNotFound(tableName: string): HttpError {
  return new HttpError('ResourceNotFoundException', 400, `Requested resource not found: Table: ${tableName} not found`);
}

/** @param item the item that did not satisfy the condition, if the caller asked for it */
export function conditionFailed(item?: object): HttpError {
  return new HttpError('ConditionalCheckFailedException', 400, 'The conditional request failed', item && { Item: item });
}

/** For a feature of DynamoDB that ivschat-local does not have. */
export function unsupported(feature: string, instead: string): HttpError {
  return validationError(`ivschat-local does not support ${feature}: ${instead}.`);
}
