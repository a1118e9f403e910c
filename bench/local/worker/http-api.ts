import { Agent, get } from 'http';
import { inlineFunction } from './functions';
import { printResult } from './result';
import { type Servers, withServers } from './servers';
import type { Rounds } from '../../effort';

/** Milliseconds of each request. */
export interface ApiRequests {
  readonly functionUrl: number[];
  /** With IAM authorization. */
  readonly signed: number[];
  /** With the ID token of a user. */
  readonly signedIn: number[];
}

const ARN = { 'Fn::GetAtt': ['Function', 'Arn'] };
const API = { ApiId: { Ref: 'Api' } };

function route(routeKey: string, authorization: object): object {
  return {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ...API, RouteKey: routeKey, Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] }, ...authorization },
  };
}

/** A function behind a function URL and a route, both with IAM authorization, and a route for the users of a user pool. */
const RESOURCES = {
  ...inlineFunction('hello', "exports.handler = async () => ({ statusCode: 200, body: 'hello' });"),
  Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: ARN, AuthType: 'AWS_IAM' } },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
  Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...API, StageName: '$default', AutoDeploy: true } },
  Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ...API, IntegrationType: 'AWS_PROXY', IntegrationUri: ARN, PayloadFormatVersion: '2.0' } },
  SignedRoute: route('GET /signed/{name}', { AuthorizationType: 'AWS_IAM' }),
  UserRoute: route('GET /users/{name}', { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' } }),
  Users: { Type: 'AWS::Cognito::UserPool' },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Users' } } },
  Authorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ...API,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [{ Ref: 'Client' }], Issuer: { 'Fn::GetAtt': ['Users', 'ProviderURL'] } },
      Name: 'users',
    },
  },
  ApiPermission: {
    Type: 'AWS::Lambda::Permission', Properties: { FunctionName: ARN, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
  },
};

const OUTPUTS = { Api: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } }, Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } };

const { counted, warmUp }: Rounds = JSON.parse(process.argv[2]);

/** Sends requests to one function, in turns through the function URL and through both routes of the HTTP API. */
async function measure(servers: Servers): Promise<ApiRequests> {
  const server = await servers.local('http-api', RESOURCES, OUTPUTS);
  const api = await server.output(/http:\/\/[^\s"]+\/execute-api\/[a-z0-9]+/);
  const url = await server.output(/http:\/\/[^\s"]+\/lambda-url\/[0-9a-f]+\//);
  const bearer = `Bearer ${await signIn(new URL(url).origin)}`;
  const agent = new Agent({ keepAlive: true });
  const result: ApiRequests = { functionUrl: [], signed: [], signedIn: [] };
  for (let round = 0; round < warmUp + counted; round++) {
    const milliseconds = {
      functionUrl: await request(url, signature('lambda'), agent),
      signed: await request(`${api}/signed/ada`, signature('execute-api'), agent),
      signedIn: await request(`${api}/users/ada`, bearer, agent),
    };
    if (round < warmUp) continue;
    result.functionUrl.push(milliseconds.functionUrl);
    result.signed.push(milliseconds.signed);
    result.signedIn.push(milliseconds.signedIn);
  }
  agent.destroy();
  return result;
}

function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0123`;
}

/** Returns the ID token of a user. */
async function signIn(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/sign-in`, { method: 'POST', body: JSON.stringify({ username: 'ada' }) });
  return (await response.json() as { idToken: string }).idToken;
}

/** Returns how long it took until the whole response was received. */
async function request(url: string, authorization: string, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization } }, response => {
      let body = '';
      response.on('data', chunk => body += String(chunk)).on('end', () => {
        if (response.statusCode === 200 && body === 'hello') resolve(performance.now() - start);
        else reject(new Error(`The function must answer ${url}, got ${response.statusCode} ${body}`));
      });
    }).once('error', reject);
  });
}

void printResult(withServers(measure));
