import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { loadAssembly } from '../../src/app/assembly';
import { LocalServer } from '../../src/server';
import { signedBy } from '../support/http-api-harness';

const ECHO = `exports.handler = async ({ httpMethod, path, pathParameters, requestContext: { authorizer, identity: { userArn } } }) => ({
  statusCode: 200, body: JSON.stringify({ httpMethod, path, pathParameters, caller: userArn ?? authorizer?.claims?.['cognito:username'] ?? authorizer?.principalId }),
});`;

const CALL = `exports.handler = async () => {
  const credential = process.env.AWS_ACCESS_KEY_ID + '/20261121/us-east-1/execute-api/aws4_request';
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0123';
  const response = await fetch(process.env.URL, { headers: { authorization } });
  return { statusCode: response.status, body: await response.text() };
};`;

const AUTHORIZE = `exports.handler = async ({ authorizationToken, methodArn }) => ({
  principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: authorizationToken === 'secret' ? 'Allow' : 'Deny', Resource: methodArn }] },
});`;

/** The APIs that the CDK synthesizes. @param changes of the next deployment */
class ApiStack extends Stack {
  constructor(app: App, changes: { readonly path?: string } = {}) {
    super(app, 'Apis');
    const echo = this.function('echo', ECHO);
    const proxy = new apigateway.LambdaRestApi(this, 'Proxy', { handler: echo, deployOptions: { stageName: 'v1', variables: { mode: 'test' } } });

    const api = new apigateway.RestApi(this, 'Api', { cloudWatchRole: false });
    const integration = new apigateway.LambdaIntegration(echo);
    const signed = api.root.addResource('signed').addMethod('GET', integration, { authorizationType: apigateway.AuthorizationType.IAM });
    api.root.addResource(changes.path ?? 'rooms').addResource('{room}').addMethod('ANY', integration);
    const users = new UserPool(this, 'Users');
    users.addClient('Web');
    api.root.addResource('mine').addMethod('GET', integration, { authorizer: new apigateway.CognitoUserPoolsAuthorizer(this, 'UsersAuthorizer', { cognitoUserPools: [users] }) });
    const own = new apigateway.TokenAuthorizer(this, 'OwnAuthorizer', { handler: this.function('authorize', AUTHORIZE) });
    api.root.addResource('own').addMethod('GET', integration, { authorizer: own });

    const call = this.function('call', CALL, { URL: api.urlForPath('/signed') });
    call.addToRolePolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [signed.methodArn] }));
    const callers = new apigateway.LambdaRestApi(this, 'Callers', { handler: call, cloudWatchRole: false });

    new CfnOutput(this, 'url', { value: api.url });
    new CfnOutput(this, 'proxy', { value: proxy.url });
    new CfnOutput(this, 'callers', { value: callers.url });
    new CfnOutput(this, 'role', { value: call.role!.roleArn });
  }

  private function(name: string, code: string, environment: Record<string, string> = {}): Function {
    return new Function(this, name, {
      code: Code.fromInline(code), environment, functionName: name, handler: 'index.handler', runtime: Runtime.NODEJS_20_X, timeout: Duration.seconds(20),
    });
  }
}

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

async function deploy(name: string, changes?: { readonly path?: string }): Promise<void> {
  const app = new App({ outdir: path.join(directory, name), analyticsReporting: false });
  new ApiStack(app, changes);
  const [stack] = loadAssembly(app.synth().directory);
  server ??= await LocalServer.start({ environment: stack.environment, dataDirectory: directory });
  ({ outputs } = await server.deployment.deploy(stack));
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rest-api-test-'));
  await deploy('first');
}, 30_000);

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const get = async (name: string, headers: Record<string, string> = {}, method = 'GET') => fetch(outputs.url + name, { headers, method });

test('outputs lead to this runtime', () => {
  expect(outputs.url).toMatch(new RegExp(`^${server.url}/execute-api/[a-z0-9]{10}/prod/$`));
  expect(outputs.proxy).toMatch(/\/v1\/$/);
});

test('a LambdaRestApi passes everything to its function', async () => {
  for (const [method, name, proxy] of [['POST', 'a/b', 'a/b'], ['GET', '', undefined]]) {
    const response = await fetch(outputs.proxy + name, { method });
    expect(await response.json()).toEqual({ httpMethod: method, path: `/${name}`, pathParameters: proxy === undefined ? null : { proxy } });
  }
});

test('a method with a variable, which the permission of the function has as *', async () => {
  expect(await (await get('rooms/lobby', {}, 'PATCH')).json()).toEqual({ httpMethod: 'PATCH', path: '/rooms/lobby', pathParameters: { room: 'lobby' } });
});

test('a function calls a method with IAM authorization as its role, which has execute-api:Invoke', async () => {
  const response = await fetch(outputs.callers);
  const caller = `${outputs.role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/call`;
  expect([response.status, await response.json()]).toEqual([200, { httpMethod: 'GET', path: '/signed', pathParameters: null, caller }]);
});

test('a method with IAM authorization refuses unsigned requests, other services and roles without the permission', async () => {
  expect((await get('signed', signedBy('local'))).status).toBe(200);
  for (const headers of [{}, signedBy('local', 'lambda')]) {
    const response = await get('signed', headers);
    expect([response.status, await response.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
  }
  const role = server.deployment.describe()[0].resources;
  const other = Object.values(role).find(({ type, attributes }) => type === 'AWS::IAM::Role' && attributes.Arn !== outputs.role)!;
  const { accessKeyId } = server.sessions.start(String(other.attributes.Arn), 'test');
  const response = await get('signed', signedBy(accessKeyId));
  const { message } = await response.json() as { message: string };
  expect(response.status).toBe(403);
  expect(message).toMatch(/^User: arn:aws:sts::\*{8}\d{4}:assumed-role\/.* is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}\d{4}:/);
});

test('a method with a user pool accepts its id tokens', async () => {
  const { accessToken, idToken } = await server.userPools.signIn({ username: 'ada' });
  expect(await (await get('mine', { authorization: idToken })).json()).toMatchObject({ caller: 'ada' });
  expect([(await get('mine', { authorization: accessToken })).status, (await get('mine')).status]).toEqual([401, 401]);
});

test('a method with a TokenAuthorizer', async () => {
  expect(await (await get('own', { authorization: 'secret' })).json()).toMatchObject({ caller: 'ada' });
  expect([(await get('own', { authorization: 'other' })).status, (await get('own')).status]).toEqual([403, 401]);
});

test('pages of other sites are refused', async () => {
  expect((await get('rooms/lobby', { origin: 'https://example.com' })).status).toBe(403);
});

test('an update serves the changed paths, and keeps the address', async () => {
  const before = outputs.url;
  await deploy('second', { path: 'halls' });
  expect([outputs.url, (await get('halls/lobby')).status]).toEqual([before, 200]);
});
