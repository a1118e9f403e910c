/** The alarms of a deployed stack, evaluated with the metrics that its functions write to their logs. */
import { SendMessageRequest } from 'amazon-ivs-chat-messaging';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as ivschat from '../../src';
import { LocalRuntime, type Outputs } from '../support/deployed/local-runtime';
import { post } from '../support/deployed/token-client';
import { keyOf, stateOf } from '../support/monitoring/alarm-state';
import { embeddedMetrics, repeated } from '../support/monitoring/embedded-metrics';
import { ENV, resourcesOf, templateOf } from '../support/synth';
import type { SynthesizedApp } from 'ivschat-local';

const ISSUER = 'https://login.example.com/';

function build(app: App): Stack {
  const stack = new Stack(app, 'Chat', { env: ENV });
  const filter = new ivschat.MessageFilter(stack, 'Filter', { provisionedConcurrentExecutions: 1 });
  const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_WEEK });
  const room = new ivschat.ChatRoom(stack, 'Room', {
    messageReviewHandler: filter,
    loggingConfigurations: [new ivschat.LoggingConfiguration(stack, 'Logging', { destination: ivschat.LoggingDestination.cloudWatchLogs(chatLog) })],
  });
  const bans = new ivschat.ChatBans(stack, 'Bans');
  const admission = new Function(stack, 'Admission', {
    runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => { throw new Error("broken"); };'),
  });
  const tokens = new ivschat.ChatTokenEndpoint(stack, 'Tokens', {
    rooms: [room], admission, bans, authentication: ivschat.ChatAuthentication.oidc({ issuer: ISSUER, audience: ['chat'] }),
  });
  new ivschat.ChatLogQueries(stack, 'Queries', { chatLog });
  new ivschat.ChatMonitoring(stack, 'Monitoring', {
    reviewHandlers: [filter],
    tokenEndpoints: [tokens],
    bans: [bans],
    autoModerators: [new ivschat.AutoModerator(stack, 'Moderator', { chatLog, judge: ivschat.ChatJudge.comprehendToxicity() })],
    histories: [new ivschat.ChatHistory(stack, 'History', { chatLog })],
    dashboard: true,
  });
  const outputs: Record<string, string> = {
    Room: room.roomArn,
    Url: tokens.url,
    Filter: filter.function.functionName,
    Tokens: tokens.function.functionName,
    Bans: bans.function.functionName,
    Admission: admission.functionName,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, `${name}Output`, { value });
  return stack;
}

let runtime: LocalRuntime;
let outputs: Outputs;
let alarms: Record<string, any>;
const lines: string[] = [];

beforeAll(async () => {
  runtime = await LocalRuntime.start({ issuers: [ISSUER] });
  runtime.local.onLogEntry(({ data, kind }) => {
    if (kind === 'function' && typeof data?.line === 'string') lines.push(data.line);
  });
});

let app: SynthesizedApp;
beforeAll(() => {
  app = runtime.synthesize(scope => {
    const stack = build(scope);
    alarms = resourcesOf(templateOf(stack).toJSON(), 'AWS::CloudWatch::Alarm');
    return stack;
  });
});

beforeAll(async () => {
  await runtime.local.deploy(app);
  outputs = runtime.local.outputs.Chat;
});

// Starts the function, which takes most of the time of its first failure.
beforeAll(async () => {
  await runtime.invoke(outputs.AdmissionOutput, '{}');
});

afterAll(async () => {
  await runtime.stop();
});

/** Replaces references in the template by the names that the deployed resources have. */
function deployed(value: any): any {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const { resources } = runtime.local.stacks.find(({ name }) => name === 'Chat')!;
  if ('Ref' in value) return resources[value.Ref].physicalId;
  if ('Fn::GetAtt' in value) return resources[value['Fn::GetAtt'][0]].attributes[value['Fn::GetAtt'][1]];
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, deployed(inner)]));
}

/** The states of the alarms that follow constructs, if what the functions have written happens in each period. */
function states(): Record<string, string> {
  const invocations = ['Filter', 'Tokens', 'Bans'].map(name => (
    [keyOf('AWS/Lambda', 'Invocations', 'Sum', [{ Name: 'FunctionName', Value: outputs[`${name}Output`] }]), 10]
  ));
  const data = repeated({ ...Object.fromEntries(invocations), ...embeddedMetrics(lines) });
  const named = Object.entries(alarms).map(([id, alarm]) => [id.replace(/^Monitoring(.*).{8}$/, '$1'), stateOf(deployed(alarm), data)]);
  return Object.fromEntries(named.filter(([name]) => /^(ReviewFilter|TokensTokens|Background)$/.test(name)));
}

describe('what a function writes makes its alarm go off', () => {
  // There is no provisioned concurrency in the local runtime.
  test('the filter: a message that waits for a cold start', async () => {
    expect(states().ReviewFilter).toBe('OK');
    const { token } = await runtime.local.createChatToken({ room: outputs.RoomOutput, userId: 'ada', capabilities: ['SEND_MESSAGE'] });
    const client = await runtime.connect(async () => token);
    await client.sendMessage(new SendMessageRequest('Hello!'));
    expect(states().ReviewFilter).toBe('ALARM');
  });

  test('the token endpoint: not a refusal', async () => {
    expect((await post(outputs.UrlOutput, undefined)).status).toBe(401);
    expect(states().TokensTokens).toBe('OK');
  });

  test('the token endpoint: a failure of the admission function', async () => {
    const { idToken } = await runtime.local.signIn({ issuer: ISSUER, client: 'chat', username: 'ada' });
    expect((await post(outputs.UrlOutput, idToken)).status).toBe(503);
    expect(states().TokensTokens).toBe('ALARM');
  });

  test('the bans: a second disconnect that fails', async () => {
    expect(states().Background).toBe('OK');
    await runtime.invoke(outputs.BansOutput, JSON.stringify({ Records: [{ eventSource: 'aws:sqs', messageId: '1', body: 'no JSON' }] }));
    expect(states().Background).toBe('ALARM');
  });
});

test('the local runtime reports once that alarms never go off', () => {
  const notices = runtime.lines('notice').filter(line => line.includes('stand-in'));
  expect(notices).toEqual([expect.stringContaining('is a stand-in, as are all alarms of the stack: they never go off')]);
});
