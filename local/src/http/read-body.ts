import type { Readable } from 'node:stream';

export class BodyTooLarge extends Error {}

/**
 * Reads a request body.
 *
 * Reads to the end even if the body is too large, because a client reads the response only after it has sent the whole request.
 *
 * @throws BodyTooLarge if the body has more than `limit` bytes
 */
export async function readBody(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size <= limit) chunks.push(chunk as Buffer);
  }
  if (size > limit) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}
