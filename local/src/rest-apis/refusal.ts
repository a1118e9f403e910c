import type { InvocationFailure } from '../api-gateway/invoke';
import { ApiRefusal } from '../api-gateway/refusal';

interface ResponseType {
  readonly status: number;
  readonly message: string;
  /** The header `x-amzn-errortype`. */
  readonly error: string;
}

const INTERNAL = { message: 'Internal server error', error: 'InternalServerErrorException' };

/**
 * Types of gateway responses, with their defaults.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const TYPES = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource', error: 'AccessDeniedException' },
  API_CONFIGURATION_ERROR: { status: 500, ...INTERNAL },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error', error: 'AuthorizerConfigurationException' },
  AUTHORIZER_FAILURE: { status: 500, message: 'Internal server error', error: 'AuthorizerConfigurationException' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', error: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Missing required request parameters', error: 'BadRequestException' },
  DEFAULT_5XX: { status: 502, ...INTERNAL },
  FORBIDDEN: { status: 403, message: 'Forbidden', error: 'ForbiddenException' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out', error: 'InternalServerErrorException' },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', error: 'ForbiddenException' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token', error: 'MissingAuthenticationTokenException' },
  /** Something that AWS has and ivschat-local does not. */
  NOT_SUPPORTED: { status: 501, message: 'ivschat-local does not support this', error: 'NotImplementedException' },
  REQUEST_TOO_LARGE: { status: 413, message: 'HTTP content length exceeded 10485760 bytes.', error: 'RequestTooLargeException' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', error: 'UnauthorizedException' },
} satisfies Record<string, ResponseType>;

/** A response of a REST API instead of the integration's. */
export class Refusal extends ApiRefusal {
  constructor(readonly type: keyof typeof TYPES, reason: string, message: string = TYPES[type].message) {
    super(TYPES[type].status, message, reason, { 'x-amzn-errortype': TYPES[type].error });
  }
}

/** AWS documents 500 for an invocation that Lambda rejects, and 502 for a function that fails. */
const TYPE_OF_FAILURE = {
  failed: 'DEFAULT_5XX', forbidden: 'API_CONFIGURATION_ERROR', rejected: 'API_CONFIGURATION_ERROR', throttled: 'API_CONFIGURATION_ERROR', timeout: 'INTEGRATION_TIMEOUT',
} as const;

export function refusalOf({ kind, message }: InvocationFailure): Refusal {
  return new Refusal(TYPE_OF_FAILURE[kind], message);
}

/** The refusal of a feature that only AWS has, with a message for the caller as well. */
export function notSupported(reason: string): Refusal {
  return new Refusal('NOT_SUPPORTED', reason, reason);
}
