import { folderHash } from '../folder-hash';
import { generatedName } from '../generated-names';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { FunctionDefinition } from '../services';
import { say, sayWhatHasNoEffect } from './ignored-properties';
import type { TypeOptions } from './type-options';

/** Properties that do here what they do in AWS, or that are spoken of on their own. */
const HONOURED = {
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
        sayWhatHasNoEffect(liveLog, request, HONOURED.version);
        const arn = functions.publishVersion(functionName(request.properties.FunctionName));
        return { physicalId: arn, attributes: { FunctionArn: arn, Version: arn.slice(arn.lastIndexOf(':') + 1) } };
      },
      delete: async (_request, { physicalId }) => functions.deleteVersion(physicalId),
    },
  };
}

async function putFunction(request: ResourceRequest, options: TypeOptions): Promise<ResourceState> {
  const { logicalId, properties, seed, stackName } = request;
  if (properties.PackageType === 'Image' || properties.Code?.ImageUri) throw new Error('Functions in container images are not supported here.');
  for (const property of ['Runtime', 'Handler', 'Role']) {
    if (typeof properties[property] !== 'string') throw new Error(`A function needs a ${property}.`);
  }
  const name = properties.FunctionName ?? generatedName(stackName, logicalId, seed, 64);
  if (properties.Layers?.length > 0) say(options.liveLog, request, 'has layers, which it runs without here');
  sayWhatHasNoEffect(options.liveLog, request, HONOURED.function);
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
  // A path is what `aws cloudformation package` takes: templates written by hand have it.
  const key = typeof code === 'string' ? code : code?.S3Key;
  if (typeof key !== 'string') throw new Error('A function needs Code with an S3Key or a ZipFile.');
  const asset = source.asset(key);
  if (!asset) throw new Error(`Its code ${key} is not on this machine: it is no asset of the app.`);
  if ('file' in asset) throw new Error(`Its code ${asset.file} is one packed file (.zip or .jar), which is not supported here: make it a folder.`);
  return fingerprint === undefined ? asset : { ...asset, fingerprint };
}

function addPermission(request: ResourceRequest, { liveLog, functions }: TypeOptions): ResourceState {
  const { Action: action, FunctionName: target, Principal: principal, SourceAccount, SourceArn } = request.properties;
  const { FunctionUrlAuthType, InvokedViaFunctionUrl, PrincipalOrgID } = request.properties;
  for (const property of ['Action', 'FunctionName', 'Principal']) {
    if (typeof request.properties[property] !== 'string') throw new Error(`A permission needs a ${property}.`);
  }
  sayWhatHasNoEffect(liveLog, request, HONOURED.permission);
  if (PrincipalOrgID !== undefined) say(liveLog, request, `is for the organization ${PrincipalOrgID}, which nobody here belongs to: it allows nothing`);
  if (/^(\d{12}$|arn:)/.test(principal)) {
    say(liveLog, request, `is for ${principal}, and allows nothing here: whether a role may invoke a function is told by the policies of the role`);
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
  sayWhatHasNoEffect(options.liveLog, request, HONOURED.alias);
  const { FunctionName, FunctionVersion, Name, RoutingConfig } = request.properties;
  if (RoutingConfig) say(options.liveLog, request, 'shares its invocations among versions, which is not done here: all go to its FunctionVersion');
  const arn = options.functions.putAlias(functionName(FunctionName), Name, String(FunctionVersion));
  return { physicalId: arn, attributes: { AliasArn: arn } };
}

function putUrl(request: ResourceRequest, options: TypeOptions, arnOf: (nameOrArn: string) => string): ResourceState {
  const { AuthType, Cors, InvokeMode, Qualifier, TargetFunctionArn } = request.properties;
  sayWhatHasNoEffect(options.liveLog, request, HONOURED.url);
  if (AuthType !== 'AWS_IAM' && AuthType !== 'NONE') throw new Error('AuthType has to be AWS_IAM or NONE.');
  if (InvokeMode === 'RESPONSE_STREAM') say(options.liveLog, request, 'streams its responses, which is not supported here: they come in one piece');
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
  throw new Error(`${name} has to be a whole number ${range}, not ${JSON.stringify(value)}.`);
}
