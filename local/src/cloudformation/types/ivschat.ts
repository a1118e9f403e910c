import { CHAT_REGIONS } from '../../environment';
import { alphanumericId } from '../generated-names';
import type { ObjectSchema, Schema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { DESTINATION_NAMES, type DestinationExists } from './log-destinations';
import { inform, warn } from './notices';
import type { TypeOptions } from './type-options';

const NAME: Schema = { type: 'string', maximum: 128, pattern: /^[a-zA-Z0-9-_]*$/ };

/** CloudFormation's own schemas. Their limits differ from those of the service, and are checked first. */
const ROOM: ObjectSchema = {
  type: 'object',
  properties: {
    LoggingConfigurationIdentifiers: {
      type: 'array',
      unique: true,
      maximum: 50,
      items: { type: 'string', minimum: 1, maximum: 128, pattern: /^arn:aws:ivschat:[a-z0-9-]+:[0-9]+:logging-configuration\/[a-zA-Z0-9-]+$/ },
    },
    MaximumMessageLength: { type: 'integer', minimum: 1, maximum: 500 },
    MaximumMessageRatePerSecond: { type: 'integer', minimum: 1, maximum: 10 },
    MessageReviewHandler: {
      type: 'object',
      properties: {
        FallbackResult: { type: 'string', pattern: /^(ALLOW|DENY)$/ },
        Uri: { type: 'string', maximum: 170, pattern: /^$|^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+/ },
      },
    },
    Name: NAME,
    Tags: tags(1),
  },
};

const LOGGING_CONFIGURATION: ObjectSchema = {
  type: 'object',
  required: ['DestinationConfiguration'],
  properties: {
    DestinationConfiguration: {
      type: 'object',
      properties: {
        CloudWatchLogs: destination('LogGroupName'),
        Firehose: destination('DeliveryStreamName'),
        S3: destination('BucketName'),
      },
    },
    Name: NAME,
    Tags: tags(0),
  },
};

/** Rate of a room whose template has none. */
const DEFAULT_RATE = 10;

/** Uses the control plane as clients do, so that the limits and errors are the same. */
export function ivsChatTypes(options: TypeOptions, destinationExists: DestinationExists): Record<string, ResourceType> {
  const { liveLog, controlPlane, environment: { region } } = options;
  let hasWarnedAboutRegion = CHAT_REGIONS.includes(region);
  // CloudFormation retries throttled calls, so rates do not apply.
  const call = async (operation: string, input: object, id?: string) => controlPlane.call(operation, input, { id, unthrottled: true });
  const state = ({ arn, id, state: status }: Properties): ResourceState => {
    return { physicalId: arn, attributes: { Arn: arn, Id: id, ...(status && { State: status }) } };
  };
  const changeTags = async (identifier: string, before: Properties, after: Properties) => {
    const old = tagMap(before.Tags) ?? {};
    const current = tagMap(after.Tags) ?? {};
    const changed = Object.fromEntries(Object.entries(current).filter(([key, value]) => old[key] !== value));
    const missing = Object.keys(old).filter(key => !Object.hasOwn(current, key));
    if (missing.length > 0) {
      // In a rollback, the old tags are those of the failed update, which the service may have refused.
      const existing = await call('ListTagsForResource', { resourceArn: identifier });
      const removed = missing.filter(key => Object.hasOwn(existing.tags, key));
      if (removed.length > 0) await call('UntagResource', { resourceArn: identifier, tagKeys: removed });
    }
    if (Object.keys(changed).length > 0) await call('TagResource', { resourceArn: identifier, tags: changed });
  };
  const remove = async (operation: string, identifier: string) => {
    try {
      await call(operation, { identifier });
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
  };
  /** A warning, not an error, because AWS may have added regions. */
  const warnAboutRegion = (request: ResourceRequest) => {
    if (hasWarnedAboutRegion) return;
    hasWarnedAboutRegion = true;
    warn(liveLog, request, `is in ${region}, where Amazon IVS Chat is not known to be available; it is in ${CHAT_REGIONS.join(', ')}`, { notice: 'region', region });
  };
  const warnAboutDestination = (request: ResourceRequest) => {
    const { CloudWatchLogs: logs, Firehose: stream, S3: bucket } = request.properties.DestinationConfiguration;
    for (const [type, name] of [
      ['AWS::Logs::LogGroup', logs?.LogGroupName], ['AWS::KinesisFirehose::DeliveryStream', stream?.DeliveryStreamName], ['AWS::S3::Bucket', bucket?.BucketName],
    ]) {
      if (!name || destinationExists(type, name)) continue;
      const text = `writes to ${name}, which is not part of this deployment: in AWS it must exist`;
      inform(liveLog, request, text, { notice: 'missing-destination', destination: name });
    }
  };

  return {
    'AWS::IVSChat::LoggingConfiguration': {
      schema: LOGGING_CONFIGURATION,
      create: async request => {
        const { properties } = request;
        warnAboutRegion(request);
        warnAboutDestination(request);
        return state(await call('CreateLoggingConfiguration', { ...loggingInput(properties), tags: tagMap(properties.Tags) }, alphanumericId(request.seed, 12)));
      },
      update: async (request, { physicalId }, old) => {
        const { properties } = request;
        warnAboutRegion(request);
        warnAboutDestination(request);
        const updated = await call('UpdateLoggingConfiguration', { identifier: physicalId, ...loggingInput(properties) });
        await changeTags(physicalId, old, properties);
        return state(updated);
      },
      delete: async (_request, { physicalId }) => remove('DeleteLoggingConfiguration', physicalId),
    },
    'AWS::IVSChat::Room': {
      schema: ROOM,
      create: async request => {
        const { properties } = request;
        warnAboutRegion(request);
        return state(await call('CreateRoom', { ...roomInput(properties), tags: tagMap(properties.Tags) }, alphanumericId(request.seed, 12)));
      },
      update: async (request, { physicalId }, old) => {
        const { properties } = request;
        warnAboutRegion(request);
        const updated = await call('UpdateRoom', { identifier: physicalId, ...roomInput(properties), ...undocumentedInput(properties, old, options) });
        await changeTags(physicalId, old, properties);
        return state(updated);
      },
      delete: async (_request, { physicalId }) => remove('DeleteRoom', physicalId),
    },
  };
}

/** Input of an update for properties missing in the template. AWS does not document it, so options choose the behaviour. */
function undocumentedInput(properties: Properties, old: Properties, { removalClearsProperty, roomUpdateResetsRate }: TypeOptions): object {
  const isRemoved = (name: string) => old[name] !== undefined && properties[name] === undefined;
  return {
    ...(roomUpdateResetsRate && properties.MaximumMessageRatePerSecond === undefined && { maximumMessageRatePerSecond: DEFAULT_RATE }),
    ...(removalClearsProperty && isRemoved('MessageReviewHandler') && { messageReviewHandler: { uri: '' } }),
    ...(removalClearsProperty && isRemoved('LoggingConfigurationIdentifiers') && { loggingConfigurationIdentifiers: [] }),
  };
}

function roomInput(properties: Properties): object {
  const { MessageReviewHandler: handler } = properties;
  return defined({
    name: properties.Name,
    maximumMessageLength: properties.MaximumMessageLength,
    maximumMessageRatePerSecond: properties.MaximumMessageRatePerSecond,
    messageReviewHandler: handler && defined({ uri: handler.Uri, fallbackResult: handler.FallbackResult }),
    loggingConfigurationIdentifiers: properties.LoggingConfigurationIdentifiers,
  });
}

function loggingInput({ DestinationConfiguration: { CloudWatchLogs: logs, Firehose: stream, S3: bucket }, Name }: Properties): object {
  return defined({
    name: Name,
    destinationConfiguration: defined({
      cloudWatchLogs: logs && { logGroupName: logs.LogGroupName },
      firehose: stream && { deliveryStreamName: stream.DeliveryStreamName },
      s3: bucket && { bucketName: bucket.BucketName },
    }),
  });
}

function tagMap(list: { Key: string; Value: string }[] | undefined): Record<string, string> | undefined {
  return list && Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

function defined(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function tags(minimum: number): Schema {
  return {
    type: 'array',
    unique: true,
    items: {
      type: 'object',
      required: ['Key', 'Value'],
      properties: { Key: { type: 'string', minimum: 1, maximum: 128 }, Value: { type: 'string', minimum, maximum: 256 } },
    },
  };
}

function destination(property: keyof typeof DESTINATION_NAMES): Schema {
  return { type: 'object', required: [property], properties: { [property]: DESTINATION_NAMES[property] } };
}
