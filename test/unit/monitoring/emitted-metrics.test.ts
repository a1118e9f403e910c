/** The metrics that functions write are those that the alarms read: if one is renamed, the other must be renamed as well. */
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Context, SQSRecord } from 'aws-lambda';
import { newDeadline } from '../../../handlers/auto-moderator/deadline';
import { loadModerator } from '../../../handlers/auto-moderator/moderator';
import { disconnectAgain } from '../../../handlers/bans/second-disconnect';
import { filterHandler } from '../../../handlers/message-filter/review';
import { busy, roomNotFound, unavailable } from '../../../handlers/token-endpoint/http/refusal';
import { RequestLog } from '../../../handlers/token-endpoint/http/request-log';
import {
  AutoModerator, ChatAuthentication, ChatBans, ChatHistory, ChatJudge, ChatMonitoring, ChatRoom, ChatTokenEndpoint, LoggingConfiguration,
  LoggingDestination, MessageFilter,
} from '../../../src';
import { chatLogEvent, messageFrame, recordOf } from '../../support/chat-log';
import { metricsOfAlarm, stateOf } from '../../support/monitoring/alarm-state';
import { embeddedMetrics, repeated } from '../../support/monitoring/embedded-metrics';
import { newStack, resourcesOf, templateOf } from '../../support/synth';
import { withLog } from '../../support/token-endpoint/endpoint';
import { FakeAws, serviceError } from '../../support/token-endpoint/fake-aws';
import { reviewEvent, reviewHandler } from 'ivschat-review';

const stack = newStack();
const filter = new MessageFilter(stack, 'Filter');
const bans = new ChatBans(stack, 'Bans');
const tokens = new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], authentication: ChatAuthentication.iam() });
const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_WEEK });
new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) });
const moderator = new AutoModerator(stack, 'Moderator', { chatLog, judge: ChatJudge.comprehendToxicity() });
const history = new ChatHistory(stack, 'History', { chatLog });
new ChatMonitoring(stack, 'Monitoring', {
  reviewHandlers: [filter], tokenEndpoints: [tokens], bans: [bans], autoModerators: [moderator], histories: [history],
});
const alarms = Object.entries(resourcesOf(templateOf(stack).toJSON(), 'AWS::CloudWatch::Alarm'));
const alarmOf = (name: string) => alarms.find(([id]) => id.startsWith(`Monitoring${name}`))![1];

/** Denies each call. */
const aws = new FakeAws();
beforeAll(async () => {
  await aws.start();
  for (const operation of ['BatchGetItem', 'BatchWriteItem', 'Invoke']) aws.on(operation, () => serviceError('AccessDeniedException', 403));
});
afterAll(() => {
  aws.stop();
});

afterEach(() => {
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
});

/** Runs the code of a function that has the name of the construct's function in the template. */
async function emittedBy(construct: { function: { functionName: string } }, run: () => Promise<unknown>) {
  process.env.AWS_LAMBDA_FUNCTION_NAME = JSON.stringify(stack.resolve(construct.function.functionName));
  const error = jest.spyOn(console, 'error').mockImplementation();
  const { lines } = await withLog(run);
  error.mockRestore();
  return embeddedMetrics(lines);
}

const failing = { isExempt: () => false, review: () => { throw new Error('broken'); } };
const slow = {
  isExempt: () => false,
  review: () => {
    const end = performance.now() + 121;
    while (performance.now() < end) { /* works */ }
    return { attributes: undefined, content: 'Hi', counted: [], denied: undefined, masked: [], reason: undefined };
  },
};
const event = reviewEvent({ Content: 'Hi' });
const never = () => new Promise<never>(() => undefined);
const secondDisconnect = async () => disconnectAgain([{ messageId: '1', body: 'no JSON' } as SQSRecord], undefined as any, undefined as any);

const frame = messageFrame('WhO6MW6iRdS5', new Date().toISOString());

async function moderate(): Promise<void> {
  const judge = { kind: 'function' as const, functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:Judge', batchSize: 10, callsPerSecond: 10 };
  const moderateRoom = await loadModerator({ judge, responses: [], exempt: [], maximumAgeSeconds: 600 });
  const room = { id: 'abcDEF123456', arn: 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456' };
  await moderateRoom(room, [frame], newDeadline(1_000)).catch(() => undefined);
}

async function store(): Promise<void> {
  process.env.CHAT_HISTORY = JSON.stringify({ tableName: 'History', retentionSeconds: 3_600 });
  const { handler } = jest.requireActual<typeof import('../../../handlers/chat-history')>('../../../handlers/chat-history');
  await handler(chatLogEvent([recordOf(frame)]), { getRemainingTimeInMillis: () => 1_000 } as Context).catch(() => undefined);
}

test.each<[string, string, { function: { functionName: string } }, string[], () => Promise<unknown>]>([
  ['a filter that fails', 'ReviewFilter', filter, ['failed', 'cold'], async () => filterHandler(failing)(event)],
  ['a filter that is late', 'ReviewFilter', filter, ['late', 'cold'], async () => filterHandler(slow)(event)],
  ['a function with ivschat-review that fails', 'ReviewFilter', filter, ['failed'], async () => reviewHandler(failing.review)(reviewEvent({ Content: 'Hi' }))],
  ['a function with ivschat-review that is late', 'ReviewFilter', filter, ['late'], async () => reviewHandler(never, { deadline: 1 })(reviewEvent({ Content: 'Hi' }))],
  ['an endpoint that cannot decide', 'Tokens', tokens, ['failed'], async () => new RequestLog().writeRefusal(unavailable('table'))],
  ['an endpoint that is throttled', 'Tokens', tokens, ['throttled'], async () => new RequestLog().writeRefusal(busy('rate'))],
  ['a second disconnect that fails', 'Background', bans, ['disconnects0'], secondDisconnect],
  ['a message that cannot be judged', 'Background', moderator, ['failed1'], moderate],
  ['a message that cannot be stored', 'Background', history, ['failed2'], store],
])('%s makes the alarm %s go off', async (_, alarmName, construct, names, run) => {
  const emitted = await emittedBy(construct, run);
  const alarm = alarmOf(alarmName);
  const metrics = metricsOfAlarm(alarm);

  expect(Object.keys(emitted).sort()).toEqual(names.map(name => metrics[name]).sort());
  expect(stateOf(alarm, repeated({ ...emitted, [metrics.invocations]: 10 }))).toBe('ALARM');
});

test('a refused request makes no alarm go off', async () => {
  const emitted = await emittedBy(tokens, async () => new RequestLog().writeRefusal(roomNotFound()));
  expect(Object.keys(emitted)).toHaveLength(1);
  for (const [, alarm] of alarms) expect(stateOf(alarm, repeated(emitted))).toBe('OK');
});
