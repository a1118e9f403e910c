import * as ivschat from '@aws-sdk/client-ivschat';
import { ControlPlaneService, ENVIRONMENT, errorOf, LOG_GROUP } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.startWithResources();
});

afterEach(async () => {
  await service.close();
});

test('an account has at most 10 logging configurations', async () => {
  for (let i = 1; i < 10; i++) await service.send('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP });

  const error = await service.failure('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP });

  expect(error).toBeInstanceOf(ivschat.ServiceQuotaExceededException);
  expect(error).toMatchObject({ limit: 10, resourceId: ENVIRONMENT.account, resourceType: 'LOGGING_CONFIGURATION', $metadata: { httpStatusCode: 402 } });
});

test('an account has at most 50,000 rooms', async () => {
  for (let i = 1; i < 50_000; i++) await service.controlPlane.call('CreateRoom', {});

  const error = await errorOf(service.send('CreateRoom', {}));

  expect(error).toBeInstanceOf(ivschat.ServiceQuotaExceededException);
  expect(error).toMatchObject({ limit: 50_000, resourceId: ENVIRONMENT.account, resourceType: 'ROOM' });
});
