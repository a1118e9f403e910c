import type { EventInvokeConfig } from '../contracts/event-invoke-config';
import type { EventSourceMapping } from '../contracts/event-source-mapping';
import type { ArchiveCode, FolderCode, FunctionDefinition } from '../contracts/function-definition';
import type { GuardrailDefinition } from '../contracts/guardrail-definition';
import type { HttpApiAuthorizer, HttpApiDefinition, HttpApiIntegration, HttpApiRoute, HttpApiStage } from '../contracts/http-api';
import type { Permission as FunctionPermission } from '../contracts/permission';
import type { PolicyDocument } from '../contracts/policy-document';
import type { QueueDefinition } from '../contracts/queue-definition';
import type {
  ApiKey, MockResponse, RestApiAuthorizer, RestApiDefinition, RestApiIntegration, RestApiMethod, RestApiParts, RestApiStage, UsagePlan,
} from '../contracts/rest-api';
import type { SubscriptionFilter } from '../contracts/subscription-filter';
import type { IndexDefinition, KeySchema, TableDefinition } from '../contracts/table-definition';
import type { UserPoolClientDefinition, UserPoolGroupDefinition } from '../contracts/user-pool';
import type { Environment } from '../environment';
import type { LiveLog } from '../live-log/live-log';

export type {
  ArchiveCode, EventInvokeConfig, EventSourceMapping, FolderCode, FunctionDefinition, FunctionPermission, GuardrailDefinition, HttpApiAuthorizer,
  HttpApiDefinition, HttpApiIntegration, HttpApiRoute, HttpApiStage, IndexDefinition, KeySchema, MockResponse, PolicyDocument, QueueDefinition,
  RestApiAuthorizer, RestApiIntegration, RestApiMethod, SubscriptionFilter, TableDefinition,
};

/** Other parts of the runtime, as far as deployments use them. */
export interface Services {
  readonly liveLog: LiveLog;
  readonly apiAddresses: ApiAddressService;
  readonly controlPlane: ControlPlaneService;
  readonly environment: Environment;
  readonly eventSourceMappings: EventSourceMappingService;
  readonly functions: FunctionService;
  readonly guardrails: GuardrailService;
  readonly httpApis: HttpApiService;
  readonly iam: RoleService;
  /** Explains the failure of a function that works in AWS, if the reason is known. */
  readonly explainFailure: (message: string) => string | undefined;
  readonly queues: QueueService;
  readonly restApis: RestApiService;
  /** The unique id of a role, such as `AROA…`. */
  readonly roleId: (roleArn: string) => string;
  readonly subscriptions: SubscriptionService;
  readonly tables: TableService;
  readonly userPools: UserPoolService;
}

export interface ApiAddressService {
  /** Replaces the addresses that APIs have in AWS with their local addresses. */
  localUrls(text: string): string;
}

export interface TableService {
  /** Creates a table. @returns its ARN */
  create(definition: TableDefinition): Promise<string> | string;
  /** Changes everything but the key of the table. */
  update(definition: TableDefinition): Promise<void> | void;
  delete(tableName: string): Promise<void> | void;
}

export interface ControlPlaneService {
  call(operation: string, input: unknown, options?: { id?: string; unthrottled?: boolean }): Promise<any>;
}

export interface EventSourceMappingService {
  put(mapping: EventSourceMapping): void;
  delete(id: string): void;
}

export interface GuardrailService {
  /** What guardrails flag, for messages. */
  readonly description: string;
  put(definition: GuardrailDefinition): void;
  delete(id: string): void;
  createVersion(idOrArn: string): string;
  deleteVersion(id: string, version: string): void;
  arnOf(idOrArn: string): string;
}

export interface QueueService {
  create(definition: QueueDefinition): void;
  update(definition: QueueDefinition): void;
  delete(queueName: string): void;
  arnOf(queueName: string): string;
  urlOf(queueName: string): string;
}

export interface SubscriptionService {
  put(filter: SubscriptionFilter): void;
  delete(logGroupName: string, filterName: string): void;
}

export interface RoleService {
  putRole(roleArn: string, policies: Record<string, PolicyDocument>): void;
  deleteRole(roleArn: string): void;
}

export interface HttpApiService {
  has(apiId: string): boolean;
  put(definition: HttpApiDefinition): string;
  delete(apiId: string): void;
  putRoute(apiId: string, route: HttpApiRoute): void;
  deleteRoute(apiId: string, id: string): void;
  putIntegration(apiId: string, integration: HttpApiIntegration): void;
  deleteIntegration(apiId: string, id: string): void;
  putAuthorizer(apiId: string, authorizer: HttpApiAuthorizer): void;
  deleteAuthorizer(apiId: string, id: string): void;
  putStage(apiId: string, stage: HttpApiStage): void;
  deleteStage(apiId: string, name: string): void;
}

export interface RestApiService {
  has(apiId: string): boolean;
  put(definition: RestApiDefinition): void;
  delete(apiId: string): void;
  putPart<Kind extends keyof RestApiParts>(apiId: string, kind: Kind, id: string, part: RestApiParts[Kind]): void;
  deletePart(apiId: string, kind: keyof RestApiParts, id: string): void;
  deploy(apiId: string, deploymentId: string): void;
  deleteDeployment(apiId: string, deploymentId: string): void;
  putStage(apiId: string, stage: RestApiStage): void;
  deleteStage(apiId: string, name: string): void;
  putKey(key: ApiKey): void;
  deleteKey(id: string): void;
  putUsagePlan(plan: UsagePlan): void;
  deleteUsagePlan(id: string): void;
  addKeyToPlan(planId: string, keyId: string): void;
  removeKeyFromPlan(planId: string, keyId: string): void;
}

export interface FunctionService {
  put(definition: FunctionDefinition): Promise<string>;
  delete(functionName: string): Promise<void>;
  publishVersion(functionName: string): string;
  deleteVersion(arn: string): void;
  putAlias(functionName: string, alias: string, version: string): string;
  deleteAlias(arn: string): void;
  addPermission(functionArnOrName: string, statement: FunctionPermission): void;
  removePermission(functionArnOrName: string, id: string): void;
  putUrl(functionArn: string, authType: 'AWS_IAM' | 'NONE', cors?: unknown): string;
  deleteUrl(functionArn: string): void;
  putEventInvokeConfig(functionArn: string, config: EventInvokeConfig): void;
  deleteEventInvokeConfig(functionArn: string): void;
  invoke(functionArnOrName: string, payload: string): Promise<{ payload: string; functionError?: string }>;
}

export interface UserPoolService {
  issuerOf(poolId: string): string;
  hasPool(id: string): boolean;
  putPool(id: string, name: string): void;
  deletePool(id: string): void;
  putClient(poolId: string, client: UserPoolClientDefinition): void;
  deleteClient(poolId: string, clientId: string): void;
  putGroup(poolId: string, group: UserPoolGroupDefinition): void;
  deleteGroup(poolId: string, name: string): void;
}
