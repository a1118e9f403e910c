import * as ivschat from '@aws-sdk/client-ivschat';
import { ControlPlaneService, LOG_GROUP } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

async function createConfiguration(name = 'log'): Promise<string> {
  return (await service.client.createLoggingConfiguration({ name, destinationConfiguration: LOG_GROUP })).arn!;
}

test.each(['room', 'logging configuration'])('tags of a %s are added, changed, listed and removed', async kind => {
  const resourceArn = kind === 'room' ? (await service.client.createRoom({ tags: { a: '1' } })).arn! : await createConfiguration();

  await service.client.tagResource({ resourceArn, tags: { a: '1' } });
  await service.client.tagResource({ resourceArn, tags: { 'a': '2', 'with space & more/é': '', '__proto__x': 'y' } });
  expect((await service.client.listTagsForResource({ resourceArn })).tags).toEqual({ 'a': '2', 'with space & more/é': '', '__proto__x': 'y' });

  await service.client.untagResource({ resourceArn, tagKeys: ['with space & more/é', 'a', 'unknown'] });
  expect((await service.client.listTagsForResource({ resourceArn })).tags).toEqual({ __proto__x: 'y' });
});

test('a tag key can be __proto__', async () => {
  const { arn } = await service.client.createRoom({});
  const path = `/tags/${encodeURIComponent(arn!)}`;

  await service.request('POST', path, '{"tags":{"__proto__":"x","constructor":"y"}}');

  expect((await service.request('GET', path)).text).toBe('{"tags":{"__proto__":"x","constructor":"y"}}');
});

test('the ARN in the path can be URL-encoded or not', async () => {
  const { arn } = await service.client.createRoom({ tags: { a: 'b' } });

  for (const path of [`/tags/${arn}`, `/tags/${encodeURIComponent(arn!)}`]) {
    expect((await service.request('GET', path)).json).toEqual({ tags: { a: 'b' } });
  }
});

test('a resource has at most 50 tags, old and new together', async () => {
  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 'x']));
  const resourceArn = (await service.client.createRoom({})).arn;
  await service.client.tagResource({ resourceArn, tags: tags(50) });
  await service.client.tagResource({ resourceArn, tags: tags(50) });

  const error = await service.failure('TagResource', { resourceArn, tags: { more: 'x' } });

  expect(error).toBeInstanceOf(ivschat.ValidationException);
});

test('tags with the prefix aws: cannot be removed', async () => {
  const resourceArn = (await service.client.createRoom({})).arn;

  expect(await service.failure('UntagResource', { resourceArn, tagKeys: ['aws:x'] })).toBeInstanceOf(ivschat.ValidationException);
});
