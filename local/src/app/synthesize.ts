import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DEFAULT_ENVIRONMENT } from '../environment';
import { ExpectedError } from '../expected-error';

interface CdkJson {
  readonly app?: string;
  readonly output?: string;
  readonly context?: Record<string, unknown>;
}

interface SynthesizeOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly killOnExit?: boolean;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly region?: string;
}

/**
 * Returns the path of an app's cloud assembly or template. Runs the app first if it is a command.
 *
 * As in the CDK CLI, the app is `--app`, else `app` in `cdk.json`; it is a command unless a file or folder of that name exists.
 *
 * @param options.context goes before that of `cdk.json`, which goes before that of `cdk.context.json`
 * @param options.region passed to the app as CDK_DEFAULT_REGION
 * @param options.quiet print the app's output only if it fails
 * @param options.killOnExit end the app, with all processes it starts, when this process exits. It no longer gets the signals of the terminal
 * @param options.output folder for the assembly, by default that of `cdk.json`
 */
export async function synthesize(
  app: string | undefined, directory: string, options: SynthesizeOptions = {},
): Promise<string> {
  const { context: given = {}, region = DEFAULT_ENVIRONMENT.region } = options;
  const existing = (location: string) => {
    const [name] = Object.keys(given);
    if (name !== undefined) throw new ExpectedError(`--context must be used with an app that is a command, got ${name} for ${location}: leave it out, or pass the command with --app.`);
    return location;
  };
  const cdkJson = readJson<CdkJson>(path.join(directory, 'cdk.json')) ?? {};
  const named = app ?? cdkJson.app;
  if (named === undefined) {
    const assembly = path.join(directory, 'cdk.out');
    if (fs.existsSync(path.join(assembly, 'manifest.json'))) return existing(assembly);
    throw new ExpectedError('No app found: pass one with --app (a command, a cdk.out folder or a template), or run ivschat-local in a folder with a cdk.json.');
  }
  const location = path.resolve(directory, named);
  if (fs.existsSync(location)) return existing(location);
  if (/^\S+\.(json|template|ya?ml)$/.test(named)) throw new ExpectedError(`The template ${named} does not exist.`);
  const output = path.resolve(directory, options.output ?? cdkJson.output ?? 'cdk.out');
  const context = { ...readJson<object>(path.join(directory, 'cdk.context.json')), ...cdkJson.context, ...given };
  await run(named, directory, output, options, {
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_DEFAULT_ACCOUNT: DEFAULT_ENVIRONMENT.account,
    CDK_DEFAULT_REGION: region,
  });
  return output;
}

/** Without the CDK CLI, which calls AWS if it finds credentials. */
async function run(
  command: string, directory: string, output: string, { killOnExit = false, quiet = false }: SynthesizeOptions, variables: Record<string, string>,
): Promise<void> {
  fs.mkdirSync(output, { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: os.devNull,
    AWS_SHARED_CREDENTIALS_FILE: os.devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...variables,
  };
  if (!quiet) console.log(`Synthesizing: ${command}`);
  const outputChunks: Buffer[] = [];
  const child = spawn(command, {
    cwd: directory, env, shell: true, detached: killOnExit, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => outputChunks.push(chunk));
  const kill = () => killGroup(child);
  if (killOnExit) process.once('exit', kill);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
    .finally(() => process.off('exit', kill));
  if (code !== 0) {
    process.stderr.write(Buffer.concat(outputChunks));
    throw new ExpectedError(`The app failed with ${code === null ? 'a signal' : `exit code ${code}`}: ${command}`);
  }
  if (!fs.existsSync(path.join(output, 'manifest.json'))) {
    throw new ExpectedError(`The app did not write a cloud assembly to ${output}: call app.synth(), and do not set outdir (${command}).`);
  }
}

/** Ends a process that leads a group, with the processes it has started. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // All of them have exited.
  }
}

function readJson<T>(file: string): T | undefined {
  if (!fs.existsSync(file)) return undefined;
  try {
    // Some editors write a byte order mark.
    return JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as T;
  } catch (error) {
    throw new ExpectedError(`${path.basename(file)} is not valid JSON: ${(error as Error).message}`);
  }
}
