import { parseJson } from '../http/parse-json';
import { urlResponse, type UrlResponse } from '../lambda/url/response';

/**
 * Converts the result of a function in payload format 1.0, which has a statusCode.
 *
 * @returns undefined if the result is not a valid response
 */
export function proxyResponse(result: unknown): UrlResponse | undefined {
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

/** @returns undefined if the payload is not JSON */
export function parseResult(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}
