import { CfnOutput, Duration, Stack, type App } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import * as ivschat from '../../src';
import { LocalRuntime, type Outputs } from '../support/deployed/local-runtime';

/** Calls the operation in the event, with the credentials of its own role. */
const CALLER = `
const sdk = require('@aws-sdk/client-ivschat');
const chat = new sdk.IvschatClient({});
exports.handler = async ({ operation, input }) => {
  try {
    await chat.send(new sdk[operation + 'Command'](input));
    return 'allowed';
  } catch (error) {
    return error.name;
  }
};
`;

let runtime: LocalRuntime;
let outputs: Outputs;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  outputs = await runtime.deploy(build);
});

afterAll(async () => {
  await runtime.stop();
});

/** Functions with one grant each, and the resources they may and may not access. */
function build(app: App): Stack {
  const stack = new Stack(app, 'Grants');
  const caller = (id: string) => {
    const fn = new Function(stack, id, {
      runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(CALLER), timeout: Duration.seconds(30),
    });
    new CfnOutput(stack, `${id}Arn`, { value: fn.functionArn });
    return fn;
  };
  const chatLog = new ivschat.LoggingConfiguration(stack, 'ChatLog', {
    destination: ivschat.LoggingDestination.cloudWatchLogs(new LogGroup(stack, 'ChatLogGroup')),
  });
  const lobby = new ivschat.ChatRoom(stack, 'Lobby', { loggingConfigurations: [chatLog] });
  const annex = new CfnRoom(stack, 'Annex');

  lobby.grantCreateChatToken(caller('Tokens'));
  const reviewer = caller('Reviewer');
  const review = new ivschat.MessageReviewHandler(stack, 'Review', { handler: reviewer });
  const reviewed = new ivschat.ChatRoom(stack, 'Reviewed', { messageReviewHandler: review });
  reviewed.grantModerate(reviewer);
  ivschat.ChatRoomGrants.fromRoom(annex).manage(caller('AnnexManager'));
  const launcher = caller('Launcher');
  const all = ivschat.AllChatRoomsGrants.of(stack);
  all.createRoom(launcher);
  all.listRooms(launcher);
  all.sendEvent(launcher);
  chatLog.grants.read(caller('LogReader'));

  const arns = { lobby: lobby.roomArn, annex: annex.attrArn, reviewed: reviewed.roomArn, log: chatLog.loggingConfigurationArn };
  for (const [name, value] of Object.entries(arns)) new CfnOutput(stack, name, { value });
  return stack;
}

/** A valid input of each operation on a resource. */
const INPUTS: Record<string, (arn: string) => object> = {
  CreateChatToken: roomIdentifier => ({ roomIdentifier, userId: 'ada' }),
  CreateRoom: () => ({ name: 'new' }),
  DeleteMessage: roomIdentifier => ({ roomIdentifier, id: 'AbCdEfGhIjKl' }),
  DeleteRoom: identifier => ({ identifier }),
  DisconnectUser: roomIdentifier => ({ roomIdentifier, userId: 'ada' }),
  GetLoggingConfiguration: identifier => ({ identifier }),
  GetRoom: identifier => ({ identifier }),
  ListLoggingConfigurations: () => ({}),
  ListRooms: () => ({}),
  ListTagsForResource: resourceArn => ({ resourceArn }),
  SendEvent: roomIdentifier => ({ roomIdentifier, eventName: 'app:GOAL' }),
  TagResource: resourceArn => ({ resourceArn, tags: { color: 'red' } }),
  UpdateLoggingConfiguration: identifier => ({ identifier, name: 'new' }),
  UpdateRoom: identifier => ({ identifier, name: 'new' }),
};

/** @returns the outcome of the call, and the denials in the live log */
async function call(caller: string, operation: string, input: object): Promise<{ result: string; denials: string[] }> {
  const before = runtime.lines('iam').length;
  const { payload } = await runtime.invoke(outputs[`${caller}Arn`], JSON.stringify({ operation, input }));
  return { result: JSON.parse(payload), denials: runtime.lines('iam').slice(before) };
}

test.each([
  ['Tokens', 'CreateChatToken', 'lobby'],
  ['Reviewer', 'DeleteMessage', 'reviewed'],
  ['Reviewer', 'DisconnectUser', 'reviewed'],
  ['AnnexManager', 'UpdateRoom', 'annex'],
  ['AnnexManager', 'TagResource', 'annex'],
  ['Launcher', 'CreateRoom', '*'],
  ['Launcher', 'ListRooms', '*'],
  ['Launcher', 'SendEvent', 'lobby'],
  ['Launcher', 'SendEvent', 'annex'],
  ['LogReader', 'GetLoggingConfiguration', 'log'],
  ['LogReader', 'ListTagsForResource', 'log'],
])('%s may %s on %s', async (caller, operation, resource) => {
  expect(await call(caller, operation, INPUTS[operation](outputs[resource]))).toEqual({ result: 'allowed', denials: [] });
});

test.each([
  ['Tokens', 'CreateChatToken', 'annex'],
  ['Tokens', 'GetRoom', 'lobby'],
  ['Reviewer', 'DisconnectUser', 'lobby'],
  ['Reviewer', 'SendEvent', 'reviewed'],
  ['AnnexManager', 'UpdateRoom', 'lobby'],
  ['AnnexManager', 'CreateChatToken', 'annex'],
  ['Launcher', 'DeleteRoom', 'lobby'],
  ['LogReader', 'UpdateLoggingConfiguration', 'log'],
  ['LogReader', 'ListLoggingConfigurations', '*'],
])('fails: %s may not %s on %s', async (caller, operation, resource) => {
  const { result, denials } = await call(caller, operation, INPUTS[operation](outputs[resource]));

  expect(result).toBe('AccessDeniedException');
  expect(denials).toEqual([expect.stringMatching(new RegExp(`^denied: role/Grants-${caller}ServiceRole\\S+ may not ivschat:${operation} on `))]);
  expect(denials[0].split(' on ')[1]).toBe(outputs[resource] ?? '*');
});

test('fails: Launcher may not create a room with tags, which needs another grant', async () => {
  const { result, denials } = await call('Launcher', 'CreateRoom', { name: 'new', tags: { color: 'red' } });

  expect(result).toBe('AccessDeniedException');
  expect(denials).toEqual([expect.stringContaining('may not ivschat:TagResource on ')]);
});
