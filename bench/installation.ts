import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { buildSync } from 'esbuild';

export const ROOT = path.resolve(__dirname, '..');

/** What is needed to build the package, and what goes into it beside the compiled code. */
const PACKAGE_INPUTS = ['.projen', 'src', 'handlers', 'assets', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'NOTICE', '.npmignore'];

/** The packed library, as it would be published. */
export interface Package {
  readonly directory: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly withoutHandler: { readonly packedBytes: number; readonly unpackedBytes: number };
  readonly files: { readonly path: string; readonly size: number }[];
}

/** The library beside one CDK version, as a user has them. */
export interface Installation {
  readonly directory: string;
  readonly cdkVersion: string;
}

/** Gives a directory that exists as long as the function runs. */
export function inTemporaryDirectory<T>(use: (directory: string) => T): T {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-bench-')));
  try {
    return use(directory);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Compiles and packs a copy of the sources. In the checkout itself `lib/` may be older than `src/`, and still has the
 * output of files that are gone from it.
 */
export function buildPackage(parent: string): Package {
  const directory = path.join(parent, 'build');
  for (const input of PACKAGE_INPUTS.filter(name => fs.existsSync(path.join(ROOT, name)))) {
    fs.cpSync(path.join(ROOT, input), path.join(directory, input), { recursive: true });
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  run(directory, process.execPath, [path.join(ROOT, 'node_modules', 'projen', 'bin', 'projen'), 'compile']);
  const [packed] = JSON.parse(run(directory, 'npm', ['pack', '--json', '--loglevel=error']));
  run(directory, 'tar', ['-xzf', packed.filename]);
  const unpacked = path.join(directory, 'package');
  const bare = path.join(directory, 'without-handler');
  fs.cpSync(unpacked, bare, { recursive: true });
  fs.rmSync(path.join(bare, 'assets'), { recursive: true });
  const [withoutHandler] = JSON.parse(run(bare, 'npm', ['pack', '--dry-run', '--json', '--loglevel=error']));
  return {
    directory: unpacked,
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
    withoutHandler: { packedBytes: withoutHandler.size, unpackedBytes: withoutHandler.unpackedSize },
    files: packed.files,
  };
}

/**
 * Puts the packed library beside a CDK. The library is a copy, so that Node finds that CDK from it; the CDK may be a
 * link, since it asks for nothing but its own files and `constructs`.
 *
 * @param cdkModule the folder of the CDK in our `node_modules`
 */
export function install(parent: string, library: Package, cdkModule: string): Installation {
  const directory = path.join(parent, cdkModule);
  const modules = path.join(directory, 'node_modules');
  fs.cpSync(library.directory, path.join(modules, 'cdk-ivschat'), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules', cdkModule), path.join(modules, 'aws-cdk-lib'), 'junction');
  fs.symlinkSync(path.join(ROOT, 'node_modules', 'constructs'), path.join(modules, 'constructs'), 'junction');
  const { version } = JSON.parse(fs.readFileSync(path.join(modules, 'aws-cdk-lib', 'package.json'), 'utf8'));
  return { directory, cdkVersion: version };
}

/**
 * Runs a program of `bench` in a fresh process in that directory and returns the JSON it prints.
 *
 * @param source such as `worker/synth`
 */
export function runWorker<T>(directory: string, source: string, ...args: string[]): T {
  return runProgram(directory, compileWorker(directory, source), args);
}

/** Like `runWorker`, for a program that is JavaScript already. */
export function runScript<T>(directory: string, name: string, code: string): T {
  const program = path.join(directory, `${name}.js`);
  fs.writeFileSync(program, code);
  return runProgram(directory, program, []);
}

/**
 * Puts a program of `bench` into a directory, where it finds the packages of that directory and not ours.
 *
 * As plain JavaScript: a loader for TypeScript would be measured along, and turns on source maps, with which the CDK's
 * stack traces cost many times as much.
 */
export function compileWorker(directory: string, source: string): string {
  const program = path.join(directory, `${path.basename(source)}.js`);
  buildSync({
    entryPoints: [path.join(__dirname, `${source}.ts`)],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    // Ours would put the sources of the library in the place of its package.
    tsconfigRaw: '{}',
  });
  return program;
}

/** Runs a command to its end and returns what it printed. */
export function run(directory: string, command: string, args: string[], extraEnv: Record<string, string> = {}): string {
  // Settings of whoever runs this, such as a context or a debug mode, would be measured along.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CDK|JSII|NODE)_/.test(name)));
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: directory, env: { ...env, ...extraEnv }, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')} failed with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function runProgram<T>(directory: string, program: string, args: string[]): T {
  return JSON.parse(run(directory, process.execPath, ['--expose-gc', program, ...args], { CDK_VALIDATION: 'false' }));
}
