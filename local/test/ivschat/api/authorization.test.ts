import { ControlPlaneService, ENVIRONMENT, LOG_GROUP } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

test('every operation requires its action on its resource, with the tags as context', async () => {
  const { client } = service;
  const identifier = (await client.createRoom({ tags: { team: 'chat' } })).arn!;
  const configuration = (await client.createLoggingConfiguration({ destinationConfiguration: LOG_GROUP, tags: { log: 'yes' } })).arn!;
  await client.getRoom({ identifier });
  await client.updateRoom({ identifier });
  await client.listRooms({ loggingConfigurationIdentifier: configuration });
  await client.getLoggingConfiguration({ identifier: configuration });
  await client.updateLoggingConfiguration({ identifier: configuration });
  await client.listLoggingConfigurations({});
  await client.createChatToken({ roomIdentifier: identifier, userId: 'alice' });
  await client.sendEvent({ roomIdentifier: identifier, eventName: 'goal' });
  await client.deleteMessage({ roomIdentifier: identifier, id: 'message00001' });
  await client.disconnectUser({ roomIdentifier: identifier, userId: 'bob' });
  await client.tagResource({ resourceArn: identifier, tags: { a: 'b' } });
  await client.listTagsForResource({ resourceArn: configuration });
  await client.untagResource({ resourceArn: identifier, tagKeys: ['a', 'c'] });
  await client.deleteRoom({ identifier });
  await client.deleteLoggingConfiguration({ identifier: configuration });

  const room = { 'aws:ResourceTag/team': 'chat' };
  const log = { 'aws:ResourceTag/log': 'yes' };
  const newRoom = { 'aws:RequestTag/team': 'chat', 'aws:TagKeys': ['team'] };
  const newLog = { 'aws:RequestTag/log': 'yes', 'aws:TagKeys': ['log'] };
  const arn = `arn:aws:ivschat:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
  expect(service.requiredPermissions.map(({ action, resource, context }) => [action, resource, context])).toEqual([
    ['ivschat:CreateRoom', '*', newRoom],
    ['ivschat:TagResource', `${arn}:room/*`, newRoom],
    ['ivschat:CreateLoggingConfiguration', '*', newLog],
    ['ivschat:TagResource', `${arn}:logging-configuration/*`, newLog],
    ['ivschat:GetRoom', identifier, room],
    ['ivschat:UpdateRoom', identifier, room],
    ['ivschat:ListRooms', '*', {}],
    ['ivschat:GetLoggingConfiguration', configuration, log],
    ['ivschat:UpdateLoggingConfiguration', configuration, log],
    ['ivschat:ListLoggingConfigurations', '*', {}],
    ['ivschat:CreateChatToken', identifier, room],
    ['ivschat:SendEvent', identifier, room],
    ['ivschat:DeleteMessage', identifier, room],
    ['ivschat:DisconnectUser', identifier, room],
    ['ivschat:TagResource', identifier, { ...room, 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] }],
    ['ivschat:ListTagsForResource', configuration, log],
    ['ivschat:UntagResource', identifier, { ...room, 'aws:ResourceTag/a': 'b', 'aws:TagKeys': ['a', 'c'] }],
    ['ivschat:DeleteRoom', identifier, room],
    ['ivschat:DeleteLoggingConfiguration', configuration, log],
  ]);
});
