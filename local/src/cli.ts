#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type LoadOptions, loadAssembly } from './app/assembly';
import { onStop } from './app/stop';
import { synthesize } from './app/synthesize';
import { watchAssembly } from './app/watch';
import type { LoadedStack } from './cloudformation/source';
import { APP_OPTIONS, type AppArguments, parse, readAppArguments } from './commands/options';
import { connectionDetails } from './connection-details';
import { ExpectedError } from './expected-error';
import { describeError, Fault, traceOf } from './faults';
import { readHostName } from './http/loopback';
import { TerminalLog } from './live-log/terminal';
import { LocalServer } from './server';

const USAGE = `Runs an app with Amazon IVS Chat on this machine, without an AWS account.

Usage: ivschat-local [options]
       ivschat-local replay [options] LOG...
       ivschat-local evade [options]

Commands, of which --help prints the options:

  replay            send the messages of chat logs to the review handler, and
                    compare the results with the logs
  evade             send disguised words to the review handler, and print which
                    ones slip and which are found by mistake

Options without a command:

  --app APP         command that synthesizes the app, cloud assembly (cdk.out),
                    or CloudFormation template (JSON or YAML)
                    [default: "app" in cdk.json, else cdk.out]
  --stack NAME      stack or stage to deploy, by its path: Chat, Prod, Prod/Chat
                    [default: all stacks outside of stages]
  -c, --context NAME=VALUE
                    context of the app, before that of cdk.json; can be repeated
  --region NAME     region for environment-agnostic stacks [default: us-east-1]
  --parameters [STACK:]NAME=VALUE
                    value for a template parameter; can be repeated
  --endpoint SERVICE=URL
                    address of a service that another emulator serves, for
                    functions: DYNAMODB=http://127.0.0.1:8000; can be repeated
  --port N          port to listen on, 0 for any free port [default: 0]
  --allow-host NAME other name or address under which clients reach this
                    machine: 10.0.2.2 in the Android emulator,
                    host.docker.internal in a container; can be repeated
  --host ADDRESS    IP address to listen on besides 127.0.0.1, for example for a
                    phone; 0.0.0.0 for all. Opens everything to the network
  --data DIR        directory for chat logs [default: .ivschat-local]
  --issuer URL      issuer whose tokens the app accepts besides those of its
                    user pools, such as https://login.example.com: functions get
                    its keys from the runtime; can be repeated
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
  --version         print the version
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

interface Arguments extends AppArguments {
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly host?: string;
  readonly data: string;
  readonly throttle: boolean;
  readonly deliverTwice: boolean;
  readonly jsonReady?: string;
  readonly inOrder: boolean;
  readonly roomUpdateResetsRate: boolean;
  readonly removalClearsProperty: boolean;
}

/** @returns the text to print instead of starting the server, if an option asks for one */
function readArguments(): Arguments | string {
  const { values } = parse({
    options: {
      ...APP_OPTIONS,
      'port': { type: 'string', default: '0' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      'host': { type: 'string' },
      'data': { type: 'string', default: '.ivschat-local' },
      'no-throttle': { type: 'boolean', default: false },
      'deliver-twice': { type: 'boolean', default: false },
      'json-ready': { type: 'string' },
      'in-order': { type: 'boolean', default: false },
      'room-update-resets-rate': { type: 'boolean', default: false },
      'removal-clears-property': { type: 'boolean', default: false },
      'version': { type: 'boolean', default: false },
    },
  });
  if (values.help) return USAGE;
  if (values.version) return version();
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new ExpectedError(`--port must be a whole number from 0 to 65535, got ${values.port}.`);
  return {
    ...readAppArguments(values),
    port,
    allowedHosts: values['allow-host'].map(name => readHostName('--allow-host', name)),
    host: values.host,
    data: values.data,
    throttle: !values['no-throttle'],
    deliverTwice: values['deliver-twice'],
    jsonReady: values['json-ready'],
    inOrder: values['in-order'],
    roomUpdateResetsRate: values['room-update-resets-rate'],
    removalClearsProperty: values['removal-clears-property'],
  };
}

/** The path is the same in `src` and in `lib`. */
function version(): string {
  const { version: installed } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };
  return installed;
}

let log = new TerminalLog();
let print: (text: string) => void = console.log;

/** Commands that end by themselves. Most starts need neither of them. */
const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  replay: async args => (await import('./commands/replay')).replayCommand(args),
  evade: async args => (await import('./commands/evade')).evadeCommand(args),
};

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (Object.hasOwn(COMMANDS, command ?? '')) {
    process.exitCode = await COMMANDS[command](args);
    return;
  }
  const options = readArguments();
  if (typeof options === 'string') {
    console.log(options);
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
  let server: LocalServer | undefined;
  // Without a server, the app is being synthesized.
  onStop(() => void (server?.close() ?? Promise.resolve()).then(() => process.exit(server ? undefined : 1)));
  // A terminal or a program that reads the output may end first.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const { context, load: { region } } = options;
  const location = await synthesize(options.app, process.cwd(), { context, region, quiet: isOutputJson, killOnExit: true });
  const stacks = loadAssembly(location, options.load);
  if (stacks.length === 0) throw new ExpectedError(`${location} has no stacks: add one to the app, or choose a stage with --stack.`);

  const { allowedHosts, deliverTwice, flaggedWords, host, inOrder, issuers, port, removalClearsProperty, roomUpdateResetsRate, throttle } = options;
  const dataDirectory = path.resolve(options.data);
  server = await LocalServer.start({
    environment: stacks[0].environment,
    allowedHosts,
    dataDirectory,
    deliverTwice,
    flaggedWords,
    host,
    inOrder,
    issuers,
    port,
    removalClearsProperty,
    roomUpdateResetsRate,
    serviceEndpoints: options.serviceEndpoints,
    throttle,
  });
  await serve(server, location, stacks, options, dataDirectory);
}

/** Deploys the stacks, and again after each change. */
async function serve(server: LocalServer, location: string, stacks: LoadedStack[], options: Arguments, dataDirectory: string): Promise<void> {
  server.liveLog.recent.forEach(entry => log.add(entry));
  server.liveLog.listen(entry => log.add(entry));
  process.once('exit', () => log.flush());
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, error => recordFault(server, error));

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
  }, stacks.flatMap(stack => stack.watched), text => server.liveLog.record({ kind: 'notice', level: 'warning', text, data: { event: 'not-watched' } }));
}

function printBanner(server: LocalServer, stacks: LoadedStack[]): void {
  const { region } = stacks[0].environment;
  const lines = [
    '',
    `export AWS_ENDPOINT_URL_IVSCHAT=${server.url}`,
    `export AWS_ENDPOINT_URL_DYNAMODB=${server.url} AWS_ENDPOINT_URL_LAMBDA=${server.url}`,
    `export AWS_ENDPOINT_URL_SQS=${server.url} AWS_ENDPOINT_URL_STS=${server.url}`,
    `export IVSCHAT_MESSAGING_URL=${server.messagingUrl}`,
    `export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '',
  ];
  for (const { name, outputs } of server.deployment.describe()) {
    const entries = Object.entries(outputs);
    if (entries.length === 0) continue;
    lines.push(`Outputs of ${name}`, ...entries.map(([key, value]) => `  ${key} = ${value}`), '');
  }
  if (server.networkUrls.length > 0) lines.push(`In the network: ${server.networkUrls.join(', ')}`, '');
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
