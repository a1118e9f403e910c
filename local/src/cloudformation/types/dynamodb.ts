import { generatedName } from '../generated-names';
import { ANY, BOOLEAN, STRING, STRINGS, type Schema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { attributeTypesOf, checkIndexChanges, tableDefinition } from './dynamodb-definition';
import { open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

const NAME: Schema = { type: 'string', minimum: 3, maximum: 255, pattern: /^[a-zA-Z0-9_.-]+$/ };

const KEY_SCHEMA: Schema = {
  type: 'array', items: open({ AttributeName: STRING, KeyType: { type: 'string', values: ['HASH', 'RANGE'] } }, ['AttributeName', 'KeyType']),
};

const PROJECTION: Schema = {
  type: 'object',
  properties: { NonKeyAttributes: STRINGS, ProjectionType: { type: 'string', values: ['ALL', 'KEYS_ONLY', 'INCLUDE'] } },
};

/** Throughput has no effect here, and none on the results of requests in AWS either. */
const THROUGHPUT = { OnDemandThroughput: ANY, ProvisionedThroughput: ANY, WarmThroughput: ANY };

const INDEX: Schema = {
  type: 'array',
  items: open({ IndexName: NAME, KeySchema: KEY_SCHEMA, Projection: PROJECTION, ...THROUGHPUT }, ['IndexName', 'KeySchema', 'Projection']),
};

const COMMON = {
  AttributeDefinitions: {
    type: 'array',
    items: open({ AttributeName: STRING, AttributeType: { type: 'string', values: ['S', 'N', 'B'] } }, ['AttributeName', 'AttributeType']),
  },
  BillingMode: { type: 'string', values: ['PAY_PER_REQUEST', 'PROVISIONED'] },
  GlobalSecondaryIndexes: INDEX,
  KeySchema: KEY_SCHEMA,
  LocalSecondaryIndexes: INDEX,
  StreamSpecification: ANY,
  TableName: NAME,
  TimeToLiveSpecification: open({ AttributeName: STRING, Enabled: BOOLEAN }, ['Enabled']),
} satisfies Record<string, Schema>;

const SCHEMAS = {
  table: open({ ...COMMON, ...THROUGHPUT }, ['KeySchema']),
  globalTable: open({
    ...COMMON,
    Replicas: { type: 'array', items: open({ Region: STRING }, ['Region']) },
    ReadOnDemandThroughputSettings: ANY,
    ReadProvisionedThroughputSettings: ANY,
    WriteOnDemandThroughputSettings: ANY,
    WriteProvisionedThroughputSettings: ANY,
  }, ['AttributeDefinitions', 'KeySchema', 'Replicas']),
};

export function dynamoDbTypes(options: TypeOptions): Record<string, ResourceType> {
  return {
    'AWS::DynamoDB::GlobalTable': tableType(options, SCHEMAS.globalTable),
    'AWS::DynamoDB::Table': tableType(options, SCHEMAS.table),
  };
}

function tableType({ environment: { region }, liveLog, tables }: TypeOptions, schema: ResourceType['schema']): ResourceType {
  const report = (request: ResourceRequest) => {
    const { Replicas = [], StreamSpecification } = request.properties;
    warnAboutIgnoredProperties(liveLog, request, schema);
    if (StreamSpecification) {
      warn(liveLog, request, 'has StreamSpecification, which is ignored: ivschat-local has no streams', { notice: 'ignored', properties: ['StreamSpecification'] });
    }
    const others = (Replicas as Properties[]).map(replica => String(replica.Region)).filter(each => each !== region);
    if (others.length > 0) {
      warn(liveLog, request, `has replicas in ${others.join(', ')}, which are ignored: all items are in one table`, { notice: 'ignored', properties: ['Replicas'] });
    }
  };
  return {
    schema,
    immutable: ['KeySchema', 'LocalSecondaryIndexes', 'TableName'],
    checkUpdate: (properties, old) => {
      checkIndexChanges(properties, old);
      const [before, after] = [old, properties].map(attributeTypesOf);
      const changed = (properties.KeySchema as Properties[]).map(({ AttributeName }) => AttributeName)
        .find(name => before.has(name) && after.has(name) && before.get(name) !== after.get(name));
      if (changed !== undefined) {
        throw new ExpectedError(`AttributeDefinitions must keep the type ${before.get(changed)} of the key attribute ${changed}, got ${after.get(changed)}: ivschat-local replaces a table only if KeySchema, LocalSecondaryIndexes or TableName changes.`);
      }
    },
    create: async request => {
      report(request);
      const name = request.properties.TableName ?? generatedName(request.stackName, request.logicalId, request.seed, 255);
      const arn = await tables.create(tableDefinition(name, request.properties));
      return stateOf(name, arn, request);
    },
    update: async (request, { attributes, physicalId }) => {
      report(request);
      await tables.update(tableDefinition(physicalId, request.properties));
      return stateOf(physicalId, String(attributes.Arn), request);
    },
    delete: async (_request, { physicalId }) => tables.delete(physicalId),
  };
}

function stateOf(name: string, arn: string, { properties: { StreamSpecification } }: ResourceRequest): ResourceState {
  return {
    physicalId: name,
    // A stream exists by name only, so that other resources can refer to it.
    attributes: { Arn: arn, TableId: name, ...StreamSpecification && { StreamArn: `${arn}/stream/2026-01-01T00:00:00.000` } },
  };
}
