import { Stack, type App } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Code, Function, Runtime, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LocalRuntime } from './local-runtime';
import * as ivschat from '../../../src';

/** How CloudFormation itself updates a room is not documented. Tests must pass either way. */
export const UNDOCUMENTED_BEHAVIORS = [
  { roomUpdateResetsRate: false, removalClearsProperty: false },
  { roomUpdateResetsRate: true, removalClearsProperty: true },
];

export type UndocumentedBehavior = typeof UNDOCUMENTED_BEHAVIORS[number];

/** A stack with the constructs that `fill` adds. */
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

/** Makes the deployment fail after these constructs have been deployed. */
export function failAfter(stack: Stack, ...constructs: Construct[]): void {
  const broken = new CfnRoom(stack, 'Broken', { maximumMessageLength: 501 });
  broken.node.addDependency(...constructs);
}

/** Shortens the timeout of the handler of the custom resources, so that a test need not wait for it. */
export function setHandlerTimeout(seconds: number, stack: Stack): void {
  const fn = stack.node.findChild('IVSChatCustomResources').node.findChild('Handler').node.defaultChild as CfnFunction;
  fn.timeout = seconds;
}

/** The settings of a room, or undefined if it was deleted. */
export function roomOf(runtime: LocalRuntime, arn: string) {
  const room = runtime.local.rooms.find(it => it.arn === arn);
  if (!room) return undefined;
  const { arn: _arn, id, path, ...settings } = room;
  return settings;
}

/** Calls the API as another client, without throttling. */
export async function callApi(runtime: LocalRuntime, operation: string, input: object): Promise<any> {
  return runtime.local.call(operation, input);
}

/** The reasons of failed custom resources, without the prefix that CloudFormation adds. */
export async function failureReasons(runtime: LocalRuntime, work: () => Promise<unknown>): Promise<string[]> {
  const reasons: string[] = [];
  const stop = runtime.local.onLogEntry(({ data, kind }) => {
    if (kind === 'custom-resource' && data?.reason !== undefined) reasons.push(String(data.reason));
  });
  try {
    await expect(work()).rejects.toThrow(/^The stack \w+ could not be /);
  } finally {
    stop();
  }
  return reasons;
}

/** The end of each reason, which names the log group of the handler. */
export function logsSuffix(runtime: LocalRuntime, stackName: string): string {
  const stack = runtime.local.stacks.find(({ name }) => name === stackName)!;
  const [, handler] = Object.entries(stack.resources).find(([id]) => id.startsWith('IVSChatCustomResourcesHandler'))!;
  const name = `/aws/lambda/${handler.physicalId}`;
  expect(Object.values(stack.resources)).toContainEqual(expect.objectContaining({ type: 'AWS::Logs::LogGroup', physicalId: name }));
  return ` Logs: ${name}`;
}
