import { parseArn } from '../../arn';
import { ExpectedError } from '../../expected-error';
import { uuid } from '../generated-names';
import { ANY, BOOLEAN, STRING, STRINGS, type ObjectSchema, type Schema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

const DESTINATION: Schema = open({ Destination: { type: 'string', minimum: 1 } });

/** Properties that have an effect, or a warning or an error of their own. */
const SCHEMAS = {
  eventInvokeConfig: open({
    DestinationConfig: open({ OnFailure: DESTINATION, OnSuccess: DESTINATION }),
    FunctionName: { type: 'string', minimum: 1 },
    MaximumEventAgeInSeconds: { type: 'integer', minimum: 60, maximum: 21_600 },
    MaximumRetryAttempts: { type: 'integer', minimum: 0, maximum: 2 },
    Qualifier: STRING,
  }, ['FunctionName', 'Qualifier']),
  eventSourceMapping: open({
    BatchSize: { type: 'integer', minimum: 1, maximum: 10_000 },
    Enabled: BOOLEAN,
    EventSourceArn: { type: 'string', minimum: 1 },
    FilterCriteria: ANY,
    FunctionName: { type: 'string', minimum: 1 },
    FunctionResponseTypes: STRINGS,
    MaximumBatchingWindowInSeconds: { type: 'integer', minimum: 0, maximum: 300 },
    ScalingConfig: open({ MaximumConcurrency: { type: 'integer', minimum: 2, maximum: 1000 } }),
  }, ['FunctionName']),
} satisfies Record<string, ObjectSchema>;

/**
 * How events reach functions.
 *
 * @param other for event sources that are not queues
 */
export function lambdaEventTypes(options: TypeOptions, other: ResourceType): Record<string, ResourceType> {
  const { eventSourceMappings, functions } = options;
  return {
    'AWS::Lambda::EventInvokeConfig': {
      schema: SCHEMAS.eventInvokeConfig,
      immutable: ['FunctionName', 'Qualifier'],
      create: async request => putEventInvokeConfig(request, options),
      update: async request => putEventInvokeConfig(request, options),
      delete: async ({ properties }) => functions.deleteEventInvokeConfig(qualifiedName(properties)),
    },
    'AWS::Lambda::EventSourceMapping': {
      schema: SCHEMAS.eventSourceMapping,
      immutable: ['EventSourceArn'],
      create: async request => isQueue(request.properties) ? putEventSourceMapping(request, uuid(request.seed), options) : other.create(request),
      update: async (request, state, old) => {
        return isQueue(request.properties) ? putEventSourceMapping(request, state.physicalId, options) : other.update!(request, state, old);
      },
      delete: async (_request, { physicalId }) => eventSourceMappings.delete(physicalId),
    },
  };
}

function putEventInvokeConfig(request: ResourceRequest, { functions, liveLog }: TypeOptions): ResourceState {
  const { properties } = request;
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.eventInvokeConfig);
  const destination = (name: 'OnFailure' | 'OnSuccess'): string | undefined => {
    const arn: string | undefined = properties.DestinationConfig?.[name]?.Destination;
    if (arn === undefined || parseArn(arn)?.service === 'sqs') return arn;
    warn(liveLog, request, `has the destination ${arn}, which is ignored, because only queues are supported`, { notice: 'ignored', properties: [name] });
    return undefined;
  };
  functions.putEventInvokeConfig(qualifiedName(properties), {
    maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    onFailure: destination('OnFailure'),
    onSuccess: destination('OnSuccess'),
  });
  return { physicalId: `${properties.FunctionName}|${properties.Qualifier}`, attributes: {} };
}

function putEventSourceMapping(request: ResourceRequest, id: string, options: TypeOptions): ResourceState {
  const { environment: { account, region }, eventSourceMappings, liveLog } = options;
  const { properties } = request;
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.eventSourceMapping);
  // Without its filter, the function would process messages that it does not get in AWS.
  if (properties.FilterCriteria !== undefined) throw new ExpectedError('FilterCriteria must be omitted: ivschat-local does not filter the messages of queues.');
  eventSourceMappings.put({
    id,
    queueArn: properties.EventSourceArn,
    functionArn: functionArn(properties.FunctionName, options),
    isEnabled: properties.Enabled ?? true,
    batchSize: properties.BatchSize ?? 10,
    batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds ?? 0,
    reportsBatchItemFailures: (properties.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
    maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
  });
  return { physicalId: id, attributes: { Id: id, EventSourceMappingArn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${id}` } };
}

function isQueue({ EventSourceArn }: Properties): boolean {
  return typeof EventSourceArn === 'string' && parseArn(EventSourceArn)?.service === 'sqs';
}

function functionArn(nameOrArn: string, { environment: { account, region } }: TypeOptions): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
}

function qualifiedName({ FunctionName, Qualifier }: Properties): string {
  return `${FunctionName}:${Qualifier}`;
}
