#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { type LoadOptions, loadAssembly } from './app/assembly';
import { AppError, synthesize } from './app/synthesize';
import { watchAssembly } from './app/watch';
import type { LoadedStack } from './cloudformation/source';
import { TerminalLog } from './live-log/terminal';
import { LocalServer } from './server';

const USAGE = `Runs an application with Amazon IVS Chat on this machine, without an AWS account.

  ivschat-local [--app APP] [--stack NAME] [--port N] [--data DIR] [more]

  --app APP       a cloud assembly (cdk.out), a CloudFormation template (JSON or YAML), or a command that
                  synthesizes one. Default: what cdk.json says, or cdk.out
  --stack NAME    one stack, or a stage, by its path: Chat, Prod, Prod/Chat. Default: all that are in no stage
  --port N        0 for any that is free. Default: 0
  --data DIR      where chat logs go. Default: .ivschat-local
  --region NAME   where stacks go that do not say. Default: us-east-1
  --parameters NAME=VALUE
                  of a stack, as often as needed; STACK:NAME=VALUE for one of several stacks
  --no-throttle   do not hold the API to its documented rates

What nobody could find out about AWS, the other way round (see FIDELITY.md):
  --in-order                    deliver messages in the order of their receipt, not as their reviews end
  --room-update-resets-rate     an update of a room without a rate in its template sets it to the default
  --removal-clears-property     removing handler or logging from a room's template takes it off the room
`;

interface Arguments {
  readonly app?: string;
  readonly load: LoadOptions;
  readonly port: number;
  readonly data: string;
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
      'parameters': { type: 'string', multiple: true, default: [] },
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
    load: { stack: values.stack, region: values.region, parameters: readParameters(values.parameters) },
    port,
    data: values.data,
    throttle: !values['no-throttle'],
    inOrder: values['in-order'],
    roomUpdateResetsRate: values['room-update-resets-rate'],
    removalClearsProperty: values['removal-clears-property'],
  };
}

function readParameters(given: string[]): Record<string, string> {
  return Object.fromEntries(given.map(text => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new AppError(`--parameters must be NAME=VALUE, got ${text}.`);
    return [name, value];
  }));
}

const log = new TerminalLog();

async function main(): Promise<void> {
  const options = readArguments();
  if (!options) {
    console.log(USAGE);
    return;
  }
  const location = await synthesize(options.app, process.cwd(), { region: options.load.region });
  const stacks = loadAssembly(location, options.load);
  if (stacks.length === 0) throw new AppError(`${location} has no stack: name a stage with --stack, or add a stack.`);

  const { inOrder, port, removalClearsProperty, roomUpdateResetsRate, throttle } = options;
  const dataDirectory = path.resolve(options.data);
  const server = await LocalServer.start({
    environment: stacks[0].environment,
    dataDirectory,
    inOrder,
    port,
    removalClearsProperty,
    roomUpdateResetsRate,
    throttle,
  });
  keepOutOfGit(dataDirectory);
  server.liveLog.listen(entry => log.add(entry));
  process.once('exit', () => log.flush());
  const stop = () => void server.close().then(() => process.exit());
  process.once('SIGINT', stop).once('SIGTERM', stop);

  try {
    await server.deploy(stacks);
  } catch (error) {
    await server.close();
    throw error;
  }
  log.flush();
  banner(server, stacks);

  watch(server, location, options.load, stacks);
}

/** What people say in a chat does not belong into the project's history. */
function keepOutOfGit(directory: string): void {
  if (fs.existsSync(directory)) return;
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, '.gitignore'), '*\n');
}

/** Deploys what has changed, one change after the other. Each deployment may have other folders to look at. */
function watch(server: LocalServer, location: string, load: LoadOptions, stacks: LoadedStack[]): void {
  const stop = watchAssembly(location, () => {
    stop();
    log.flush();
    console.log('\nThe application has changed.');
    let changed = stacks;
    try {
      changed = loadAssembly(location, load);
    } catch (error) {
      console.error((error as Error).message);
    }
    // Before the deployment, so that what changes while it runs is seen; deployments wait for each other.
    watch(server, location, load, changed);
    if (changed === stacks) return;
    server.deploy(changed).then(
      () => console.log(`${changed.map(stack => stack.name).join(', ')}: up to date.`),
      (error: Error) => console.error(error.message),
    );
  }, stacks.flatMap(stack => stack.watched));
}

function banner(server: LocalServer, stacks: LoadedStack[]): void {
  const { region } = stacks[0].environment;
  const lines = [
    '',
    `export AWS_ENDPOINT_URL_IVSCHAT=${server.url}`,
    `export AWS_ENDPOINT_URL_LAMBDA=${server.url} AWS_ENDPOINT_URL_STS=${server.url}`,
    `export IVSCHAT_MESSAGING_URL=${server.messagingUrl}`,
    `export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '',
  ];
  for (const { name, outputs } of server.deployment.describe()) {
    const entries = Object.entries(outputs);
    if (entries.length === 0) continue;
    lines.push(`Outputs of ${name}`, ...entries.map(([key, value]) => `  ${key} = ${value}`), '');
  }
  lines.push(`Playground: ${server.url}/`, '', 'Ctrl-C ends it.', '');
  console.log(lines.join('\n'));
}

main().catch((error: Error & { code?: string }) => {
  // What a user has got wrong is a sentence; anything else is a mistake of ours, and its stack helps to find it.
  const isOurs = !(error instanceof AppError) && !error.code?.startsWith('ERR_PARSE_ARGS') && error.constructor === TypeError;
  console.error(isOurs ? error : error.message);
  process.exitCode = 1;
});
