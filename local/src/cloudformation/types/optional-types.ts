import type { DestinationExists } from './log-destinations';
import type { TypeOptions } from './type-options';
import type { ResourceType } from '../resource-type';

export interface OptionalTypeOptions {
  readonly options: TypeOptions;
  /** The stand-in for all other types. */
  readonly other: ResourceType;
  readonly logGroupExists: DestinationExists;
}

// Not `import()`: Jest has none without an option of Node.js.
/* eslint-disable @typescript-eslint/no-require-imports */
/** By the start of the names of the types. */
const LOADERS: Readonly<Record<string, (options: OptionalTypeOptions) => Record<string, ResourceType>>> = {
  'AWS::ApiGateway::': ({ options, other }) => (require('./api-gateway') as typeof import('./api-gateway')).apiGatewayTypes(options, other),
  'AWS::ApiGatewayV2::': ({ options, other }) => (require('./api-gateway-v2') as typeof import('./api-gateway-v2')).apiGatewayV2Types(options, other),
  'AWS::Bedrock::': ({ options }) => (require('./bedrock') as typeof import('./bedrock')).bedrockTypes(options),
  'AWS::Cognito::': ({ options }) => (require('./cognito') as typeof import('./cognito')).cognitoTypes(options),
  'AWS::DynamoDB::': ({ options }) => (require('./dynamodb') as typeof import('./dynamodb')).dynamoDbTypes(options),
  'AWS::Lambda::Event': ({ options, other }) => (require('./lambda-events') as typeof import('./lambda-events')).lambdaEventTypes(options, other),
  'AWS::Logs::': ({ logGroupExists, options }) => (require('./logs') as typeof import('./logs')).logTypes(options, logGroupExists),
  'AWS::SecretsManager::': ({ options, other }) => (require('./secrets') as typeof import('./secrets')).secretTypes(options.secrets, other),
  'AWS::SQS::': ({ options }) => (require('./sqs') as typeof import('./sqs')).sqsTypes(options),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Returns a function that finds the implementation of a resource type that most apps do not use. The code of a service is loaded with its
 * first resource, because otherwise each start would take longer.
 */
export function optionalTypes(options: OptionalTypeOptions): (type: string) => ResourceType | undefined {
  const loaded = new Map<string, Record<string, ResourceType>>();
  return type => {
    const prefix = Object.keys(LOADERS).find(start => type.startsWith(start));
    if (prefix === undefined) return undefined;
    const types = loaded.get(prefix) ?? LOADERS[prefix](options);
    loaded.set(prefix, types);
    return Object.hasOwn(types, type) ? types[type] : undefined;
  };
}
