import { arnOf, LOBBY, STAGE, useTokenEndpoint, ADMISSION_ARN } from '../../support/token-endpoint/endpoint';

const { aws, create, provider } = useTokenEndpoint();
const ask = async (room: unknown, settings = {}) => create(settings).post({ room }, { token: provider.token() });
const OTHER = 'OtherOther12';

test.each([LOBBY, STAGE, arnOf(LOBBY), arnOf(STAGE)])('a room is named as %s', async room => {
  expect(await ask(room)).toMatchObject({ status: 200, line: { room: room.split('/').at(-1) } });
  expect(aws.calls('CreateChatToken')[0].input.roomIdentifier).toBe(arnOf(room.split('/').at(-1)!));
});

test('a single room need not be named', async () => {
  expect(await ask(undefined, { roomIds: [STAGE] })).toMatchObject({ status: 200, line: { room: STAGE } });
});

test.each([[[LOBBY, STAGE]], [undefined]])('must be named with the rooms %j', async roomIds => {
  expect(await ask(undefined, { roomIds, admissionFunctionArn: ADMISSION_ARN })).toMatchObject({ status: 400, body: { error: 'room_required' } });
});

test.each([{ toString: LOBBY }, [LOBBY], 7, null, true])('must be a string, not %j', async room => {
  expect(await ask(room)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

const NOT_FOUND = [
  ['another room', OTHER],
  ['the ARN of another room', arnOf(OTHER)],
  ['all rooms', '*'],
  ['the ARN of all rooms', arnOf('*')],
  ['an empty string', ''],
  ['a line break after the ID', `${LOBBY}\n`],
  ['a space before it', ` ${LOBBY}`],
  ['more after the ARN', `${arnOf(LOBBY)}x`],
  ['a property of Object.prototype', '__proto__'],
  ['the ARN in another account', arnOf(LOBBY).replace('111122223333', '999999999999')],
  ['the ARN in another region', arnOf(LOBBY).replace('us-east-1', 'eu-west-1')],
  ['the ARN in another partition', arnOf(LOBBY).replace('arn:aws:', 'arn:aws-cn:')],
  ['the ARN of another service', arnOf(LOBBY).replace(':ivschat:', ':ivs:')],
  ['the ARN of a logging configuration', arnOf(LOBBY).replace(':room/', ':logging-configuration/')],
  ['the ARN twice', arnOf(arnOf(LOBBY))],
];

test.each(NOT_FOUND)('is not found as %s', async (_, room) => {
  expect(await ask(room)).toMatchObject({ status: 404, body: { error: 'room_not_found' } });
  expect(aws.calls('CreateChatToken')).toEqual([]);
});

describe('without a list of rooms', () => {
  const settings = { roomIds: undefined, admissionFunctionArn: ADMISSION_ARN };
  beforeEach(() => aws.on('Invoke', () => ({ body: { role: 'participant' } })));

  test.each([OTHER, arnOf(OTHER)])('admission decides about all rooms of account and region: %s', async room => {
    expect(await ask(room, settings)).toMatchObject({ status: 200, line: { room: OTHER } });
  });

  test.each(NOT_FOUND.slice(2))('is not found as %s, and admission is not asked', async (_, room) => {
    expect(await ask(room, settings)).toMatchObject({ status: 404, body: { error: 'room_not_found' } });
    expect(aws.calls('Invoke')).toEqual([]);
  });
});
