import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AutoModerator, ChatJudge, ChatRoom, LoggingConfiguration, LoggingDestination, ModerationResponse } from 'cdk-ivschat';

const JUDGE = 'exports.handler = async ({ Messages }) => ({ Verdicts: Messages.map(({ Id }) => ({ Id, Flagged: true })) });';

// Writes the assembly of a stack whose moderator deletes every message, by a judge that needs no other service.
const app = new App({ outdir: process.argv[2] });
const stack = new Stack(app, 'Moderated');
const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY });
const destination = LoggingDestination.cloudWatchLogs(chatLog);
const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [new LoggingConfiguration(stack, 'Logging', { destination })] });
const judge = new Function(stack, 'Judge', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline(JUDGE) });
new AutoModerator(stack, 'Moderator', {
  chatLog, judge: ChatJudge.function(judge), rooms: [room], responses: [ModerationResponse.deleteMessage()],
});
new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
app.synth();
process.stdout.write('null');
