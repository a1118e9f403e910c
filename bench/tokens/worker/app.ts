import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ivschat from 'cdk-ivschat';

// A function has one cold start only, so each has its own.
const [outdir, count] = process.argv.slice(2);

const stack = new Stack(new App({ outdir }), 'Chat', { env: { account: '111122223333', region: 'us-east-1' } });
const room = new ivschat.ChatRoom(stack, 'Lobby');
const pool = new cognito.UserPool(stack, 'Users');
const client = pool.addClient('Web');
const bans = new ivschat.ChatBans(stack, 'Bans');
for (let i = 0; i < Number(count); i++) {
  const tokens = new ivschat.ChatTokenEndpoint(stack, `Tokens${i}`, {
    rooms: [room],
    authentication: ivschat.ChatAuthentication.userPool(pool, { userPoolClients: [client] }),
    roles: [ivschat.ChatRole.moderator().when(ivschat.ClaimMatch.contains('cognito:groups', 'staff'))],
    attributes: { displayName: ivschat.ChatAttribute.fromClaim('name') },
    bans,
  });
  const noOp = new lambda.Function(stack, `NoOp${i}`, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    memorySize: 512,
    code: lambda.Code.fromInline("exports.handler = async () => ({ statusCode: 200, body: JSON.stringify({ token: 'none' }) });"),
  });
  new CfnOutput(stack, `TokenUrl${i}`, { value: tokens.url });
  new CfnOutput(stack, `NoOpUrl${i}`, { value: noOp.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE }).url });
}
(stack.node.root as App).synth();
process.stdout.write('null');
