/**
 * Installs the packed library into an empty folder as a user would, with one version of the CDK after another. Compiles
 * test/consumer/ with the declarations in the package, as CommonJS and as ES modules, and synthesizes it on this Node.js and, with
 * the newest CDK, on the one of the release workflows.
 */
import { execFileSync, type StdioOptions } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CDK_FLOOR, CDK_NEWEST, NODE_WORKFLOWS } from '../projenrc/versions';

const root = path.join(__dirname, '..');
const { devDependencies, peerDependencies } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The floor, the first with the template validator, and the newest. */
const CDK_VERSIONS = [CDK_FLOOR, '2.262.0', CDK_NEWEST];

/** The number of resources in the app, by type. */
const EXPECTED = {
  'AWS::IVSChat::LoggingConfiguration': 3,
  'AWS::IVSChat::Room': 4,
  'AWS::Lambda::Url': 1,
  'Custom::IVSChatDetachment': 2,
  'Custom::IVSChatRoomRate': 1,
  'Custom::IVSChatRoomSettings': 1,
};

/** The same app as CommonJS and as an ES module, and an ES module with named imports. */
const PROGRAMS = { 'app.ts': 'app.ts', 'app.mts': 'app.ts', 'names.mts': 'names.mts' };

const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'node16',
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  types: ['node'],
  // A declaration that refers to one outside the package is an error.
  skipLibCheck: false,
};

function run(directory: string, command: string, args: string[], stdio: StdioOptions = 'inherit'): string {
  // Without the variables of an npm script, which would point npm at the package that runs it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return execFileSync(command, args, { cwd: directory, encoding: 'utf8', stdio, env: { ...env, CDK_OUTDIR: 'cdk.out' } });
}

function install(directory: string, ...packages: string[]): void {
  run(directory, 'npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages]);
}

/** The real binary, from a package that contains it. */
function installNode(parent: string): string {
  const directory = fs.mkdtempSync(path.join(parent, 'node-'));
  const name = `node-${process.platform}-${process.arch}`;
  install(directory, `${name}@${NODE_WORKFLOWS}`);
  return path.join(directory, 'node_modules', name, 'bin', 'node');
}

function use(tarball: string, cdkVersion: string, nodes: string[]): void {
  const directory = fs.mkdtempSync(path.join(path.dirname(tarball), 'consumer-'));
  fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  fs.writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: Object.keys(PROGRAMS) }));
  for (const [program, source] of Object.entries(PROGRAMS)) {
    fs.copyFileSync(path.join(root, 'test', 'consumer', source), path.join(directory, program));
  }
  install(directory, tarball, `aws-cdk-lib@${cdkVersion}`, `constructs@${peerDependencies.constructs}`,
    `typescript@${devDependencies.typescript}`, `@types/node@${devDependencies['@types/node']}`);
  const installed = JSON.parse(fs.readFileSync(path.join(directory, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')).version;
  if (installed !== cdkVersion) throw new Error(`npm must install aws-cdk-lib ${cdkVersion}, got ${installed}`);
  const notices = path.join(directory, 'node_modules', 'cdk-ivschat', 'assets', 'THIRD-PARTY-NOTICES');
  if (!fs.existsSync(notices)) throw new Error('The package must contain assets/THIRD-PARTY-NOTICES');

  run(directory, process.execPath, [path.join('node_modules', 'typescript', 'bin', 'tsc')]);
  for (const node of nodes) {
    const version = run(directory, node, ['--version'], 'pipe').trim();
    for (const program of ['app.js', 'app.mjs']) {
      run(directory, node, [program]);
      checkResources(directory, `${program} on aws-cdk-lib ${cdkVersion} and Node.js ${version}`);
    }
    run(directory, node, ['names.mjs']);
    console.log(`aws-cdk-lib ${cdkVersion}, Node.js ${version}: compiles in strict mode; works from CommonJS and from ES modules.`);
  }
}

/** Checks the template, and removes it so that no later program can pass with it. */
function checkResources(directory: string, subject: string): void {
  const output = path.join(directory, 'cdk.out');
  const { Resources } = JSON.parse(fs.readFileSync(path.join(output, 'Consumer.template.json'), 'utf8'));
  fs.rmSync(output, { recursive: true });
  const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  for (const [type, expected] of Object.entries(EXPECTED)) {
    const found = types.filter(name => name === type).length;
    if (found !== expected) throw new Error(`${subject} must synthesize ${expected} ${type}, got ${found}`);
  }
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-consumer-'));
try {
  const [{ filename }] = JSON.parse(run(root, 'npm', ['pack', '--json', '--pack-destination', directory], ['ignore', 'pipe', 'ignore']));
  const nodes = [process.execPath, installNode(directory)];
  for (const version of CDK_VERSIONS) {
    // How an ES module finds its imports depends on Node.js, not on the CDK.
    use(path.join(directory, filename), version, version === CDK_NEWEST ? nodes : [process.execPath]);
  }
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
