/**
 * Installs the packed review kit into an empty folder as a user would, and runs test/consumer/review/ as CommonJS, as an ES module with its
 * types, and in Python.
 */
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const root = path.join(__dirname, '..');
const review = path.join(root, 'review');
const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'consumer-review-')));

// Without the variables of an npm script, which would point npm at the package that runs it.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

function run(command: string, ...args: string[]): void {
  console.log(`$ ${path.basename(command)} ${args.join(' ')}`);
  execFileSync(command, args, { cwd: directory, stdio: 'inherit', env });
}

function runNode(): void {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: review, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename }] = JSON.parse(output);
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "private": true }');
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', filename);
  // Nothing but the kit itself.
  const installed = fs.readdirSync(path.join(directory, 'node_modules')).filter(name => !name.startsWith('.'));
  if (installed.join() !== 'ivschat-review') throw new Error(`The review kit must have no dependencies, got ${installed.join(', ')}`);
  fs.symlinkSync(path.join(root, 'node_modules', '@types'), path.join(directory, 'node_modules', '@types'));
  run(path.join(root, 'node_modules', '.bin', 'tsc'), '--ignoreConfig', '--strict', '--target', 'es2022', '--module', 'node16', '--types', 'node', 'review.mts');
  run(process.execPath, 'review.cjs');
  run(process.execPath, 'review.mjs');
}

function runPython(): void {
  const python = path.join(directory, 'python', 'bin', 'python');
  // A copy, because a build writes into the folder of the code.
  fs.cpSync(path.join(review, 'python'), path.join(directory, 'source'), { recursive: true });
  run('python3', '-m', 'venv', 'python');
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'build');
  run(python, '-m', 'build', '--outdir', 'wheel', 'source');
  const wheel = fs.readdirSync(path.join(directory, 'wheel')).find(name => name.endsWith('.whl'))!;
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', path.join('wheel', wheel));
  run(python, 'review.py');
}

try {
  fs.cpSync(path.join(root, 'test', 'consumer', 'review'), directory, { recursive: true });
  runNode();
  runPython();
  console.log('The packed review kit works as CommonJS, as an ES module and in Python.');
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
