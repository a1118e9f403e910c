import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '..');

/** What builds the package, and what it contains besides the compiled code. */
const LIBRARY_INPUTS = ['.projen', 'scripts', 'src', 'handlers', 'review/src', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', '.npmignore'];

/** What the published local runtime contains besides its compiled code. */
const LOCAL_INPUTS = ['bootstrap', 'playground', 'package.json'];

/** The oldest CDK a user may have, and the newest the library is tested on: folders of our `node_modules`. */
const CDK_MODULES = ['aws-cdk-lib', 'aws-cdk-lib-newest'];

/** The packed library, as it would be published. */
export interface Package {
  readonly directory: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly withoutHandler: { readonly packedBytes: number; readonly unpackedBytes: number };
  readonly files: { readonly path: string; readonly size: number }[];
}

/** The library installed with one CDK version, as a user has them. */
export interface Installation {
  readonly directory: string;
  readonly cdkModule: string;
  readonly cdkVersion: string;
}

/** Creates a directory that exists as long as the function runs. */
export function inTemporaryDirectory<T>(use: (directory: string) => T): T {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-bench-')));
  try {
    return use(directory);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** What is measured. Each is built when a group first asks for it, and then shared. */
export class Builds {
  private builtLibrary?: Package;
  private builtInstallations?: Installation[];
  private builtLocal?: string;

  constructor(public readonly directory: string) {}

  public get library(): Package {
    return this.builtLibrary ??= buildLibrary(this.directory);
  }

  public get installations(): Installation[] {
    return this.builtInstallations ??= CDK_MODULES.map(cdkModule => install(this.directory, this.library, cdkModule));
  }

  /** Folder of the compiled local runtime. */
  public get local(): string {
    return this.builtLocal ??= buildLocal(this.directory);
  }
}

/**
 * Compiles and packs a copy of the sources. In the checkout itself, `lib/` may be older than `src/` and may contain the
 * output of files that no longer exist.
 */
function buildLibrary(parent: string): Package {
  const directory = path.join(parent, 'build');
  for (const input of LIBRARY_INPUTS) fs.cpSync(path.join(ROOT, input), path.join(directory, input), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  run(directory, process.execPath, [path.join(ROOT, 'node_modules', 'projen', 'bin', 'projen'), 'compile']);
  const [packed] = JSON.parse(run(directory, 'npm', ['pack', '--json', '--loglevel=error']));
  run(directory, 'tar', ['-xzf', packed.filename]);
  const unpacked = path.join(directory, 'package');
  const bare = path.join(directory, 'without-handler');
  fs.cpSync(unpacked, bare, { recursive: true });
  fs.rmSync(path.join(bare, 'assets'), { recursive: true });
  const [withoutHandler] = JSON.parse(run(bare, 'npm', ['pack', '--dry-run', '--ignore-scripts', '--json', '--loglevel=error']));
  return {
    directory: unpacked,
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
    withoutHandler: { packedBytes: withoutHandler.size, unpackedBytes: withoutHandler.unpackedSize },
    files: packed.files,
  };
}

/**
 * Installs the packed library next to a CDK. The library is a copy, so that Node.js finds that CDK from it. The CDK may be a
 * link, since it requires only its own files and `constructs`.
 */
function install(parent: string, library: Package, cdkModule: string): Installation {
  const directory = path.join(parent, cdkModule);
  const modules = path.join(directory, 'node_modules');
  fs.cpSync(library.directory, path.join(modules, 'cdk-ivschat'), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules', cdkModule), path.join(modules, 'aws-cdk-lib'), 'junction');
  fs.symlinkSync(path.join(ROOT, 'node_modules', 'constructs'), path.join(modules, 'constructs'), 'junction');
  const { version } = JSON.parse(fs.readFileSync(path.join(modules, 'aws-cdk-lib', 'package.json'), 'utf8'));
  return { directory, cdkModule, cdkVersion: version };
}

/** Compiles the local runtime as a user has it: plain JavaScript that Node.js runs by itself. */
function buildLocal(parent: string): string {
  const directory = path.join(parent, 'ivschat-local');
  const source = path.join(ROOT, 'local');
  for (const input of LOCAL_INPUTS) fs.cpSync(path.join(source, input), path.join(directory, input), { recursive: true });
  fs.symlinkSync(path.join(source, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  run(source, process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--outDir', path.join(directory, 'lib')]);
  return directory;
}

/** Returns the cloud assembly of the example with a review handler and a chat log. */
export function synthesizeExample(parent: string): string {
  const assembly = path.join(parent, 'live-chat');
  const tsx = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const example = path.join(ROOT, 'examples', 'live-chat');
  run(example, process.execPath, [tsx, '--tsconfig', path.join(ROOT, 'tsconfig.dev.json'), 'app.ts'], { CDK_OUTDIR: assembly });
  return assembly;
}

/**
 * Runs a program of `bench` in a new process in that directory and returns the JSON it prints.
 *
 * @param source such as `library/worker/synth`
 */
export function runWorker<T>(directory: string, source: string, ...args: string[]): T {
  return runProgram(directory, compileWorker(directory, source), args);
}

/** Like `runWorker`, with another version of Node.js. */
export function runWorkerOn<T>(node: string, directory: string, source: string, ...args: string[]): T {
  return runProgram(directory, compileWorker(directory, source), args, node);
}

/** Returns the executable of a version of Node.js, which npm downloads once. Throws if there is none for this platform. */
export function nodeOfVersion(major: number): string {
  const platform = os.platform() === 'win32' ? 'win' : os.platform();
  const nodePackage = `node-${platform}-${os.arch()}@${major}`;
  return run(ROOT, 'npm', ['exec', '--yes', `--package=${nodePackage}`, '--', 'node', '-p', 'process.execPath']).trim();
}

/** Like `runWorker`, for a program that was compiled before. */
export function runCompiled<T>(directory: string, program: string, ...args: string[]): T {
  return runProgram(directory, program, args);
}

/** Like `runWorker`, for a program that is JavaScript already. */
export function runScript<T>(directory: string, name: string, code: string): T {
  const program = path.join(directory, `${name}.js`);
  fs.writeFileSync(program, code);
  return runProgram(directory, program, []);
}

/**
 * Writes a program of `bench` into a directory, where it finds the packages of that directory and not ours.
 *
 * It becomes plain JavaScript: a TypeScript loader would be measured too, and it turns on source maps, which make the CDK's
 * stack traces many times as slow.
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
    // Ours would replace the package of the library by its sources.
    tsconfigRaw: '{}',
  });
  return program;
}

/** Runs a command to completion and returns its output. */
function run(directory: string, command: string, args: string[], extraEnv: Record<string, string> = {}): string {
  // The caller's settings, such as a context or a debug mode, would be measured too.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CDK|JSII|NODE|TSX)_/.test(name)));
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: directory, env: { ...env, ...extraEnv }, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')} failed with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function runProgram<T>(directory: string, program: string, args: string[], node = process.execPath): T {
  return JSON.parse(run(directory, node, ['--expose-gc', program, ...args], { CDK_VALIDATION: 'false' }));
}
