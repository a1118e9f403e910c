import { Agent, get } from 'http';
import { inlineFunction } from './functions';
import { printResult } from './result';
import { type Servers, withServers } from './servers';
import type { Rounds } from '../../effort';

/** Milliseconds of each request. */
export interface ApiRequests {
  readonly httpApi: number[];
  readonly functionUrl: number[];
}

const ARN = { 'Fn::GetAtt': ['Function', 'Arn'] };
const API = { ApiId: { Ref: 'Api' } };

/** A function behind a function URL and a route, both with IAM authorization. */
const RESOURCES = {
  ...inlineFunction('hello', "exports.handler = async () => ({ statusCode: 200, body: 'hello' });"),
  Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: ARN, AuthType: 'AWS_IAM' } },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
  Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...API, StageName: '$default', AutoDeploy: true } },
  Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ...API, IntegrationType: 'AWS_PROXY', IntegrationUri: ARN, PayloadFormatVersion: '2.0' } },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ...API, RouteKey: 'GET /hello/{name}', AuthorizationType: 'AWS_IAM', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] } },
  },
  ApiPermission: {
    Type: 'AWS::Lambda::Permission', Properties: { FunctionName: ARN, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
  },
};

const OUTPUTS = { Api: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } }, Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } };

const { counted, warmUp }: Rounds = JSON.parse(process.argv[2]);

/** Sends signed requests to one function, in turns through the function URL and through the HTTP API. */
async function measure(servers: Servers): Promise<ApiRequests> {
  const server = await servers.local('http-api', RESOURCES, OUTPUTS);
  const api = `${await server.output(/http:\/\/[^\s"]+\/execute-api\/[a-z0-9]+/)}/hello/ada`;
  const url = await server.output(/http:\/\/[^\s"]+\/lambda-url\/[0-9a-f]+\//);
  const agent = new Agent({ keepAlive: true });
  const result: ApiRequests = { httpApi: [], functionUrl: [] };
  for (let round = 0; round < warmUp + counted; round++) {
    const milliseconds = { functionUrl: await request(url, 'lambda', agent), httpApi: await request(api, 'execute-api', agent) };
    if (round < warmUp) continue;
    result.functionUrl.push(milliseconds.functionUrl);
    result.httpApi.push(milliseconds.httpApi);
  }
  agent.destroy();
  return result;
}

/** Returns how long it took until the whole response was received. */
async function request(url: string, service: string, agent: Agent): Promise<number> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0123`;
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
