import { ControlPlaneService } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

test('a caller in this process can choose the id, and receives a copy', async () => {
  const room = await service.controlPlane.call('CreateRoom', { tags: { a: 'b' } }, { id: 'abcdefABCDEF' });
  room.tags.a = 'changed';

  expect(room.arn).toBe('arn:aws:ivschat:eu-west-1:111122223333:room/abcdefABCDEF');
  expect(service.controlPlane.room(room.arn)!.tags).toEqual({ a: 'b' });
});

test('SendEvent, DeleteMessage and DisconnectUser call the messenger and return the id of the event', async () => {
  const roomIdentifier = (await service.client.createRoom({})).arn!;

  expect((await service.client.sendEvent({ roomIdentifier, eventName: 'goal', attributes: { a: 'b' } })).id).toBe('event0000001');
  await service.client.sendEvent({ roomIdentifier, eventName: 'goal' });
  expect((await service.client.deleteMessage({ roomIdentifier, id: 'message00001', reason: 'rude' })).id).toBe('event0000002');
  const { $metadata, ...answer } = await service.client.disconnectUser({ roomIdentifier, userId: 'bob', reason: 'rude' });

  expect([answer, $metadata.httpStatusCode]).toEqual([{}, 200]);
  expect(service.messenger.sent).toEqual([
    ['sendEvent', roomIdentifier, 'goal', { a: 'b' }],
    ['sendEvent', roomIdentifier, 'goal', {}],
    ['deleteMessage', roomIdentifier, 'message00001', 'rude'],
    ['disconnectUser', roomIdentifier, 'bob', 'rude'],
  ]);
});
