import { generatedName } from '../names';
import { describeResource } from '../resource-type';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { FunctionDefinition } from '../services';
import type { TypeOptions } from './index';

export function lambdaTypes(options: TypeOptions): Record<string, ResourceType> {
  const { environment: { account, region }, functions } = options;
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
      create: async request => putFunction(request, options),
      update: async request => putFunction(request, options),
      delete: async (_request, { physicalId }) => functions.delete(physicalId),
    },
    'AWS::Lambda::Permission': {
      create: async request => {
        const { Action: action, FunctionName: target, Principal: principal, SourceAccount, SourceArn } = request.properties;
        const { FunctionUrlAuthType, InvokedViaFunctionUrl } = request.properties;
        const id = generatedName(request.stackName, request.logicalId, request.seed, 100);
        functions.addPermission(target, {
          id,
          principal,
          action,
          sourceArn: SourceArn,
          sourceAccount: SourceAccount && String(SourceAccount),
          functionUrlAuthType: FunctionUrlAuthType,
          invokedViaFunctionUrl: InvokedViaFunctionUrl === undefined ? undefined : String(InvokedViaFunctionUrl) === 'true',
        });
        return { physicalId: id, attributes: { Id: id } };
      },
      delete: async ({ properties }, { physicalId }) => functions.removePermission(properties.FunctionName, physicalId),
    },
    'AWS::Lambda::Url': {
      immutable: ['Qualifier', 'TargetFunctionArn'],
      create: async request => putUrl(request, options, arnOf),
      update: async request => putUrl(request, options, arnOf),
      delete: async (_request, { physicalId }) => functions.deleteUrl(physicalId),
    },
    'AWS::Lambda::Version': {
      create: async ({ properties }) => {
        const arn = functions.publishVersion(functionName(properties.FunctionName));
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
  const unsupported = [properties.Layers?.length && 'layers', properties.FileSystemConfigs?.length && 'file systems'].filter(Boolean);
  if (unsupported.length > 0) notice(request, options, `has ${unsupported.join(' and ')}, which it runs without here`);
  const definition: FunctionDefinition = {
    functionName: functionName(name),
    runtime: properties.Runtime,
    handler: properties.Handler,
    code: codeOf(request),
    environment: Object.fromEntries(Object.entries(properties.Environment?.Variables ?? {}).map(([key, value]) => [key, String(value)])),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memorySize: Number(properties.MemorySize ?? 128),
    roleArn: properties.Role,
    logFormat: properties.LoggingConfig?.LogFormat,
    applicationLogLevel: properties.LoggingConfig?.ApplicationLogLevel,
    reservedConcurrency: numberOrUndefined(properties.ReservedConcurrentExecutions),
    architecture: properties.Architectures?.[0],
  };
  const arn = await options.functions.put(definition);
  return { physicalId: definition.functionName, attributes: { Arn: arn } };
}

function codeOf({ properties, source }: ResourceRequest): FunctionDefinition['code'] {
  const { Code: code } = properties;
  if (typeof code?.ZipFile === 'string') return { zipFile: code.ZipFile };
  // A path is what `aws cloudformation package` takes: templates written by hand have it.
  const key = typeof code === 'string' ? code : code?.S3Key;
  if (typeof key !== 'string') throw new Error('A function needs Code with an S3Key or a ZipFile.');
  const asset = source.asset(key);
  if (!asset) throw new Error(`Its code ${key} is not on this machine: it is no asset of the app.`);
  if ('file' in asset) throw new Error(`Its code ${asset.file} is one packed file (.zip or .jar), which is not supported here: make it a folder.`);
  return asset;
}

function putAlias(request: ResourceRequest, options: TypeOptions): ResourceState {
  const { FunctionName, FunctionVersion, Name, RoutingConfig } = request.properties;
  if (RoutingConfig) notice(request, options, 'shares its invocations among versions, which is not done here: all go to its FunctionVersion');
  const arn = options.functions.putAlias(functionName(FunctionName), Name, String(FunctionVersion));
  return { physicalId: arn, attributes: { AliasArn: arn } };
}

function putUrl(request: ResourceRequest, options: TypeOptions, arnOf: (nameOrArn: string) => string): ResourceState {
  const { AuthType, Cors, InvokeMode, Qualifier, TargetFunctionArn } = request.properties;
  if (AuthType !== 'AWS_IAM' && AuthType !== 'NONE') throw new Error('AuthType has to be AWS_IAM or NONE.');
  if (InvokeMode === 'RESPONSE_STREAM') notice(request, options, 'streams its responses, which is not supported here: they come in one piece');
  const arn = arnOf(TargetFunctionArn) + (Qualifier ? `:${Qualifier}` : '');
  const url = options.functions.putUrl(arn, AuthType, Cors);
  return { physicalId: arn, attributes: { FunctionArn: arn, FunctionUrl: url } };
}

/** @param nameOrArn with or without a qualifier */
function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return parts.length === 1 ? nameOrArn : parts[parts.indexOf('function') + 1];
}

function numberOrUndefined(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function notice(request: ResourceRequest, { activity }: TypeOptions, text: string): void {
  activity.record({ kind: 'notice', level: 'warning', text: `${request.stackName}: ${describeResource(request)} ${text}` });
}
