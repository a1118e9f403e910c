import { isBinary } from './binary-media';
import { parseResult, proxyResponse } from '../api-gateway/proxy-response';
import type { UrlResponse } from '../lambda/url/response';

/** The members of a result. API Gateway refuses others. */
const MEMBERS = ['body', 'headers', 'isBase64Encoded', 'multiValueHeaders', 'statusCode'];

/**
 * Converts the result of a function to an HTTP response.
 *
 * @param accept the header of the request, whose first content type decides about a Base64 body
 * @returns undefined if the result is not a valid response, which API Gateway reports as an Internal server error
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function integrationResponse(payload: string, accept: string | undefined, binaryMediaTypes: readonly string[]): UrlResponse | undefined {
  const result = parseResult(payload);
  if (typeof result !== 'object' || result === null || Object.keys(result).some(name => !MEMBERS.includes(name))) return undefined;
  const { isBase64Encoded, ...rest } = { statusCode: 200, ...result } as { readonly isBase64Encoded?: unknown };
  // Without a binary media type, AWS documents that the body stays in Base64.
  const isDecoded = isBase64Encoded === true && isBinary(accept ?? '*/*', binaryMediaTypes);
  return proxyResponse({ ...rest, isBase64Encoded: isDecoded });
}
