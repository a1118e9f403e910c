import * as ivschat from '@aws-sdk/client-ivschat';
import { ServiceError } from '../../../src/ivschat/api/errors';
import { findOperation, OPERATION_NAMES } from '../../../src/ivschat/api/model';
import { ControlPlaneService, ENVIRONMENT, errorOf, MISSING_CONFIGURATION, MISSING_ROOM } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.startWithResources();
});

afterEach(async () => {
  await service.close();
});

describe('the SDK client throws each modelled error as its class, with its fields', () => {
  const FIELDS: Record<string, Record<string, unknown>> = {
    AccessDeniedException: {},
    ConflictException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM' },
    InternalServerException: {},
    PendingVerification: {},
    ResourceNotFoundException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM' },
    ServiceQuotaExceededException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM', limit: 7 },
    ThrottlingException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM', limit: 7 },
    ValidationException: { reason: 'OTHER', fieldList: [{ name: 'a', message: 'b' }] },
  };
  const STATUS: Record<string, number> = {
    AccessDeniedException: 403,
    ConflictException: 409,
    InternalServerException: 500,
    PendingVerification: 403,
    ResourceNotFoundException: 404,
    ServiceQuotaExceededException: 402,
    ThrottlingException: 429,
    ValidationException: 400,
  };

  test.each(OPERATION_NAMES)('%s', async operation => {
    for (const name of new Set([...findOperation(operation)!.errors, 'ThrottlingException'])) {
      service.authorizationError = new ServiceError(name, 'the reason', FIELDS[name]);

      const error = await service.failure(operation, service.validInput(operation));

      expect(error).toBeInstanceOf((ivschat as any)[name]);
      expect(error).toMatchObject({ name, message: 'the reason', ...FIELDS[name], $metadata: { httpStatusCode: STATUS[name] } });
    }
  });
});

describe('a missing resource', () => {
  test.each(OPERATION_NAMES.filter(name => !/^(CreateRoom|CreateLogging|List(Rooms|Logging))/.test(name)))('%s', async operation => {
    const logging = operation.includes('LoggingConfiguration');
    const error = await service.failure(operation, service.validInput(operation, logging ? MISSING_CONFIGURATION : MISSING_ROOM));

    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
    expect(error).toMatchObject({
      resourceId: 'missing00000', resourceType: logging ? 'LOGGING_CONFIGURATION' : 'ROOM', $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(['CreateRoom', 'UpdateRoom'])('%s with a logging configuration that does not exist', async operation => {
    const error = await service.failure(operation, { ...service.validInput(operation), name: 'new', loggingConfigurationIdentifiers: [service.configuration, MISSING_CONFIGURATION] });

    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
    expect(error).toMatchObject({ resourceId: 'missing00000', resourceType: 'LOGGING_CONFIGURATION' });
  });

  test.each(['eu-central-1:111122223333', 'eu-west-1:444455556666'])('a room in %s', async environment => {
    const error = await service.failure('GetRoom', { identifier: service.room.replace(`${ENVIRONMENT.region}:${ENVIRONMENT.account}`, environment) });
    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
  });
});

describe('conflicts', () => {
  test('a logging configuration in use cannot be deleted', async () => {
    await service.send('UpdateRoom', { identifier: service.room, loggingConfigurationIdentifiers: [service.configuration] });

    const error = await service.failure('DeleteLoggingConfiguration', { identifier: service.configuration });

    expect(error).toBeInstanceOf(ivschat.ConflictException);
    expect(error).toMatchObject({
      resourceId: service.configuration.split('/')[1], resourceType: 'LOGGING_CONFIGURATION', $metadata: { httpStatusCode: 409 },
    });
    await service.send('DeleteRoom', { identifier: service.room });
    await service.send('DeleteLoggingConfiguration', { identifier: service.configuration });
  });

  test.each(['CreateRoom', 'CreateLoggingConfiguration'])('%s with an id that already exists', async operation => {
    await service.controlPlane.call(operation, service.validInput(operation), { id: 'abcdefABCDEF' });
    const before = await service.state();

    const error = await errorOf(service.controlPlane.call(operation, service.validInput(operation), { id: 'abcdefABCDEF' }));

    expect(error).toMatchObject({ name: 'ConflictException', status: 409, fields: { resourceId: 'abcdefABCDEF' } });
    expect(await service.state()).toBe(before);
  });
});
