/** What a token endpoint has answered. */
export interface TokenResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** Sends a request to a token endpoint, as a page does. */
export async function post(url: string, idToken: string | undefined, body: object = {}): Promise<TokenResponse> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...idToken === undefined ? {} : { authorization: `Bearer ${idToken}` } },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}
