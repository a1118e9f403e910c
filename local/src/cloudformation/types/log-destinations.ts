import { generatedName } from '../generated-names';
import type { Schema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** CloudFormation's own limits of the names, which also apply to a logging configuration that refers to them. */
export const DESTINATION_NAMES = {
  BucketName: { type: 'string', minimum: 3, maximum: 63, pattern: /^[a-z0-9-.]+$/ },
  DeliveryStreamName: { type: 'string', minimum: 1, maximum: 64, pattern: /^[a-zA-Z0-9_.-]+$/ },
  LogGroupName: { type: 'string', minimum: 1, maximum: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ },
} satisfies Record<string, Schema & { maximum: number }>;

/** Whether a destination of chat logs has been deployed. */
export type DestinationExists = (type: string, name: string) => boolean;

/** Destinations of chat logs. They have names and ARNs only: the logs are files in the data folder, created when a chat log needs them. */
export function destinationTypes(options: TypeOptions): { types: Record<string, ResourceType>; exists: DestinationExists } {
  const { account, region } = options.environment;
  const existing = new Set<string>();

  type Attributes = (name: string) => Record<string, string>;
  const named = (nameProperty: keyof typeof DESTINATION_NAMES, attributes: Attributes, lowerCase = false): ResourceType => {
    const state = (request: ResourceRequest): ResourceState => {
      const generated = generatedName(request.stackName, request.logicalId, request.seed, DESTINATION_NAMES[nameProperty].maximum);
      const name: string = request.properties[nameProperty] ?? (lowerCase ? generated.toLowerCase() : generated);
      return { physicalId: name, attributes: attributes(name) };
    };
    return {
      hasDeadAddresses: true,
      schema: { type: 'object', open: true, properties: { [nameProperty]: DESTINATION_NAMES[nameProperty] } },
      immutable: [nameProperty],
      create: async request => {
        const created = state(request);
        const key = `${request.type} ${created.physicalId}`;
        if (existing.has(key)) throw new ExpectedError(`${created.physicalId} already exists.`);
        existing.add(key);
        return created;
      },
      update: async (_request, unchanged) => unchanged,
      delete: async ({ type }, { physicalId }) => {
        existing.delete(`${type} ${physicalId}`);
      },
    };
  };

  return {
    exists: (type, name) => existing.has(`${type} ${name}`),
    types: {
      'AWS::KinesisFirehose::DeliveryStream': named('DeliveryStreamName', name => ({
        Arn: `arn:aws:firehose:${region}:${account}:deliverystream/${name}`,
      })),
      'AWS::Logs::LogGroup': named('LogGroupName', name => ({
        Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
      })),
      'AWS::S3::Bucket': named('BucketName', name => ({
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
      }), true),
    },
  };
}
