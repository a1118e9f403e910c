import { HttpError } from '../http/http-error';

export function notFound(arn: string): HttpError {
  return new HttpError('ResourceNotFoundException', 404, `Function not found: ${arn}`, { Type: 'User' });
}

export function tooManyRequests(isReserved: boolean): HttpError {
  const reason = isReserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded';
  return new HttpError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}

export function invalidParameter(message: string): HttpError {
  return new HttpError('InvalidParameterValueException', 400, message, { Type: 'User' });
}

export function resourceConflict(message: string): HttpError {
  return new HttpError('ResourceConflictException', 409, message, { Type: 'User' });
}
