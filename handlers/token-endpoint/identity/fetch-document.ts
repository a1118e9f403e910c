import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';

/** In milliseconds, for the whole document. */
const TIMEOUT = 2_000;
/** In bytes. */
const MAX_SIZE = 256 * 1024;

/** Gets a document of an identity provider. Follows no redirects, which could lead anywhere. */
export async function fetchDocument(url: string): Promise<string> {
  const response = await get(url);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`${url} answered with status ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > MAX_SIZE) throw new Error(`${url} is larger than ${MAX_SIZE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function get(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection that was kept would be closed while Lambda suspends the function, and the next request would fail.
    const headers = { accept: 'application/json', connection: 'close' };
    https.get(url, { headers, signal: AbortSignal.timeout(TIMEOUT) }, resolve).on('error', reject);
  });
}
