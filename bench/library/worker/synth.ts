import * as fs from 'fs';
import * as path from 'path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Rounds } from '../../effort';
import type { Pair } from '../../stats';
import * as ivschat from 'cdk-ivschat';

/**
 * Where the L1s of the baseline are: `tree` has each below a construct, as the library has them. `flat` has them directly in the
 * stack, which is cheaper: an id of one part needs no hash, and there is one construct less.
 */
export type Twin = 'flat' | 'tree';

export interface SynthResult {
  readonly rooms: number;
  readonly areTemplatesEqual: boolean;
  readonly pairs: Pair[];
}

type Place = (path: string) => { readonly scope: Construct; readonly id: string };

// A stack may have 500 resources; the function and its role, log group and permission take some.
const ROOMS = 450;
const ROOM = { maximumMessageLength: 300, maximumMessageRatePerSecond: 5 };

const [twin, rounds] = process.argv.slice(2) as [Twin, string];
const { warmUp, counted }: Rounds = JSON.parse(rounds);

function withLibrary(stack: Stack): void {
  const { handler, logGroup } = addFunctionAndLogGroup(stack);
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

/** The same template without the library. */
function withL1s(stack: Stack, place: Place): void {
  const { handler, logGroup } = addFunctionAndLogGroup(stack);
  const review = place('Review/InvokePermission');
  const permission = new lambda.CfnPermission(review.scope, review.id, {
    action: 'lambda:InvokeFunction',
    functionName: handler.functionArn,
    principal: 'ivschat.amazonaws.com',
    sourceAccount: stack.account,
    sourceArn: `arn:${stack.partition}:ivschat:${stack.region}:${stack.account}:room/*`,
  });
  const log = place('ChatLog/Resource');
  const chatLog = new CfnLoggingConfiguration(log.scope, log.id, {
    destinationConfiguration: { cloudWatchLogs: { logGroupName: logGroup.logGroupName } },
  });
  const messageReviewHandler = { uri: handler.functionArn, fallbackResult: 'DENY' };
  const loggingConfigurationIdentifiers = [chatLog.attrArn];
  for (let i = 0; i < ROOMS; i++) {
    const { scope, id } = place(`Room${i}/Resource`);
    const room = new CfnRoom(scope, id, { name: `room-${i}`, ...ROOM, messageReviewHandler, loggingConfigurationIdentifiers });
    dependOn(room, permission);
  }
}

/** Newer CDKs deprecate `addDependency`, the only name on the floor, and print a warning. */
function dependOn(resource: CfnResource, target: CfnResource): void {
  const renamed = resource as CfnResource & { addResourceDependency?(target: CfnResource): void };
  if (renamed.addResourceDependency) renamed.addResourceDependency(target);
  else resource.addDependency(target);
}

function addFunctionAndLogGroup(stack: Stack) {
  const handler = new lambda.Function(stack, 'Moderator', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async event => ({ ReviewResult: "ALLOW", Content: event.Content });'),
  });
  return { handler, logGroup: new logs.LogGroup(stack, 'ChatLogGroup') };
}

function inTree(stack: Stack): void {
  withL1s(stack, at => {
    const [parent, id] = at.split('/');
    return { scope: new Construct(stack, parent), id };
  });
}

/** The logical ids of the library's resources: as construct ids directly in a stack, they are logical ids unchanged. */
function libraryLogicalIds(): Map<string, string> {
  const stack = new Stack(new App(), 'Chat');
  withLibrary(stack);
  const elements = stack.node.findAll().filter(child => Stack.of(child) === stack && 'logicalId' in child) as CfnResource[];
  return new Map(elements.map(element => [element.node.path.replace('Chat/', ''), stack.resolve(element.logicalId)]));
}

function flatInStack(logicalIds: Map<string, string>): (stack: Stack) => void {
  return stack => withL1s(stack, at => ({ scope: stack, id: logicalIds.get(at)! }));
}

/** Measures the milliseconds to construct and synthesize. Also returns the template. */
function measure(define: (stack: Stack) => void): { milliseconds: number; template: Buffer } {
  const outdir = fs.mkdtempSync(path.join(__dirname, 'cdk.out-'));
  // Otherwise each would pay for the other's garbage.
  globalThis.gc!();
  const start = performance.now();
  // The CDK CLI writes the path of each resource into the template, which is the same only in the same tree.
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': twin === 'tree' } });
  const stack = new Stack(app, 'Chat');
  define(stack);
  const assembly = app.synth();
  const milliseconds = performance.now() - start;
  const template = fs.readFileSync(assembly.getStackByName('Chat').templateFullPath);
  fs.rmSync(outdir, { recursive: true });
  return { milliseconds, template };
}

const baselineOf: Record<Twin, () => (stack: Stack) => void> = { tree: () => inTree, flat: () => flatInStack(libraryLogicalIds()) };
const defineBaseline = baselineOf[twin]();
const pairs: Pair[] = [];
let areTemplatesEqual = true;
for (let round = 0; round < warmUp + counted; round++) {
  // Each goes first every other round.
  const order = round % 2 === 0 ? [withLibrary, defineBaseline] : [defineBaseline, withLibrary];
  const results = order.map(measure);
  const [subject, baseline] = round % 2 === 0 ? results : results.reverse();
  areTemplatesEqual &&= subject.template.equals(baseline.template);
  if (round >= warmUp) pairs.push({ subject: subject.milliseconds, baseline: baseline.milliseconds });
}
const result: SynthResult = { rooms: ROOMS, areTemplatesEqual, pairs };
process.stdout.write(JSON.stringify(result));
