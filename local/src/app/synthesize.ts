import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DEFAULT_ENVIRONMENT } from '../environment';

/** What is wrong with how the application was named or what became of it, as a sentence. */
export class AppError extends Error {}

interface CdkJson {
  readonly app?: string;
  readonly output?: string;
  readonly context?: Record<string, unknown>;
}

/**
 * Finds the cloud assembly or template of an application, and runs the application first if it is a command.
 *
 * As for the CDK CLI the application is `--app`, or what `cdk.json` says, and it is a command unless it is there as a file or folder.
 *
 * @param options.region what the application is told in CDK_DEFAULT_REGION
 * @param options.quiet what the application prints is shown only if it fails
 */
export async function synthesize(
  app: string | undefined, directory: string, { quiet = false, region = DEFAULT_ENVIRONMENT.region }: { region?: string; quiet?: boolean } = {},
): Promise<string> {
  const cdkJson = readJson<CdkJson>(path.join(directory, 'cdk.json')) ?? {};
  const named = app ?? cdkJson.app;
  if (named === undefined) {
    const assembly = path.join(directory, 'cdk.out');
    if (fs.existsSync(path.join(assembly, 'manifest.json'))) return assembly;
    throw new AppError('There is no application here: name one with --app (a command, a cdk.out folder or a template), or run this beside a cdk.json.');
  }
  const location = path.resolve(directory, named);
  if (fs.existsSync(location)) return location;
  if (/^\S+\.(json|template|ya?ml)$/.test(named)) throw new AppError(`There is no template ${named}.`);
  const output = path.resolve(directory, cdkJson.output ?? 'cdk.out');
  const context = { ...readJson<object>(path.join(directory, 'cdk.context.json')), ...cdkJson.context };
  await run(named, directory, output, quiet, {
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_DEFAULT_ACCOUNT: DEFAULT_ENVIRONMENT.account,
    CDK_DEFAULT_REGION: region,
  });
  return output;
}

/** Not by the CDK CLI, which asks AWS who it is where it finds credentials. */
async function run(command: string, directory: string, output: string, quiet: boolean, variables: Record<string, string>): Promise<void> {
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
  const printed: Buffer[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, { cwd: directory, env, shell: true, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] })
      .once('error', reject)
      .once('close', resolve);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  });
  if (code !== 0) {
    process.stderr.write(Buffer.concat(printed));
    throw new AppError(`The application ended with ${code ?? 'a signal'}: ${command}`);
  }
  if (!fs.existsSync(path.join(output, 'manifest.json'))) {
    throw new AppError(`The application has written no cloud assembly to ${output}: does it call app.synth(), and leave outdir to its surroundings? (${command})`);
  }
}

function readJson<T>(file: string): T | undefined {
  if (!fs.existsSync(file)) return undefined;
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new AppError(`${path.basename(file)} is not JSON: ${(error as Error).message}`);
  }
}
