import { Readable } from 'stream';
import { GetRoomCommand, IvschatClient, TagResourceCommand, UpdateRoomCommand } from '@aws-sdk/client-ivschat';
import { keepAllTagKeys } from '../../../handlers/custom-resources/tag-keys';

const ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456';
const TAGS = '{"__proto__":"a","constructor":"b","toString":"c"}';

/** A client whose requests get this answer, and the bodies and lengths that it sends. */
function clientOf(status: number, body: string) {
  const sent: { body: string; length: string }[] = [];
  const client = keepAllTagKeys(new IvschatClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: any) => {
        sent.push({ body: request.body, length: request.headers['content-length'] });
        const headers = { 'content-type': 'application/json' };
        // In two parts, as over a network.
        const parts = [body.slice(0, 5), body.slice(5)].filter(part => part !== '').map(part => Buffer.from(part));
        return { response: { statusCode: status, headers, body: Readable.from(parts) } };
      },
    } as any,
  }));
  return { client, sent };
}

test('sends every key', async () => {
  const { client, sent } = clientOf(200, '{}');
  await client.send(new TagResourceCommand({ resourceArn: ARN, tags: JSON.parse(TAGS) }));
  expect(sent).toEqual([{ body: `{"tags":${TAGS}}`, length: String(`{"tags":${TAGS}}`.length) }]);
});

test('returns every key', async () => {
  const { client } = clientOf(200, `{"arn":"${ARN}","tags":${TAGS}}`);
  const { arn, tags } = await client.send(new GetRoomCommand({ identifier: ARN }));
  expect(arn).toBe(ARN);
  expect(JSON.stringify(tags)).toBe(TAGS);
});

test('leaves other requests and answers as they are', async () => {
  const { client, sent } = clientOf(200, '{"tags":{"a":"b"}}');
  await client.send(new TagResourceCommand({ resourceArn: ARN, tags: { a: 'b' } }));
  await client.send(new UpdateRoomCommand({ identifier: ARN, maximumMessageLength: 5 }));
  const { tags } = await client.send(new GetRoomCommand({ identifier: ARN }));
  expect(sent.map(({ body }) => body)).toEqual(['{"tags":{"a":"b"}}', `{"identifier":"${ARN}","maximumMessageLength":5}`, `{"identifier":"${ARN}"}`]);
  expect(tags).toEqual({ a: 'b' });
});

test('leaves errors and answers without a body as they are', async () => {
  const failing = clientOf(404, '{"__type":"ResourceNotFoundException","message":"no __proto__"}');
  await expect(failing.client.send(new GetRoomCommand({ identifier: ARN }))).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'no __proto__' });
  const empty = clientOf(204, '');
  expect(await empty.client.send(new TagResourceCommand({ resourceArn: ARN, tags: { a: 'b' } }))).toMatchObject({ $metadata: { httpStatusCode: 204 } });
});
