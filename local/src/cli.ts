#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { type LoadOptions, loadAssembly } from './app/assembly';
import { synthesize } from './app/synthesize';
import { watchAssembly } from './app/watch';
import type { LoadedStack } from './cloudformation/source';
import { connectionDetails } from './connection-details';
import { ExpectedError } from './expected-error';
import { describeError, Fault, traceOf } from './faults';
import { TerminalLog } from './live-log/terminal';
import { LocalServer } from './server';

const USAGE = `Runs an app with Amazon IVS Chat on this machine, without an AWS account.

Usage: ivschat-local [options]

  --app APP         command that synthesizes the app, cloud assembly (cdk.out),
                    or CloudFormation template (JSON or YAML)
                    [default: "app" in cdk.json, else cdk.out]
  --stack NAME      stack or stage to deploy, by its path: Chat, Prod, Prod/Chat
                    [default: all stacks outside of stages]
  --region NAME     region for environment-agnostic stacks [default: us-east-1]
  --parameters [STACK:]NAME=VALUE
                    value for a template parameter; can be repeated
  --port N          port to listen on, 0 for any free port [default: 0]
  --data DIR        directory for chat logs [default: .ivschat-local]
  --no-throttle     do not limit API calls to the documented rates
  --deliver-twice   deliver events to functions twice where AWS delivers them at
                    least once, to test that they are idempotent
  --flagged-words FILE
                    words, one in each line, that the stand-ins for Amazon
                    Comprehend and Amazon Bedrock flag [default: none]
  --json-ready FILE|-
                    when ready, write addresses, outputs and environment
                    variables as JSON to a file, or as one line to standard
                    output; the live log then goes to standard error
  -h, --help        print this help

Options for undocumented AWS behaviour (see FIDELITY.md):

  --in-order        deliver messages in the order they were received, not as
                    soon as each review ends
  --room-update-resets-rate
                    reset the message rate to 10 when a room is updated whose
                    template has no rate
  --removal-clears-property
                    detach the review handler or the logging configurations when
                    they are removed from the template of a room
`;

interface Arguments {
  readonly app?: string;
  readonly load: LoadOptions;
  readonly port: number;
  readonly data: string;
  readonly throttle: boolean;
  readonly deliverTwice: boolean;
  readonly flaggedWords?: string;
  readonly jsonReady?: string;
  readonly inOrder: boolean;
  readonly roomUpdateResetsRate: boolean;
  readonly removalClearsProperty: boolean;
}

function readArguments(): Arguments | undefined {
  const { values } = parse({
    options: {
      'app': { type: 'string' },
      'stack': { type: 'string' },
      'port': { type: 'string', default: '0' },
      'data': { type: 'string', default: '.ivschat-local' },
      'region': { type: 'string' },
      'parameters': { type: 'string', multiple: true, default: [] },
      'no-throttle': { type: 'boolean', default: false },
      'deliver-twice': { type: 'boolean', default: false },
      'flagged-words': { type: 'string' },
      'json-ready': { type: 'string' },
      'in-order': { type: 'boolean', default: false },
      'room-update-resets-rate': { type: 'boolean', default: false },
      'removal-clears-property': { type: 'boolean', default: false },
      'help': { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new ExpectedError(`--port must be a whole number from 0 to 65535, got ${values.port}.`);
  return {
    app: values.app,
    load: { stack: values.stack, region: values.region, parameters: readParameters(values.parameters) },
    port,
    data: values.data,
    throttle: !values['no-throttle'],
    deliverTwice: values['deliver-twice'],
    flaggedWords: values['flagged-words'],
    jsonReady: values['json-ready'],
    inOrder: values['in-order'],
    roomUpdateResetsRate: values['room-update-resets-rate'],
    removalClearsProperty: values['removal-clears-property'],
  };
}

/** Throws an ExpectedError for unknown options and missing values. */
const parse: typeof parseArgs = config => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new ExpectedError((error as Error).message);
  }
};

function readParameters(given: string[]): Record<string, string> {
  return Object.fromEntries(given.map(argument => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(argument) ?? [];
    if (name === undefined) throw new ExpectedError(`--parameters must be NAME=VALUE or STACK:NAME=VALUE, got ${argument}.`);
    return [name, value];
  }));
}

let log = new TerminalLog();
let print: (text: string) => void = console.log;

async function main(): Promise<void> {
  const options = readArguments();
  if (!options) {
    console.log(USAGE);
    return;
  }
  const isOutputJson = options.jsonReady === '-';
  if (isOutputJson) {
    log = new TerminalLog(process.stderr);
    print = console.error;
  } else if (options.jsonReady !== undefined) {
    // A program that waits for the file must not read that of an earlier run.
    fs.rmSync(options.jsonReady, { force: true });
  }
  const location = await synthesize(options.app, process.cwd(), { region: options.load.region, quiet: isOutputJson });
  const stacks = loadAssembly(location, options.load);
  if (stacks.length === 0) throw new ExpectedError(`${location} has no stacks: add one to the app, or choose a stage with --stack.`);

  const { deliverTwice, flaggedWords, inOrder, port, removalClearsProperty, roomUpdateResetsRate, throttle } = options;
  const dataDirectory = path.resolve(options.data);
  const server = await LocalServer.start({
    environment: stacks[0].environment,
    dataDirectory,
    deliverTwice,
    flaggedWords,
    inOrder,
    port,
    removalClearsProperty,
    roomUpdateResetsRate,
    throttle,
  });
  server.liveLog.listen(entry => log.add(entry));
  process.once('exit', () => log.flush());
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, error => recordFault(server, error));
  const stop = () => void server.close().then(() => process.exit());
  process.once('SIGINT', stop).once('SIGTERM', stop);

  try {
    createOutsideOfGit(dataDirectory);
    await server.deploy(stacks);
  } catch (error) {
    await server.close();
    log.flush();
    console.error(describeDeploymentError(error));
    process.exitCode = 1;
    return;
  }
  log.flush();
  printBanner(server, stacks);
  if (options.jsonReady !== undefined) writeReady(options.jsonReady, server, stacks[0].environment.region);

  watch(server, location, options.load, stacks);
}

/** Chat messages do not belong in version control. */
function createOutsideOfGit(directory: string): void {
  if (fs.existsSync(directory)) return;
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, '.gitignore'), '*\n');
  } catch (error) {
    throw new ExpectedError(`--data must be a directory that can be created, got ${directory}: ${(error as Error).message}`);
  }
}

/** Deploys each change. The folders to watch may differ from one deployment to the next. */
function watch(server: LocalServer, location: string, load: LoadOptions, stacks: LoadedStack[]): void {
  const stop = watchAssembly(location, () => {
    stop();
    log.flush();
    print('\nThe app has changed.');
    let changed = stacks;
    try {
      changed = loadAssembly(location, load);
    } catch (error) {
      console.error(describeError(error));
    }
    // Before the deployment, so that changes made while it runs are noticed; deployments wait for each other.
    watch(server, location, load, changed);
    if (changed === stacks) return;
    server.deploy(changed).then(
      () => print(`${changed.map(stack => stack.name).join(', ')}: up to date.`),
      (error: unknown) => {
        log.flush();
        console.error(describeDeploymentError(error));
      },
    );
  }, stacks.flatMap(stack => stack.watched));
}

function printBanner(server: LocalServer, stacks: LoadedStack[]): void {
  const { region } = stacks[0].environment;
  const lines = [
    '',
    `export AWS_ENDPOINT_URL_IVSCHAT=${server.url}`,
    `export AWS_ENDPOINT_URL_LAMBDA=${server.url} AWS_ENDPOINT_URL_SQS=${server.url} AWS_ENDPOINT_URL_STS=${server.url}`,
    `export IVSCHAT_MESSAGING_URL=${server.messagingUrl}`,
    `export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '',
  ];
  for (const { name, outputs } of server.deployment.describe()) {
    const entries = Object.entries(outputs);
    if (entries.length === 0) continue;
    lines.push(`Outputs of ${name}`, ...entries.map(([key, value]) => `  ${key} = ${value}`), '');
  }
  lines.push(`Playground: ${server.url}/`, '', 'Press Ctrl-C to stop.', '');
  print(lines.join('\n'));
}

/** Writes what programs in other languages need, all at once: the file does not exist before it is complete. */
function writeReady(file: string, server: LocalServer, region: string): void {
  const json = `${JSON.stringify({ pid: process.pid, ...connectionDetails(server, region) })}\n`;
  if (file === '-') {
    process.stdout.write(json);
    return;
  }
  fs.writeFileSync(`${file}.tmp`, json);
  fs.renameSync(`${file}.tmp`, file);
  process.once('exit', () => fs.rmSync(file, { force: true }));
}

/** Lets the server go on after a fault that nothing else has caught. */
function recordFault({ liveLog }: LocalServer, error: unknown): void {
  const fault = new Fault('ivschat-local goes on', error);
  liveLog.record({ kind: 'notice', level: 'error', text: fault.message, trace: traceOf(fault) });
}

/** Of a fault only the message, because the live log has printed its stack trace. */
function describeDeploymentError(error: unknown): string {
  return error instanceof Fault ? error.message : describeError(error);
}

main().catch((error: unknown) => {
  console.error(describeError(error));
  process.exitCode = 1;
});
