#!/usr/bin/env node
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { RecordedActivity } from './activity';
import { AppError, synthesize } from './app';
import { type LoadedStack, loadAssembly } from './assembly';
import { LocalServer } from './server';
import { watchAssembly } from './watch';

const USAGE = `Runs an application with Amazon IVS Chat on this machine, without an AWS account.

  ivschat-local [--app APP] [--stack NAME] [--port N] [--data DIR] [more]

  --app APP       a cloud assembly (cdk.out), a CloudFormation template (JSON or YAML), or a command that
                  synthesizes one. Default: what cdk.json says, or cdk.out
  --stack NAME    one stack, or a stage, by its path: Chat, Prod, Prod/Chat. Default: all that are in no stage
  --port N        0 for any that is free. Default: 0
  --data DIR      where chat logs go. Default: .ivschat-local
  --region NAME   where stacks go that do not say. Default: us-east-1
  --no-throttle   do not hold the API to its documented rates

What nobody could find out about AWS, the other way round (see FIDELITY.md):
  --in-order                    deliver messages in the order of their receipt, not as their reviews end
  --room-update-resets-rate     an update of a room without a rate in its template sets it to the default
  --removal-clears-property     removing handler or logging from a room's template takes it off the room
`;

interface Arguments {
  readonly app?: string;
  readonly stack?: string;
  readonly port: number;
  readonly data: string;
  readonly region?: string;
  readonly throttle: boolean;
  readonly inOrder: boolean;
  readonly roomUpdateResetsRate: boolean;
  readonly removalClearsProperty: boolean;
}

function readArguments(): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      'app': { type: 'string' },
      'stack': { type: 'string' },
      'port': { type: 'string', default: '0' },
      'data': { type: 'string', default: '.ivschat-local' },
      'region': { type: 'string' },
      'no-throttle': { type: 'boolean', default: false },
      'in-order': { type: 'boolean', default: false },
      'room-update-resets-rate': { type: 'boolean', default: false },
      'removal-clears-property': { type: 'boolean', default: false },
      'help': { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new AppError(`--port must be a whole number from 0 to 65535, got ${values.port}.`);
  return {
    app: values.app,
    stack: values.stack,
    port,
    data: values.data,
    region: values.region,
    throttle: !values['no-throttle'],
    inOrder: values['in-order'],
    roomUpdateResetsRate: values['room-update-resets-rate'],
    removalClearsProperty: values['removal-clears-property'],
  };
}

async function main(): Promise<void> {
  const options = readArguments();
  if (!options) {
    console.log(USAGE);
    return;
  }
  const location = await synthesize(options.app, process.cwd());
  const stacks = loadAssembly(location, { stack: options.stack });
  if (stacks.length === 0) throw new AppError(`${location} has no stack: name a stage with --stack, or add a stack.`);

  const server = await LocalServer.start({
    environment: stacks[0].environment, dataDirectory: path.resolve(options.data), port: options.port, throttle: options.throttle,
  });
  server.activity.listen(print);
  const stop = () => void server.close().then(() => process.exit());
  process.once('SIGINT', stop).once('SIGTERM', stop);

  try {
    await deploy(server, stacks);
  } catch (error) {
    await server.close();
    throw error;
  }
  banner(server, stacks);

  watchAssembly(location, () => {
    console.log('\nThe application has changed.');
    deploy(server, loadAssembly(location, { stack: options.stack })).catch((error: Error) => console.error(error.message));
  });
}

async function deploy(server: LocalServer, stacks: LoadedStack[]): Promise<void> {
  for (const stack of stacks) await server.deployment.deploy(stack);
}

function banner(server: LocalServer, stacks: LoadedStack[]): void {
  const { region } = stacks[0].environment;
  const lines = [
    '',
    `export AWS_ENDPOINT_URL_IVSCHAT=${server.url}`,
    `export AWS_ENDPOINT_URL_LAMBDA=${server.url} AWS_ENDPOINT_URL_STS=${server.url}`,
    `export IVSCHAT_MESSAGING_URL=${server.messagingUrl}`,
    `export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region}`,
    '',
  ];
  for (const { name, outputs } of server.deployment.describe()) {
    const entries = Object.entries(outputs);
    if (entries.length === 0) continue;
    lines.push(`Outputs of ${name}`, ...entries.map(([key, value]) => `  ${key} = ${value}`), '');
  }
  lines.push('Ctrl-C ends it.', '');
  console.log(lines.join('\n'));
}

function print({ kind, level, text, time }: RecordedActivity): void {
  const mark = level === 'error' ? '!' : level === 'warning' ? '?' : ' ';
  console.log(`${time.slice(11, 23)} ${mark} ${kind.padEnd(15)} ${text}`);
}

main().catch((error: Error & { code?: string }) => {
  // What a user has got wrong is a sentence; anything else is a mistake of ours, and its stack helps to find it.
  const isOurs = !(error instanceof AppError) && !error.code?.startsWith('ERR_PARSE_ARGS') && error.constructor === TypeError;
  console.error(isOurs ? error : error.message);
  process.exitCode = 1;
});
