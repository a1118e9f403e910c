/**
 * Simulates what the functions, and the principals with a grant, can do: the calls they need, and nothing else. Permissions on keys also
 * depend on the key policy, which the simulator does not get: other tests compare those statements.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChatAuthentication, ChatBans, ChatRoom, ChatTokenEndpoint } from '../../../src';
import { type Call, policiesOf, simulate } from '../../support/simulate';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';

const inEnvironment = (service: string, resource: string, { account, region } = ENV) => `arn:aws:${service}:${region}:${account}:${resource}`;

const ROOM = inEnvironment('ivschat', 'room/ThisOneRoom1');
const ARNS = {
  room: ROOM,
  otherRoom: inEnvironment('ivschat', 'room/ThisOneRoom2'),
  roomOfOtherAccount: inEnvironment('ivschat', 'room/ThisOneRoom1', { ...ENV, account: '444455556666' }),
  table: inEnvironment('dynamodb', 'table/Bans'),
  otherTable: inEnvironment('dynamodb', 'table/Others'),
  queue: inEnvironment('sqs', 'SecondDisconnects'),
  deadLetterQueue: inEnvironment('sqs', 'DeadLetters'),
  endpoint: inEnvironment('lambda', 'function:Tokens'),
  bans: inEnvironment('lambda', 'function:Bans'),
  version: inEnvironment('lambda', 'function:Bans:1'),
  admission: inEnvironment('lambda', 'function:Admission'),
};
type Name = keyof typeof ARNS;

const VIA_URL = { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' };

/** Every call that matters, on every resource. */
const CALLS: (Call & { readonly on: Name })[] = [
  ...call(['ivschat:CreateChatToken', 'ivschat:DisconnectUser', 'ivschat:DeleteMessage', 'ivschat:UpdateRoom'], ['room', 'otherRoom', 'roomOfOtherAccount']),
  ...call(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Scan', 'dynamodb:DeleteTable'], ['table', 'otherTable']),
  ...call(['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'], ['queue', 'deadLetterQueue']),
  ...call(['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'], ['endpoint', 'bans', 'version', 'admission']),
];

function call(actions: string[], names: Name[], context?: Record<string, string>): typeof CALLS {
  return actions.flatMap(action => names.map(on => ({ action, on, resource: ARNS[on], context })));
}

/** The calls that a role can make, as `action on`. */
async function allowedCalls(template: any, role: string, arns: Record<string, string>, calls = CALLS): Promise<string[]> {
  const policies = policiesOf(template, role, arns);
  const verdicts = await Promise.all(calls.map(async each => simulate(policies, each, ENV.account)));
  expect(verdicts.filter(verdict => verdict.startsWith('error'))).toEqual([]);
  return calls.filter((_, index) => verdicts[index] === 'Allowed').map(({ action, on }) => `${action} ${on}`);
}

function synthesize() {
  const stack = newStack(ENV);
  const rooms = [ChatRoom.fromRoomArn(stack, 'Room', ROOM)];
  const bans = new ChatBans(stack, 'Bans', { rooms });
  const endpoint = new ChatTokenEndpoint(stack, 'Tokens', {
    rooms, bans, authentication: ChatAuthentication.iam(), admission: lambda.Function.fromFunctionArn(stack, 'Admission', ARNS.admission),
  });
  const newRole = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  bans.grantBan(newRole('Backend'));
  endpoint.grantInvokeUrl(newRole('Machine'));
  const template = templateOf(stack).toJSON();
  const idOf = (prefix: string, type: string) => Object.keys(resourcesOf(template, type)).find(id => id.startsWith(prefix))!;
  const roleOf = (prefix: string) => idOf(prefix, 'AWS::IAM::Role');
  const arns = {
    [idOf('BansTable', 'AWS::DynamoDB::Table')]: ARNS.table,
    [idOf('BansSecondDisconnects', 'AWS::SQS::Queue')]: ARNS.queue,
    [idOf('BansFunction', 'AWS::Lambda::Function')]: ARNS.bans,
    [idOf('TokensFunction', 'AWS::Lambda::Function')]: ARNS.endpoint,
    [idOf('BansLog', 'AWS::Logs::LogGroup')]: inEnvironment('logs', 'log-group:bans:*'),
    [idOf('TokensLog', 'AWS::Logs::LogGroup')]: inEnvironment('logs', 'log-group:tokens:*'),
  };
  return { template, roleOf, arns };
}

const { template, roleOf, arns } = synthesize();

test('the endpoint creates tokens for its rooms, reads bans and invokes two functions', async () => {
  expect(await allowedCalls(template, roleOf('TokensRole'), arns)).toEqual([
    'ivschat:CreateChatToken room', 'dynamodb:BatchGetItem table', 'lambda:InvokeFunction bans', 'lambda:InvokeFunction admission',
  ]);
});

test('the function of the bans writes bans, disconnects from its rooms and uses its queue', async () => {
  expect(await allowedCalls(template, roleOf('BansRole'), arns)).toEqual([
    'ivschat:DisconnectUser room',
    'dynamodb:GetItem table', 'dynamodb:Query table', 'dynamodb:PutItem table', 'dynamodb:DeleteItem table',
    'sqs:SendMessage queue', 'sqs:ReceiveMessage queue', 'sqs:DeleteMessage queue',
  ]);
});

test('grantBan allows the function and no version of it', async () => {
  expect(await allowedCalls(template, roleOf('Backend'), arns)).toEqual(['lambda:InvokeFunction bans']);
});

describe('grantInvokeUrl', () => {
  const invoke = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];

  test('allows the URL', async () => {
    expect(await allowedCalls(template, roleOf('Machine'), arns, call(invoke, ['endpoint', 'bans'], VIA_URL)))
      .toEqual(['lambda:InvokeFunctionUrl endpoint', 'lambda:InvokeFunction endpoint']);
  });

  // The event could then contain any identity.
  test('does not allow to invoke the function without the URL', async () => {
    expect(await allowedCalls(template, roleOf('Machine'), arns, call(invoke, ['endpoint', 'bans'], { 'lambda:InvokedViaFunctionUrl': 'false' }))).toEqual([]);
    expect(await allowedCalls(template, roleOf('Machine'), arns)).toEqual([]);
  });
});
