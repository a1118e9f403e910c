import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';
import { signedBy } from '../support/http-api-harness';

/** In the form in which CDK synthesizes an HTTP API. */
const TEMPLATE = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: caller
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 20
      Role: !GetAtt Role.Arn
      Environment: { Variables: { API: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/signed' } }
      Code:
        ZipFile: |
          exports.handler = async ({ rawPath, requestContext: { authorizer } }) => {
            if (rawPath !== '/call') return { rawPath, caller: authorizer?.jwt?.claims['cognito:username'] ?? authorizer?.iam?.userArn };
            const credential = process.env.AWS_ACCESS_KEY_ID + '/20261121/us-east-1/execute-api/aws4_request';
            const authorization = 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0123';
            const response = await fetch(process.env.API, { headers: { authorization } });
            return { status: response.status, text: await response.text() };
          };
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: invoke
      Roles: [!Ref Role]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: execute-api:Invoke
            Resource: !Join ['', ['arn:', !Ref 'AWS::Partition', ':execute-api:us-east-1:', !Ref 'AWS::AccountId', ':', !Ref Api, '/*/GET/signed']]
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: chat, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true } }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn, PayloadFormatVersion: '2.0' }
  Call:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: GET /call, AuthorizationType: NONE, Target: !Join ['', [integrations/, !Ref Integration]] }
  Signed:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: 'ANY /signed', AuthorizationType: AWS_IAM, Target: !Join ['', [integrations/, !Ref Integration]] }
  Users: { Type: AWS::Cognito::UserPool }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Users } }
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: JWT
      IdentitySource: [$request.header.Authorization]
      JwtConfiguration: { Audience: [!Ref Web], Issuer: !Sub 'https://cognito-idp.\${AWS::Region}.amazonaws.com/\${Users}' }
      Name: users
  Mine:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: GET /mine
      AuthorizationType: JWT
      AuthorizerId: !Ref Authorizer
      Target: !Join ['', [integrations/, !Ref Integration]]
  MinePermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt Function.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Join ['', ['arn:', !Ref 'AWS::Partition', ':execute-api:us-east-1:', !Ref 'AWS::AccountId', ':', !Ref Api, '/*/*/mine']]
  CallPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt Function.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Join ['', ['arn:', !Ref 'AWS::Partition', ':execute-api:us-east-1:', !Ref 'AWS::AccountId', ':', !Ref Api, '/*/*/call']]
  SignedPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt Function.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Join ['', ['arn:', !Ref 'AWS::Partition', ':execute-api:us-east-1:', !Ref 'AWS::AccountId', ':', !Ref Api, '/*/*/signed']]
Outputs:
  RoleArn: { Value: !GetAtt Role.Arn }
  Endpoint: { Value: !GetAtt Api.ApiEndpoint }
  Url: { Value: !Join ['', ['https://', !Ref Api, '.execute-api.us-east-1.', !Ref 'AWS::URLSuffix', /]] }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'http-api-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const caller = (sessionName: string) => `${outputs.RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`;

test('outputs lead to this runtime', () => {
  expect(outputs.Endpoint).toMatch(new RegExp(`^${server.url}/execute-api/[a-z0-9]{10}$`));
  expect(outputs.Url).toBe(`${outputs.Endpoint}/`);
  expect(server.deployment.describe()[0].outputs).toEqual(outputs);
});

test('a function calls a route with IAM authorization as its role, which has execute-api:Invoke', async () => {
  const response = await fetch(`${outputs.Url}call`);
  const { status, text } = await response.json() as { status: number; text: string };
  expect([response.status, status, JSON.parse(text)]).toEqual([200, 200, { rawPath: '/signed', caller: caller('caller') }]);
});

test('fails for a method that the policy of the role does not allow', async () => {
  const { accessKeyId } = server.sessions.start(outputs.RoleArn, 'test');
  const allowed = await fetch(`${outputs.Url}signed`, { headers: signedBy(accessKeyId) });
  expect(await allowed.json()).toMatchObject({ caller: caller('test') });
  const response = await fetch(`${outputs.Url}signed`, { method: 'POST', headers: signedBy(accessKeyId) });
  expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
});

test('a route with IAM authorization accepts the developer, and refuses unsigned requests', async () => {
  expect((await fetch(`${outputs.Url}signed`)).status).toBe(403);
  expect((await fetch(`${outputs.Url}signed`, { headers: signedBy('local') })).status).toBe(200);
  // The path decides, not the service of the signature.
  expect((await fetch(`${outputs.Url}signed`, { headers: signedBy('local', 'lambda') })).status).toBe(403);
});

test('a route with JWT authorization accepts the tokens of a user pool of the same app, and refuses expired ones', async () => {
  const call = async (token: string) => fetch(`${outputs.Url}mine`, { headers: { authorization: `Bearer ${token}` } });
  const { idToken } = await server.userPools.signIn({ username: 'ada' });
  expect(await (await call(idToken)).json()).toEqual({ rawPath: '/mine', caller: 'ada' });
  const expired = await server.userPools.signIn({ username: 'ada', claims: { exp: 1 } });
  expect((await call(expired.idToken)).status).toBe(401);
  expect((await fetch(`${outputs.Url}mine`)).status).toBe(401);
});

test('pages of other sites are refused', async () => {
  expect((await fetch(`${outputs.Url}call`, { headers: { origin: 'https://example.com' } })).status).toBe(403);
});
