import { generatedName } from '../generated-names';
import { ANY, BOOLEAN, STRING, STRINGS, type ObjectSchema, type Schema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { ArchiveCode, FolderCode, FunctionDefinition } from '../services';
import { assetOf, fingerprintOf } from './code-asset';
import { cors } from './cors';
import { open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const FUNCTION_NAME: Schema = {
  type: 'string',
  minimum: 1,
  maximum: 256,
  pattern: /^(arn:aws[a-z-]*:lambda:)?([a-z0-9-]+:)?(\d{12}:)?(function:)?[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?$/,
  description: 'the name or ARN of a function',
};

/** Properties that have an effect, or a warning of their own. */
const SCHEMAS = {
  alias: open({
    FunctionName: FUNCTION_NAME, FunctionVersion: STRING, Name: { type: 'string', minimum: 1 }, RoutingConfig: ANY,
  }, ['FunctionName', 'FunctionVersion', 'Name']),
  function: open({
    Architectures: STRINGS,
    // Templates written by hand have a path, as `aws cloudformation package` accepts it.
    Code: { type: 'union', options: [STRING, open({ ImageUri: STRING, S3Key: STRING, ZipFile: STRING })] },
    Environment: open({ Variables: { type: 'map', values: STRING } }),
    FunctionName: FUNCTION_NAME,
    Handler: STRING,
    Layers: STRINGS,
    LoggingConfig: open({ ApplicationLogLevel: STRING, LogFormat: STRING, LogGroup: STRING }),
    MemorySize: { type: 'integer', minimum: 128 },
    PackageType: STRING,
    ReservedConcurrentExecutions: { type: 'integer', minimum: 0 },
    Role: STRING,
    Runtime: STRING,
    Tags: { type: 'array', items: open({ Key: STRING, Value: STRING }, ['Key']) },
    Timeout: { type: 'integer', minimum: 1, maximum: 900 },
  }, ['Code', 'Role']),
  layerVersion: open({
    CompatibleArchitectures: STRINGS,
    CompatibleRuntimes: STRINGS,
    Content: { type: 'union', options: [STRING, open({ S3Key: STRING })] },
    LayerName: { type: 'string', minimum: 1, maximum: 140, pattern: /^[a-zA-Z0-9-_]+$/ },
    LicenseInfo: STRING,
  }, ['Content']),
  permission: open({
    Action: STRING,
    FunctionName: FUNCTION_NAME,
    FunctionUrlAuthType: STRING,
    InvokedViaFunctionUrl: BOOLEAN,
    Principal: STRING,
    PrincipalOrgID: STRING,
    SourceAccount: STRING,
    SourceArn: STRING,
  }, ['Action', 'FunctionName', 'Principal']),
  url: open({
    AuthType: { type: 'string', values: ['AWS_IAM', 'NONE'] },
    Cors: cors(0),
    InvokeMode: STRING,
    Qualifier: STRING,
    TargetFunctionArn: FUNCTION_NAME,
  }, ['AuthType', 'TargetFunctionArn']),
  version: open({ FunctionName: FUNCTION_NAME }, ['FunctionName']),
} satisfies Record<string, ObjectSchema>;

export function lambdaTypes(options: TypeOptions): Record<string, ResourceType> {
  const { liveLog, environment: { account, region }, functions } = options;
  const arnOf = (nameOrArn: string) => nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;

  /** By ARN. */
  const layers = new Map<string, ArchiveCode | FolderCode>();
  /** The last version of each layer, by name. As in AWS, no version is used again. */
  const layerVersions = new Map<string, number>();

  return {
    'AWS::Lambda::Alias': {
      schema: SCHEMAS.alias,
      immutable: ['FunctionName', 'Name'],
      create: async request => putAlias(request, options),
      update: async request => putAlias(request, options),
      delete: async (_request, { physicalId }) => functions.deleteAlias(physicalId),
    },
    'AWS::Lambda::Function': {
      schema: SCHEMAS.function,
      immutable: ['FunctionName', 'PackageType'],
      fingerprint: ({ Code }, source) => fingerprintOf(Code, source),
      create: async request => putFunction(request, options, layers),
      update: async request => putFunction(request, options, layers),
      delete: async (_request, { physicalId }) => functions.delete(physicalId),
    },
    'AWS::Lambda::LayerVersion': {
      schema: SCHEMAS.layerVersion,
      fingerprint: ({ Content }, source) => fingerprintOf(Content, source),
      create: async request => {
        const { fingerprint, logicalId, properties, seed, source, stackName } = request;
        warnAboutIgnoredProperties(liveLog, request, SCHEMAS.layerVersion);
        const content = assetOf('Content', properties.Content, source, fingerprint);
        const name: string = properties.LayerName ?? generatedName(stackName, logicalId, seed, 140);
        const version = (layerVersions.get(name) ?? 0) + 1;
        layerVersions.set(name, version);
        const arn = `arn:aws:lambda:${region}:${account}:layer:${name}:${version}`;
        layers.set(arn, content);
        return { physicalId: arn, attributes: { LayerVersionArn: arn } };
      },
      delete: async (_request, { physicalId }) => {
        layers.delete(physicalId);
      },
    },
    'AWS::Lambda::Permission': {
      schema: SCHEMAS.permission,
      create: async request => addPermission(request, options),
      delete: async ({ properties }, { physicalId }) => functions.removePermission(properties.FunctionName, physicalId),
    },
    'AWS::Lambda::Url': {
      schema: SCHEMAS.url,
      immutable: ['Qualifier', 'TargetFunctionArn'],
      create: async request => putUrl(request, options, arnOf),
      update: async request => putUrl(request, options, arnOf),
      delete: async (_request, { physicalId }) => functions.deleteUrl(physicalId),
    },
    'AWS::Lambda::Version': {
      schema: SCHEMAS.version,
      create: async request => {
        warnAboutIgnoredProperties(liveLog, request, SCHEMAS.version);
        const arn = functions.publishVersion(functionName(request.properties.FunctionName));
        return { physicalId: arn, attributes: { FunctionArn: arn, Version: arn.slice(arn.lastIndexOf(':') + 1) } };
      },
      delete: async (_request, { physicalId }) => functions.deleteVersion(physicalId),
    },
  };
}

async function putFunction(
  request: ResourceRequest, options: TypeOptions, layers: ReadonlyMap<string, ArchiveCode | FolderCode>,
): Promise<ResourceState> {
  const { logicalId, properties, seed, stackName } = request;
  if (properties.PackageType === 'Image' || properties.Code.ImageUri) throw new ExpectedError('Functions in container images are not supported.');
  for (const property of ['Runtime', 'Handler']) {
    if (properties[property] === undefined) throw new ExpectedError(`${property} is missing.`);
  }
  const name = properties.FunctionName ?? generatedName(stackName, logicalId, seed, 64);
  const layerArns: string[] = properties.Layers ?? [];
  for (const layer of layerArns.filter(arn => !layers.has(arn))) {
    warn(options.liveLog, request, `has the layer ${layer}, which no stack has: it is ignored`, { notice: 'ignored', properties: ['Layers'], layer });
  }
  warnAboutIgnoredProperties(options.liveLog, request, SCHEMAS.function);
  const definition: FunctionDefinition = {
    functionName: functionName(name),
    runtime: properties.Runtime,
    handler: properties.Handler,
    code: codeOf(request),
    layers: layerArns.length === 0 ? undefined : layerArns.flatMap(layer => layers.get(layer) ?? []),
    environment: withLocalUrls(properties.Environment?.Variables ?? {}, options),
    tags: properties.Tags && tagsOf(properties.Tags),
    timeoutSeconds: properties.Timeout ?? 3,
    memorySize: properties.MemorySize ?? 128,
    roleArn: properties.Role,
    logFormat: properties.LoggingConfig?.LogFormat,
    logGroup: properties.LoggingConfig?.LogGroup,
    applicationLogLevel: properties.LoggingConfig?.ApplicationLogLevel,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    architecture: properties.Architectures?.[0],
  };
  const arn = await options.functions.put(definition);
  return { physicalId: definition.functionName, attributes: { Arn: arn } };
}

/** Functions cannot reach APIs at the addresses of AWS. */
function withLocalUrls(variables: Record<string, string>, { apiAddresses }: TypeOptions): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, apiAddresses.localUrls(value)]));
}

function tagsOf(tags: { Key: string; Value?: unknown }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value = '' }) => [Key, String(Value)]));
}

function codeOf({ fingerprint, properties, source }: ResourceRequest): FunctionDefinition['code'] {
  const { Code: code } = properties;
  if (code.ZipFile !== undefined) return { zipFile: code.ZipFile };
  return assetOf('Code', code, source, fingerprint);
}

function addPermission(request: ResourceRequest, { liveLog, functions }: TypeOptions): ResourceState {
  const { Action: action, FunctionName: target, Principal: principal, SourceAccount, SourceArn } = request.properties;
  const { FunctionUrlAuthType, InvokedViaFunctionUrl, PrincipalOrgID } = request.properties;
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.permission);
  if (PrincipalOrgID !== undefined) {
    const text = `is for the organization ${PrincipalOrgID}, to which no local principal belongs: it allows nothing`;
    warn(liveLog, request, text, { notice: 'allows-nothing', principal: PrincipalOrgID });
  }
  if (/^(\d{12}$|arn:)/.test(principal)) {
    const text = `is for ${principal}: it allows nothing, because only the policies of a role decide which functions it may invoke`;
    warn(liveLog, request, text, { notice: 'allows-nothing', principal });
  }
  const id = generatedName(request.stackName, request.logicalId, request.seed, 100);
  functions.addPermission(target, {
    id,
    principal,
    action,
    sourceArn: SourceArn,
    sourceAccount: SourceAccount,
    functionUrlAuthType: FunctionUrlAuthType,
    invokedViaFunctionUrl: InvokedViaFunctionUrl,
    principalOrgId: PrincipalOrgID,
  });
  return { physicalId: id, attributes: { Id: id } };
}

function putAlias(request: ResourceRequest, options: TypeOptions): ResourceState {
  warnAboutIgnoredProperties(options.liveLog, request, SCHEMAS.alias);
  const { FunctionName, FunctionVersion, Name, RoutingConfig } = request.properties;
  if (RoutingConfig) {
    const text = 'has a RoutingConfig, which is ignored: all invocations go to its FunctionVersion';
    warn(options.liveLog, request, text, { notice: 'ignored', properties: ['RoutingConfig'] });
  }
  const arn = options.functions.putAlias(functionName(FunctionName), Name, FunctionVersion);
  return { physicalId: arn, attributes: { AliasArn: arn } };
}

function putUrl(request: ResourceRequest, options: TypeOptions, arnOf: (nameOrArn: string) => string): ResourceState {
  const { AuthType, Cors, InvokeMode, Qualifier, TargetFunctionArn } = request.properties;
  warnAboutIgnoredProperties(options.liveLog, request, SCHEMAS.url);
  if (InvokeMode === 'RESPONSE_STREAM') {
    const text = 'has InvokeMode RESPONSE_STREAM, which is ignored: responses are sent as a whole';
    warn(options.liveLog, request, text, { notice: 'ignored', properties: ['InvokeMode'] });
  }
  const arn = arnOf(TargetFunctionArn) + (Qualifier ? `:${Qualifier}` : '');
  const url = options.functions.putUrl(arn, AuthType, Cors);
  return { physicalId: arn, attributes: { FunctionArn: arn, FunctionUrl: url } };
}

/** @param nameOrArn with or without a qualifier */
function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return parts.length === 1 ? nameOrArn : parts[parts.indexOf('function') + 1];
}
