import type { JsonWebKey } from 'node:crypto';
import { ENVIRONMENT, LambdaHarness } from './lambda-harness';
import { ApiAddresses } from '../../src/api-gateway/addresses';
import { AuthorizerResponses } from '../../src/api-gateway/authorizer-responses';
import type { HttpApiCors, HttpApiIntegration, HttpApiRoute } from '../../src/contracts/http-api';
import { handleHttpApi, type HttpApiServices } from '../../src/http-apis/http';
import { HttpApis } from '../../src/http-apis/http-apis';
import type { Authorize } from '../../src/iam/authorize';
import { Callers } from '../../src/iam/callers';

export const API_ID = 'abcdefghij';
export const SOURCE_ARN = `arn:aws:execute-api:${ENVIRONMENT.region}:${ENVIRONMENT.account}:${API_ID}`;

/** The handler of a function that returns its event. */
export const ECHO = 'exports.handler = async event => event;';

/** An HTTP API with the stage `$default`, and functions of real processes, behind a loopback server. */
export class HttpApiHarness {
  public static async start(): Promise<HttpApiHarness> {
    return new HttpApiHarness(await LambdaHarness.start());
  }

  public readonly httpApis: HttpApis;
  /** Records the calls in `lambda.authorized`. Replace it to refuse a call. */
  public authorize: Authorize;
  /** Public keys by issuer. */
  public readonly keys = new Map<string, readonly JsonWebKey[]>();
  /** The clock of cached responses of Lambda authorizers. */
  public now = Date.now();
  private readonly ids = new Map<string, string>();

  private constructor(public readonly lambda: LambdaHarness) {
    const { functions, liveLog, sessions } = lambda;
    this.authorize = (_caller, call) => void lambda.authorized.push(call);
    this.httpApis = new HttpApis(new ApiAddresses({ environment: ENVIRONMENT, endpoint: () => lambda.endpoint }));
    this.putApi();
    this.httpApis.putStage(API_ID, { name: '$default', isDeployed: true, variables: {} });
    const callers = new Callers({ environment: ENVIRONMENT, liveLog, sessions });
    const services: HttpApiServices = {
      authorize: (...args) => this.authorize(...args),
      authorizerResponses: new AuthorizerResponses(functions, () => this.now),
      environment: ENVIRONMENT,
      functions,
      httpApis: this.httpApis,
      issuerKeys: async issuer => this.keys.get(issuer),
      liveLog,
    };
    lambda.onRequest = (req, res) => void handleHttpApi(services, callers.resolve(req), req, res);
  }

  public get url(): string {
    return `${this.lambda.endpoint}/execute-api/${API_ID}`;
  }

  public putApi(cors?: HttpApiCors): void {
    this.httpApis.put({ id: API_ID, name: 'chat', cors, isEndpointDisabled: false });
  }

  /** Creates a function that API Gateway may invoke for everything of the API. @returns its ARN */
  public async put(code: string, functionName = 'Function'): Promise<string> {
    const arn = await this.lambda.put(code, { functionName });
    this.allow(functionName);
    return arn;
  }

  public allow(functionName: string, sourceArn = `${SOURCE_ARN}/*`): void {
    this.lambda.functions.addPermission(functionName, { id: `allow-${this.ids.size}-${sourceArn}`, principal: 'apigateway.amazonaws.com', action: 'lambda:InvokeFunction', sourceArn });
  }

  /** Adds a route to a function. */
  public route(routeKey: string, functionArn: string, settings: Partial<HttpApiIntegration & HttpApiRoute> = {}): void {
    const id = `id${this.ids.size}`;
    this.ids.set(id, routeKey);
    this.httpApis.putIntegration(API_ID, { payloadVersion: '2.0', timeoutMilliseconds: 30_000, ...settings, id, functionArn });
    this.httpApis.putRoute(API_ID, { authorizationType: 'NONE', scopes: [], ...settings, id, routeKey, integrationId: id });
  }

  /** The requests in the live log: method, path, status and reason. */
  public get requests(): object[] {
    return this.lambda.data('request') as object[];
  }

  public async close(): Promise<void> {
    await this.lambda.close();
  }
}

/** A header of a request that is signed for a service. */
export function signedBy(accessKeyId: string, service = 'execute-api'): Record<string, string> {
  return { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/eu-west-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123` };
}
