import type { IvschatClient } from '@aws-sdk/client-ivschat';

type Tags = Record<string, string>;

/** Makes a client send and return tags with the key `__proto__`, which the SDK loses when it copies them into plain objects. */
export function keepAllTagKeys(client: IvschatClient): IvschatClient {
  client.middlewareStack.add(next => async args => {
    const { tags } = args.input as { tags?: Tags };
    if (tags && Object.hasOwn(tags, '__proto__')) (args.request as { body: string }).body = JSON.stringify({ tags });
    return next(args);
  }, { step: 'build', priority: 'high', name: 'sendAllTagKeys' });

  // The SDK reads the body between these two.
  client.middlewareStack.add(next => async args => {
    const result = await next(args);
    const { body } = result.response as { body?: Uint8Array };
    const tags = body && tagsOf(body);
    if (tags && Object.hasOwn(tags, '__proto__')) (result.output as { tags?: Tags }).tags = tags;
    return result;
  }, { step: 'deserialize', priority: 'high', name: 'readAllTagKeys' });
  client.middlewareStack.add(next => async args => {
    const result = await next(args);
    const response = result.response as { body?: AsyncIterable<Uint8Array> | Uint8Array };
    if (response.body && !(response.body instanceof Uint8Array)) response.body = await collect(response.body);
    return result;
  }, { step: 'deserialize', priority: 'low', name: 'keepBody' });
  return client;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function tagsOf(body: Uint8Array): Tags | undefined {
  const text = Buffer.from(body).toString();
  return text.includes('__proto__') ? (JSON.parse(text) as { tags?: Tags }).tags : undefined;
}
