import { ExpectedError } from '../expected-error';

/** An error of the Lambda API. `name` is sent as `x-amzn-errortype`, `fields` are the members of the body besides the message. */
export class LambdaError extends ExpectedError {
  public readonly name: string;
  public readonly status: number;
  public readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, status: number, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

export function notFound(arn: string): LambdaError {
  return new LambdaError('ResourceNotFoundException', 404, `Function not found: ${arn}`, { Type: 'User' });
}

export function tooManyRequests(isReserved: boolean): LambdaError {
  const reason = isReserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded';
  return new LambdaError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}

export function invalidParameter(message: string): LambdaError {
  return new LambdaError('InvalidParameterValueException', 400, message, { Type: 'User' });
}
