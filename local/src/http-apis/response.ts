import type { PayloadVersion } from '../contracts/http-api';
import { parseJson } from '../http/parse-json';
import { urlResponse, type UrlResponse } from '../lambda/url/response';

/**
 * Converts the result of a function to an HTTP response.
 *
 * @returns undefined if the result is not a valid response, which API Gateway reports as an Internal Server Error
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function integrationResponse(payload: string, payloadVersion: PayloadVersion): UrlResponse | undefined {
  // Format 2.0 is that of function URLs, with which it shares the inference of responses.
  if (payloadVersion === '2.0') return urlResponse(payload);
  const result: unknown = parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return undefined;
  const { multiValueHeaders, ...rest } = result as { readonly multiValueHeaders?: unknown };
  const response = urlResponse(JSON.stringify({ ...rest, cookies: undefined }));
  if (!response) return undefined;

  const headers = { ...response.headers };
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (!Array.isArray(values)) return undefined;
    // Each value has to be valid.
    const parts = values.map(value => urlResponse(JSON.stringify({ statusCode: 200, headers: { [name]: value } })));
    if (parts.includes(undefined)) return undefined;
    headers[name.toLowerCase()] = values.map(String);
  }
  return { ...response, headers };
}

function parse(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}
