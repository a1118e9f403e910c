import { generatedName } from '../generated-names';
import { ANY, type ObjectSchema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { DESTINATION_NAMES, type DestinationExists } from './log-destinations';
import { inform, open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

/** Properties that have an effect. Distribution and RoleArn have none for functions in AWS either. */
const SUBSCRIPTION_FILTER: ObjectSchema = open({
  DestinationArn: { type: 'string', minimum: 1 },
  Distribution: ANY,
  FilterName: { type: 'string', minimum: 1, maximum: 512, pattern: /^[^:*]*$/ },
  FilterPattern: { type: 'string' },
  LogGroupName: DESTINATION_NAMES.LogGroupName,
  RoleArn: ANY,
}, ['DestinationArn', 'FilterPattern', 'LogGroupName']);

/** Log groups are in `log-destinations.ts`. */
export function logTypes(options: TypeOptions, exists: DestinationExists): Record<string, ResourceType> {
  const { liveLog, subscriptions } = options;
  const put = (request: ResourceRequest, filterName: string): ResourceState => {
    const { DestinationArn, FilterPattern, LogGroupName } = request.properties;
    warnAboutIgnoredProperties(liveLog, request, SUBSCRIPTION_FILTER);
    warnAboutLogGroup(request, options, exists);
    subscriptions.put({ logGroupName: LogGroupName, filterName, filterPattern: FilterPattern, destinationArn: DestinationArn });
    return { physicalId: filterName, attributes: {} };
  };
  return {
    'AWS::Logs::SubscriptionFilter': {
      schema: SUBSCRIPTION_FILTER,
      immutable: ['FilterName', 'LogGroupName'],
      create: async request => {
        const { logicalId, properties, seed, stackName } = request;
        return put(request, properties.FilterName ?? generatedName(stackName, logicalId, seed, 512));
      },
      update: async (request, { physicalId }) => put(request, physicalId),
      delete: async ({ properties }, { physicalId }) => subscriptions.delete(properties.LogGroupName, physicalId),
    },
  };
}

function warnAboutLogGroup(request: ResourceRequest, { liveLog }: TypeOptions, exists: DestinationExists): void {
  const name: string = request.properties.LogGroupName;
  if (name.startsWith('/aws/lambda/')) {
    warn(liveLog, request, `is for ${name}: it receives nothing, because only chat logs are delivered, not those of functions`, { notice: 'ignored', properties: ['LogGroupName'] });
  } else if (!exists('AWS::Logs::LogGroup', name)) {
    inform(liveLog, request, `is for ${name}, which is not part of this deployment: in AWS it must exist`, { notice: 'missing-destination', destination: name });
  }
}
