import type { FunctionDefinition } from '../../contracts/function-definition';
import type { Environment } from '../../environment';
import { invalidParameter } from '../errors';
import type { CodeFolder } from '../function-code';
import type { Runtime } from './runtimes';
import type { FunctionConnections } from '../network/function-connections';

/** Environment variables that AWS documents as reserved. */
const RESERVED = /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_GROUP_NAME|LOG_STREAM_NAME|RUNTIME_API)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

export function checkEnvironment({ environment, functionName }: FunctionDefinition): void {
  const reserved = Object.keys(environment).filter(name => RESERVED.test(name));
  if (reserved.length > 0) throw invalidParameter(`Environment of the function ${functionName} must not set variables that Lambda reserves, got ${reserved.join(', ')}: rename them.`);
}

export interface ProcessSettings {
  readonly definition: FunctionDefinition;
  readonly version: string;
  readonly runtime: Runtime;
  readonly folder: CodeFolder;
  readonly environment: Environment;
  readonly accessKeyId: string;
  readonly connections: FunctionConnections;
  readonly endpoint: string;
  /** Addresses of services that others serve, by the suffix of `AWS_ENDPOINT_URL_`. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly runtimeApi: string;
  readonly logStreamName: string;
}

/** Builds the complete environment of a function's process. Nothing is inherited, so that no profile, key or proxy of the developer leaks into it. */
export function environmentVariables(settings: ProcessSettings): Record<string, string> {
  const { definition, runtime, environment } = settings;
  return {
    LANG: 'en_US.UTF-8',
    PATH: runtime.path,
    TZ: ':UTC',
    AWS_ENDPOINT_URL_IVSCHAT: settings.endpoint,
    ...layerVariables(settings),
    ...Object.fromEntries(Object.entries(settings.serviceEndpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
    ...definition.environment,
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: settings.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    AWS_SESSION_TOKEN: 'not-a-token',
    AWS_DEFAULT_REGION: environment.region,
    AWS_REGION: environment.region,
    // Serves all services. The definition may override it with variables such as AWS_ENDPOINT_URL_IVSCHAT.
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat ?? 'Text',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup ?? `/aws/lambda/${definition.functionName}`,
    AWS_LAMBDA_LOG_LEVEL: definition.applicationLogLevel ?? 'INFO',
    AWS_LAMBDA_LOG_STREAM_NAME: settings.logStreamName,
    AWS_LAMBDA_RUNTIME_API: settings.runtimeApi,
    // Suppresses a warning about Node.js 20 on every start.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    HOME: settings.folder.home,
    IVSCHAT_LOCAL_NETWORK: settings.connections.settings(definition.functionName, settings.endpoint),
    LAMBDA_TASK_ROOT: settings.folder.task,
  };
}

/** Lets functions find the files of their layers. */
function layerVariables({ definition, folder: { layers }, runtime }: ProcessSettings): Record<string, string> {
  if (!definition.layers?.length) return {};
  const version = /[\d.]+\d/.exec(definition.runtime)?.[0] ?? '';
  const packages = {
    node: { NODE_PATH: [`${layers}/nodejs/node${version}/node_modules`, `${layers}/nodejs/node_modules`].join(':') },
    provided: {},
    python: { PYTHONPATH: [`${layers}/python/lib/python${version}/site-packages`, `${layers}/python`].join(':') },
  };
  return { LD_LIBRARY_PATH: `${layers}/lib`, PATH: `${layers}/bin:${runtime.path}`, ...packages[runtime.kind] };
}
