import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiAddresses } from '../../src/api-gateway/addresses';
import { Deployment, type DeploymentOptions } from '../../src/cloudformation/deployments';
import type { EventInvokeConfig, FunctionDefinition, FunctionPermission, FunctionService } from '../../src/cloudformation/services';
import type { LoadedStack } from '../../src/cloudformation/source';
import { Tables } from '../../src/dynamodb/tables';
import { ExpectedError } from '../../src/expected-error';
import { HttpApis } from '../../src/http-apis/http-apis';
import { authorizer } from '../../src/iam/authorize';
import { roleId } from '../../src/iam/identity';
import { Roles } from '../../src/iam/roles';
import { ControlPlane } from '../../src/ivschat/api/control-plane';
import { FlaggedWords } from '../../src/judges/flagged-words';
import { Guardrails } from '../../src/judges/guardrails';
import { explainFailure } from '../../src/lambda/execution/failure-messages';
import { LiveLog, type LiveLogKind } from '../../src/live-log/live-log';
import { LogSubscriptions } from '../../src/log-subscriptions/subscriptions';
import { RestApis } from '../../src/rest-apis/rest-apis';
import { EventSourceMappings } from '../../src/sqs/event-source-mappings';
import { Queues } from '../../src/sqs/queues';
import { UserPools } from '../../src/user-pools/user-pools';

export const ENVIRONMENT = { account: '111122223333', region: 'us-east-1' };

export interface Event {
  readonly RequestType: 'Create' | 'Delete' | 'Update';
  readonly ResponseURL: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, any>;
  readonly OldResourceProperties?: Record<string, any>;
  readonly [field: string]: unknown;
}

type Data = Readonly<Record<string, unknown>>;

/** Handler of a scripted function. Its result is sent to the ResponseURL, merged into a response with the ids of the event. */
export type Script = (event: Event) => Promise<object | string | undefined> | object | string | undefined;

/** Functions whose handlers are scripts of the test. They respond over real sockets. Invoking a function without a script is an error. */
class ScriptedFunctions implements FunctionService {
  public readonly definitions = new Map<string, FunctionDefinition>();
  public readonly permissions = new Map<string, FunctionPermission>();
  public readonly aliases = new Map<string, string>();
  public readonly urls = new Map<string, { authType: string; cors?: unknown }>();
  public readonly asynchronousEvents: { functionArn: string; payload: any }[] = [];
  public readonly eventInvokeConfigs = new Map<string, EventInvokeConfig>();
  public readonly versions = new Set<string>();
  public readonly scripts = new Map<string, Script>();
  /** For functions without a script of their own. */
  public defaultScript?: Script;
  public readonly events: Event[] = [];

  public async put(definition: FunctionDefinition): Promise<string> {
    if (definition.handler === 'refused') throw new ExpectedError('the handler is refused');
    this.definitions.set(definition.functionName, definition);
    return this.arn(definition.functionName);
  }

  public async delete(functionName: string): Promise<void> {
    if (!this.definitions.delete(functionName)) throw new ExpectedError(`No function ${functionName}`);
  }

  public publishVersion(functionName: string): string {
    const arn = `${this.arn(functionName)}:${this.versions.size + 1}`;
    this.versions.add(arn);
    return arn;
  }

  public deleteVersion(arn: string): void {
    if (!this.versions.delete(arn)) throw new ExpectedError(`No version ${arn}`);
  }

  public putAlias(functionName: string, alias: string, version: string): string {
    const arn = `${this.arn(functionName)}:${alias}`;
    this.aliases.set(arn, version);
    return arn;
  }

  public deleteAlias(arn: string): void {
    if (!this.aliases.delete(arn)) throw new ExpectedError(`No alias ${arn}`);
  }

  public addPermission(functionArnOrName: string, statement: FunctionPermission): void {
    this.permissions.set(`${this.arn(functionArnOrName)} ${statement.id}`, statement);
  }

  public removePermission(functionArnOrName: string, id: string): void {
    if (!this.permissions.delete(`${this.arn(functionArnOrName)} ${id}`)) throw new ExpectedError(`No permission ${id}`);
  }

  public putUrl(functionArn: string, authType: string, cors?: unknown): string {
    this.urls.set(functionArn, { authType, cors });
    return 'http://127.0.0.1:1/lambda-url/url/';
  }

  public deleteUrl(functionArn: string): void {
    if (!this.urls.delete(functionArn)) throw new ExpectedError(`No URL of ${functionArn}`);
  }

  public putEventInvokeConfig(functionArn: string, config: EventInvokeConfig): void {
    this.eventInvokeConfigs.set(functionArn, config);
  }

  public deleteEventInvokeConfig(functionArn: string): void {
    this.eventInvokeConfigs.delete(functionArn);
  }

  public mayInvoke(functionArn: string, _sourceArn: string, service = 'ivschat.amazonaws.com'): boolean {
    return [...this.permissions].some(([key, { principal }]) => key.startsWith(`${functionArn} `) && principal === service);
  }

  public settings(functionArn: string) {
    const definition = this.definitions.get(functionArn.split(':')[6] ?? functionArn);
    return definition && { roleArn: definition.roleArn, timeoutSeconds: definition.timeoutSeconds, concurrencyLimit: 10 };
  }

  public async invokeWhenFree(functionArn: string, payload: string): Promise<{ payload: string; functionError?: string }> {
    return this.invoke(functionArn, payload);
  }

  public invokeAsynchronously(functionArn: string, payload: string): void {
    this.asynchronousEvents.push({ functionArn, payload: JSON.parse(payload) });
  }

  public async invoke(functionArn: string, payload: string): Promise<{ payload: string; functionError?: string }> {
    const name = functionArn.split(':')[6];
    const script = this.scripts.get(name) ?? this.defaultScript;
    if (!this.definitions.has(name) || !script) throw new ExpectedError(`No function ${functionArn}`);
    const event: Event = JSON.parse(payload);
    this.events.push(event);
    let response;
    try {
      response = await script(event);
    } catch (error) {
      if ((error as Error).name === 'TooManyRequestsException') throw error;
      return { payload: JSON.stringify({ errorType: 'Error', errorMessage: (error as Error).message }), functionError: 'Unhandled' };
    }
    if (response !== undefined) await respond(event, response);
    return { payload: 'null' };
  }

  private arn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:lambda:us-east-1:111122223333:function:${nameOrArn}`;
  }
}

/** Sends a response to the ResponseURL of an event. Returns the HTTP status. */
export async function respond(event: Event, response: object | string): Promise<number> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = typeof response === 'string' ? response : JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, ...response });
  return (await fetch(event.ResponseURL, { method: 'PUT', body })).status;
}

/** Deployments with the real control plane and IAM, scripted functions, and a server for their responses. */
export class DeploymentHarness {
  public static async start(options: Partial<DeploymentOptions> = {}): Promise<DeploymentHarness> {
    const harness = new DeploymentHarness(options);
    await new Promise<void>(resolve => harness.server.listen(0, '127.0.0.1', resolve));
    return harness;
  }

  public readonly liveLog = new LiveLog();
  public readonly functions = new ScriptedFunctions();
  public readonly apiAddresses = new ApiAddresses({ environment: ENVIRONMENT, endpoint: () => this.endpoint });
  public readonly httpApis = new HttpApis(this.apiAddresses);
  public readonly restApis = new RestApis(this.apiAddresses);
  public readonly iam = new Roles();
  public readonly tables = new Tables(ENVIRONMENT);
  public readonly controlPlane: ControlPlane;
  public readonly userPools = new UserPools({ environment: ENVIRONMENT, liveLog: this.liveLog });
  public readonly deployment: Deployment;
  public readonly eventSourceMappings: EventSourceMappings;
  public readonly queues: Queues;
  public readonly subscriptions: LogSubscriptions;
  private readonly server: http.Server;

  private constructor(options: Partial<DeploymentOptions>) {
    const { liveLog, functions, iam } = this;
    this.controlPlane = new ControlPlane({ liveLog, environment: ENVIRONMENT, functions, throttle: false });
    this.queues = new Queues({ environment: ENVIRONMENT, liveLog, endpoint: () => this.endpoint });
    this.eventSourceMappings = new EventSourceMappings({ authorize: authorizer(iam, liveLog), functions, liveLog, queues: this.queues });
    this.subscriptions = new LogSubscriptions({ environment: ENVIRONMENT, liveLog, functions });
    this.deployment = new Deployment({
      apiAddresses: this.apiAddresses,
      liveLog,
      controlPlane: this.controlPlane,
      endpoint: () => this.endpoint,
      environment: ENVIRONMENT,
      eventSourceMappings: this.eventSourceMappings,
      explainFailure,
      functions,
      guardrails: new Guardrails(ENVIRONMENT, new FlaggedWords(undefined)),
      httpApis: this.httpApis,
      iam,
      queues: this.queues,
      restApis: this.restApis,
      roleId,
      subscriptions: this.subscriptions,
      tables: this.tables,
      userPools: this.userPools,
      ...options,
    });
    this.server = http.createServer((req, res) => {
      void this.deployment.handleResponse(req, res).then(isHandled => {
        if (!isHandled) res.writeHead(404).end();
      });
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What happened to resources so far, such as `created One`. */
  public get resourceEvents(): string[] {
    return this.data('resource').map(({ event, logicalId }) => `${event} ${logicalId}`);
  }

  /** What was reported about resources, without the name of the stack and the type, sorted by logical id. */
  public get notices(): object[] {
    const byId = (one: Data, other: Data) => String(one.logicalId).localeCompare(String(other.logicalId));
    return this.data('notice').sort(byId).map(({ stack, type, ...notice }) => notice);
  }

  /** Data of the live log, of one kind. */
  public data(kind: LiveLogKind): Data[] {
    return this.liveLog.recent.filter(entry => entry.kind === kind).map(({ data }) => data ?? {});
  }

  /** The custom resource events so far, such as `Create One`. */
  public get calls(): string[] {
    return this.functions.events.map(({ RequestType, LogicalResourceId }) => `${RequestType} ${LogicalResourceId}`);
  }

  public async stop(): Promise<void> {
    this.eventSourceMappings.close();
    this.queues.close();
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

/** A stack with the given resources. */
export function stackOf(resources: Record<string, object>, more: Record<string, any> = {}, overrides: Partial<LoadedStack> = {}): LoadedStack {
  return {
    name: 'Chat',
    path: 'Chat',
    template: { Resources: resources as any, ...more },
    environment: ENVIRONMENT,
    dependencies: [],
    parameters: {},
    watched: [],
    asset: () => undefined,
    ...overrides,
  };
}

export const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] } },
};

/** A function whose script has the same name. */
export function functionOf(name: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async () => {};' },
      ...properties,
    },
  };
}

export function custom(properties: object = {}, more: object = {}): object {
  return { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties }, ...more };
}
