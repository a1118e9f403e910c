import * as ivschat from '@aws-sdk/client-ivschat';
import { OPERATION_NAMES } from '../../../src/ivschat/api/model';
import { REQUESTS_PER_SECOND } from '../../../src/ivschat/api/quotas';
import { ControlPlaneService, errorOf, MISSING_CONFIGURATION, MISSING_ROOM } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.startWithResources({ throttle: true });
});

afterEach(async () => {
  await service.close();
});

test.each(Object.entries(REQUESTS_PER_SECOND))('%s allows %d requests per second', async (operation, rate) => {
  const missing = service.validInput(operation, operation.includes('LoggingConfiguration') ? MISSING_CONFIGURATION : MISSING_ROOM);
  for (let i = 0; i < rate; i++) await service.controlPlane.call(operation, missing).catch(() => undefined);

  const error = await service.failure(operation, service.validInput(operation));
  expect(error).toBeInstanceOf(ivschat.ThrottlingException);
  expect(error).toMatchObject({ limit: rate, $metadata: { httpStatusCode: 429 } });
  expect(error.resourceId).toMatch(/^[a-zA-Z0-9]{12}$/);
  expect(error.resourceType).toMatch(/^(ROOM|LOGGING_CONFIGURATION)$/);

  await service.controlPlane.call(operation, service.validInput(operation), { unthrottled: true });
});

test('a bucket refills at the same rate', async () => {
  const get = async (count: number) => {
    const all = await Promise.allSettled(Array.from({ length: count }, async () => service.client.getRoom({ identifier: service.room })));
    return all.filter(one => one.status === 'fulfilled').length;
  };

  expect(await get(8)).toBe(5);
  service.clock.advance(400);
  expect(await get(4)).toBe(2);
  service.clock.advance(60_000);
  expect(await get(8)).toBe(5);
});

test('a bucket refills at the same rate when the clock of the machine is set back or forward', async () => {
  const isAllowed = async () => service.client.getRoom({ identifier: service.room }).then(() => true, () => false);
  for (let count = 0; count < 5; count++) await service.client.getRoom({ identifier: service.room });

  service.clock.set(service.clock.now() + 600_000);
  expect(await isAllowed()).toBe(false);
  service.clock.set(service.clock.now() - 1_200_000);
  service.clock.advance(200);
  expect([await isAllowed(), await isAllowed()]).toEqual([true, false]);
});

test('each operation has its own rate', async () => {
  for (let i = 0; i < 5; i++) await service.client.getRoom({ identifier: service.room });

  await service.client.updateRoom({ identifier: service.room });
  expect((await errorOf(service.client.getRoom({ identifier: service.room }))).name).toBe('ThrottlingException');
});

test('throttling can be disabled', async () => {
  await service.close();
  service = await ControlPlaneService.startWithResources({ throttle: false });

  for (let i = 0; i < 20; i++) await service.client.getRoom({ identifier: service.room });
});

test('every operation of the model has a rate', () => {
  expect(Object.keys(REQUESTS_PER_SECOND).sort()).toEqual([...OPERATION_NAMES].sort());
});
