import type { JsonWebKey } from 'node:crypto';
import { ENVIRONMENT, LambdaHarness } from './lambda-harness';
import { ApiAddresses } from '../../src/api-gateway/addresses';
import type { RestApiDefinition, RestApiMethod } from '../../src/contracts/rest-api';
import type { Authorize } from '../../src/iam/authorize';
import { Callers } from '../../src/iam/callers';
import { RestApiRequests } from '../../src/rest-apis/requests';
import { RestApis } from '../../src/rest-apis/rest-apis';

export const API_ID = 'abcdefghij';
export const SOURCE_ARN = `arn:aws:execute-api:${ENVIRONMENT.region}:${ENVIRONMENT.account}:${API_ID}`;
const ROOT = 'root';

/** The handler of a function that returns its event in the body. */
export const ECHO = 'exports.handler = async event => ({ statusCode: 200, body: JSON.stringify(event) });';

/** A REST API with the stage `prod`, and functions of real processes, behind a loopback server. */
export class RestApiHarness {
  public static async start(): Promise<RestApiHarness> {
    return new RestApiHarness(await LambdaHarness.start());
  }

  public readonly restApis: RestApis;
  /** Records the calls in `lambda.authorized`. Replace it to refuse a call. */
  public authorize: Authorize;
  /** Public keys by issuer. */
  public readonly keys = new Map<string, readonly JsonWebKey[]>();
  private permissions = 0;
  private deployments = 0;

  private constructor(public readonly lambda: LambdaHarness) {
    const { functions, liveLog, sessions } = lambda;
    this.authorize = (_caller, call) => void lambda.authorized.push(call);
    this.restApis = new RestApis(new ApiAddresses({ environment: ENVIRONMENT, endpoint: () => lambda.endpoint }));
    this.putApi();
    const callers = new Callers({ environment: ENVIRONMENT, liveLog, sessions });
    const requests = new RestApiRequests({
      authorize: (...args) => this.authorize(...args),
      environment: ENVIRONMENT,
      functions,
      issuerKeys: async issuer => this.keys.get(issuer),
      liveLog,
      restApis: this.restApis,
    });
    lambda.onRequest = (req, res) => void requests.handle(callers.resolve(req), req, res).then(isHandled => {
      if (!isHandled) res.writeHead(404).end();
    });
  }

  /** The address of the API, without a stage. */
  public get url(): string {
    return `${this.lambda.endpoint}/execute-api/${API_ID}`;
  }

  public putApi(settings: Partial<RestApiDefinition> = {}): void {
    this.restApis.put({
      id: API_ID, name: 'chat', rootResourceId: ROOT, apiKeySource: 'HEADER', binaryMediaTypes: [], isEndpointDisabled: false, ...settings,
    });
  }

  /** Creates a function that API Gateway may invoke for everything of the API. @returns its ARN */
  public async put(code: string, functionName = 'Function'): Promise<string> {
    const arn = await this.lambda.put(code, { functionName });
    this.allow(functionName);
    return arn;
  }

  public allow(functionName: string, sourceArn = `${SOURCE_ARN}/*`): void {
    this.lambda.functions.addPermission(functionName, {
      id: `allow-${this.permissions++}`, principal: 'apigateway.amazonaws.com', action: 'lambda:InvokeFunction', sourceArn,
    });
  }

  /** Adds a method such as `GET /rooms/{id}`, with a function or another integration. It is not deployed. */
  public method(key: string, integration: RestApiMethod['integration'] | string, settings: Partial<RestApiMethod> = {}): void {
    const [httpMethod, path] = key.split(' ');
    this.restApis.putPart(API_ID, 'method', key, {
      resourceId: this.resource(path),
      httpMethod,
      authorizationType: 'NONE',
      scopes: [],
      isApiKeyRequired: false,
      models: {},
      requiredParameters: [],
      integration: typeof integration === 'string' ? { kind: 'lambda', functionArn: integration, timeoutMilliseconds: 29_000 } : integration,
      ...settings,
    });
  }

  /** Deploys the API to the stage. */
  public deploy(variables: Record<string, string> = {}, name = 'prod'): void {
    const deploymentId = `deployment${this.deployments++}`;
    this.restApis.deploy(API_ID, deploymentId);
    this.restApis.putStage(API_ID, { name, deploymentId, variables });
  }

  /** Creates a function and a method for it, and deploys them. */
  public async serve(key: string, code = ECHO, settings: Partial<RestApiMethod> = {}): Promise<void> {
    this.method(key, await this.put(code), settings);
    this.deploy();
  }

  /** The requests in the live log: method, path, status and reason. */
  public get requests(): any[] {
    return this.lambda.data('request');
  }

  public async close(): Promise<void> {
    await this.lambda.close();
  }

  private resource(path: string): string {
    let parentId = ROOT;
    for (const pathPart of path.split('/').filter(part => part !== '')) {
      const id = `${parentId}/${pathPart}`;
      this.restApis.putPart(API_ID, 'resource', id, { parentId, pathPart });
      parentId = id;
    }
    return parentId;
  }
}
