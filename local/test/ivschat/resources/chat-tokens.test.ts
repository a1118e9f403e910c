import { ControlPlaneService } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

async function createToken(input: object = {}): Promise<any> {
  const roomIdentifier = (await service.client.createRoom({})).arn;
  return { roomIdentifier, ...await service.client.createChatToken({ roomIdentifier, userId: 'alice', ...input }) };
}

test('a token expires after a minute, its session after an hour, and it has no capabilities', async () => {
  const { token, roomIdentifier, tokenExpirationTime, sessionExpirationTime } = await createToken();

  expect(tokenExpirationTime).toEqual(new Date(service.clock.now() + 60_000));
  expect(sessionExpirationTime).toEqual(new Date(service.clock.now() + 3_600_000));
  expect(service.controlPlane.redeemToken(token)).toEqual({
    roomArn: roomIdentifier, userId: 'alice', capabilities: [], attributes: {}, tokenExpirationTime, sessionExpirationTime,
  });
});

test('a token has the given capabilities, attributes and session duration', async () => {
  const attributes = { name: 'Alice', badge: '⭐' };
  const capabilities = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'SEND_MESSAGE'];

  const { token, sessionExpirationTime } = await createToken({ attributes, capabilities, sessionDurationInMinutes: 180 });

  expect(sessionExpirationTime).toEqual(new Date(service.clock.now() + 180 * 60_000));
  expect(service.controlPlane.redeemToken(token)).toMatchObject({ attributes, capabilities: ['SEND_MESSAGE', 'DELETE_MESSAGE'] });
});

test('a token is a valid subprotocol', async () => {
  for (let i = 0; i < 20; i++) expect((await createToken()).token).toMatch(/^[A-Za-z0-9._~-]+$/);
});

test('a token is valid once', async () => {
  const { token } = await createToken();

  expect(service.controlPlane.redeemToken(token)).toBeDefined();
  expect(service.controlPlane.redeemToken(token)).toBeUndefined();
  expect(service.controlPlane.redeemToken('unknown')).toBeUndefined();
});

test('a token is invalid from its expiration time', async () => {
  const [expired, valid] = [await createToken(), await createToken()];
  service.clock.advance(59_999);
  expect(service.controlPlane.redeemToken(valid.token)).toBeDefined();
  service.clock.advance(1);
  expect(service.controlPlane.redeemToken(expired.token)).toBeUndefined();
});

describe('when the clock of the machine is set', () => {
  const MINUTE = 60_000;

  test('a token that has expired stays invalid', async () => {
    const { token } = await createToken();
    service.clock.advance(MINUTE);
    service.clock.set(service.clock.now() - 10 * MINUTE);
    expect(service.controlPlane.redeemToken(token)).toBeUndefined();
  });

  test('a token that expires after tokens with a later expiration time is invalid', async () => {
    await createToken();
    service.clock.set(service.clock.now() - 10 * MINUTE);
    const { token } = await createToken();
    service.clock.advance(MINUTE);
    expect(service.controlPlane.redeemToken(token)).toBeUndefined();
  });

  test('a token whose expiration time has passed is invalid', async () => {
    const { token, tokenExpirationTime } = await createToken();
    service.clock.set(tokenExpirationTime.getTime());
    expect(service.controlPlane.redeemToken(token)).toBeUndefined();
  });

  test('a token that is younger than a minute stays valid', async () => {
    const { token } = await createToken();
    service.clock.set(service.clock.now() - 10 * MINUTE);
    service.clock.advance(MINUTE - 1);
    expect(service.controlPlane.redeemToken(token)).toBeDefined();
  });
});
