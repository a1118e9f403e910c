/** Simulates what the functions, and the principals with a grant, can do: the calls they need, and nothing else. */
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ChatAuthentication, ChatHistory, ChatRoom, ChatTokenEndpoint } from '../../../src';
import { type Call, policiesOf, simulate } from '../../support/simulate';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';

const inEnvironment = (service: string, resource: string, { account, region } = ENV) => `arn:aws:${service}:${region}:${account}:${resource}`;

const ROOM = inEnvironment('ivschat', 'room/ThisOneRoom1');
const ARNS = {
  room: ROOM,
  table: inEnvironment('dynamodb', 'table/History'),
  otherTable: inEnvironment('dynamodb', 'table/Others'),
  tableOfOtherAccount: inEnvironment('dynamodb', 'table/History', { ...ENV, account: '444455556666' }),
  writer: inEnvironment('lambda', 'function:History'),
  pages: inEnvironment('lambda', 'function:Pages'),
  version: inEnvironment('lambda', 'function:Pages:1'),
  chatLog: inEnvironment('logs', 'log-group:chat:log-stream:room'),
};
type Name = keyof typeof ARNS;

/** Every call that matters, on every resource. */
const CALLS: (Call & { readonly on: Name })[] = [
  ...call([
    'BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'DeleteTable', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'UpdateTimeToLive',
  ].map(action => `dynamodb:${action}`), ['table', 'otherTable', 'tableOfOtherAccount']),
  ...call(['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'], ['writer', 'pages', 'version']),
  ...call(['ivschat:CreateChatToken', 'ivschat:DeleteMessage'], ['room']),
  ...call(['logs:GetLogEvents'], ['chatLog']),
];

function call(actions: string[], names: Name[]): typeof CALLS {
  return actions.flatMap(action => names.map(on => ({ action, on, resource: ARNS[on] })));
}

function synthesize() {
  const stack = newStack(ENV);
  const history = new ChatHistory(stack, 'History', { chatLog: logs.LogGroup.fromLogGroupName(stack, 'ChatLog', 'chat') });
  new ChatTokenEndpoint(stack, 'Tokens', { rooms: [ChatRoom.fromRoomArn(stack, 'Room', ROOM)], authentication: ChatAuthentication.iam(), history });
  const newRole = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  history.grantReadPages(newRole('PageReader'));
  history.grantRead(newRole('RawReader'));
  const template = templateOf(stack).toJSON();
  const idOf = (prefix: string, type: string) => Object.keys(resourcesOf(template, type)).find(id => id.startsWith(prefix))!;
  const logId = (prefix: string): [string, string] => [idOf(prefix, 'AWS::Logs::LogGroup'), inEnvironment('logs', 'log-group:own:*')];
  const arns = Object.fromEntries([
    [idOf('HistoryTable', 'AWS::DynamoDB::Table'), ARNS.table],
    [idOf('HistoryPagesFunction', 'AWS::Lambda::Function'), ARNS.pages],
    logId('HistoryLog'), logId('HistoryPagesLog'), logId('TokensLog'),
  ]);
  return { template, arns, roleOf: (prefix: string) => idOf(prefix, 'AWS::IAM::Role') };
}

const { arns, roleOf, template } = synthesize();

/** The calls that a role can make, as `action on`. */
async function allowedCalls(rolePrefix: string): Promise<string[]> {
  const policies = policiesOf(template, roleOf(rolePrefix), arns);
  const verdicts = await Promise.all(CALLS.map(async each => simulate(policies, each, ENV.account)));
  expect(verdicts.filter(verdict => verdict.startsWith('error'))).toEqual([]);
  return CALLS.filter((_, index) => verdicts[index] === 'Allowed').map(({ action, on }) => `${action} ${on}`);
}

test.each([
  ['the function that writes', 'HistoryRole', ['dynamodb:BatchGetItem table', 'dynamodb:BatchWriteItem table', 'dynamodb:Query table']],
  ['the page function', 'HistoryPagesRole', ['dynamodb:BatchGetItem table', 'dynamodb:Query table']],
  ['a principal with grantReadPages()', 'PageReader', ['lambda:InvokeFunction pages']],
  ['a principal with grantRead()', 'RawReader', ['dynamodb:BatchGetItem table', 'dynamodb:Query table']],
  ['the token endpoint', 'TokensRole', ['lambda:InvokeFunction pages', 'ivschat:CreateChatToken room']],
])('%s can do only what it needs', async (_, role, expected) => {
  expect(await allowedCalls(role)).toEqual(expected);
});
