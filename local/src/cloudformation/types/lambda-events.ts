import { STRING, type ObjectSchema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { open, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

/** Properties that have an effect, or a warning of their own. */
const SCHEMAS = {
  eventInvokeConfig: open({
    FunctionName: { type: 'string', minimum: 1 },
    MaximumEventAgeInSeconds: { type: 'integer', minimum: 60, maximum: 21_600 },
    MaximumRetryAttempts: { type: 'integer', minimum: 0, maximum: 2 },
    Qualifier: STRING,
  }, ['FunctionName', 'Qualifier']),
} satisfies Record<string, ObjectSchema>;

/** How events reach functions. */
export function lambdaEventTypes(options: TypeOptions): Record<string, ResourceType> {
  const { functions } = options;
  return {
    'AWS::Lambda::EventInvokeConfig': {
      schema: SCHEMAS.eventInvokeConfig,
      immutable: ['FunctionName', 'Qualifier'],
      create: async request => putEventInvokeConfig(request, options),
      update: async request => putEventInvokeConfig(request, options),
      delete: async ({ properties }) => functions.deleteEventInvokeConfig(qualifiedName(properties)),
    },
  };
}

function putEventInvokeConfig(request: ResourceRequest, { functions, liveLog }: TypeOptions): ResourceState {
  const { properties } = request;
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.eventInvokeConfig);
  functions.putEventInvokeConfig(qualifiedName(properties), {
    maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
  });
  return { physicalId: `${properties.FunctionName}|${properties.Qualifier}`, attributes: {} };
}

function qualifiedName({ FunctionName, Qualifier }: ResourceRequest['properties']): string {
  return `${FunctionName}:${Qualifier}`;
}
