import { parseResult, proxyResponse } from '../api-gateway/proxy-response';
import type { PayloadVersion } from '../contracts/http-api';
import { urlResponse, type UrlResponse } from '../lambda/url/response';

/**
 * Converts the result of a function to an HTTP response.
 *
 * @returns undefined if the result is not a valid response, which API Gateway reports as an Internal Server Error
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function integrationResponse(payload: string, payloadVersion: PayloadVersion): UrlResponse | undefined {
  // Format 2.0 is that of function URLs, with which it shares the inference of responses.
  return payloadVersion === '2.0' ? urlResponse(payload) : proxyResponse(parseResult(payload));
}
