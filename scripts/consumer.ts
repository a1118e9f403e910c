/**
 * Installs the packed library into an empty folder as a user would, beside one version of the CDK after another, compiles
 * test/consumer/app.ts against the declarations in the package, and synthesizes it.
 */
import { execFileSync, type StdioOptions } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const root = path.join(__dirname, '..');
const { devDependencies, peerDependencies } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The floor, one between (the first with the template validator), and the newest that is tested. */
const CDK_VERSIONS: string[] = [devDependencies['aws-cdk-lib'], '2.262.0', devDependencies['aws-cdk-lib-newest'].split('@')[1]];

/** What the app has of each kind, beside what belongs to it. */
const EXPECTED = {
  'AWS::IVSChat::LoggingConfiguration': 3,
  'AWS::IVSChat::Room': 3,
  'Custom::IVSChatDetachment': 2,
  'Custom::IVSChatRoomRate': 1,
  'Custom::IVSChatRoomSettings': 1,
};

const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'node16',
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  types: ['node'],
  // A declaration that refers to one that is not in the package is an error.
  skipLibCheck: false,
};

function run(directory: string, command: string, args: string[], stdio: StdioOptions = 'inherit'): string {
  // Without the environment of an npm script, which would tell npm about the package it is called from.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return execFileSync(command, args, { cwd: directory, encoding: 'utf8', stdio, env: { ...env, CDK_OUTDIR: 'cdk.out' } });
}

function use(tarball: string, cdkVersion: string): void {
  const directory = fs.mkdtempSync(path.join(path.dirname(tarball), 'consumer-'));
  fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  fs.writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['app.ts'] }));
  fs.copyFileSync(path.join(root, 'test', 'consumer', 'app.ts'), path.join(directory, 'app.ts'));
  run(directory, 'npm', ['install', '--silent', '--no-audit', '--no-fund', tarball, `aws-cdk-lib@${cdkVersion}`,
    `constructs@${peerDependencies.constructs}`, `typescript@${devDependencies.typescript}`, `@types/node@${devDependencies['@types/node']}`]);
  const installed = JSON.parse(fs.readFileSync(path.join(directory, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')).version;
  if (installed !== cdkVersion) throw new Error(`aws-cdk-lib ${installed} was installed in the place of ${cdkVersion}.`);

  run(directory, process.execPath, [path.join('node_modules', 'typescript', 'bin', 'tsc')]);
  run(directory, process.execPath, ['app.js']);

  const { Resources } = JSON.parse(fs.readFileSync(path.join(directory, 'cdk.out', 'Consumer.template.json'), 'utf8'));
  const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  for (const [type, expected] of Object.entries(EXPECTED)) {
    const found = types.filter(name => name === type).length;
    if (found !== expected) throw new Error(`The template of aws-cdk-lib ${cdkVersion} has ${found} ${type} in the place of ${expected}.`);
  }
  console.log(`aws-cdk-lib ${cdkVersion}: compiles in strict mode, ${types.length} resources.`);
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-consumer-'));
try {
  const [{ filename }] = JSON.parse(run(root, 'npm', ['pack', '--json', '--pack-destination', directory], ['ignore', 'pipe', 'ignore']));
  for (const version of CDK_VERSIONS) use(path.join(directory, filename), version);
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
