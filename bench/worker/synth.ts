import * as fs from 'fs';
import * as path from 'path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as ivschat from 'cdk-ivschat';

// A stack may have 500 resources; the function and what belongs to it take five.
const ROOMS = 450;
const WARM_UP_ROUNDS = 6;
const COUNTED_ROUNDS = 30;

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

/** The same without the library. Every resource is below a construct, as a logical id and a path have two parts. */
function byHand(stack: Stack): void {
  const { handler, logGroup } = surroundings(stack);
  const permission = new lambda.CfnPermission(new Construct(stack, 'Review'), 'InvokePermission', {
    action: 'lambda:InvokeFunction',
    functionName: handler.functionArn,
    principal: 'ivschat.amazonaws.com',
    sourceAccount: stack.account,
    sourceArn: `arn:${stack.partition}:ivschat:${stack.region}:${stack.account}:room/*`,
  });
  const chatLog = new CfnLoggingConfiguration(new Construct(stack, 'ChatLog'), 'Resource', {
    destinationConfiguration: { cloudWatchLogs: { logGroupName: logGroup.logGroupName } },
  });
  const messageReviewHandler = { uri: handler.functionArn, fallbackResult: 'DENY' };
  const loggingConfigurationIdentifiers = [chatLog.attrArn];
  for (let i = 0; i < ROOMS; i++) {
    const room = new CfnRoom(new Construct(stack, `Room${i}`), 'Resource', {
      name: `room-${i}`, ...ROOM, messageReviewHandler, loggingConfigurationIdentifiers,
    });
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
  // As the CDK CLI has it: the path of each resource is part of the template.
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true } });
  const stack = new Stack(app, 'Chat');
  define(stack);
  const assembly = app.synth();
  const milliseconds = performance.now() - start;
  const template = fs.readFileSync(assembly.getStackByName('Chat').templateFullPath);
  fs.rmSync(outdir, { recursive: true });
  return { milliseconds, template };
}

const subject = () => measure(withLibrary);
const baseline = () => measure(byHand);

const pairs = [];
let areTemplatesEqual = true;
for (let round = 0; round < WARM_UP_ROUNDS + COUNTED_ROUNDS; round++) {
  const [first, second] = round % 2 === 0 ? [subject(), baseline()] : [baseline(), subject()];
  const [ours, theirs] = round % 2 === 0 ? [first, second] : [second, first];
  areTemplatesEqual &&= ours.template.equals(theirs.template);
  if (round >= WARM_UP_ROUNDS) pairs.push({ subject: ours.milliseconds, baseline: theirs.milliseconds });
}
process.stdout.write(JSON.stringify({ rooms: ROOMS, areTemplatesEqual, pairs }));
