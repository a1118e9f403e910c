import { Stack, type App } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Machine } from './machine';
import * as ivschat from '../../../src';

/** Nobody could find out what CloudFormation's own update of a room does: what depends on it has to hold either way. */
export const ANSWERS = [
  { roomUpdateResetsRate: false, removalClearsProperty: false },
  { roomUpdateResetsRate: true, removalClearsProperty: true },
];

/** An app of one stack with these constructs. */
export function stackOf(name: string, fill: (stack: Stack) => void): (app: App) => Stack {
  return app => {
    const stack = new Stack(app, name);
    fill(stack);
    return stack;
  };
}

export function newReview(scope: Construct, id: string, props: Partial<ivschat.MessageReviewHandlerProps> = {}): ivschat.MessageReviewHandler {
  const handler = new Function(scope, `${id}Function`, {
    runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => ({ ReviewResult: \'ALLOW\' });'),
  });
  return new ivschat.MessageReviewHandler(scope, id, { handler, ...props });
}

export function newChatLog(scope: Construct, id: string, detachOnDelete?: boolean): ivschat.LoggingConfiguration {
  const logGroup = new LogGroup(scope, `${id}Group`);
  return new ivschat.LoggingConfiguration(scope, id, { destination: ivschat.LoggingDestination.cloudWatchLogs(logGroup), detachOnDelete });
}

/** Makes the deployment fail, once all of these are as they should be. */
export function failAfter(stack: Stack, ...constructs: Construct[]): void {
  const broken = new CfnRoom(stack, 'Broken', { maximumMessageLength: 501 });
  broken.node.addDependency(...constructs);
}

/** The function behind the custom resources, of which a test takes away the patience it has in AWS. */
export function giveUpAfter(seconds: number, stack: Stack): void {
  const fn = stack.node.findChild('IVSChatCustomResources').node.findChild('Handler').node.defaultChild as CfnFunction;
  fn.timeout = seconds;
}

/** A room as it is, without its times. It is gone where it is undefined. */
export function roomOf(machine: Machine, arn: string) {
  const room = machine.server.controlPlane.room(arn);
  if (!room) return undefined;
  const { arn: _arn, id, createTime, updateTime, ...settings } = room;
  return settings;
}

/** What somebody else does, who has a rate of their own. */
export async function meanwhile(machine: Machine, operation: string, input: object): Promise<any> {
  return machine.server.controlPlane.call(operation, input, { unthrottled: true });
}

/** The reasons CloudFormation was given for what failed, without the prefix of what it says itself. */
export async function reasonsOf(machine: Machine, work: () => Promise<unknown>): Promise<string[]> {
  const reasons: string[] = [];
  const stop = machine.server.liveLog.listen(({ data, kind }) => {
    if (kind === 'custom-resource' && data?.reason !== undefined) reasons.push(String(data.reason));
  });
  try {
    await expect(work()).rejects.toThrow(/^The stack \w+ could not be /);
  } finally {
    stop();
  }
  return reasons;
}

/** The end of a reason as users are to see it: our log group, and nothing after it. */
export function logsOf(machine: Machine, stackName: string): string {
  const stack = machine.server.deployment.describe().find(({ name }) => name === stackName)!;
  const [, handler] = Object.entries(stack.resources).find(([id]) => id.startsWith('IVSChatCustomResourcesHandler'))!;
  const name = `/aws/lambda/${handler.physicalId}`;
  expect(Object.values(stack.resources)).toContainEqual(expect.objectContaining({ type: 'AWS::Logs::LogGroup', physicalId: name }));
  return ` Logs: ${name}`;
}
