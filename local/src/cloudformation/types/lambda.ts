import { folderHash } from '../folder-hash';
import { generatedName } from '../generated-names';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { FunctionDefinition } from '../services';
import { warn, warnAboutIgnoredProperties } from './ignored-properties';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** Properties that have an effect, or a warning of their own. */
const SUPPORTED = {
  alias: ['FunctionName', 'FunctionVersion', 'Name', 'RoutingConfig'],
  function: [
    'Architectures', 'Code', 'Environment', 'FunctionName', 'Handler', 'Layers', 'LoggingConfig', 'MemorySize', 'PackageType',
    'ReservedConcurrentExecutions', 'Role', 'Runtime', 'Timeout',
  ],
  permission: ['Action', 'FunctionName', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'Principal', 'PrincipalOrgID', 'SourceAccount', 'SourceArn'],
  url: ['AuthType', 'Cors', 'InvokeMode', 'Qualifier', 'TargetFunctionArn'],
  version: ['FunctionName'],
};

export function lambdaTypes(options: TypeOptions): Record<string, ResourceType> {
  const { liveLog, environment: { account, region }, functions } = options;
  const arnOf = (nameOrArn: string) => nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;

  return {
    'AWS::Lambda::Alias': {
      immutable: ['FunctionName', 'Name'],
      create: async request => putAlias(request, options),
      update: async request => putAlias(request, options),
      delete: async (_request, { physicalId }) => functions.deleteAlias(physicalId),
    },
    'AWS::Lambda::Function': {
      immutable: ['FunctionName', 'PackageType'],
      fingerprint: (properties, source) => {
        const asset = typeof properties.Code === 'string' ? source.asset(properties.Code) : undefined;
        return asset && 'directory' in asset && source.watched.includes(asset.directory) ? folderHash(asset.directory) : undefined;
      },
      create: async request => putFunction(request, options),
      update: async request => putFunction(request, options),
      delete: async (_request, { physicalId }) => functions.delete(physicalId),
    },
    'AWS::Lambda::Permission': {
      create: async request => addPermission(request, options),
      delete: async ({ properties }, { physicalId }) => functions.removePermission(properties.FunctionName, physicalId),
    },
    'AWS::Lambda::Url': {
      immutable: ['Qualifier', 'TargetFunctionArn'],
      create: async request => putUrl(request, options, arnOf),
      update: async request => putUrl(request, options, arnOf),
      delete: async (_request, { physicalId }) => functions.deleteUrl(physicalId),
    },
    'AWS::Lambda::Version': {
      create: async request => {
        warnAboutIgnoredProperties(liveLog, request, SUPPORTED.version);
        const arn = functions.publishVersion(functionName(request.properties.FunctionName));
        return { physicalId: arn, attributes: { FunctionArn: arn, Version: arn.slice(arn.lastIndexOf(':') + 1) } };
      },
      delete: async (_request, { physicalId }) => functions.deleteVersion(physicalId),
    },
  };
}

async function putFunction(request: ResourceRequest, options: TypeOptions): Promise<ResourceState> {
  const { logicalId, properties, seed, stackName } = request;
  if (properties.PackageType === 'Image' || properties.Code?.ImageUri) throw new ExpectedError('Functions in container images are not supported.');
  if (typeof (properties.FunctionName ?? '') !== 'string') throw new ExpectedError(`FunctionName must be a string, got ${JSON.stringify(properties.FunctionName)}.`);
  for (const property of ['Runtime', 'Handler', 'Role']) {
    if (typeof properties[property] !== 'string') throw new ExpectedError(`${property} must be a string, got ${JSON.stringify(properties[property]) ?? 'none'}.`);
  }
  const name = properties.FunctionName ?? generatedName(stackName, logicalId, seed, 64);
  if (properties.Layers?.length > 0) warn(options.liveLog, request, 'has layers, which are ignored');
  warnAboutIgnoredProperties(options.liveLog, request, SUPPORTED.function);
  const { ReservedConcurrentExecutions: reserved } = properties;
  const definition: FunctionDefinition = {
    functionName: functionName(name),
    runtime: properties.Runtime,
    handler: properties.Handler,
    code: codeOf(request),
    environment: Object.fromEntries(Object.entries(properties.Environment?.Variables ?? {}).map(([key, value]) => [key, String(value)])),
    timeoutSeconds: wholeNumber('Timeout', properties.Timeout ?? 3, 1, 900),
    memorySize: wholeNumber('MemorySize', properties.MemorySize ?? 128, 128),
    roleArn: properties.Role,
    logFormat: properties.LoggingConfig?.LogFormat,
    logGroup: properties.LoggingConfig?.LogGroup,
    applicationLogLevel: properties.LoggingConfig?.ApplicationLogLevel,
    reservedConcurrency: reserved === undefined ? undefined : wholeNumber('ReservedConcurrentExecutions', reserved, 0),
    architecture: properties.Architectures?.[0],
  };
  const arn = await options.functions.put(definition);
  return { physicalId: definition.functionName, attributes: { Arn: arn } };
}

function codeOf({ fingerprint, properties, source }: ResourceRequest): FunctionDefinition['code'] {
  const { Code: code } = properties;
  if (typeof code?.ZipFile === 'string') return { zipFile: code.ZipFile };
  // Templates written by hand have a path, as `aws cloudformation package` accepts it.
  const key = typeof code === 'string' ? code : code?.S3Key;
  if (typeof key !== 'string') throw new ExpectedError('Code must have an S3Key or a ZipFile.');
  const asset = source.asset(key);
  if (!asset) throw new ExpectedError(`Code ${key} must be an asset of the app: it does not exist on this machine.`);
  if ('file' in asset) throw new ExpectedError(`Code must be a folder, got the file ${asset.file}: .zip and .jar files are not supported.`);
  return fingerprint === undefined ? asset : { ...asset, fingerprint };
}

function addPermission(request: ResourceRequest, { liveLog, functions }: TypeOptions): ResourceState {
  const { Action: action, FunctionName: target, Principal: principal, SourceAccount, SourceArn } = request.properties;
  const { FunctionUrlAuthType, InvokedViaFunctionUrl, PrincipalOrgID } = request.properties;
  for (const property of ['Action', 'FunctionName', 'Principal']) {
    const value = request.properties[property];
    if (typeof value !== 'string') throw new ExpectedError(`${property} must be a string, got ${JSON.stringify(value) ?? 'none'}.`);
  }
  warnAboutIgnoredProperties(liveLog, request, SUPPORTED.permission);
  if (PrincipalOrgID !== undefined) warn(liveLog, request, `is for the organization ${PrincipalOrgID}, to which no local principal belongs: it allows nothing`);
  if (/^(\d{12}$|arn:)/.test(principal)) {
    warn(liveLog, request, `is for ${principal}: it allows nothing, because only the policies of a role decide which functions it may invoke`);
  }
  const id = generatedName(request.stackName, request.logicalId, request.seed, 100);
  functions.addPermission(target, {
    id,
    principal,
    action,
    sourceArn: SourceArn,
    sourceAccount: SourceAccount && String(SourceAccount),
    functionUrlAuthType: FunctionUrlAuthType,
    invokedViaFunctionUrl: InvokedViaFunctionUrl === undefined ? undefined : String(InvokedViaFunctionUrl) === 'true',
    principalOrgId: PrincipalOrgID,
  });
  return { physicalId: id, attributes: { Id: id } };
}

function putAlias(request: ResourceRequest, options: TypeOptions): ResourceState {
  warnAboutIgnoredProperties(options.liveLog, request, SUPPORTED.alias);
  const { FunctionName, FunctionVersion, Name, RoutingConfig } = request.properties;
  if (RoutingConfig) warn(options.liveLog, request, 'has a RoutingConfig, which is ignored: all invocations go to its FunctionVersion');
  const arn = options.functions.putAlias(functionName(FunctionName), Name, String(FunctionVersion));
  return { physicalId: arn, attributes: { AliasArn: arn } };
}

function putUrl(request: ResourceRequest, options: TypeOptions, arnOf: (nameOrArn: string) => string): ResourceState {
  const { AuthType, Cors, InvokeMode, Qualifier, TargetFunctionArn } = request.properties;
  warnAboutIgnoredProperties(options.liveLog, request, SUPPORTED.url);
  if (AuthType !== 'AWS_IAM' && AuthType !== 'NONE') throw new ExpectedError(`AuthType must be AWS_IAM or NONE, got ${JSON.stringify(AuthType)}.`);
  if (InvokeMode === 'RESPONSE_STREAM') warn(options.liveLog, request, 'has InvokeMode RESPONSE_STREAM, which is ignored: responses are sent as a whole');
  const arn = arnOf(TargetFunctionArn) + (Qualifier ? `:${Qualifier}` : '');
  const url = options.functions.putUrl(arn, AuthType, Cors);
  return { physicalId: arn, attributes: { FunctionArn: arn, FunctionUrl: url } };
}

/** @param nameOrArn with or without a qualifier */
function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return parts.length === 1 ? nameOrArn : parts[parts.indexOf('function') + 1];
}

function wholeNumber(name: string, value: unknown, minimum: number, maximum = Infinity): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum) return number;
  const range = maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new ExpectedError(`${name} must be a whole number ${range}, got ${JSON.stringify(value)}.`);
}
