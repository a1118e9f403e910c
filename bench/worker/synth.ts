import * as fs from 'fs';
import * as path from 'path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ivschat from 'cdk-ivschat';

// A stack may have 500 resources; the function and what belongs to it take five.
const ROOMS = 450;
const WARM_UP_ROUNDS = 6;
const COUNTED_ROUNDS = 30;

/** Logical ids as the library allocates them. The twin takes them as ids of its constructs, which is their cheapest use. */
interface Ids {
  readonly permission: string;
  readonly loggingConfiguration: string;
  readonly rooms: string[];
}

const ROOM = { maximumMessageLength: 300, maximumMessageRatePerSecond: 5 };

function withLibrary(stack: Stack): void {
  const { handler, logGroup } = surroundings(stack);
  const messageReviewHandler = new ivschat.MessageReviewHandler(stack, 'Review', {
    handler, fallbackResult: ivschat.FallbackResult.DENY,
  });
  const chatLog = new ivschat.LoggingConfiguration(stack, 'ChatLog', {
    destination: ivschat.LoggingDestination.cloudWatchLogs(logGroup),
  });
  for (let i = 0; i < ROOMS; i++) {
    new ivschat.ChatRoom(stack, `Room${i}`, {
      roomName: `room-${i}`, ...ROOM, messageReviewHandler, loggingConfigurations: [chatLog],
    });
  }
}

function byHand(stack: Stack, ids: Ids): void {
  const { handler, logGroup } = surroundings(stack);
  const permission = new lambda.CfnPermission(stack, ids.permission, {
    action: 'lambda:InvokeFunction',
    functionName: handler.functionArn,
    principal: 'ivschat.amazonaws.com',
    sourceAccount: stack.account,
    sourceArn: `arn:${stack.partition}:ivschat:${stack.region}:${stack.account}:room/*`,
  });
  const chatLog = new CfnLoggingConfiguration(stack, ids.loggingConfiguration, {
    destinationConfiguration: { cloudWatchLogs: { logGroupName: logGroup.logGroupName } },
  });
  const messageReviewHandler = { uri: handler.functionArn, fallbackResult: 'DENY' };
  const loggingConfigurationIdentifiers = [chatLog.attrArn];
  for (let i = 0; i < ROOMS; i++) {
    const room = new CfnRoom(stack, ids.rooms[i], { name: `room-${i}`, ...ROOM, messageReviewHandler, loggingConfigurationIdentifiers });
    dependOn(room, permission);
  }
}

/** Newer CDKs have this name for it, and print a deprecation at the one the floor has. */
function dependOn(resource: CfnResource, target: CfnResource): void {
  const renamed = resource as CfnResource & { addResourceDependency?(target: CfnResource): void };
  if (renamed.addResourceDependency) renamed.addResourceDependency(target);
  else resource.addDependency(target);
}

function surroundings(stack: Stack) {
  const handler = new lambda.Function(stack, 'Moderator', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async event => ({ ReviewResult: "ALLOW", Content: event.Content });'),
  });
  return { handler, logGroup: new logs.LogGroup(stack, 'ChatLogGroup') };
}

/** Milliseconds to construct and synthesize, and the template. */
function measure(define: (stack: Stack) => void): { milliseconds: number; template: Buffer } {
  const outdir = fs.mkdtempSync(path.join(__dirname, 'cdk.out-'));
  // Otherwise each would pay for the garbage of the other.
  globalThis.gc!();
  const start = performance.now();
  const app = new App({ outdir });
  const stack = new Stack(app, 'Chat');
  define(stack);
  const assembly = app.synth();
  const milliseconds = performance.now() - start;
  const template = fs.readFileSync(assembly.getStackByName('Chat').templateFullPath);
  fs.rmSync(outdir, { recursive: true });
  return { milliseconds, template };
}

function idsIn(template: Buffer): Ids {
  const resources: Record<string, { Type: string }> = JSON.parse(template.toString()).Resources;
  const ofType = (type: string) => Object.keys(resources).filter(id => resources[id].Type === type);
  return {
    permission: ofType('AWS::Lambda::Permission')[0],
    loggingConfiguration: ofType('AWS::IVSChat::LoggingConfiguration')[0],
    rooms: ofType('AWS::IVSChat::Room'),
  };
}

const ids = idsIn(measure(withLibrary).template);
const subject = () => measure(withLibrary);
const baseline = () => measure(stack => byHand(stack, ids));

const pairs = [];
let areTemplatesEqual = ids.rooms.length === ROOMS;
for (let round = 0; round < WARM_UP_ROUNDS + COUNTED_ROUNDS; round++) {
  const [first, second] = round % 2 === 0 ? [subject(), baseline()] : [baseline(), subject()];
  const [ours, theirs] = round % 2 === 0 ? [first, second] : [second, first];
  areTemplatesEqual &&= ours.template.equals(theirs.template);
  if (round >= WARM_UP_ROUNDS) pairs.push({ subject: ours.milliseconds, baseline: theirs.milliseconds });
}
process.stdout.write(JSON.stringify({ rooms: ROOMS, areTemplatesEqual, pairs }));
